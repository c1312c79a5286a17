"""How each node is: its process, its memory, and for those with a ledger the height and the newest block's hash."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal

import psutil

from fairledger.gateway.errors import GatewayError
from fairledger_network.administrators import at_peer
from fairledger_network.errors import CommandFailed
from fairledger_network.nodes import Node
from fairledger_network.participation import Participation
from fairledger_network.processes import process_of
from fairledger_network.site import Site

State = Literal["healthy", "starting", "stopped"]


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
        orderer_heights = pool.map(lambda node: _orderer_height(node, site), site.of_kind("orderer"))
        peer_heads = asyncio.run(_peer_heads(site))
        heads: dict[str, tuple[int | None, str | None]] = dict(peer_heads)
        heads |= {n.name: (h, None) for n, h in zip(site.of_kind("orderer"), orderer_heights, strict=True)}
        return list(pool.map(lambda node: _status(node, site, *heads.get(node.name, (None, None))), site.nodes))


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


def _orderer_height(node: Node, site: Site) -> int | None:
    if not site.runs(node):
        return None
    try:
        return int(Participation(node, site.layout).channel(site.consortium.channel.name)["height"])
    except CommandFailed:
        return None


async def _peer_heads(site: Site) -> list[tuple[str, tuple[int | None, str | None]]]:
    peers = site.of_kind("peer")
    heads = await asyncio.gather(*(_peer_head(peer, site) for peer in peers))
    return [(peer.name, head) for peer, head in zip(peers, heads, strict=True)]


async def _peer_head(peer: Node, site: Site) -> tuple[int | None, str | None]:
    if not site.runs(peer):
        return None, None
    try:
        async with at_peer(peer, site) as network:
            info = await network.chain_info()
    except GatewayError:
        return None, None
    return info.height, info.current_block_hash.hex()
