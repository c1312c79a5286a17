"""``verify``: do all peers have the same blocks and the same state, and whose chaincode servers run which code?"""

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import psutil

from fairledger.gateway.errors import GatewayError
from fairledger_network.chain import Chain, Difference, differences, height, read_chain
from fairledger_network.errors import CommandFailed, NotReady
from fairledger_network.nodes import Node
from fairledger_network.site import Site
from fairledger_network.state_snapshot import remove, state_differences, take_snapshots
from fairledger_network.up import WORKERS


@dataclass(frozen=True)
class RunningCode:
    """The code that a chaincode server runs, and the one its organisation's peer was told of; None if unknown."""

    server: Node
    running: str | None
    installed: str | None

    @property
    def agrees(self) -> bool:
        """The server runs what the package on the peer says."""
        return self.running is not None and self.running == self.installed


@dataclass(frozen=True)
class Verification:
    """What was compared and what was found. ``blocks`` is the number of blocks compared at each of ``peers``."""

    peers: tuple[str, ...]
    blocks: int
    newest_hashes: Mapping[str, str]
    state_block: int | None
    differences: tuple[Difference, ...]
    code: tuple[RunningCode, ...]
    unchecked: tuple[str, ...] = field(default=())

    @property
    def sound(self) -> bool:
        """Nothing differs, nothing was left out, and every server runs the agreed code."""
        return not self.differences and not self.unchecked and all(code.agrees for code in self.code)


def verify(site: Site) -> Verification:
    """Compare all peers: each block by its content, the state by snapshots, the running code by its digest.

    Raises:
        NotReady: nothing is set up, or fewer than two peers answer, so there is nothing to compare.
    """
    site.require_set_up()
    heights, unchecked = asyncio.run(_heights(site))
    if len(heights) < 2:  # noqa: PLR2004 - a comparison takes two
        raise NotReady("fewer than two peers answer: " + "; ".join(unchecked or ["`fairledger network up` first"]))
    peers = [node for node in site.of_kind("peer") if node.name in heights]
    common = min(heights.values())
    chains = asyncio.run(_chains(peers, site, common))
    found = differences(chains)
    state_block, state_found, state_unchecked = _compare_state(site, peers, heights)
    return Verification(
        peers=tuple(peer.name for peer in peers),
        blocks=common,
        newest_hashes={chain.peer: chain.marks[-1].hex() for chain in chains if chain.marks},
        state_block=state_block,
        differences=(*found, *state_found),
        code=tuple(_running_code(node, site) for node in site.of_kind("chaincode")),
        unchecked=(*unchecked, *state_unchecked),
    )


async def _heights(site: Site) -> tuple[dict[str, int], list[str]]:
    peers = site.of_kind("peer")
    answers = await asyncio.gather(*(height(peer, site) for peer in peers), return_exceptions=True)
    heights: dict[str, int] = {}
    unchecked: list[str] = []
    for peer, answer in zip(peers, answers, strict=True):
        if isinstance(answer, int):
            heights[peer.name] = answer
        elif isinstance(answer, GatewayError):
            unchecked.append(f"{peer.name} does not answer" if site.runs(peer) else f"{peer.name} does not run")
        else:
            raise answer
    return heights, unchecked


async def _chains(peers: list[Node], site: Site, count: int) -> list[Chain]:
    return list(await asyncio.gather(*(read_chain(peer, site, count) for peer in peers)))


def _compare_state(
    site: Site, peers: list[Node], heights: Mapping[str, int]
) -> tuple[int | None, list[Difference], list[str]]:
    with ThreadPoolExecutor(WORKERS) as pool:
        try:
            snapshots = take_snapshots(site, peers, max(heights.values()), pool)
        except (NotReady, CommandFailed) as error:
            return None, [], [f"state: {error.message}"]
        try:
            return snapshots[0].block, state_differences(snapshots, site), []
        finally:
            remove(snapshots)


def _running_code(node: Node, site: Site) -> RunningCode:
    """What the server's own environment says: it refuses to run any other code."""
    process = site.supervisor.process(node.name)
    try:
        environment = process.environ() if process else {}
    except psutil.Error:
        environment = {}
    running = environment.get("CHAINCODE_CODE_DIGEST")
    package_id = environment.get("CHAINCODE_ID")
    installed = (
        site.lifecycle.installed_digest(site.peer_command(node.organization.name), package_id) if package_id else None
    )
    return RunningCode(node, running, installed)
