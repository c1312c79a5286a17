"""Is the consortium ready for clients? Each peer must know who can endorse which chaincode."""

import asyncio
import time

from fairledger.gateway.errors import GatewayError
from fairledger_network.administrators import at_peer
from fairledger_network.errors import NodeFailed
from fairledger_network.nodes import Node
from fairledger_network.site import Site

READY_DEADLINE_S = 30.0  # some rounds of gossip
POLL_S = 0.1


def wait_ready(site: Site) -> None:
    """Wait until each running peer sees all running peers, with every chaincode.

    Raises:
        NodeFailed: a peer does not within the deadline; the message says what it still misses.
    """
    peers = [node for node in site.of_kind("peer") if site.runs(node)]
    asyncio.run(_all_ready(peers, site))


async def _all_ready(peers: list[Node], site: Site) -> None:
    await asyncio.gather(*(_wait_until_ready(peer, peers, site) for peer in peers))


async def _wait_until_ready(peer: Node, peers: list[Node], site: Site) -> None:
    deadline = time.monotonic() + READY_DEADLINE_S
    expected = {node.endpoint: {c.name for c in site.consortium.chaincodes} for node in peers}
    while True:
        try:
            async with at_peer(peer, site) as network:
                while missing := _missing(
                    expected, {p.endpoint: set(p.chaincodes) for p in await network.discover_peers()}
                ):
                    if time.monotonic() > deadline:
                        raise NodeFailed(f"{peer.name} does not know of {missing} after {READY_DEADLINE_S:.0f} s")
                    await asyncio.sleep(POLL_S)
                return
        except GatewayError as error:
            if time.monotonic() > deadline:
                raise NodeFailed(f"{peer.name} answers no question about its peers: {error}") from error
            await asyncio.sleep(POLL_S)


def _missing(expected: dict[str, set[str]], seen: dict[str, set[str]]) -> str:
    """The first peer, or chaincode of a peer, that is not seen; empty when all are."""
    for endpoint, chaincodes in expected.items():
        if endpoint not in seen:
            return f"the peer at {endpoint}"
        if lacking := chaincodes - seen[endpoint]:
            return f"{', '.join(sorted(lacking))} at {endpoint}"
    return ""
