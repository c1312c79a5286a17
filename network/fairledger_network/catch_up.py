"""Waiting until a node has the blocks that the others have."""

import asyncio
import time
from collections.abc import Callable, Sequence

from fairledger.gateway.errors import GatewayError
from fairledger_network.chain import height
from fairledger_network.errors import CommandFailed, NodeFailed
from fairledger_network.nodes import Node
from fairledger_network.participation import Participation
from fairledger_network.site import Site

STALL_DEADLINE_S = 60.0  # a node that gets no block for so long does not catch up
POLL_S = 0.2
Caught = Callable[[int, int], None]  # blocks that the node has, blocks that the others have


def ledger_height(node: Node, site: Site) -> int:
    """Number of blocks of a peer or an orderer; 0 while it does not answer."""
    try:
        if node.kind == "orderer":
            return int(Participation(node, site.layout).channel(site.consortium.channel.name)["height"])
        return asyncio.run(height(node, site))
    except (CommandFailed, GatewayError):
        return 0


def wait_until_caught_up(
    node: Node, others: Sequence[Node], site: Site, caught: Caught = lambda _has, _of: None
) -> None:
    """Wait until the node has what the others have. That may take long, but it must get on.

    Raises:
        NodeFailed: its height did not change for ``STALL_DEADLINE_S``.
    """
    has, stalled_at = -1, time.monotonic() + STALL_DEADLINE_S
    while True:
        goal = max((ledger_height(other, site) for other in others), default=0)
        now = ledger_height(node, site)
        caught(now, goal)
        if 0 < goal <= now:
            return
        if now > has:
            has, stalled_at = now, time.monotonic() + STALL_DEADLINE_S
        elif time.monotonic() > stalled_at:
            raise NodeFailed(f"{node.name} stays at height {now} of {goal}; see `fairledger network logs {node.name}`")
        time.sleep(POLL_S)
