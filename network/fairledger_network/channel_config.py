"""The channel's configuration as its nodes have it."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fabric_protos.common import common_pb2, configtx_pb2
from fabric_protos.msp import msp_config_pb2
from google.protobuf.message import DecodeError

from fairledger_network.errors import CommandFailed, NotReady
from fairledger_network.fabric_cli import PeerCommand
from fairledger_network.layout import Layout
from fairledger_network.nodes import Node

MSP_VALUE = "MSP"
ORGANIZATION_PARENTS = ("Application", "Orderer")


@dataclass(frozen=True)
class ChannelConfig:
    """One version of the configuration: ``sequence`` counts the updates since the channel began."""

    config: configtx_pb2.Config

    @property
    def sequence(self) -> int:
        """How many updates led to this version."""
        return int(self.config.sequence)


def config_at_peer(command: PeerCommand, channel: str) -> ChannelConfig:
    """The configuration in force at the command's own peer. Raises ``CommandFailed``."""
    return _fetch(command, channel, ())


def config_at_orderer(command: PeerCommand, channel: str, orderer: Node, layout: Layout) -> ChannelConfig:
    """The configuration in force at an orderer, asked as the command's organisation. Raises ``CommandFailed``."""
    return _fetch(command, channel, orderer_arguments(orderer, layout))


def orderer_arguments(orderer: Node, layout: Layout) -> tuple[str, ...]:
    """How the ``peer`` program is told to call this orderer."""
    root = layout.ca_certificate(orderer.organization.name)
    return ("-o", orderer.endpoint, "--tls", "--cafile", str(root))


def _fetch(command: PeerCommand, channel: str, where: tuple[str, ...]) -> ChannelConfig:
    return ChannelConfig(config_of_block(_fetch_block(command, channel, "config", where)))


def newest_block_at_orderer(command: PeerCommand, channel: str, orderer: Node, layout: Layout) -> common_pb2.Block:
    """The last block that an orderer has, asked as the command's organisation. Raises ``CommandFailed``."""
    return common_pb2.Block.FromString(_fetch_block(command, channel, "newest", orderer_arguments(orderer, layout)))


def _fetch_block(command: PeerCommand, channel: str, which: str, where: tuple[str, ...]) -> bytes:
    with tempfile.TemporaryDirectory(prefix="fairledger-") as folder:
        file = Path(folder) / "fetched.block"
        command.run("channel", "fetch", which, str(file), "-c", channel, *where)
        return file.read_bytes()


def config_of_block(content: bytes) -> configtx_pb2.Config:
    """The configuration that a configuration block carries. Raises ``CommandFailed`` when it is none."""
    try:
        block = common_pb2.Block.FromString(content)
        envelope = common_pb2.Envelope.FromString(block.data.data[0])
        payload = common_pb2.Payload.FromString(envelope.payload)
        header = common_pb2.ChannelHeader.FromString(payload.header.channel_header)
        if header.type != common_pb2.HeaderType.CONFIG:
            raise CommandFailed(f"block {block.header.number} is no configuration block")
        return configtx_pb2.ConfigEnvelope.FromString(payload.data).config
    except (DecodeError, IndexError) as error:
        raise CommandFailed("a configuration block can't be read") from error


def organization_msps(
    config: configtx_pb2.Config,
) -> Iterator[tuple[str, str, configtx_pb2.ConfigValue, msp_config_pb2.FabricMSPConfig]]:
    """Each organisation's MSP definitions: ``Application`` or ``Orderer``, group name, the value, and what is in it.

    An organisation that runs peers and an orderer is defined twice, and Fabric wants both definitions to be the same.
    """
    for parent in ORGANIZATION_PARENTS:
        for name, group in sorted(config.channel_group.groups[parent].groups.items()):
            value = group.values[MSP_VALUE]
            wrapped = msp_config_pb2.MSPConfig.FromString(value.value)
            yield parent, name, value, msp_config_pb2.FabricMSPConfig.FromString(wrapped.config)


def replace_msp(value: configtx_pb2.ConfigValue, msp: msp_config_pb2.FabricMSPConfig) -> None:
    """Put ``msp`` into the configuration value that an MSP definition lies in."""
    wrapped = msp_config_pb2.MSPConfig.FromString(value.value)
    wrapped.config = msp.SerializeToString()
    value.value = wrapped.SerializeToString()


def msp_definition(config: configtx_pb2.Config, msp_id: str) -> msp_config_pb2.FabricMSPConfig:
    """The definition in force of one MSP. Raises ``NotReady`` when the channel has none of that id."""
    for _parent, _name, _value, msp in organization_msps(config):
        if msp.name == msp_id:
            return msp
    raise NotReady(f"the channel knows no {msp_id}")
