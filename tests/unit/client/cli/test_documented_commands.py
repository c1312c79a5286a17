"""Every command line of the documents parses: its command, its options and its arguments are there."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer

from fairledger.cli import commands
from fairledger.cli.root import app

ROOT = Path(__file__).parents[4]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("**/*.md"))]
BLOCK = re.compile(r"^```[a-z]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINE = re.compile(r"^(?:\.venv/bin/)?fairledger (.+)$", re.MULTILINE)
INNER = re.compile(r"\$\(fairledger ([^)]+)\)")
SPAN = re.compile(r"`fairledger ([a-z][^`\n]*)`")


def written() -> list[tuple[str, str]]:
    """All command lines of code blocks, by page."""
    found = []
    for page in PAGES:
        for block in BLOCK.findall(page.read_text(encoding="utf-8")):
            lines = [*LINE.findall(block.replace("\\\n", " ")), *INNER.findall(block)]
            found += [(str(page.relative_to(ROOT)), line) for line in lines]
    return found


def named() -> list[tuple[str, str]]:
    """All commands that a sentence names, by page."""
    return [
        (str(page.relative_to(ROOT)), line)
        for page in PAGES
        for line in SPAN.findall(BLOCK.sub("", page.read_text(encoding="utf-8")))
    ]


def resolve(words: list[str]) -> tuple[Any, str, list[str]]:
    """The command that the words lead to, its name, and what is left of them: options and arguments."""
    command: Any = typer.main.get_command(app)
    name = "fairledger"
    while words and hasattr(command, "get_command"):
        inner = command.get_command(None, words[0])
        if inner is None and command.invoke_without_command:
            break
        assert inner is not None, f"no command {words[0]!r} in {name}"
        command, name, words = inner, words[0], words[1:]
    return command, name, words


@pytest.fixture(autouse=True)
def all_installed() -> None:
    commands.installed_commands.cache_clear()


@pytest.mark.parametrize(("page", "line"), written())
def test_a_line_of_a_code_block_parses(page: str, line: str) -> None:
    command, name, words = resolve(shlex.split(line, comments=True))
    assert not hasattr(command, "get_command") or command.invoke_without_command, f"{line!r} names a group"
    command.make_context(name, words)


@pytest.mark.parametrize(("page", "line"), named())
def test_a_command_that_a_sentence_names_is_there(page: str, line: str) -> None:
    words = shlex.split(line)
    path = words[: next((at for at, word in enumerate(words) if not re.fullmatch(r"[a-z][a-z-]+", word)), len(words))]
    resolve(path)


def test_the_documents_have_command_lines_of_all_parts() -> None:
    nouns = {line.split()[0] for _page, line in written()}
    assert {"trace", "escrow", "disclosure", "sanction", "monitoring", "member", "standard", "warrant"} <= nouns


@pytest.mark.parametrize("line", ["escrow pray", "escrow order ship", "sanction open PlatformA --penalty prayer"])
def test_what_does_not_parse_is_found(line: str) -> None:
    with pytest.raises((AssertionError, typer.TyperException)):
        test_a_line_of_a_code_block_parses("", line)
