"""A channel with real certificates, signatures and a config block, as a proof needs it; each part can be falsified."""

import hashlib
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from fabric_protos.common import common_pb2
from fabric_protos.ledger.rwset import rwset_pb2
from fabric_protos.ledger.rwset.kvrwset import kv_rwset_pb2
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
from tests.support.channel_config import CHANNEL, ChannelConfig

CONTEXT = '["https://ref.gs1.org/standards/epcis/epcis-context.jsonld"]'
NONCE_BYTES = 24
GARBAGE = bytes(common_pb2.Envelope(payload=b"\xffgarbage", signature=b"s").SerializeToString())
BAD_PAYLOAD = 2  # Fabric's verdict on garbage


def signature(identity: SimulatedIdentity, message: bytes) -> bytes:
    """ECDSA with low S, as Fabric's members sign."""
    return KeySigner(identity.private_key).sign(hashlib.sha256(message).digest())


class ProvedChannel:
    """Organisations, their members, and the blocks that they make; fields are changed to falsify what comes after.

    ``config`` is what the next config block will say.
    """

    def __init__(self, **config: Any) -> None:
        self.blocks: list[Any] = []
        self.now = datetime.now(tz=UTC).replace(microsecond=0)
        self.config = ChannelConfig({name: CertificateAuthority(name) for name in ORGANIZATIONS}, self.now, **config)
        self.peers = {name: each.issue("peer", unit="peer") for name, each in self.authorities.items()}
        self.orderer = self.authorities["AssociationMSP"].issue("orderer", unit="orderer")
        self.producer = self.person("producer")
        self._last_config = 0

    @property
    def authorities(self) -> dict[str, CertificateAuthority]:
        """The organisations' certificate authorities, by MSP id."""
        return self.config.authorities

    @property
    def roots(self) -> dict[str, bytes]:
        """Root certificates, by MSP id."""
        return self.config.roots

    def person(self, role: str, **more: Any) -> SimulatedIdentity:
        """Somebody of PlatformA."""
        return self.authorities["PlatformAMSP"].issue(role, attributes={"role": role, "gln": "9521000000018"}, **more)

    def join(self, msp_id: str) -> None:
        """An organisation more, with a peer, from the next config block on."""
        self.authorities[msp_id] = CertificateAuthority(msp_id)
        self.peers[msp_id] = self.authorities[msp_id].issue("peer", unit="peer")

    def configure(self) -> None:
        """Make a config block; the first one is the genesis block."""
        self._last_config = len(self.blocks)
        self.add([self.config.envelope()])

    def capture(
        self,
        number: int,
        *,
        endorsers: Sequence[str] = ("AssociationMSP", "PlatformBMSP"),
        recorder: SimulatedIdentity | None = None,
        epcs: Sequence[str] = (),
        change: Callable[[Any], None] = lambda _: None,
    ) -> tuple[RecordedEvent, bytes]:
        """What the contract writes for the event ``number``, endorsed and signed; ``change`` may alter the action."""
        tx_id = self.tx_id(number)
        written_by = recorder_of(recorder or self.producer)
        checked = read_document(document(event(number, **({"epcList": list(epcs)} if epcs else {}))))
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
        return recorded, self.transaction(number, dict(placed.states), endorsers=endorsers, change=change)

    def tx_id(self, number: int) -> str:
        """The id of the producer's transaction ``number``, which is its nonce."""
        return hashlib.sha256(number.to_bytes(NONCE_BYTES, "big") + self.producer.serialized).hexdigest()

    def add(self, envelopes: Sequence[bytes]) -> Any:
        """Append a block that the orderer signs (the genesis block bears no signature)."""
        block = common_pb2.Block(data=common_pb2.BlockData(data=envelopes))
        block.header.number = len(self.blocks)
        block.header.previous_hash = block_hash(self.blocks[-1].header) if self.blocks else b""
        block.header.data_hash = hashlib.sha256(b"".join(envelopes)).digest()
        value = common_pb2.OrdererBlockMetadata(
            last_config=common_pb2.LastConfig(index=self._last_config)
        ).SerializeToString()
        signature_header = common_pb2.SignatureHeader(creator=self.orderer.serialized, nonce=b"n").SerializeToString()
        signatures = [
            common_pb2.MetadataSignature(
                signature_header=signature_header,
                signature=signature(self.orderer, value + signature_header + header_bytes(block.header)),
            )
        ]
        verdicts = bytes(BAD_PAYLOAD if each == GARBAGE else 0 for each in envelopes)
        metadata = common_pb2.Metadata(value=value, signatures=signatures if self.blocks else [])
        block.metadata.metadata.extend([metadata.SerializeToString(), b"", verdicts, b"", b"commit"])
        self.blocks.append(block)
        return block

    async def block_by_tx_id(self, tx_id: str) -> Any:
        """As a gateway's network."""
        return next(block for block in self.blocks[1:] if any(tx_id.encode() in each for each in block.data.data))

    async def block_events(self, start_block: int, *, stop_block: int) -> AsyncGenerator[Any, None]:
        """As a gateway's network."""
        for block in self.blocks[start_block : stop_block + 1]:
            yield block

    def transaction(
        self,
        number: int,
        states: Mapping[str, bytes | None],
        *,
        function: str = "trace:capture",
        chaincode: str = "credit",
        found: Sequence[str] = (),
        private: Mapping[str, Sequence[kv_rwset_pb2.KVWriteHash]] | None = None,
        endorsers: Sequence[str] = ("AssociationMSP", "PlatformBMSP"),
        change: Callable[[Any], None] = lambda _: None,
    ) -> bytes:
        """A transaction that writes ``states``, endorsed and signed; ``None`` deletes.

        ``found`` are keys that it looked up and found something under, ``private`` its hashed writes by collection.
        """
        nonce, tx_id = number.to_bytes(NONCE_BYTES, "big"), self.tx_id(number)
        channel_header = common_pb2.ChannelHeader(
            type=common_pb2.HeaderType.ENDORSER_TRANSACTION, tx_id=tx_id, channel_id=CHANNEL
        )
        channel_header.timestamp.FromDatetime(self.now)
        signature_header = common_pb2.SignatureHeader(creator=self.producer.serialized, nonce=nonce)
        header = common_pb2.Header(
            channel_header=channel_header.SerializeToString(), signature_header=signature_header.SerializeToString()
        )
        version = kv_rwset_pb2.Version(block_num=1)
        written = kv_rwset_pb2.KVRWSet(
            reads=[kv_rwset_pb2.KVRead(key=key, version=version) for key in found],
            writes=[
                kv_rwset_pb2.KVWrite(key=key, value=value or b"", is_delete=value is None)
                for key, value in sorted(states.items())
            ],
        )
        hashed = [
            rwset_pb2.CollectionHashedReadWriteSet(
                collection_name=name, hashed_rwset=kv_rwset_pb2.HashedRWSet(hashed_writes=each).SerializeToString()
            )
            for name, each in (private or {}).items()
        ]
        rwset = rwset_pb2.TxReadWriteSet(
            ns_rwset=[
                rwset_pb2.NsReadWriteSet(
                    namespace=chaincode, rwset=written.SerializeToString(), collection_hashed_rwset=hashed
                )
            ]
        )
        result = proposal_pb2.ChaincodeAction(results=rwset.SerializeToString())
        result.chaincode_id.name = chaincode
        result.response.status = 200
        proposed = function.encode()
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


def recorder_of(identity: SimulatedIdentity) -> Recorder:
    """How the contract names ``identity`` in a record."""
    said = ClientIdentity.from_creator(identity.serialized)
    return Recorder(
        msp_id=said.msp_id,
        id=said.id,
        role=said.attributes["role"],
        gln=said.attributes["gln"],
        certificate=said.certificate.public_bytes(Encoding.PEM).decode(),
    )


def new_key() -> ec.EllipticCurvePrivateKey:
    """A key that nobody certified."""
    return ec.generate_private_key(ec.SECP256R1())
