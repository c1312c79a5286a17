"""How each node is: its process, its memory, and for those with a ledger the height and the newest block's hash."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, Literal

import psutil

from fairledger.gateway import block_hash
from fairledger.gateway.errors import GatewayError
from fairledger_network.administrators import at_peer
from fairledger_network.channel_config import newest_block_at_orderer
from fairledger_network.errors import CommandFailed
from fairledger_network.nodes import Node
from fairledger_network.processes import process_of
from fairledger_network.site import Site

State = Literal["healthy", "starting", "stopped"]
Head = tuple[int | None, str | None]  # number of blocks, and the newest one's hash
UNKNOWN: Final[Head] = (None, None)


@dataclass(frozen=True)
class NodeStatus:
    """One node now. ``memory_bytes`` is its resident memory; ``height`` the number of blocks it has."""

    node: Node
    state: State
    pid: int | None = None
    memory_bytes: int = 0
    uptime_s: float = 0.0
    height: int | None = None
    block_hash: str | None = None


def status(site: Site) -> list[NodeStatus]:
    """All nodes in the order of their start. A node that doesn't answer has no height; nothing is raised for it."""
    with ThreadPoolExecutor() as pool:
        orderers = site.of_kind("orderer")
        orderer_heads = pool.map(lambda node: _orderer_head(node, site), orderers)
        heads = dict(asyncio.run(_peer_heads(site)))
        heads |= {orderer.name: head for orderer, head in zip(orderers, orderer_heads, strict=True)}
        return list(pool.map(lambda node: _status(node, site, *heads.get(node.name, UNKNOWN)), site.nodes))


def _status(node: Node, site: Site, height: int | None, block_hash: str | None) -> NodeStatus:
    process = site.supervisor.process(node.name)
    if process is None:
        return NodeStatus(node, "stopped")
    try:
        memory_bytes, started = process.memory_info().rss, process.create_time()
    except psutil.NoSuchProcess:
        return NodeStatus(node, "stopped")
    return NodeStatus(
        node,
        "healthy" if process_of(node, site).healthy() else "starting",
        pid=process.pid,
        memory_bytes=memory_bytes,
        uptime_s=time.time() - started,
        height=height,
        block_hash=block_hash,
    )


def _orderer_head(node: Node, site: Site) -> Head:
    if not site.runs(node):
        return UNKNOWN
    command = site.peer_command(node.organization.name)
    try:
        block = newest_block_at_orderer(command, site.consortium.channel.name, node, site.layout)
    except CommandFailed:
        return UNKNOWN
    return block.header.number + 1, block_hash(block.header).hex()


async def _peer_heads(site: Site) -> list[tuple[str, Head]]:
    peers = site.of_kind("peer")
    heads = await asyncio.gather(*(_peer_head(peer, site) for peer in peers))
    return [(peer.name, head) for peer, head in zip(peers, heads, strict=True)]


async def _peer_head(peer: Node, site: Site) -> Head:
    if not site.runs(peer):
        return UNKNOWN
    try:
        async with at_peer(peer, site) as network:
            info = await network.chain_info()
    except GatewayError:
        return UNKNOWN
    return info.height, info.current_block_hash.hex()
