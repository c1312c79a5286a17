"""A peer's chain, read from the peer and checked block by block."""

import hashlib
from collections import Counter
from dataclasses import dataclass
from typing import Any

from fabric_protos.common import common_pb2

from fairledger.gateway.block import block_hash
from fairledger.gateway.errors import BlockBroken, GatewayError
from fairledger_network.administrators import at_peer
from fairledger_network.block_signers import BlockSigners, NotSigned
from fairledger_network.nodes import Node
from fairledger_network.site import Site

SIGNATURES = common_pb2.BlockMetadataIndex.SIGNATURES


@dataclass(frozen=True)
class Chain:
    """What one peer shows. ``marks`` has one digest a block; ``fault`` says why there is none for the next one."""

    peer: str
    marks: tuple[bytes, ...]
    fault: str | None = None


@dataclass(frozen=True)
class Difference:
    """A peer that does not agree, from which block on, and in what."""

    peer: str
    block: int | None
    what: str


def mark(block: Any) -> bytes:
    """SHA-256 over what all peers must have alike: header, transactions, validation codes, commit hash.

    Not the signatures, because each orderer signs for itself; only the genesis block has none.
    """
    digest = hashlib.sha256(block_hash(block.header))
    for envelope in block.data.data:
        digest.update(hashlib.sha256(envelope).digest())
    for index, value in enumerate(block.metadata.metadata):
        if index != SIGNATURES or block.header.number == 0:
            digest.update(hashlib.sha256(value).digest())
    return digest.digest()


async def height(peer: Node, site: Site) -> int:
    """Number of blocks that the peer has. Raises ``GatewayError``."""
    async with at_peer(peer, site) as network:
        return (await network.chain_info()).height


async def read_chain(peer: Node, site: Site, count: int) -> Chain:
    """The first ``count`` blocks, with numbers, links and hashes recomputed and the orderers' signatures checked."""
    marks: list[bytes] = []
    signers = BlockSigners(site.consortium, site.layout)
    try:
        async with at_peer(peer, site) as network:
            async for block in network.block_events(0, stop_block=count - 1):
                signers.check(block)
                marks.append(mark(block))
    except (BlockBroken, NotSigned) as error:
        return Chain(peer.name, tuple(marks), error.message)
    except GatewayError as error:
        return Chain(peer.name, tuple(marks), f"the peer does not hand out this block: {error.message}")
    return Chain(peer.name, tuple(marks))


def differences(chains: list[Chain]) -> list[Difference]:
    """Who differs from the others: by a broken chain, or by standing alone against a majority.

    Without a majority every chain that differs from another is named.
    """
    found: list[Difference] = []
    for chain in chains:
        broken = Difference(chain.peer, len(chain.marks), chain.fault) if chain.fault else None
        other = _first_disagreement(chain, chains)
        if other is not None and (broken is None or other < len(chain.marks)):
            found.append(Difference(chain.peer, other, "its content is not what the other peers have"))
        elif broken is not None:
            found.append(broken)
    return found


def _first_disagreement(chain: Chain, chains: list[Chain]) -> int | None:
    """The first block at which the chain is not with the majority of those that have the block."""
    for number, own in enumerate(chain.marks):
        counted = Counter(other.marks[number] for other in chains if number < len(other.marks))
        if counted[own] * 2 <= counted.total() and len(counted) > 1:
            return number
    return None
