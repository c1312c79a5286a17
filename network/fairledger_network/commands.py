"""The commands: ``fairledger network …`` and ``fairledger identity …``."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console

from fairledger_network.down import down as stop_all
from fairledger_network.errors import NetworkError
from fairledger_network.identity_commands import identity
from fairledger_network.site import Site
from fairledger_network.up import up as bring_up

network = typer.Typer(
    name="network", help="Start, check and heal the consortium on this machine.", no_args_is_help=True
)
__all__ = ["identity", "main", "network"]

console = Console(stderr=True, highlight=False)


@contextmanager
def reported() -> Iterator[None]:
    """Show an error as one message with its code, and end with status 1."""
    try:
        yield
    except NetworkError as error:
        console.print(f"[bold red]{error.code}[/]: ", end="")
        console.print(error.message, markup=False)
        raise typer.Exit(1) from error


def _site() -> Site:
    return Site.from_environment(say=lambda text: console.print(f"  {text}", markup=False))


@network.command()
def up() -> None:
    """Bring the consortium to life; what runs already is left alone."""
    with reported():
        bring_up(_site(), lambda step, seconds: console.print(f"[green]✓[/] {step} [dim]{seconds:.1f} s[/]"))


@network.command()
def down(*, wipe: Annotated[bool, typer.Option("--wipe", help="Forget keys and ledgers, too.")] = False) -> None:
    """Stop all nodes."""
    with reported():
        stopped = stop_all(_site(), wipe=wipe)
        console.print(f"{len(stopped)} nodes stopped" + (", everything forgotten" if wipe else ""))


def main() -> None:
    """Run the network commands alone."""
    sys.exit(network())
