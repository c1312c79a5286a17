"""A channel with real certificates, signatures and a config block, as a proof needs it; each part can be falsified."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from fabric_protos.common import common_pb2, configtx_pb2, policies_pb2
from fabric_protos.ledger.rwset import rwset_pb2
from fabric_protos.ledger.rwset.kvrwset import kv_rwset_pb2
from fabric_protos.msp import msp_config_pb2, msp_principal_pb2
from fabric_protos.peer import proposal_pb2, proposal_response_pb2, transaction_pb2

from fairledger.gateway import block_hash
from fairledger.gateway.block import header_bytes
from fairledger.identity import KeySigner
from fairledger_chaincode.identity import ClientIdentity
from fairledger_chaincode.simulator.identity import CertificateAuthority, SimulatedIdentity
from fairledger_contracts.records import RecordedEvent, Recorder
from fairledger_contracts.trace.epcis.document import read_document
from fairledger_contracts.trace.placing import place, sort_out
from tests.support.captures import ORGANIZATIONS, document, event

CHANNEL = "credit-channel"
CONTEXT = '["https://ref.gs1.org/standards/epcis/epcis-context.jsonld"]'
ORDERING = ("PlatformAMSP", "AssociationMSP", "RegulatorMSP")
GARBAGE = b"\xff"
BAD_PAYLOAD = 2  # Fabric's verdict on garbage
Role = msp_principal_pb2.MSPRole.MSPRoleType


def signature(identity: SimulatedIdentity, message: bytes) -> bytes:
    """ECDSA with low S, as Fabric's members sign."""
    return KeySigner(identity.private_key).sign(hashlib.sha256(message).digest())


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


@dataclass
class ProvedChannel:
    """Organisations, their members, and the blocks that they make; fields are changed to falsify what comes after."""

    blocks: list[Any] = field(default_factory=list)
    revoked: list[x509.Certificate] = field(default_factory=list)
    block_policy_kind: int = policies_pb2.Policy.SIGNATURE
    endorsers_demanded: int = 2
    orderer_unit: str = "orderer"

    def __post_init__(self) -> None:
        self.authorities = {msp_id: CertificateAuthority(msp_id) for msp_id in ORGANIZATIONS}
        self.peers = {msp_id: each.issue("peer", unit="peer") for msp_id, each in self.authorities.items()}
        self.orderer = self.authorities["AssociationMSP"].issue("orderer", unit="orderer")
        self.producer = self.person("producer")
        self.now = datetime.now(tz=UTC).replace(microsecond=0)

    @property
    def roots(self) -> dict[str, bytes]:
        """Root certificates, by MSP id."""
        return {msp_id: each.certificate.public_bytes(Encoding.PEM) for msp_id, each in self.authorities.items()}

    def person(self, role: str, **more: Any) -> SimulatedIdentity:
        """Somebody of PlatformA."""
        return self.authorities["PlatformAMSP"].issue(role, attributes={"role": role, "gln": "9521000000018"}, **more)

    def begin(self) -> None:
        """Make the genesis block."""
        channel = configtx_pb2.ConfigGroup()
        msps = {msp_id: self._msp(msp_id).SerializeToString(deterministic=True) for msp_id in ORGANIZATIONS}
        for group, members in (("Orderer", ORDERING), ("Application", ORGANIZATIONS)):
            for msp_id in members:
                channel.groups[group].groups[msp_id].values["MSP"].value = msps[msp_id]
        orderers = [(msp_id, Role.ORDERER) for msp_id in ORDERING]
        rule = out_of(1, *map(signed_by, range(3)))
        block_policy = member_policy(rule, orderers)
        block_policy.type = self.block_policy_kind
        channel.groups["Orderer"].policies["BlockValidation"].policy.CopyFrom(block_policy)
        endorsers = [(name, Role.PEER) for name in ("AssociationMSP", "PlatformAMSP", "PlatformBMSP", "RegulatorMSP")]
        others = out_of(1, signed_by(1), signed_by(2), signed_by(3))
        rule = out_of(self.endorsers_demanded, signed_by(0), others)
        channel.groups["Application"].policies["CreditEndorsement"].policy.CopyFrom(member_policy(rule, endorsers))
        header = common_pb2.ChannelHeader(type=common_pb2.HeaderType.CONFIG, channel_id=CHANNEL)
        config = configtx_pb2.ConfigEnvelope(config=configtx_pb2.Config(channel_group=channel))
        payload = common_pb2.Payload(
            header=common_pb2.Header(channel_header=header.SerializeToString()),
            data=config.SerializeToString(deterministic=True),
        )
        self.add([common_pb2.Envelope(payload=payload.SerializeToString()).SerializeToString()])

    def capture(
        self,
        number: int,
        *,
        endorsers: Sequence[str] = ("AssociationMSP", "PlatformBMSP"),
        recorder: SimulatedIdentity | None = None,
        change: Callable[[Any], None] = lambda _: None,
    ) -> tuple[RecordedEvent, bytes]:
        """What the contract writes for the event ``number``, endorsed and signed; ``change`` may alter the action."""
        creator = self.producer.serialized
        nonce = number.to_bytes(24, "big")
        tx_id = hashlib.sha256(nonce + creator).hexdigest()
        said = ClientIdentity.from_creator((recorder or self.producer).serialized)
        written_by = Recorder(
            msp_id=said.msp_id,
            id=said.id,
            role=said.attributes["role"],
            gln=said.attributes["gln"],
            certificate=said.certificate.public_bytes(Encoding.PEM).decode(),
        )
        checked = read_document(document(event(number)))
        placed = place(
            checked, sort_out(checked.events, ()), capture_id=tx_id, recorded_at=self.now, recorder=written_by
        )
        recorded = RecordedEvent(
            event=checked.events[0].text,
            context=CONTEXT,
            digest=checked.events[0].digest,
            capture_id=tx_id,
            recorded_at=self.now,
            recorder=written_by,
        )
        return recorded, self._envelope(tx_id, nonce, dict(placed.states), endorsers, change)

    def add(self, envelopes: Sequence[bytes]) -> Any:
        """Append a block that the orderer signs (the genesis block bears no signature)."""
        block = common_pb2.Block(data=common_pb2.BlockData(data=envelopes))
        block.header.number = len(self.blocks)
        block.header.previous_hash = block_hash(self.blocks[-1].header) if self.blocks else b""
        block.header.data_hash = hashlib.sha256(b"".join(envelopes)).digest()
        value = common_pb2.OrdererBlockMetadata(last_config=common_pb2.LastConfig(index=0)).SerializeToString()
        signature_header = common_pb2.SignatureHeader(creator=self.orderer.serialized, nonce=b"n").SerializeToString()
        signatures = [
            common_pb2.MetadataSignature(
                signature_header=signature_header,
                signature=signature(self.orderer, value + signature_header + header_bytes(block.header)),
            )
        ]
        verdicts = bytes(BAD_PAYLOAD if each.startswith(GARBAGE) else 0 for each in envelopes)
        metadata = common_pb2.Metadata(value=value, signatures=signatures if self.blocks else [])
        block.metadata.metadata.extend([metadata.SerializeToString(), b"", verdicts, b"", b"commit"])
        self.blocks.append(block)
        return block

    async def block_by_number(self, number: int) -> Any:
        """As a gateway's network."""
        return self.blocks[number]

    async def block_by_tx_id(self, tx_id: str) -> Any:
        """As a gateway's network."""
        return next(block for block in self.blocks[1:] if any(tx_id.encode() in each for each in block.data.data))

    def _envelope(
        self,
        tx_id: str,
        nonce: bytes,
        states: dict[str, bytes],
        endorsers: Sequence[str],
        change: Callable[[Any], None],
    ) -> bytes:
        channel_header = common_pb2.ChannelHeader(
            type=common_pb2.HeaderType.ENDORSER_TRANSACTION, tx_id=tx_id, channel_id=CHANNEL
        )
        channel_header.timestamp.FromDatetime(self.now)
        signature_header = common_pb2.SignatureHeader(creator=self.producer.serialized, nonce=nonce)
        header = common_pb2.Header(
            channel_header=channel_header.SerializeToString(), signature_header=signature_header.SerializeToString()
        )
        written = kv_rwset_pb2.KVRWSet(
            writes=[kv_rwset_pb2.KVWrite(key=key, value=value) for key, value in sorted(states.items())]
        )
        rwset = rwset_pb2.TxReadWriteSet(
            ns_rwset=[rwset_pb2.NsReadWriteSet(namespace="credit", rwset=written.SerializeToString())]
        )
        result = proposal_pb2.ChaincodeAction(results=rwset.SerializeToString())
        result.chaincode_id.name = "credit"
        result.response.status = 200
        proposed = b"trace:capture"
        response = proposal_response_pb2.ProposalResponsePayload(
            proposal_hash=hashlib.sha256(header.channel_header + header.signature_header + proposed).digest(),
            extension=result.SerializeToString(),
        ).SerializeToString()
        action = transaction_pb2.ChaincodeActionPayload(chaincode_proposal_payload=proposed)
        action.action.proposal_response_payload = response
        for msp_id in endorsers:
            peer = self.peers[msp_id]
            signed = signature(peer, response + peer.serialized)
            action.action.endorsements.add(endorser=peer.serialized, signature=signed)
        change(action)
        transaction = transaction_pb2.Transaction()
        transaction.actions.add(header=header.signature_header, payload=action.SerializeToString())
        payload = common_pb2.Payload(header=header, data=transaction.SerializeToString()).SerializeToString()
        envelope = common_pb2.Envelope(payload=payload, signature=signature(self.producer, payload))
        return bytes(envelope.SerializeToString())

    def _msp(self, msp_id: str) -> Any:
        msp = msp_config_pb2.FabricMSPConfig(name=msp_id, root_certs=[self.roots[msp_id]])
        msp.fabric_node_ous.enable = True
        for role in ("client", "peer", "admin", "orderer"):
            getattr(msp.fabric_node_ous, f"{role}_ou_identifier").organizational_unit_identifier = role
        msp.fabric_node_ous.orderer_ou_identifier.organizational_unit_identifier = self.orderer_unit
        authority = self.authorities[msp_id]
        if self.revoked and msp_id == "PlatformAMSP":
            msp.revocation_list.append(_revocations(authority, self.revoked, self.now))
        return msp_config_pb2.MSPConfig(config=msp.SerializeToString())


def _revocations(authority: CertificateAuthority, revoked: Sequence[x509.Certificate], now: datetime) -> bytes:
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(authority.certificate.subject)
        .last_update(now)
        .next_update(now + timedelta(days=1))
    )
    for each in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(each.serial_number).revocation_date(now).build()
        builder = builder.add_revoked_certificate(entry)
    return builder.sign(authority.private_key, SHA256()).public_bytes(Encoding.PEM)


def new_key() -> ec.EllipticCurvePrivateKey:
    """A key that nobody certified."""
    return ec.generate_private_key(ec.SECP256R1())
