"""The digest says which code a server runs: names and contents of sources, and nothing that no server runs."""

from pathlib import Path
from types import ModuleType

import pytest

import fairledger_chaincode
import fairledger_contracts
from fairledger_chaincode.digest import code_digest
from fairledger_chaincode.errors import StartRefused


@pytest.fixture
def package(tmp_path: Path) -> ModuleType:
    (tmp_path / "tool").mkdir()
    (tmp_path / "rules.py").write_text("answer = 42\n")
    (tmp_path / "tool" / "probe.py").write_text("asks = 1\n")
    module = ModuleType("credit")
    module.__path__ = [str(tmp_path)]
    return module


def test_a_changed_source_and_a_changed_name_change_it(package: ModuleType) -> None:
    folder = Path(package.__path__[0])
    digests = {code_digest([package])}
    (folder / "rules.py").write_text("answer = 43\n")
    digests.add(code_digest([package]))
    (folder / "rules.py").rename(folder / "rule.py")
    digests.add(code_digest([package]))
    assert len(digests) == 3


def test_what_is_left_out_may_change(package: ModuleType) -> None:
    folder = Path(package.__path__[0])
    before = code_digest([package], without=["credit.tool"])
    (folder / "tool" / "probe.py").write_text("asks = 2\n")
    assert code_digest([package], without=["credit.tool"]) == before
    (folder / "rules.py").write_text("answer = 43\n")
    assert code_digest([package], without=["credit.tool"]) != before


def test_servers_do_not_vouch_for_the_simulator() -> None:
    whole = code_digest([fairledger_chaincode, fairledger_contracts])
    without = code_digest([fairledger_chaincode, fairledger_contracts], without=["fairledger_chaincode.simulator"])
    assert fairledger_chaincode.server_digest([fairledger_contracts]) == without != whole


def test_a_package_without_sources_is_refused(tmp_path: Path) -> None:
    module = ModuleType("empty")
    module.__path__ = [str(tmp_path)]
    with pytest.raises(StartRefused):
        code_digest([module])
