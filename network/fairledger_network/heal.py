"""``heal``: takes a node's data away and lets it fetch everything again from the others."""

import asyncio
import shutil
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from fairledger.gateway.errors import GatewayError
from fairledger_network.chain import height
from fairledger_network.channel import join_orderer, join_peer
from fairledger_network.deploy import release_of, start_servers, wait_for_servers
from fairledger_network.errors import CommandFailed, NodeFailed, NotReady
from fairledger_network.lifecycle import Definition
from fairledger_network.nodes import Node
from fairledger_network.participation import Participation
from fairledger_network.processes import PEER_STOP_DEADLINE_S, api_process, configure, fabric_process
from fairledger_network.readiness import wait_ready
from fairledger_network.site import Site
from fairledger_network.up import WORKERS

STALL_DEADLINE_S = 60.0  # a node that gets no block for so long does not catch up
POLL_S = 0.2
Caught = Callable[[int, int], None]  # blocks that the node has, blocks that the others have


def heal(site: Site, name: str, caught: Caught = lambda _has, _of: None) -> None:
    """Heal a node, so that it ends where the others are.

    A peer joins again from the genesis block, catches up, gets its chaincode packages back and its organisation's
    approvals, which nobody else holds. Private data come back from the other members of their collections only. An
    orderer joins again and gets the blocks from the other two. An API service builds its read model anew, a chaincode
    server is restarted.

    Raises:
        NotReady: the node can't be healed this way, or there is nobody to heal it from.
        NodeFailed: it does not stop, start or catch up.
        CommandFailed: it does not join, or a package or approval is refused.
    """
    node = site.node(name)
    if node.kind == "ca":
        raise NotReady(
            f"{name} holds keys that nobody else has: restore {site.layout.ca(node.organization.name)} instead"
        )
    if node.kind == "peer":
        _heal_peer(site, node, caught)
    elif node.kind == "orderer":
        _heal_orderer(site, node, caught)
    elif node.kind == "api":
        _heal_api(site, node)
    elif node.chaincode is not None:
        site.supervisor.stop(name)
        release = release_of(node.chaincode, site)
        start_servers(release, site)
        wait_for_servers(release, site)


def _restart_empty(site: Site, node: Node) -> None:
    site.supervisor.stop(node.name, deadline_s=PEER_STOP_DEADLINE_S)
    shutil.rmtree(site.layout.node_data(node.name), ignore_errors=True)
    configure(node, site)
    spec = fabric_process(node, site)
    site.supervisor.start(spec)
    site.supervisor.wait_healthy(spec)


def _heal_peer(site: Site, node: Node, caught: Caught) -> None:
    others = [peer for peer in site.of_kind("peer") if peer != node and site.runs(peer)]
    if not others:
        raise NotReady(f"no other peer runs to heal {node.name} from: `fairledger network up` first")
    _restart_empty(site, node)
    command = site.peer_command(node.organization.name)
    join_peer(command, site.layout, site.consortium.channel.name)
    _wait_for_height(lambda: _peer_height(node, site), lambda: max(_peer_height(p, site) for p in others), node, caught)
    with ThreadPoolExecutor(WORKERS) as pool:
        committed = site.lifecycle.committed(command)
        for chaincode in site.consortium.chaincodes:
            if chaincode.name in committed:
                release = release_of(chaincode, site)
                definition = Definition(chaincode, release.digest, committed[chaincode.name].sequence)
                if definition.version != committed[chaincode.name].version:
                    raise NotReady(f"the code of {chaincode.name} has changed: `fairledger network deploy`, then heal")
                site.lifecycle.prepare_all([command], release.packages, definition, pool)
    wait_ready(site)


def _heal_orderer(site: Site, node: Node, caught: Caught) -> None:
    others = [orderer for orderer in site.of_kind("orderer") if orderer != node and site.runs(orderer)]
    quorum = len(site.of_kind("orderer")) // 2 + 1
    if len(others) < quorum:
        raise NotReady(
            f"{node.name} can be healed only while {quorum} other orderers run: `fairledger network up` first"
        )
    _restart_empty(site, node)
    join_orderer(node, site.layout, site.consortium.channel.name)
    _wait_for_height(
        lambda: _orderer_height(node, site), lambda: max(_orderer_height(o, site) for o in others), node, caught
    )


def _heal_api(site: Site, node: Node) -> None:
    site.supervisor.stop(node.name)
    for file in site.layout.api(node.organization.name).glob("readmodel.sqlite*"):
        file.unlink()
    spec = api_process(node, site)
    site.supervisor.start(spec)
    site.supervisor.wait_healthy(spec)


def _peer_height(node: Node, site: Site) -> int:
    try:
        return asyncio.run(height(node, site))
    except GatewayError:
        return 0  # a peer that has just joined may not answer yet


def _orderer_height(node: Node, site: Site) -> int:
    try:
        return int(Participation(node, site.layout).channel(site.consortium.channel.name)["height"])
    except CommandFailed:
        return 0


def _wait_for_height(own: Callable[[], int], others: Callable[[], int], node: Node, caught: Caught) -> None:
    """Wait until the node has what the others had when last asked; it may take long, but it must get on."""
    has, stalled_at = -1, time.monotonic() + STALL_DEADLINE_S
    while True:
        now, goal = own(), others()
        caught(now, goal)
        if 0 < goal <= now:
            return
        if now > has:
            has, stalled_at = now, time.monotonic() + STALL_DEADLINE_S
        elif time.monotonic() > stalled_at:
            raise NodeFailed(f"{node.name} stays at height {now} of {goal}; see `fairledger network logs {node.name}`")
        time.sleep(POLL_S)
