"""A block: its hashes, its link to the one before, and its transactions with the peers' verdicts."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from fabric_protos.common import common_pb2

from fairledger.gateway import codes
from fairledger.gateway.commit import VALID, validation_code_name
from fairledger.gateway.errors import BlockBroken

LONG_FORM = 0x80  # lengths from here on are told in octets of their own (X.690, 8.1.3.5)
_DER_INTEGER, _DER_OCTETS, _DER_SEQUENCE = 0x02, 0x04, 0x30


@dataclass(frozen=True)
class BlockTransaction:
    """One envelope of a block. ``code`` is Fabric's ``TxValidationCode``; ``tx_id`` is empty for configuration."""

    tx_id: str
    code: int
    envelope: bytes  # common.Envelope

    @property
    def valid(self) -> bool:
        """Whether it took effect."""
        return bool(self.code == VALID)

    @property
    def code_name(self) -> str:
        """The code by its name in Fabric."""
        return validation_code_name(self.code)


def block_hash(header: Any) -> bytes:
    """The hash that the next block carries: SHA-256 of ``header_bytes``."""
    return sha256(header_bytes(header)).digest()


def header_bytes(header: Any) -> bytes:
    """What is hashed and signed of a header: the DER sequence (number, previous hash, data hash)."""
    number = int(header.number)
    number_octets = number.to_bytes(number.bit_length() // 8 + 1, "big")  # a leading zero bit keeps it positive
    fields = (
        _der(_DER_INTEGER, number_octets)
        + _der(_DER_OCTETS, header.previous_hash)
        + _der(_DER_OCTETS, header.data_hash)
    )
    return _der(_DER_SEQUENCE, fields)


def data_hash(block: Any) -> bytes:
    """SHA-256 over the block's envelopes, one after the other."""
    digest = sha256()
    for envelope in block.data.data:
        digest.update(envelope)
    return digest.digest()


def check_block(block: Any, number: int, previous_hash: bytes | None) -> None:
    """Check that ``block`` has ``number``, follows ``previous_hash`` (when given), and holds what its header says.

    Raises ``BlockBroken`` (GATEWAY_BLOCK_BROKEN).
    """
    if block.header.number != number:
        raise BlockBroken(codes.BLOCK_BROKEN, f"block {number} was due, and the peer sent block {block.header.number}")
    if previous_hash is not None and block.header.previous_hash != previous_hash:
        raise BlockBroken(codes.BLOCK_BROKEN, f"block {number} does not follow from block {number - 1}")
    if block.header.data_hash != data_hash(block):
        raise BlockBroken(codes.BLOCK_BROKEN, f"block {number} does not hold what its header says")


def transactions(block: Any) -> Iterator[BlockTransaction]:
    """The transactions of ``block`` in order, each with the validation code that this peer gave it."""
    codes_of_block = block.metadata.metadata[common_pb2.BlockMetadataIndex.TRANSACTIONS_FILTER]
    for envelope, code in zip(block.data.data, codes_of_block, strict=True):
        payload = common_pb2.Payload.FromString(common_pb2.Envelope.FromString(envelope).payload)
        tx_id = common_pb2.ChannelHeader.FromString(payload.header.channel_header).tx_id
        yield BlockTransaction(tx_id=tx_id, code=code, envelope=envelope)


def _der(tag: int, content: bytes) -> bytes:
    """One value by the Distinguished Encoding Rules (X.690): tag, length, content."""
    length = len(content)
    if length < LONG_FORM:
        return bytes([tag, length]) + content
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([tag, LONG_FORM | len(octets)]) + octets + content
