"""Blocks as a peer delivers them, made of protobufs: valid ones from a simulated ledger, and whatever else is asked."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from fabric_protos.common import common_pb2
from fabric_protos.ledger.rwset import rwset_pb2
from fabric_protos.ledger.rwset.kvrwset import kv_rwset_pb2
from fabric_protos.msp import identities_pb2
from fabric_protos.peer import (
    chaincode_event_pb2,
    proposal_pb2,
    proposal_response_pb2,
    transaction_pb2,
)

from fairledger.gateway import block_hash

VALID = 0
MVCC_READ_CONFLICT = 11
NOON = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)


def envelope(
    tx_id: str,
    writes: dict[str, bytes | None] | None = None,
    *,
    namespace: str = "credit",
    kind: int = common_pb2.HeaderType.ENDORSER_TRANSACTION,
    creator: bytes = b"",
    at: datetime = NOON,
    event: tuple[str, bytes] | None = None,
    result: bytes = b"",
    private: Mapping[str, Sequence[kv_rwset_pb2.KVWriteHash]] | None = None,
    config: bytes = b"",
) -> bytes:
    """A transaction that makes ``writes`` (``None`` deletes), and ``private`` ones, hashed, by their collections.

    One of another ``kind`` has ``config`` instead, such as a ``ConfigEnvelope``.
    """
    written = kv_rwset_pb2.KVRWSet(
        writes=[
            kv_rwset_pb2.KVWrite(key=key, value=value or b"", is_delete=value is None)
            for key, value in sorted((writes or {}).items())
        ]
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
                namespace=namespace, rwset=written.SerializeToString(), collection_hashed_rwset=hashed
            )
        ]
    )
    action = proposal_pb2.ChaincodeAction(results=rwset.SerializeToString())
    action.response.payload = result
    if event is not None:
        action.events = chaincode_event_pb2.ChaincodeEvent(
            chaincode_id=namespace, tx_id=tx_id, event_name=event[0], payload=event[1]
        ).SerializeToString()
    response = proposal_response_pb2.ProposalResponsePayload(extension=action.SerializeToString())
    endorsed = transaction_pb2.ChaincodeActionPayload(
        action=transaction_pb2.ChaincodeEndorsedAction(proposal_response_payload=response.SerializeToString())
    )
    transaction = transaction_pb2.Transaction(
        actions=[transaction_pb2.TransactionAction(payload=endorsed.SerializeToString())]
    )
    extension = proposal_pb2.ChaincodeHeaderExtension()
    extension.chaincode_id.name = namespace
    channel_header = common_pb2.ChannelHeader(
        type=kind, tx_id=tx_id, channel_id="credit-channel", extension=extension.SerializeToString()
    )
    channel_header.timestamp.FromDatetime(at)
    serialized = (
        creator or identities_pb2.SerializedIdentity(mspid="PlatformAMSP", id_bytes=b"cert").SerializeToString()
    )
    payload = common_pb2.Payload(
        header=common_pb2.Header(
            channel_header=channel_header.SerializeToString(),
            signature_header=common_pb2.SignatureHeader(creator=serialized, nonce=b"n").SerializeToString(),
        ),
        data=transaction.SerializeToString() if kind == common_pb2.HeaderType.ENDORSER_TRANSACTION else config,
    )
    return bytes(common_pb2.Envelope(payload=payload.SerializeToString(), signature=b"s").SerializeToString())


@dataclass
class Chain:
    """Blocks that follow from each other; block 0 is the channel's configuration."""

    blocks: list[common_pb2.Block] = field(default_factory=list)

    def __post_init__(self) -> None:
        if not self.blocks:
            self.add([envelope("", kind=common_pb2.HeaderType.CONFIG)], verdicts=None)

    def add(self, envelopes: Sequence[bytes], verdicts: Sequence[int] | None = ()) -> common_pb2.Block:
        """Append a block; its transactions are valid unless ``verdicts`` says otherwise, ``None`` leaves them out."""
        block = common_pb2.Block()
        block.header.number = len(self.blocks)
        block.header.previous_hash = self._tip()
        block.header.data_hash = hashlib.sha256(b"".join(envelopes)).digest()
        block.data.data.extend(envelopes)
        filters = b"" if verdicts is None else bytes(verdicts or [VALID] * len(envelopes))
        block.metadata.metadata.extend([b"", b"", filters, b"", b""])
        self.blocks.append(block)
        return block

    def _tip(self) -> bytes:
        if not self.blocks:
            return b""
        header = self.blocks[-1].header
        return block_hash(header)
