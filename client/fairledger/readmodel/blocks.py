"""Reading a ``common.Block`` as the peer commits it: what each transaction is, whether it counts, and what it writes.

A channel orders whatever its members send, so a block may hold envelopes of garbage; the peer marks those invalid. Here
too garbage is no fault while it is marked invalid: it is listed with what could be read of it. Only a *valid*
transaction that can't be read is an error, for then rows would be missing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from fabric_protos.common import common_pb2
from fabric_protos.ledger.rwset import rwset_pb2
from fabric_protos.ledger.rwset.kvrwset import kv_rwset_pb2
from fabric_protos.msp import identities_pb2
from fabric_protos.peer import chaincode_event_pb2, proposal_pb2, proposal_response_pb2, transaction_pb2
from google.protobuf.message import DecodeError

from fairledger.gateway.block import block_hash
from fairledger.readmodel.errors import BlockError
from fairledger.readmodel.revocations import revoked_in

VALID: Final = int(transaction_pb2.TxValidationCode.VALID)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FILTER: Final = int(common_pb2.BlockMetadataIndex.TRANSACTIONS_FILTER)
_READ_ERRORS: Final = (DecodeError, ValueError, OverflowError)


@dataclass(frozen=True)
class Write:
    """One key of a namespace (a chaincode's name) set to ``value``, or deleted when ``value`` is ``None``."""

    namespace: str
    key: str
    value: bytes | None


@dataclass(frozen=True)
class ChaincodeEvent:
    """The event that a transaction's chaincode set."""

    chaincode: str
    name: str
    payload: bytes


@dataclass(frozen=True)
class Transaction:
    """A transaction at its ``position`` (from 0) in a block.

    ``kind`` is the name of the channel header's type, such as ENDORSER_TRANSACTION or CONFIG, and ``validation_code``
    the peer's verdict (0: valid). ``proposed_at`` is the client's claim, the orderers' for a configuration; ``revoked``
    are the certificates that a configuration says are revoked, by MSP id and serial number. What could not be read is
    empty or ``None``, which happens in invalid transactions only.
    """

    position: int
    tx_id: str
    kind: str
    channel: str
    creator_msp: str
    creator_certificate: bytes
    proposed_at: datetime | None
    validation_code: int
    chaincode: str = ""
    writes: tuple[Write, ...] = ()
    event: ChaincodeEvent | None = None
    revoked: tuple[tuple[str, str], ...] = ()

    @property
    def valid(self) -> bool:
        """Whether the peers applied the transaction's writes."""
        return self.validation_code == VALID

    @property
    def verdict(self) -> str:
        """The validation code's name in Fabric, such as MVCC_READ_CONFLICT."""
        try:
            return str(transaction_pb2.TxValidationCode.Name(self.validation_code))
        except ValueError:
            return f"CODE_{self.validation_code}"


@dataclass(frozen=True)
class Block:
    """A block: its place in the chain by hashes, and its transactions in order."""

    number: int
    hash: bytes
    previous_hash: bytes
    data_hash: bytes
    transactions: tuple[Transaction, ...]


def decode(block: common_pb2.Block) -> Block:
    """Read ``block``.

    Raises ``BlockError``: BLOCK_MALFORMED when it lacks its header or a verdict for each transaction, BLOCK_TRANSACTION
    when a valid transaction can't be read.
    """
    header = block.header
    if not header.data_hash:
        raise BlockError("BLOCK_MALFORMED", f"block {header.number} has no data hash in its header")
    verdicts = _verdicts(block)
    return Block(
        number=header.number,
        hash=block_hash(header),
        previous_hash=header.previous_hash,
        data_hash=header.data_hash,
        transactions=tuple(
            _transaction(header.number, position, envelope, verdict)
            for position, (envelope, verdict) in enumerate(zip(block.data.data, verdicts, strict=True))
        ),
    )


def _verdicts(block: common_pb2.Block) -> bytes:
    metadata = block.metadata.metadata
    verdicts = metadata[_FILTER] if len(metadata) > _FILTER else b""
    if not verdicts and block.header.number == 0:
        return bytes(len(block.data.data))  # a genesis block as the orderers made it; every member joined by it
    if len(verdicts) != len(block.data.data):
        raise BlockError(
            "BLOCK_MALFORMED",
            f"block {block.header.number} has {len(block.data.data)} transactions and {len(verdicts)} verdicts",
        )
    return bytes(verdicts)


def _transaction(block_number: int, position: int, envelope_bytes: bytes, verdict: int) -> Transaction:
    header = _Header()
    try:
        header = _header(envelope_bytes)
        effects = _effects(header) if verdict == VALID else _Effects()
    except _READ_ERRORS as error:
        if verdict == VALID:
            raise BlockError(
                "BLOCK_TRANSACTION", f"block {block_number}, transaction {position} is valid but can't be read: {error}"
            ) from error
        effects = _Effects()
    return Transaction(
        position=position,
        tx_id=header.tx_id,
        kind=header.kind,
        channel=header.channel,
        creator_msp=header.creator_msp,
        creator_certificate=header.creator_certificate,
        proposed_at=header.proposed_at,
        validation_code=verdict,
        chaincode=header.chaincode,
        writes=effects.writes,
        event=effects.event,
        revoked=effects.revoked,
    )


@dataclass(frozen=True)
class _Header:
    tx_id: str = ""
    kind: str = ""
    channel: str = ""
    creator_msp: str = ""
    creator_certificate: bytes = b""
    proposed_at: datetime | None = None
    chaincode: str = ""
    data: bytes = b""


@dataclass(frozen=True)
class _Effects:
    writes: tuple[Write, ...] = ()
    event: ChaincodeEvent | None = None
    revoked: tuple[tuple[str, str], ...] = ()


def _header(envelope_bytes: bytes) -> _Header:
    payload = common_pb2.Payload.FromString(common_pb2.Envelope.FromString(envelope_bytes).payload)
    channel = common_pb2.ChannelHeader.FromString(payload.header.channel_header)
    signature = common_pb2.SignatureHeader.FromString(payload.header.signature_header)
    creator = identities_pb2.SerializedIdentity.FromString(signature.creator)
    extension = proposal_pb2.ChaincodeHeaderExtension.FromString(
        channel.extension if channel.type == common_pb2.HeaderType.ENDORSER_TRANSACTION else b""
    )
    return _Header(
        tx_id=channel.tx_id,
        kind=str(common_pb2.HeaderType.Name(channel.type)),
        channel=channel.channel_id,
        creator_msp=creator.mspid,
        creator_certificate=creator.id_bytes,
        # not ToDatetime: it gives naive times and loses nothing only by accident of its rounding
        proposed_at=_EPOCH + timedelta(seconds=channel.timestamp.seconds, microseconds=channel.timestamp.nanos // 1000),
        chaincode=extension.chaincode_id.name,
        data=payload.data,
    )


def _effects(header: _Header) -> _Effects:
    """The writes and the event of a valid transaction, or what a configuration revokes."""
    if header.kind == "CONFIG":
        return _Effects(revoked=tuple(revoked_in(header.data)))
    if header.kind != "ENDORSER_TRANSACTION":
        return _Effects()
    writes: list[Write] = []
    event: ChaincodeEvent | None = None
    for action in transaction_pb2.Transaction.FromString(header.data).actions:
        payload = transaction_pb2.ChaincodeActionPayload.FromString(action.payload)
        response = proposal_response_pb2.ProposalResponsePayload.FromString(payload.action.proposal_response_payload)
        result = proposal_pb2.ChaincodeAction.FromString(response.extension)
        writes.extend(_writes(result.results))
        event = _event(result.events) or event
    return _Effects(tuple(writes), event)


def _writes(results: bytes) -> Iterator[Write]:
    for namespace in rwset_pb2.TxReadWriteSet.FromString(results).ns_rwset:
        for write in kv_rwset_pb2.KVRWSet.FromString(namespace.rwset).writes:
            deleted = write.is_delete or not write.value  # as the peers' own state databases take it
            yield Write(namespace.namespace, write.key, None if deleted else write.value)


def _event(events: bytes) -> ChaincodeEvent | None:
    if not events:
        return None
    event = chaincode_event_pb2.ChaincodeEvent.FromString(events)
    return ChaincodeEvent(event.chaincode_id, event.event_name, event.payload)
