"""The channel: its genesis block, orderers and peers that join it."""

from concurrent.futures import Executor

from fairledger_network.configtx import PROFILE, channel_settings
from fairledger_network.consortium import Consortium
from fairledger_network.fabric_cli import PeerCommand, run_program
from fairledger_network.fabric_config import write_settings
from fairledger_network.files import write_atomically
from fairledger_network.layout import Layout
from fairledger_network.nodes import Node
from fairledger_network.participation import Participation
from fairledger_network.programs import Programs


def make_genesis_block(consortium: Consortium, layout: Layout, programs: Programs) -> None:
    """Make block 0 unless it is there. It is never made twice: another one would be another channel."""
    if layout.genesis_block.is_file():
        return
    write_settings(layout.channel / "configtx.yaml", channel_settings(consortium, layout))
    unfinished = layout.channel / "genesis.unfinished"
    run_program(
        [
            programs.path("configtxgen"),
            "-configPath",
            str(layout.channel),
            "-profile",
            PROFILE,
            "-channelID",
            consortium.channel.name,
            "-outputBlock",
            str(unfinished),
        ],
        environment={"FABRIC_LOGGING_SPEC": "error"},
    )
    write_atomically(layout.genesis_block, unfinished.read_bytes())
    unfinished.unlink()


def peer_joined(node: Node, layout: Layout, channel: str) -> bool:
    """Does the peer's data hold the channel?"""
    return (layout.node_data(node.name) / "ledgersData" / "chains" / "chains" / channel).is_dir()


def join_orderer(node: Node, layout: Layout, channel: str) -> None:
    """Let the orderer join the channel, unless it has."""
    participation = Participation(node, layout)
    if channel not in participation.channels():
        participation.join(layout.genesis_block.read_bytes())


def join_peer(command: PeerCommand, layout: Layout, channel: str) -> None:
    """Let the peer join the channel, unless it has."""
    if peer_joined(command.peer, layout, channel):
        listed = command.run("channel", "list").split()
        if channel in listed:
            return
    command.run("channel", "join", "-b", str(layout.genesis_block))


def join_all(orderers: list[Node], peers: list[PeerCommand], layout: Layout, channel: str, pool: Executor) -> None:
    """Let every orderer and peer join, all at once."""
    waiting = [pool.submit(join_orderer, node, layout, channel) for node in orderers]
    waiting += [pool.submit(join_peer, command, layout, channel) for command in peers]
    for done in waiting:
        done.result()
