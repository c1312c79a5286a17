"""The commands of the page about histories, tags, papers and recalls do what it says."""

import hashlib
import re
import shlex
from pathlib import Path

import pytest

from tests.unit.client.cli.conftest import Commands

PAGE = Path(__file__).parents[4] / "docs" / "trace-commands.md"
TOLD = re.findall(r"^fairledger (.+)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
AT_A_SERVICE = [line for line in TOLD if line.startswith("tag commission ")]  # tested with one, in test_commissioning
LINES = [line for line in TOLD if line not in AT_A_SERVICE]


def test_the_commands_of_the_page_work_one_after_the_other(
    program: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "report.pdf").write_bytes(b"it fell")
    known = {"SHA256": hashlib.sha256(b"it fell").hexdigest()}
    for line in LINES:
        words = [known.get(word, word) for word in shlex.split(line)]
        status, out, err = program.run(*words)
        assert (status, err) == (0, ""), line
        if words[:2] == ["tag", "sign"]:
            known["LINK"] = out.strip()
        if words[:2] == ["recall", "issue"]:
            known["ID"] = out.split()[1].rstrip(":")
    assert (len(LINES), len(AT_A_SERVICE)) == (13, 3)
    assert (tmp_path / "copy.pdf").read_bytes() == b"it fell"
    assert {path.name for path in tmp_path.iterdir()} == {"report.pdf", "copy.pdf", "labels", "goods.csv"}


def test_each_code_of_the_page_is_one_of_the_program() -> None:
    sources = [path.read_text(encoding="utf-8") for path in (PAGE.parents[1] / "client").rglob("*.py")]
    sources += [path.read_text(encoding="utf-8") for path in (PAGE.parents[1] / "chaincode").rglob("*.py")]
    codes = re.findall(r"`([A-Z]+_[A-Z_]+)`", PAGE.read_text(encoding="utf-8"))
    assert [code for code in codes if not any(f'"{code}"' in source for source in sources)] == []
    assert len(codes) > 20
