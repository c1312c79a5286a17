"""Endorsement policies of single keys."""

from collections.abc import Iterable

from fabric_protos.common.policies_pb2 import SignaturePolicy, SignaturePolicyEnvelope
from fabric_protos.msp.msp_principal_pb2 import MSPPrincipal, MSPRole
from google.protobuf.message import DecodeError

from fairledger_chaincode.errors import ArgumentsRefused


def require_all(msp_ids: Iterable[str]) -> bytes:
    """The policy that a peer of every one of these organisations endorses; the same bytes in whatever order they come.

    Raises ``ArgumentsRefused`` for no organisation.
    """
    named = sorted(frozenset(msp_ids))
    if not named:
        raise ArgumentsRefused("a key's endorsement policy names at least one organisation")
    principals = [
        MSPPrincipal(
            principal_classification=MSPPrincipal.ROLE,
            principal=MSPRole(msp_identifier=msp_id, role=MSPRole.PEER).SerializeToString(),
        )
        for msp_id in named
    ]
    signed_by = [SignaturePolicy(signed_by=position) for position in range(len(named))]
    rule = SignaturePolicy(n_out_of=SignaturePolicy.NOutOf(n=len(named), rules=signed_by))
    envelope = SignaturePolicyEnvelope(version=0, rule=rule, identities=principals)
    return bytes(envelope.SerializeToString(deterministic=True))


def organizations_of(policy: bytes) -> tuple[str, ...]:
    """The MSP ids that a policy names by role, in their order. Raises ``ArgumentsRefused`` when it can't be read."""
    try:
        envelope = SignaturePolicyEnvelope.FromString(policy)
        return tuple(
            MSPRole.FromString(identity.principal).msp_identifier
            for identity in envelope.identities
            if identity.principal_classification == MSPPrincipal.ROLE
        )
    except DecodeError as error:
        raise ArgumentsRefused("the endorsement policy is no SignaturePolicyEnvelope") from error
