"""The consortium as a whole: what runs, how it is guarded, and that it comes back as it was."""

import asyncio
import json
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from fairledger.profile import ConnectionProfile
from fairledger_network.chain import Chain, read_chain
from fairledger_network.credentials import missing_people
from fairledger_network.deploy import deploy, release_of
from fairledger_network.down import down
from fairledger_network.errors import PortTaken
from fairledger_network.package import code_digest
from fairledger_network.status import NodeStatus, status
from fairledger_network.up import up
from tests.network import half_set_up
from tests.network.ledger_load import PEERS, get, put, settled
from tests.network.running_consortium import ROOT, RunningConsortium

NODES = 4 + 3 + 4 + 4 * 3 + 4  # CAs, orderers, peers, servers of three chaincodes, API services
HALF_STATE_OFFSET = 1_000  # beside the session's own consortium
UP_DEADLINE_S = 120


def height_of(nodes: list[NodeStatus]) -> int:
    """Of the lowest ledger."""
    return min(node.height for node in nodes if node.height is not None)


def first_blocks(consortium: RunningConsortium, count: int) -> list[Chain]:
    """What each peer has of the first blocks; services may write more at any time."""

    async def read() -> list[Chain]:
        return [await read_chain(peer, consortium, count) for peer in consortium.of_kind("peer")]

    return asyncio.run(read())


def test_every_node_is_healthy_and_all_ledgers_are_alike(consortium: RunningConsortium) -> None:
    nodes = asyncio.run(settled(consortium))

    assert [node.node.name for node in nodes if node.state != "healthy"] == []
    assert len(nodes) == NODES
    peers = [node for node in nodes if node.node.kind == "peer"]
    orderers = [node for node in nodes if node.node.kind == "orderer"]
    assert {node.height for node in peers} == {node.height for node in orderers}
    assert len({node.block_hash for node in (*peers, *orderers)}) == 1


def test_verify_compares_every_block_and_the_state_of_all_peers(consortium: RunningConsortium) -> None:
    asyncio.run(put(consortium, "verified", "1"))
    height = height_of(asyncio.run(settled(consortium)))

    verification = consortium.verify()

    assert verification.differences == ()
    assert verification.unchecked == ()
    assert verification.peers == PEERS
    assert verification.blocks >= height  # services write, too
    assert verification.state_block == verification.blocks - 1
    assert verification.sound


def test_every_server_runs_the_code_that_the_package_names(consortium: RunningConsortium) -> None:
    digests = {
        chaincode.name: code_digest(chaincode, root=ROOT, python=sys.executable)
        for chaincode in consortium.consortium.chaincodes
    }

    code = consortium.verify().code

    assert {c.server.name: (c.running, c.installed) for c in code} == {
        f"{name}.{o.name}": (digest, digest)
        for name, digest in digests.items()
        for o in consortium.consortium.organizations
    }


def test_a_stopped_peer_and_a_stopped_server_are_named(consortium: RunningConsortium) -> None:
    consortium.stop("peer0.PlatformB")
    consortium.stop("probe.Regulator")
    try:
        verification = consortium.verify()
    finally:
        consortium.restore()

    assert verification.unchecked == ("peer0.PlatformB does not run",)
    assert "probe.Regulator" in {code.server.name for code in verification.code if not code.agrees}
    assert not verification.sound
    assert consortium.verify().sound


def test_everything_listens_on_loopback_only(consortium: RunningConsortium) -> None:
    pids = {node.pid for node in status(consortium)}
    listening = {
        tuple(connection.laddr)
        for connection in psutil.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN and connection.pid in pids
    }

    assert listening == {("127.0.0.1", use.port) for node in consortium.nodes for use in node.port_uses}


def test_private_keys_and_secrets_are_for_their_owner_alone(consortium: RunningConsortium) -> None:
    secret = [
        file
        for file in consortium.layout.root.rglob("*")
        if file.is_file() and (b"PRIVATE KEY" in file.read_bytes() or file.name.endswith((".secret", ".key")))
    ]

    assert len(secret) > len(consortium.nodes)
    assert [str(file) for file in secret if stat.S_IMODE(file.stat().st_mode) & 0o077] == []


def test_no_secret_is_in_an_argument_or_a_log(consortium: RunningConsortium) -> None:
    secrets = [consortium.layout.registrar_secret(o.name).read_bytes() for o in consortium.consortium.organizations]
    arguments = [" ".join(psutil.Process(node.pid).cmdline()).encode() for node in status(consortium)]
    logs = [file.read_bytes() for file in (consortium.layout.root / "logs").glob("*.log")]

    assert len(logs) == NODES
    assert [s for s in [*secrets, b"PRIVATE KEY"] for text in [*arguments, *logs] if s in text] == []


def test_profile_is_printed_as_a_client_reads_it(consortium: RunningConsortium) -> None:
    printed = network_command(consortium, "profile", "PlatformB").stdout

    profile = ConnectionProfile.from_mapping(json.loads(printed))
    assert profile == consortium.profile("PlatformB")
    assert profile.organization == "PlatformB"
    assert [peer.name for peer in profile.peers] == list(PEERS)
    assert [orderer.msp_id for orderer in profile.orderers] == ["PlatformAMSP", "AssociationMSP", "RegulatorMSP"]
    assert profile.channels == ("credit-channel",)


def test_an_unknown_organisation_is_refused_with_those_there_are(consortium: RunningConsortium) -> None:
    refused = network_command(consortium, "profile", "Nobody", check=False)

    assert refused.returncode == 1
    assert "CONSORTIUM_INVALID: no organisation Nobody; there are PlatformA, PlatformB" in refused.stderr


def test_up_again_changes_nothing(consortium: RunningConsortium) -> None:
    peer = consortium.peer_commands()[0]
    processes = {node.node.name: node.pid for node in status(consortium)}
    chaincodes = consortium.lifecycle.committed(peer)

    up(consortium)

    assert {node.node.name: node.pid for node in status(consortium)} == processes
    assert consortium.lifecycle.committed(peer) == chaincodes


def test_after_down_and_up_the_ledger_is_the_same(consortium: RunningConsortium) -> None:
    asyncio.run(put(consortium, "kept", "before down"))
    count = height_of(asyncio.run(settled(consortium)))
    before = first_blocks(consortium, count)

    stopped = down(consortium)
    running = [node.node.name for node in status(consortium) if node.pid]
    up(consortium)

    assert (len(stopped), running) == (NODES, [])
    assert {len(chain.marks) for chain in before} == {count}
    assert first_blocks(consortium, count) == before
    assert asyncio.run(get(consortium, "Regulator", "regulator", "kept")) == "before down"
    asyncio.run(put(consortium, "kept", "after up"))


def test_after_a_crash_of_everything_the_ledger_is_the_same(consortium: RunningConsortium) -> None:
    asyncio.run(put(consortium, "kept", "before the crash"))
    count = height_of(asyncio.run(settled(consortium)))
    before = first_blocks(consortium, count)

    for node in consortium.nodes:
        consortium.kill(node.name)
    assert [node.node.name for node in status(consortium) if node.pid] == []
    up(consortium)

    assert {len(chain.marks) for chain in before} == {count}
    assert first_blocks(consortium, count) == before
    assert asyncio.run(get(consortium, "Regulator", "regulator", "kept")) == "before the crash"
    asyncio.run(put(consortium, "kept", "after the crash"))


def test_a_change_of_the_chaincode_becomes_the_next_sequence(consortium: RunningConsortium) -> None:
    chaincode = consortium.consortium.chaincode("probe")
    peer = consortium.peer_commands()[0]
    before = consortium.lifecycle.committed(peer)["probe"]

    for version in ("2", chaincode.version):
        changed = chaincode.model_copy(update={"version": version})
        others = [c for c in consortium.consortium.chaincodes if c.name != "probe"]
        site = RunningConsortium(
            consortium=consortium.consortium.model_copy(update={"chaincodes": (others[0], changed, *others[1:])}),
            layout=consortium.layout,
            root=consortium.root,
            modules=consortium.modules,
        )
        with consortium.pool() as pool:
            definition = deploy(release_of(changed, site), site, pool)
            again = deploy(release_of(changed, site), site, pool)
        assert definition.version.startswith(f"{version}-")
        assert again == definition

    after = consortium.lifecycle.committed(peer)["probe"]
    assert (after.version, after.sequence) == (before.version, before.sequence + 2)
    asyncio.run(put(consortium, "redeployed", "1"))


def test_a_set_up_that_broke_off_is_finished_by_the_next(consortium: RunningConsortium, tmp_path: Path) -> None:
    """``up`` is killed after each of its first steps; the next one goes on, and in the end all is sound."""
    site = half_set_up.site(tmp_path / "state", consortium.consortium.port_offset + HALF_STATE_OFFSET)
    try:
        for step in ("certificate authorities", "certificates of nodes", "orderers and peers", "channel"):
            killed = subprocess.run(
                [sys.executable, "-m", "tests.network.half_set_up", str(site.layout.root), step],
                env={**os.environ, "FAIRLEDGER_PORT_OFFSET": str(site.consortium.port_offset)},
                cwd=ROOT,
                timeout=UP_DEADLINE_S,
                check=False,
            )
            assert killed.returncode == -signal.SIGKILL, step
        up(site)
        assert [node.node.name for node in status(site) if node.state != "healthy"] == []
        assert {node.height for node in status(site) if node.node.kind == "peer"} == {1}
        assert missing_people(site.consortium, site.layout) == []
    finally:
        down(site, wipe=True)


def test_another_port_offset_is_refused_for_a_ledger_that_exists(consortium: RunningConsortium) -> None:
    environment = {**environment_of(consortium), "FAIRLEDGER_PORT_OFFSET": "12000"}

    refused = subprocess.run(
        [sys.executable, "-m", "fairledger_network", "up"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=UP_DEADLINE_S,
        check=False,
    )

    assert refused.returncode == 1
    assert "CONSORTIUM_INVALID" in refused.stderr
    assert "port_offset" in refused.stderr


def test_ports_in_use_are_reported_with_their_owner_before_anything_starts(
    consortium: RunningConsortium, tmp_path: Path
) -> None:
    elsewhere = RunningConsortium(
        consortium=consortium.consortium,
        layout=type(consortium.layout)(tmp_path / "state"),
        root=ROOT,
        modules=consortium.modules,
    )

    with pytest.raises(PortTaken) as taken:
        up(elsewhere)

    peer = next(node for node in status(consortium) if node.node.name == "peer0.PlatformA")
    assert f"  {peer.node.port} (peer0.PlatformA, service): pid {peer.pid}: " in taken.value.message
    assert "FAIRLEDGER_PORT_OFFSET" in taken.value.message
    assert not (tmp_path / "state").exists()


def environment_of(consortium: RunningConsortium) -> dict[str, str]:
    return {
        **os.environ,
        "FAIRLEDGER_STATE": str(consortium.layout.root),
        "FAIRLEDGER_PORT_OFFSET": str(consortium.consortium.port_offset),
        "FAIRLEDGER_CONSORTIUM": str(ROOT / "network" / "consortium.yaml"),
    }


def network_command(
    consortium: RunningConsortium, *arguments: str, check: bool = True
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "fairledger_network", *arguments],
        env=environment_of(consortium),
        capture_output=True,
        text=True,
        timeout=UP_DEADLINE_S,
        check=check,
    )
