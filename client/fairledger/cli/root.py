"""The root of the command line: options that hold for all commands, and how a failure is shown.

Commands come from entry points of the group ``fairledger.commands``; each names a ``typer.Typer``. Only the command
that is called is imported; ``fairledger --help`` imports them all for their summaries, so what is heavy (gRPC,
SQLAlchemy, FastAPI) belongs inside the functions.
"""

import importlib.metadata
from typing import Annotated, Any

import typer
from rich.console import Console
from typer.core import TyperGroup

from fairledger.cli.commands import installed_commands, load
from fairledger.cli.errors import show

EXIT_FAILED = 1  # the command ran and could not do it; 2 is for commands that were written wrongly


class Root(TyperGroup):
    """Mounts the installed commands by name, and turns what they raise into a line and an exit status."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Names of the installed commands, sorted."""
        del ctx
        return sorted(installed_commands())

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of that name, imported now, or ``None``."""
        del ctx
        entry_point = installed_commands().get(cmd_name)
        return load(entry_point) if entry_point else None

    def invoke(self, ctx: Any) -> Any:
        """Run the command; a failure is shown, and ends the program with ``EXIT_FAILED``."""
        try:
            return super().invoke(ctx)
        except (typer.Exit, typer.Abort, typer.TyperException, EOFError, BrokenPipeError):
            raise
        except Exception as error:
            if ctx.params.get("debug"):
                raise
            show(error, Console(stderr=True))
            raise typer.Exit(EXIT_FAILED) from error


app = typer.Typer(cls=Root, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


def _show_version(wanted: bool) -> None:  # noqa: FBT001  typer calls it so
    if wanted:
        typer.echo(f"fairledger {importlib.metadata.version('fairledger')}")
        raise typer.Exit


@app.callback()
def root(
    *,
    debug: Annotated[bool, typer.Option("--debug", help="Show where an error happened.")] = False,
    version: Annotated[
        bool, typer.Option("--version", help="Show the version and exit.", callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    """An e-commerce credit system on Hyperledger Fabric that no single platform owns."""
    del debug, version


def main() -> None:
    """Run the program on the process's arguments; ends the process with its exit status."""
    typer.main.get_command(app).main(prog_name="fairledger")
