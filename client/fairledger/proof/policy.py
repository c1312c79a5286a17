"""Signature policies: who must have signed, by organisation and role, as Fabric evaluates them."""

from collections.abc import Sequence
from typing import Any, Final

from fabric_protos.common import policies_pb2
from fabric_protos.msp import msp_principal_pb2

from fairledger.proof.errors import ProofError
from fairledger.proof.organization import Member

_ROLES: Final = {"CLIENT": "client", "PEER": "peer", "ADMIN": "admin", "ORDERER": "orderer"}


def signature_policy(name: str, policy: Any) -> Any:
    """The ``SignaturePolicyEnvelope`` of a ``common.Policy``. Raises ``ProofError`` (PROOF_POLICY) for other kinds."""
    if policy.type != policies_pb2.Policy.PolicyType.SIGNATURE:
        raise ProofError("PROOF_POLICY", f"{name} is no signature policy; others are not evaluated here")
    return policies_pb2.SignaturePolicyEnvelope.FromString(policy.value)


def satisfied(policy: Any, members: Sequence[Member]) -> bool:
    """Whether ``members`` fulfil a ``SignaturePolicyEnvelope``; each of them counts once. Raises ``ProofError``."""
    distinct = list({member.certificate: member for member in members}.values())
    return _granted(policy.rule, policy.identities, distinct) is not None


def _granted(rule: Any, principals: Any, free: list[Member]) -> list[Member] | None:
    """Who is left to count for other rules, None when this one is not fulfilled.

    The first who fits is taken and no other is tried, as in Fabric's cauthdsl.
    """
    if rule.WhichOneof("Type") == "signed_by":
        if not 0 <= rule.signed_by < len(principals):
            raise ProofError("PROOF_POLICY", "a policy names a principal that it does not have")
        fitting = next((each for each in free if _fits(each, principals[rule.signed_by])), None)
        return None if fitting is None else [each for each in free if each is not fitting]
    if rule.WhichOneof("Type") != "n_out_of":
        raise ProofError("PROOF_POLICY", "a policy has a rule of an unknown kind")
    granted = 0
    for each in rule.n_out_of.rules:
        left = _granted(each, principals, free)
        if left is not None:
            granted += 1
            free = left
    return free if granted >= rule.n_out_of.n else None


def _fits(member: Member, principal: Any) -> bool:
    if principal.principal_classification != msp_principal_pb2.MSPPrincipal.Classification.ROLE:
        raise ProofError("PROOF_POLICY", "a policy names somebody other than by role; that is not evaluated here")
    role = msp_principal_pb2.MSPRole.FromString(principal.principal)
    if role.msp_identifier != member.msp_id:
        return False
    wanted = msp_principal_pb2.MSPRole.MSPRoleType.Name(role.role)
    return wanted == "MEMBER" or _ROLES.get(wanted) == member.role
