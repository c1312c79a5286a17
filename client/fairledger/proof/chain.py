"""The chain of hashes in a bundle: from config blocks to the blocks that are proved, and back to the genesis block.

Of a block that the bundle does not hold it has the data hash, 32 bytes: with its number and the hash of the block
before it, that makes the block's own hash.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final, Self

from fabric_protos.common import common_pb2
from google.protobuf.message import DecodeError

from fairledger.gateway.block import block_hash, data_hash
from fairledger.proof.errors import ProofError

HASH_BYTES: Final = 32
_DER_HASHES: Final = 2 * (2 + HASH_BYTES)  # two octet strings, each with tag and length


@dataclass(frozen=True)
class Stretch:
    """A config block, and the blocks proved under it in their order.

    ``before`` are the data hashes of the blocks before the config block: from the stretch before on, or from the
    genesis block. ``between`` are those of the blocks after it that are not proved.
    """

    before: bytes
    config: Any
    between: bytes
    blocks: Sequence[Any]


@dataclass
class _Walk:
    """Goes along the chain: ``number`` is the next block's, ``previous_hash`` that of the block before it."""

    number: int
    previous_hash: bytes

    @classmethod
    def after(cls, block: Any) -> Self:
        return cls(block.header.number + 1, block_hash(block.header))

    def reach(self, block: Any, hashes: bytes) -> bytes:
        """Go to ``block`` over ``hashes``; what is left of them. Raises ``ProofError`` (PROOF_HASH)."""
        length = HASH_BYTES * (block.header.number - self.number)
        if not 0 <= length <= len(hashes):
            raise ProofError("PROOF_HASH", f"the chain of hashes does not lead to block {block.header.number}")
        for i in range(0, length, HASH_BYTES):
            self.previous_hash = hash_of(self.number, self.previous_hash, hashes[i : i + HASH_BYTES])
            self.number += 1
        if block.header.previous_hash != self.previous_hash:
            raise ProofError("PROOF_HASH", f"block {block.header.number} does not follow from the blocks before it")
        check_content(block)
        self.number, self.previous_hash = block.header.number + 1, block_hash(block.header)
        return hashes[length:]


def hash_of(number: int, previous_hash: bytes, data_hash: bytes) -> bytes:
    """``block_hash`` of a header with these, several times as fast where it counts: for two hashes of full length."""
    if len(previous_hash) != HASH_BYTES:
        header = common_pb2.BlockHeader(number=number, previous_hash=previous_hash, data_hash=data_hash)
        return block_hash(header)
    octets = number.to_bytes(number.bit_length() // 8 + 1, "big")
    count = len(octets)
    fields = b"\x02%c%b\x04\x20%b\x04\x20%b" % (count, octets, previous_hash, data_hash)
    return sha256(b"\x30%c%b" % (2 + count + _DER_HASHES, fields)).digest()


def check_content(block: Any) -> None:
    """``block`` holds what its header says. Raises ``ProofError`` (PROOF_HASH)."""
    if len(block.header.data_hash) != HASH_BYTES or block.header.data_hash != data_hash(block):
        raise ProofError("PROOF_HASH", f"block {block.header.number} does not hold what its header says")


def check_hashes(stretches: Sequence[Stretch], *, from_genesis: bool) -> bytes:
    """All blocks follow from their config blocks, and those ``from_genesis`` on, if so, from each other.

    Returns the genesis block's hash, empty when the bundle does not begin there. Raises ``ProofError`` (PROOF_HASH).
    """
    walk = _Walk(0, b"")
    for stretch in stretches:
        if not from_genesis:
            check_content(stretch.config)
            if stretch.config.header.number < walk.number:
                raise ProofError("PROOF_HASH", "the config blocks are not in the chain's order")
            walk = _Walk.after(stretch.config)
        left = walk.reach(stretch.config, stretch.before) if from_genesis else stretch.before
        rest = stretch.between
        for block in stretch.blocks:
            rest = walk.reach(block, rest)
        if left or rest or not stretch.blocks:
            raise ProofError("PROOF_HASH", "the chain of hashes does not end with a block that is proved")
    first = stretches[0]
    return hash_of(0, b"", first.before[:HASH_BYTES] or first.config.header.data_hash) if from_genesis else b""


def genesis_hash(content: bytes) -> bytes:
    """The hash of a genesis block (``common.Block``). Raises ``ProofError`` (PROOF_GENESIS) when it is none."""
    try:
        block = common_pb2.Block.FromString(content)
    except DecodeError as error:
        raise ProofError("PROOF_GENESIS", "no genesis block, for it can't be read as a block") from error
    header = block.header
    if header.number or header.previous_hash or not block.data.data or header.data_hash != data_hash(block):
        raise ProofError("PROOF_GENESIS", "no genesis block: its number, previous hash or data hash is another's")
    return block_hash(header)
