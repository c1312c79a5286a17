"""One program: commands by name, loaded when called, and failures as one line."""

import subprocess
import sys
from importlib.metadata import EntryPoint

import pytest
import typer
from typer.testing import CliRunner

from fairledger.cli import commands
from fairledger.cli.errors import CommandError
from fairledger.cli.root import app

FAILING = typer.Typer()
OTHER = "no command"
REPEAT = "  → repeat the command as `fairledger --debug …` to see where it happened\n"


class WithCode(Exception):
    """As the errors of other layers are."""

    code = "LAYER_CODE"
    message = "what went\nwrong"


@FAILING.command()
def fail(kind: str) -> None:
    """Fail in some way."""
    raise {
        "command": CommandError("CLI_SOMETHING", "it [bold]can't[/bold] be", "do something else"),
        "layer": WithCode("LAYER_CODE: with much more text"),
        "unexpected": ValueError("some value"),
        "silent": RuntimeError(),
        "exit": typer.Exit(7),
    }[kind]


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    here = __name__
    sys.modules.setdefault(here, sys.modules[__name__])
    entry_points = {
        "fail": EntryPoint("fail", f"{here}:FAILING", commands.GROUP),
        "missing": EntryPoint("missing", "no.such.module:app", commands.GROUP),
        "other": EntryPoint("other", f"{here}:OTHER", commands.GROUP),
    }
    monkeypatch.setattr(commands, "installed_commands", lambda: entry_points)
    monkeypatch.setattr("fairledger.cli.root.installed_commands", lambda: entry_points)


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, list(arguments))
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        ("command", "CLI_SOMETHING: it [bold]can't[/bold] be\n  → do something else\n"),
        ("layer", "LAYER_CODE: what went wrong\n"),
        (
            "unexpected",
            f"CLI_UNEXPECTED: ValueError: some value\n{REPEAT}",
        ),
        (
            "silent",
            f"CLI_UNEXPECTED: RuntimeError\n{REPEAT}",
        ),
    ],
)
def test_a_failure_is_one_line_with_its_code_and_the_remedy(kind: str, shown: str) -> None:
    assert run("fail", kind) == (1, "", shown)


def test_a_commands_own_exit_status_stays() -> None:
    assert run("fail", "exit") == (7, "", "")


def test_debug_shows_where_it_happened() -> None:
    result = CliRunner().invoke(app, ["--debug", "fail", "unexpected"])
    assert isinstance(result.exception, ValueError)


def test_a_command_written_wrongly_has_another_status() -> None:
    status, _out, err = run("fail")
    assert (status, "Missing argument" in err) == (2, True)
    status, _out, err = run("fial", "x")
    assert (status, "No such command 'fial'" in err) == (2, True)


def test_help_lists_all_commands_even_those_that_cannot_be_loaded() -> None:
    status, out, _err = run("--help")
    assert status == 0
    for text in ("fail", "Fail in some way.", "missing", "other", "--debug", "--version"):
        assert text in out


@pytest.mark.parametrize(
    ("name", "reason"), [("missing", "No module named 'no'"), ("other", "is no command but a str")]
)
def test_a_command_that_cannot_be_loaded_says_so(name: str, reason: str) -> None:
    status, _out, err = run(name, "--anything", "x")
    assert (status, err.startswith("CLI_COMMAND_BROKEN: the command can't be loaded: ")) == (1, True)
    assert reason in err


def test_the_version_is_shown() -> None:
    assert run("--version") == (0, "fairledger 0.1.0\n", "")


def test_the_program_starts_and_imports_nothing_heavy_for_another_command() -> None:
    modules = ", ".join(f"fairledger.cli.{name}" for name in ("trace", "tag", "document", "recall", "licence"))
    script = f"import sys, {modules}; print([m for m in ('grpc', 'sqlalchemy', 'fastapi') if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert found.stdout == "[]\n"
    help_text = subprocess.run(
        [sys.executable, "-m", "fairledger.cli", "--help"], capture_output=True, text=True, check=True
    )
    for name in ("network", "identity", "token", "trace", "readmodel", "tag", "document", "recall", "licence"):
        assert name in help_text.stdout


def test_a_reader_that_goes_away_is_no_error_of_the_command() -> None:
    """As in ``fairledger --help | head -1``."""
    command = [sys.executable, "-m", "fairledger.cli", "--help"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as program:
        assert program.stdout is not None
        assert program.stderr is not None
        program.stdout.close()
        assert program.stderr.read() == b""
