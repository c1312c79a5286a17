"""The commands: ``fairledger network …`` and ``fairledger identity …``."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from fairledger.cli.terminal import output_console
from fairledger_network.connection_profile import connection_profile
from fairledger_network.deploy import deploy as deploy_chaincode
from fairledger_network.deploy import release_of
from fairledger_network.down import down as stop_all
from fairledger_network.errors import NetworkError, NotReady
from fairledger_network.heal import heal as heal_node
from fairledger_network.identity_commands import identity
from fairledger_network.readiness import wait_ready
from fairledger_network.site import Site
from fairledger_network.status import NodeStatus
from fairledger_network.status import status as node_status
from fairledger_network.up import WORKERS
from fairledger_network.up import up as bring_up
from fairledger_network.verify import Verification
from fairledger_network.verify import verify as verify_all

__all__ = ["identity", "main", "network"]

network = typer.Typer(
    name="network", help="Start, check and heal the consortium on this machine.", no_args_is_help=True
)
console = Console(stderr=True, highlight=False)
output = output_console()

MEBIBYTE = 1024 * 1024
HASH_CHARACTERS = 16  # enough to see that two hashes differ
LOG_LINES = 200
STYLES = {"healthy": "green", "starting": "yellow", "stopped": "red"}

NodeName = Annotated[str, typer.Argument(help="The node's name, as `status` shows it.")]


@contextmanager
def reported() -> Iterator[None]:
    """Show an error as one message with its code, and end with status 1."""
    try:
        yield
    except NetworkError as error:
        console.print(f"[bold red]{error.code}[/]: ", end="", soft_wrap=True)
        console.print(error.message, markup=False, soft_wrap=True)
        raise typer.Exit(1) from error


def _site() -> Site:
    return Site.from_environment(say=lambda text: console.print(f"  {text}", markup=False))


@network.command()
def up() -> None:
    """Bring the consortium to life; what runs already is left alone."""
    with reported(), console.status("up") as shown:
        bring_up(
            _site(),
            lambda step, seconds: console.print(f"[green]✓[/] {step} [dim]{seconds:.1f} s[/]"),
            lambda step: shown.update(f"{step} …"),
        )


@network.command()
def down(*, wipe: Annotated[bool, typer.Option("--wipe", help="Forget keys and ledgers, too.")] = False) -> None:
    """Stop all nodes."""
    with reported():
        stopped = stop_all(_site(), wipe=wipe)
        console.print(f"{len(stopped)} nodes stopped" + (", everything forgotten" if wipe else ""))


@network.command()
def status() -> None:
    """Each node's process, memory, endpoint, height and newest block."""
    with reported():
        nodes = node_status(_site())
    output.print(_status_table(nodes))
    if any(node.state != "healthy" for node in nodes):
        raise typer.Exit(1)


def _status_table(nodes: list[NodeStatus]) -> Table:
    total = sum(node.memory_bytes for node in nodes)
    table = Table("node", "state", "pid", "memory", "endpoint", "height", "block hash")
    for node in nodes:
        table.add_row(
            node.node.name,
            f"[{STYLES[node.state]}]{node.state}[/]",
            str(node.pid or ""),
            f"{node.memory_bytes / MEBIBYTE:.0f} MiB" if node.pid else "",
            node.node.endpoint,
            "" if node.height is None else str(node.height),
            (node.block_hash or "")[:HASH_CHARACTERS],
        )
    table.caption = f"{sum(node.pid is not None for node in nodes)} processes, {total / MEBIBYTE:.0f} MiB"
    return table


@network.command()
def logs(
    node: NodeName, *, follow: Annotated[bool, typer.Option("-f", "--follow", help="Go on as it grows.")] = False
) -> None:
    """What a node's process wrote."""
    with reported():
        site = _site()
        file = site.supervisor.log(site.node(node).name)
        if not file.is_file():
            raise NotReady(f"{node} has no log yet: `fairledger network up` first")
    command = ["tail", "-n", str(LOG_LINES), *(["-F"] if follow else []), str(file)]
    try:
        sys.exit(subprocess.run(command, check=False).returncode)  # noqa: S603 - a log file of ours
    except KeyboardInterrupt:
        sys.exit(0)


@network.command()
def deploy(
    chaincode: Annotated[str | None, typer.Argument(help="Only this chaincode; all by default.")] = None,
) -> None:
    """Bring the chaincodes on the channel in line with their code: a change becomes the next sequence."""
    with reported():
        site = _site()
        site.require_set_up()
        chosen = [site.consortium.chaincode(chaincode)] if chaincode else list(site.consortium.chaincodes)
        with ThreadPoolExecutor(WORKERS) as pool:
            for each in chosen:
                release = release_of(each, site)
                definition = deploy_chaincode(release, site, pool)
                output.print(
                    f"{each.name}: version {definition.version}, sequence {definition.sequence}, code {release.digest}"
                )
        wait_ready(site)


@network.command()
def verify() -> None:
    """Compare the blocks and the state of all peers, and the code of all chaincode servers."""
    with reported():
        verification = verify_all(_site())
    _show(verification)
    if not verification.sound:
        raise typer.Exit(1)


def _show(verification: Verification) -> None:
    output.print(f"{verification.blocks} blocks compared at {', '.join(verification.peers)}", soft_wrap=True)
    if verification.state_block is not None:
        output.print(f"state after block {verification.state_block} compared")
    table = Table("chaincode server", "code it runs", "code in the package", "")
    for code in verification.code:
        verdict = "[green]agrees[/]" if code.agrees else "[red]differs[/]" if code.running else "[red]does not run[/]"
        table.add_row(
            code.server.name,
            (code.running or "")[:HASH_CHARACTERS],
            (code.installed or "")[:HASH_CHARACTERS],
            verdict,
        )
    output.print(table)
    for each in verification.unchecked:
        output.print(f"[yellow]not checked[/]: {each}", soft_wrap=True)
    for found in verification.differences:
        where = "" if found.block is None else f" at block {found.block}"
        output.print(f"[bold red]{found.peer} differs[/]{where}: ", end="", soft_wrap=True)
        output.print(found.what, markup=False, soft_wrap=True)
        output.print(f"  heal it: fairledger network heal {found.peer}")
    if verification.sound:
        output.print("[green]all peers agree[/]")


@network.command()
def heal(node: NodeName) -> None:
    """Take a node's data away and let it fetch everything again from the others."""
    with reported(), console.status(f"healing {node}") as shown:
        heal_node(_site(), node, lambda has, of: shown.update(f"healing {node}: {has} of {of} blocks"))
        console.print(f"[green]✓[/] {node} is healed")


@network.command()
def profile(organization: Annotated[str, typer.Argument(help="The organisation's name.")]) -> None:
    """Print an organisation's connection profile (JSON), for any Fabric client."""
    with reported():
        site = _site()
        site.require_set_up()
        output.print_json(data=connection_profile(site.consortium, site.layout, organization))


def main() -> None:
    """Run the network commands alone."""
    sys.exit(network())
