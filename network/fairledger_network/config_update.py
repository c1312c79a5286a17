"""Changing the channel's configuration: compute the update, collect signatures, submit, wait until all have it."""

import hashlib
import secrets
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

from fabric_protos.common import common_pb2, configtx_pb2

from fairledger.identity import Identity, KeySigner, Signer
from fairledger_network.channel_config import (
    ChannelConfig,
    config_at_orderer,
    config_at_peer,
    orderer_arguments,
)
from fairledger_network.errors import CommandFailed, NotReady
from fairledger_network.fabric_cli import PeerCommand, run_program
from fairledger_network.nodes import Node
from fairledger_network.site import Site

NONCE_BYTES = 24
ATTEMPTS_MAX = 3  # somebody else's update may come between reading the configuration and changing it
WAIT_DEADLINE_S = 60.0
POLL_S = 0.2

Change = Callable[[configtx_pb2.Config], None]
Answer = TypeVar("Answer")


def update_channel(site: Site, change: Change, *, admins: Sequence[str]) -> int:
    """Change the channel's configuration and answer its sequence number once every running node has it.

    ``change`` edits a copy of the configuration in place; when it leaves it as it was, nothing is submitted. ``admins``
    names the organisations whose administrators sign: the first one submits. Whose signatures are needed follows from
    the modification policy of what is changed: for an organisation's own definition its own administrator suffices, for
    the application or orderer group the majority of theirs.

    Raises:
        CommandFailed: the orderers refuse the update (too few signatures, an invalid configuration), or none answers.
        NotReady: no orderer runs, or the update was accepted but a node does not have it in time.
    """
    for attempt in range(1, ATTEMPTS_MAX + 1):
        before = latest_config(site)
        updated = configtx_pb2.Config.FromString(before.config.SerializeToString())
        change(updated)
        if updated == before.config:
            wait_for_config(site, before.sequence)
            return before.sequence
        try:
            _submit(site, _signed(site, compute_update(site, before.config, updated), admins[1:]), admins[0])
        except CommandFailed:
            if attempt == ATTEMPTS_MAX or latest_config(site).sequence == before.sequence:
                raise
        else:
            wait_for_config(site, before.sequence + 1)
            return before.sequence + 1
    raise AssertionError("the last attempt returns or raises")


def latest_config(site: Site) -> ChannelConfig:
    """The configuration at the first orderer that answers. Raises ``CommandFailed`` when none does."""
    return _at_an_orderer(site, lambda orderer: config_at_orderer(_asking(site), _channel(site), orderer, site.layout))


def compute_update(site: Site, original: configtx_pb2.Config, updated: configtx_pb2.Config) -> bytes:
    """The serialised ``ConfigUpdate`` from one configuration to the other, as configtxlator computes it."""
    with tempfile.TemporaryDirectory(prefix="fairledger-") as folder:
        before, after, update = (Path(folder) / name for name in ("original.pb", "updated.pb", "update.pb"))
        before.write_bytes(original.SerializeToString())
        after.write_bytes(updated.SerializeToString())
        run_program(
            [
                site.programs.path("configtxlator"),
                "compute_update",
                *("--channel_id", _channel(site)),
                *("--original", str(before), "--updated", str(after), "--output", str(update)),
            ]
        )
        return update.read_bytes()


def sign_update(update: bytes, identity: Identity, signer: Signer) -> configtx_pb2.ConfigSignature:
    """One administrator's signature over an update: over signature header and update, one after the other."""
    header = common_pb2.SignatureHeader(creator=identity.serialized, nonce=secrets.token_bytes(NONCE_BYTES))
    signed = header.SerializeToString()
    digest = hashlib.sha256(signed + update).digest()
    return configtx_pb2.ConfigSignature(signature_header=signed, signature=signer.sign(digest))


def wait_for_config(site: Site, sequence: int, *, deadline_s: float = WAIT_DEADLINE_S) -> None:
    """Wait until every running orderer and peer has a configuration of at least that sequence. Raises ``NotReady``."""
    asking = _asking(site)
    readers: dict[str, Callable[[], ChannelConfig]] = {}
    for node in site.of_kind("orderer"):
        if site.runs(node):
            readers[node.name] = partial(config_at_orderer, asking, _channel(site), node, site.layout)
    for command in site.peer_commands():
        readers[command.peer.name] = partial(config_at_peer, command, _channel(site))
    deadline = time.monotonic() + deadline_s
    for name, read in readers.items():
        while not _has(read, sequence):
            if time.monotonic() > deadline:
                raise NotReady(f"{name} does not have configuration {sequence} of the channel after {deadline_s:.0f} s")
            time.sleep(POLL_S)


def _has(read: Callable[[], ChannelConfig], sequence: int) -> bool:
    try:
        return read().sequence >= sequence
    except CommandFailed:
        return False  # a node that is starting; the deadline decides


def _signed(site: Site, update: bytes, admins: Sequence[str]) -> common_pb2.Envelope:
    """The update in the envelope that ``peer channel update`` takes, with the signatures of ``admins``."""
    envelope = configtx_pb2.ConfigUpdateEnvelope(config_update=update)
    for organization in admins:
        folder = site.layout.person(organization, "admin") / "msp"
        identity = Identity.from_msp_folder(site.consortium.organization(organization).msp_id, folder)
        envelope.signatures.append(sign_update(update, identity, KeySigner.from_msp_folder(folder)))
    channel_header = common_pb2.ChannelHeader(type=common_pb2.HeaderType.CONFIG_UPDATE, channel_id=_channel(site))
    header = common_pb2.Header(channel_header=channel_header.SerializeToString())
    payload = common_pb2.Payload(header=header, data=envelope.SerializeToString())
    return common_pb2.Envelope(payload=payload.SerializeToString())


def _submit(site: Site, envelope: common_pb2.Envelope, organization: str) -> None:
    """Let the administrator of ``organization`` sign as well and submit."""
    with tempfile.TemporaryDirectory(prefix="fairledger-") as folder:
        file = Path(folder) / "update.tx"
        file.write_bytes(envelope.SerializeToString())
        command = site.peer_command(organization)
        _at_an_orderer(
            site,
            lambda orderer: command.run(
                "channel", "update", "-f", str(file), "-c", _channel(site), *orderer_arguments(orderer, site.layout)
            ),
        )


def _at_an_orderer(site: Site, call: Callable[[Node], Answer]) -> Answer:
    """What the first orderer answers that does; the last one's error when none does."""
    running = [node for node in site.of_kind("orderer") if site.runs(node)]
    if not running:
        raise NotReady("no orderer runs; start the consortium with `fairledger network up`")
    for orderer in running[:-1]:
        try:
            return call(orderer)
        except CommandFailed:
            continue
    return call(running[-1])


def _asking(site: Site) -> PeerCommand:
    """Any member may read the configuration: the first organisation asks."""
    return site.peer_command(site.consortium.organizations[0].name)


def _channel(site: Site) -> str:
    return site.consortium.channel.name
