"""``heal``: takes a node's data away and lets it fetch everything again from the others."""

import shutil
from concurrent.futures import ThreadPoolExecutor

from fairledger_network.catch_up import Caught, wait_until_caught_up
from fairledger_network.channel import join_orderer, join_peer
from fairledger_network.deploy import agreed_release, start_servers, wait_for_servers
from fairledger_network.errors import NotReady
from fairledger_network.nodes import Node
from fairledger_network.processes import PEER_STOP_DEADLINE_S, api_process, configure, fabric_process
from fairledger_network.raft import wait_for_leader
from fairledger_network.read_models import forget_read_model
from fairledger_network.readiness import wait_ready
from fairledger_network.site import Site
from fairledger_network.up import WORKERS


def heal(site: Site, name: str, caught: Caught = lambda _has, _of: None) -> None:
    """Heal a node, so that it ends where the others are.

    A peer joins again from the genesis block, catches up and gets its chaincode packages back. Private data come back
    from the other members of their collections only. An orderer joins again and gets the blocks from the other two. An
    API service builds its read model anew, a chaincode server is restarted.

    Raises:
        NotReady: the node can't be healed this way, or there is nobody to heal it from.
        NodeFailed: it does not stop, start or catch up.
        CommandFailed: it does not join, or a package or approval is refused.
        StoreError: an API service's database can't be emptied.
    """
    node = site.node(name)
    if node.kind == "ca":
        raise NotReady(
            f"{name} holds keys that nobody else has: restore {site.layout.ca(node.organization.name)} instead"
        )
    site.require_set_up()
    if node.kind == "peer":
        _heal_peer(site, node, caught)
    elif node.kind == "orderer":
        _heal_orderer(site, node, caught)
    elif node.kind == "api":
        _heal_api(site, node)
    elif node.chaincode is not None:
        site.supervisor.stop(name)
        peers = site.peer_commands()
        committed = site.lifecycle.committed(peers[0]).get(node.chaincode.name) if peers else None
        if committed is None:
            raise NotReady(f"{node.chaincode.name} is not deployed: `fairledger network up` first")
        release, _ = agreed_release(node.chaincode, committed, site)
        start_servers(release, site)
        wait_for_servers(release, site)


def _stop_and_wipe(site: Site, node: Node) -> None:
    site.supervisor.stop(node.name, deadline_s=PEER_STOP_DEADLINE_S)
    shutil.rmtree(site.layout.node_data(node.name), ignore_errors=True)


def _start(site: Site, node: Node) -> None:
    configure(node, site)
    spec = fabric_process(node, site)
    site.supervisor.start(spec)
    site.supervisor.wait_healthy(spec)


def _heal_peer(site: Site, node: Node, caught: Caught) -> None:
    others = [peer for peer in site.of_kind("peer") if peer != node and site.runs(peer)]
    if not others:
        raise NotReady(f"no other peer runs to heal {node.name} from: `fairledger network up` first")
    _stop_and_wipe(site, node)
    _start(site, node)
    command = site.peer_command(node.organization.name)
    join_peer(command, site.layout, site.consortium.channel.name)
    wait_until_caught_up(node, others, site, caught)
    with ThreadPoolExecutor(WORKERS) as pool:
        committed = site.lifecycle.committed(command)
        for chaincode in site.consortium.chaincodes:
            if chaincode.name in committed:
                release, definition = agreed_release(chaincode, committed[chaincode.name], site)
                site.lifecycle.prepare_all([command], release.packages, definition, pool)
    wait_ready(site)


def _heal_orderer(site: Site, node: Node, caught: Caught) -> None:
    """Let an orderer that forgot everything follow again.

    A leader that knows what the orderer once had would tell it that entries are committed which it has no more, and
    the orderer would give up. So the leader is restarted: a new leader knows nothing of the orderer and starts from
    the beginning. That is sound as long as all others have everything, which is why their heights must be equal.
    """
    others = [orderer for orderer in site.of_kind("orderer") if orderer != node and site.runs(orderer)]
    quorum = len(site.of_kind("orderer")) // 2 + 1
    if len(others) < quorum:
        raise NotReady(f"{node.name} can be healed only while {quorum} others run: `fairledger network up` first")
    _stop_and_wipe(site, node)
    knowing = wait_for_leader(site)
    for other in others:
        wait_until_caught_up(other, [o for o in others if o != other], site)
    site.supervisor.stop(knowing.name)
    _start(site, knowing)
    wait_for_leader(site)
    _start(site, node)
    join_orderer(node, site.layout, site.consortium.channel.name)
    wait_until_caught_up(node, others, site, caught)


def _heal_api(site: Site, node: Node) -> None:
    site.supervisor.stop(node.name)
    forget_read_model(site.layout, node.organization.name)
    spec = api_process(node, site)
    site.supervisor.start(spec)
    site.supervisor.wait_healthy(spec)
