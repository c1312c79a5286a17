"""A peer's block file, taken apart far enough to harm any part of a block in it.

Layout (Fabric, common/ledger/blkstorage): for each block a varint of its length, then number (varint), data hash and
previous hash, a count and the envelopes, a count and the metadata; what has no fixed length follows a varint of its.
"""

import hashlib
from dataclasses import dataclass

from fabric_protos.common import common_pb2

Span = tuple[int, int]


@dataclass(frozen=True)
class StoredBlock:
    """Where the parts of one block stand in the file; each span is (start, end)."""

    number: int
    length_at: int
    data_hash: Span
    previous_hash: Span
    envelopes: tuple[Span, ...]
    metadata: tuple[Span, ...]


def stored_blocks(content: bytes) -> list[StoredBlock]:
    """All blocks of the file."""
    blocks: list[StoredBlock] = []
    at = 0
    while at < len(content):
        length_at = at
        length, at = _varint(content, at)
        end = at + length
        number, at = _varint(content, at)
        data_hash, at = _span(content, at)
        previous_hash, at = _span(content, at)
        envelopes, at = _spans(content, at)
        metadata, at = _spans(content, at)
        assert at == end, f"block {number} ends at {at}, not {end}"
        blocks.append(StoredBlock(number, length_at, data_hash, previous_hash, envelopes, metadata))
    return blocks


def block_with(content: bytes, value: bytes) -> StoredBlock:
    """The block that holds the value in an envelope."""
    (found,) = [b for b in stored_blocks(content) if any(value in content[start:end] for start, end in b.envelopes)]
    return found


def edit_value(content: bytearray, block: StoredBlock, value: bytes) -> None:
    """Change a value that a transaction wrote."""
    _flip(content, content.index(value, block.envelopes[0][0]))


def edit_value_and_hash(content: bytearray, block: StoredBlock, value: bytes) -> None:
    """Change a value and make the block's data hash fit again."""
    edit_value(content, block, value)
    digest = hashlib.sha256(b"".join(content[start:end] for start, end in block.envelopes)).digest()
    content[slice(*block.data_hash)] = digest


def edit_previous_hash(content: bytearray, block: StoredBlock, _value: bytes) -> None:
    """Change the link to the block before."""
    _flip(content, block.previous_hash[0])


def edit_signature(content: bytearray, block: StoredBlock, _value: bytes) -> None:
    """Change the last byte of the orderer's signature."""
    start, end = block.metadata[common_pb2.BlockMetadataIndex.SIGNATURES]
    signature = common_pb2.Metadata.FromString(bytes(content[start:end])).signatures[0].signature
    _flip(content, content.index(signature, start) + len(signature) - 1)


def edit_validation_code(content: bytearray, block: StoredBlock, _value: bytes) -> None:
    """Call a valid transaction invalid."""
    _flip(content, block.metadata[common_pb2.BlockMetadataIndex.TRANSACTIONS_FILTER][0])


def edit_framing(content: bytearray, block: StoredBlock, _value: bytes) -> None:
    """Change the length of the first envelope, so that the block can't be read any more."""
    _flip(content, block.envelopes[0][0] - 1)


def _flip(content: bytearray, at: int) -> None:
    content[at] ^= 1


def _varint(content: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = content[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            return value, at


def _span(content: bytes, at: int) -> tuple[Span, int]:
    length, at = _varint(content, at)
    return (at, at + length), at + length


def _spans(content: bytes, at: int) -> tuple[tuple[Span, ...], int]:
    count, at = _varint(content, at)
    found: list[Span] = []
    for _ in range(count):
        span, at = _span(content, at)
        found.append(span)
    return tuple(found), at
