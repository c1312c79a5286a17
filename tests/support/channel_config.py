"""Configurations of a channel as config blocks hold them: organisations, revocation lists and signature policies."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from fabric_protos.common import common_pb2, configtx_pb2, policies_pb2
from fabric_protos.msp import msp_config_pb2, msp_principal_pb2

from fairledger_chaincode.simulator.identity import CertificateAuthority

CHANNEL = "credit-channel"
ORDERING = ("PlatformAMSP", "AssociationMSP", "RegulatorMSP")
ENDORSING = ("AssociationMSP", "PlatformAMSP", "PlatformBMSP", "RegulatorMSP")
Role = msp_principal_pb2.MSPRole.MSPRoleType


@dataclass
class ChannelConfig:
    """What the next config block says; ``authorities`` are the organisations' by MSP id.

    The Association and one of the others endorse, as long as ``endorsers_demanded`` is 2; one orderer signs blocks.
    """

    authorities: dict[str, CertificateAuthority]
    now: datetime
    revoked: list[x509.Certificate] = field(default_factory=list)
    list_signer: CertificateAuthority | None = None  # of the list of what is revoked; left out, who issued it
    block_policy_kind: int = policies_pb2.Policy.SIGNATURE
    endorsers_demanded: int = 2
    orderer_unit: str = "orderer"

    @property
    def roots(self) -> dict[str, bytes]:
        """Root certificates, by MSP id."""
        return {msp_id: each.certificate.public_bytes(Encoding.PEM) for msp_id, each in self.authorities.items()}

    def content(self) -> bytes:
        """The configuration, a ``ConfigEnvelope``."""
        channel = configtx_pb2.ConfigGroup()
        msps = {msp_id: self._msp(msp_id).SerializeToString(deterministic=True) for msp_id in self.authorities}
        for group, members in (("Orderer", ORDERING), ("Application", tuple(msps))):
            for msp_id in members:
                channel.groups[group].groups[msp_id].values["MSP"].value = msps[msp_id]
        block_policy = member_policy(out_of(1, *map(signed_by, range(3))), [(each, Role.ORDERER) for each in ORDERING])
        block_policy.type = self.block_policy_kind
        channel.groups["Orderer"].policies["BlockValidation"].policy.CopyFrom(block_policy)
        endorsing = [*ENDORSING, *(msp_id for msp_id in msps if msp_id not in ENDORSING)]
        others = out_of(1, *map(signed_by, range(1, len(endorsing))))
        policy = member_policy(
            out_of(self.endorsers_demanded, signed_by(0), others), [(each, Role.PEER) for each in endorsing]
        )
        channel.groups["Application"].policies["CreditEndorsement"].policy.CopyFrom(policy)
        config = configtx_pb2.ConfigEnvelope(config=configtx_pb2.Config(channel_group=channel))
        return bytes(config.SerializeToString(deterministic=True))

    def envelope(self) -> bytes:
        """The one envelope of a config block."""
        header = common_pb2.ChannelHeader(type=common_pb2.HeaderType.CONFIG, channel_id=CHANNEL)
        payload = common_pb2.Payload(
            header=common_pb2.Header(channel_header=header.SerializeToString()),
            data=self.content(),
        )
        return bytes(common_pb2.Envelope(payload=payload.SerializeToString()).SerializeToString())

    def _msp(self, msp_id: str) -> Any:
        msp = msp_config_pb2.FabricMSPConfig(name=msp_id, root_certs=[self.roots[msp_id]])
        msp.fabric_node_ous.enable = True
        for role in ("client", "peer", "admin", "orderer"):
            getattr(msp.fabric_node_ous, f"{role}_ou_identifier").organizational_unit_identifier = role
        msp.fabric_node_ous.orderer_ou_identifier.organizational_unit_identifier = self.orderer_unit
        if self.revoked and msp_id == "PlatformAMSP":
            signer = self.list_signer or self.authorities[msp_id]
            msp.revocation_list.append(_revocations(self.authorities[msp_id], signer, self.revoked, self.now))
        return msp_config_pb2.MSPConfig(config=msp.SerializeToString())


def member_policy(rule: Any, members: Sequence[tuple[str, int]]) -> Any:
    """A signature policy on members by organisation and role."""
    principals = [
        msp_principal_pb2.MSPPrincipal(
            principal_classification=msp_principal_pb2.MSPPrincipal.ROLE,
            principal=msp_principal_pb2.MSPRole(msp_identifier=msp_id, role=role).SerializeToString(),
        )
        for msp_id, role in members
    ]
    envelope = policies_pb2.SignaturePolicyEnvelope(rule=rule, identities=principals)
    return policies_pb2.Policy(type=policies_pb2.Policy.SIGNATURE, value=envelope.SerializeToString())


def signed_by(number: int) -> Any:
    """The rule that the principal of that number signs."""
    return policies_pb2.SignaturePolicy(signed_by=number)


def out_of(count: int, *rules: Any) -> Any:
    """The rule that ``count`` of ``rules`` hold."""
    return policies_pb2.SignaturePolicy(n_out_of=policies_pb2.SignaturePolicy.NOutOf(n=count, rules=rules))


def _revocations(
    authority: CertificateAuthority, signer: CertificateAuthority, revoked: Sequence[x509.Certificate], now: datetime
) -> bytes:
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(authority.certificate.subject)
        .last_update(now)
        .next_update(now + timedelta(days=1))
    )
    for each in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(each.serial_number).revocation_date(now).build()
        builder = builder.add_revoked_certificate(entry)
    return builder.sign(signer.private_key, SHA256()).public_bytes(Encoding.PEM)
