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
_DER_HASH: Final = bytes([0x04, HASH_BYTES])  # an octet string's tag and length
_DER_HASHES: Final = 2 * (len(_DER_HASH) + HASH_BYTES)


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
        if block.header.previous_hash != hash_after(self.number, self.previous_hash, hashes[:length]):
            raise ProofError("PROOF_HASH", f"block {block.header.number} does not follow from the blocks before it")
        check_content(block)
        self.number, self.previous_hash = block.header.number + 1, block_hash(block.header)
        return hashes[length:]


def hash_after(number: int, previous_hash: bytes, data_hashes: bytes) -> bytes:
    """The last one's ``block_hash`` of blocks from ``number`` on with these data hashes; ``previous_hash`` if of none.

    Written out for hashes of full length, since it is what a proof on a long chain spends its time with.
    """
    if len(previous_hash) != HASH_BYTES and data_hashes:
        first = common_pb2.BlockHeader(number=number, previous_hash=previous_hash, data_hash=data_hashes[:HASH_BYTES])
        return hash_after(number + 1, block_hash(first), data_hashes[HASH_BYTES:])
    for i in range(0, len(data_hashes), HASH_BYTES):
        count = number.bit_length() // 8 + 1  # octets of the number, with a leading zero bit
        head = b"\x30%c\x02%c" % (2 + count + _DER_HASHES, count) + number.to_bytes(count, "big")
        header = head + _DER_HASH + previous_hash + _DER_HASH + data_hashes[i : i + HASH_BYTES]
        previous_hash = sha256(header).digest()
        number += 1
    return previous_hash


def check_content(block: Any) -> None:
    """``block`` holds what its header says, and is divided as the orderers do. Raises ``ProofError`` (PROOF_HASH).

    The data hash covers the envelopes' bytes one after the other, not where one ends. But orderers write each in
    protobuf's own form, which is cut or joined nowhere else: a part of one is no envelope, nor are two together.
    """
    if not all(map(_is_whole, block.data.data)):
        raise ProofError("PROOF_HASH", f"block {block.header.number} is not divided into whole envelopes")
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
    return hash_after(0, b"", first.before[:HASH_BYTES] or first.config.header.data_hash) if from_genesis else b""


def _is_whole(content: bytes) -> bool:
    try:
        envelope = common_pb2.Envelope.FromString(content)
    except DecodeError:
        return False
    return bool(envelope.payload) and envelope.SerializeToString() == content


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
