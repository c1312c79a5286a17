"""The channel's configuration in force, read from its config block."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from fabric_protos.common import common_pb2, configtx_pb2

from fairledger.proof.errors import ProofError
from fairledger.proof.organization import Organization
from fairledger.proof.policy import signature_policy
from fairledger_chaincode.certificate import read_certificate

ENDORSEMENT_POLICY: Final = "CreditEndorsement"


@dataclass(frozen=True)
class Configuration:
    """Organisations by MSP id, and the two policies that a proof rests on (``SignaturePolicyEnvelope``)."""

    channel: str
    organizations: Mapping[str, Organization]
    block_validation: Any
    endorsement: Any

    @classmethod
    def read(cls, block: Any) -> Self:
        """Read a config block. Raises ``ProofError`` (PROOF_CONFIG, PROOF_POLICY)."""
        if len(block.data.data) != 1:
            raise ProofError("PROOF_CONFIG", f"block {block.header.number} is no config block")
        payload = common_pb2.Payload.FromString(common_pb2.Envelope.FromString(block.data.data[0]).payload)
        header = common_pb2.ChannelHeader.FromString(payload.header.channel_header)
        if header.type != common_pb2.HeaderType.CONFIG:
            raise ProofError("PROOF_CONFIG", f"block {block.header.number} is no config block")
        groups = configtx_pb2.ConfigEnvelope.FromString(payload.data).config.channel_group.groups
        orderer, application = groups["Orderer"], groups["Application"]
        members: dict[str, Organization] = {}
        for group in (*orderer.groups.values(), *application.groups.values()):
            organization = Organization.read(group.values["MSP"].value)
            if members.setdefault(organization.msp_id, organization) != organization:
                raise ProofError("PROOF_CONFIG", f"{organization.msp_id} is in the configuration in two ways")
        return cls(
            header.channel_id,
            members,
            signature_policy("BlockValidation", orderer.policies["BlockValidation"].policy),
            signature_policy(ENDORSEMENT_POLICY, application.policies[ENDORSEMENT_POLICY].policy),
        )

    def check_roots(self, roots: Mapping[str, bytes]) -> None:
        """Each organisation has the one root certificate (PEM) that ``roots`` has under its MSP id.

        Raises ``ProofError`` (PROOF_ROOTS).
        """
        for msp_id, organization in sorted(self.organizations.items()):
            if msp_id not in roots:
                raise ProofError("PROOF_ROOTS", f"no root certificate of {msp_id} was given")
            if organization.roots != (read_certificate(roots[msp_id]),):
                raise ProofError("PROOF_ROOTS", f"the root certificate of {msp_id} is not the one that was given")
