"""Finding and loading the commands that installed packages bring."""

import functools
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Final

import typer

from fairledger.cli.errors import CommandError

GROUP: Final = "fairledger.commands"


@functools.cache
def installed_commands() -> dict[str, EntryPoint]:
    """Entry points of the group, by command name."""
    return {entry_point.name: entry_point for entry_point in entry_points(group=GROUP)}


def load(entry_point: EntryPoint) -> Any:
    """The command that ``entry_point`` names.

    One that can't be imported, or is no ``typer.Typer``, becomes a command that says so when called, so that a broken
    package does not take the others' commands along.
    """
    try:
        command = entry_point.load()
    except (ImportError, AttributeError) as error:
        return _broken(entry_point, str(error))
    if not isinstance(command, typer.Typer):
        return _broken(entry_point, f"{entry_point.value} is no command but a {type(command).__name__}")
    command._add_completion = False  # noqa: SLF001  the root has none either, and typer asks only this attribute
    mounted = typer.main.get_command(command)
    mounted.name = entry_point.name
    return mounted


def _broken(entry_point: EntryPoint, reason: str) -> Any:
    app = typer.Typer(add_completion=False)

    @app.command(entry_point.name, help=f"(not available: {reason})", context_settings={"ignore_unknown_options": True})
    def explain(arguments: list[str] = typer.Argument(default=None, hidden=True)) -> None:  # noqa: B008  typer's way
        del arguments
        raise CommandError("CLI_COMMAND_BROKEN", f"the command can't be loaded: {reason}", "reinstall the project")

    return typer.main.get_command(app)
