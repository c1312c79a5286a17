"""``up``: brings the consortium to life, from nothing, from half a set-up, or from whatever a crash left."""

import json
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from fairledger_network.catch_up import wait_until_caught_up
from fairledger_network.channel import join_all, make_genesis_block
from fairledger_network.connection_profile import write_profiles, write_services
from fairledger_network.credentials import issue_node_credentials, issue_people
from fairledger_network.deploy import define, release_of, start_servers, wait_for_servers
from fairledger_network.down import down as stop_all
from fairledger_network.errors import ConsortiumInvalid
from fairledger_network.files import write_atomically
from fairledger_network.nodes import Node
from fairledger_network.ports import check_ports
from fairledger_network.processes import api_process, configure, fabric_process
from fairledger_network.read_models import write_read_models
from fairledger_network.readiness import wait_ready
from fairledger_network.site import Site
from fairledger_network.wallets import create_wallet

WORKERS = 12  # calls that mostly wait: CAs, peers and orderers do the work
Progress = Callable[[str, float], None]  # a step that is done, and the seconds it took


def up(
    site: Site,
    progress: Progress = lambda _step, _seconds: None,
    began: Callable[[str], None] = lambda _step: None,
) -> None:
    """Start everything that does not run and finish everything that is not set up.

    ``began`` is told each step when it begins, ``progress`` when it is done.

    Raises:
        PortTaken: before anything was started.
        ConsortiumInvalid: the state directory belongs to another consortium.yaml or port offset.
        ProgramsMissing, NodeFailed, CommandFailed, NotReady: what did not work, with the remedy.
    """
    step = _steps(progress, began)
    began("Fabric programs")
    with step(f"Fabric {site.programs.fabric_version}, Fabric CA {site.programs.ca_version}"):
        check_ports(use for node in site.nodes if not site.runs(node) for use in node.port_uses)
        _begin(site)
    with ThreadPoolExecutor(WORKERS) as pool:
        with step("certificate authorities"):
            _start(site, site.of_kind("ca"), pool)
        with step("certificates of nodes and administrators"):
            _issue(site, pool)
        with step("orderers and peers"):
            make_genesis_block(site.consortium, site.layout, site.programs)
            install_builder(site.layout.builder)
            write_profiles(site.consortium, site.layout)
            write_services(site.consortium, site.layout)
            write_read_models(site.consortium, site.layout)
            _start(site, [*site.of_kind("orderer"), *site.of_kind("peer")], pool)
        people = pool.submit(issue_people, site.consortium, site.layout, pool)
        with step(f"channel {site.consortium.channel.name}"):
            channel = site.consortium.channel.name
            join_all(site.of_kind("orderer"), site.peer_commands(), site.layout, channel, pool)
            _catch_up(site, pool)
        with step("people and services"):
            people.result()
        services = [api_process(node, site) for node in site.of_kind("api")]
        for service in services:
            site.supervisor.start(service)
        with step(f"chaincodes {', '.join(c.name for c in site.consortium.chaincodes) or '(none)'}"):
            _deploy(site, pool)
        with step("peers know each other"):
            wait_ready(site)
        if services:
            with step("API services"):
                for service in services:
                    site.supervisor.wait_healthy(service)


def _steps(progress: Progress, began: Callable[[str], None]) -> Callable[[str], AbstractContextManager[None]]:
    @contextmanager
    def step(name: str) -> Iterator[None]:
        began(name)
        start = time.monotonic()
        yield
        progress(name, time.monotonic() - start)

    return step


def _begin(site: Site) -> None:
    """Recognise what the state directory holds; a set-up that broke off before it had certificates starts again."""
    described = site.consortium.model_dump(mode="json", include={"name", "channel", "ports"})
    described["port_offset"] = site.consortium.port_offset
    described["organizations"] = [[o.name, o.orderer] for o in site.consortium.organizations]
    file = site.layout.root / "consortium.json"
    if site.layout.credentials_complete.is_file():
        known = json.loads(file.read_text(encoding="utf-8"))
        changed = sorted(key for key in described if known.get(key) != described[key])
        if changed:
            raise ConsortiumInvalid(
                f"{site.layout.root} was set up with other {', '.join(changed)}; restore them, use another"
                " FAIRLEDGER_STATE, or forget the ledger with `fairledger network down --wipe`"
            )
        return
    stop_all(site)
    for folder in ("organizations", "nodes", "channel", "wallets", "profiles", "packages", "api", "logs", "run"):
        shutil.rmtree(site.layout.root / folder, ignore_errors=True)
    site.layout.root.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_atomically(file, json.dumps(described, indent=1).encode())


def _start(site: Site, nodes: list[Node], pool: Executor) -> None:
    """Configure and start the nodes that don't run, and wait until all are healthy."""
    specs = [fabric_process(node, site) for node in nodes]
    for node, spec in zip(nodes, specs, strict=True):
        if not site.runs(node):
            configure(node, site)
            site.supervisor.start(spec)
    for healthy in [pool.submit(site.supervisor.wait_healthy, spec) for spec in specs]:
        healthy.result()


def _issue(site: Site, pool: Executor) -> None:
    if site.layout.credentials_complete.is_file():
        return
    for organization in site.consortium.organizations:
        create_wallet(site.layout, organization)
    issue_node_credentials(site.consortium, site.layout, pool)
    write_atomically(site.layout.credentials_complete, b"")


def install_builder(target: Path) -> None:
    """Put the external builder where the peers look for it."""
    shutil.copytree(Path(__file__).parent / "builder", target, dirs_exist_ok=True)
    for program in (target / "bin").iterdir():
        program.chmod(0o755)


def _catch_up(site: Site, pool: Executor) -> None:
    """A peer that was away, or lost its data, must not be asked what is in force before it has all blocks."""
    peers = site.of_kind("peer")
    waiting = [pool.submit(wait_until_caught_up, peer, [p for p in peers if p != peer], site) for peer in peers]
    for done in waiting:
        done.result()


def _deploy(site: Site, pool: Executor) -> None:
    """Bring all chaincodes in line with their code; the servers start while the definitions are agreed on."""
    waiting = [pool.submit(release_of, chaincode, site) for chaincode in site.consortium.chaincodes]
    committed = site.lifecycle.committed(site.peer_commands()[0]) if waiting else {}
    releases = [done.result() for done in waiting]
    for release in releases:
        start_servers(release, site)
    for release in releases:
        define(release, site, committed.get(release.chaincode.name), pool)
    for release in releases:
        wait_for_servers(release, site)
