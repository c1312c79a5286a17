"""A consortium with the example chains, on which commands run."""

from collections.abc import Iterator

import pytest
from typer.testing import CliRunner

from fairledger.cli import commands
from fairledger.cli.root import app
from fairledger.cli.state import STATE
from fairledger_contracts.records.member import Member
from tests.support.escrow import Rulebook
from tests.support.supervised import LONG_AGO, STANDARDS, first_standard
from tests.support.told_consortium import ToldConsortium


class Commands:
    """The program, with the consortium that it finds."""

    def __init__(self, consortium: ToldConsortium) -> None:
        self.consortium = consortium
        self.state = consortium.state

    def run(self, *arguments: str) -> tuple[int, str, str]:
        """Exit status, standard output and standard error of a command."""
        result = CliRunner().invoke(app, list(arguments))
        return result.exit_code, result.stdout, result.stderr

    def refused(self, *arguments: str) -> str:
        """The code with which a command fails."""
        status, _out, err = self.run(*arguments)
        assert status == 1, err
        return err.partition(":")[0]


@pytest.fixture(scope="session")
def consortium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ToldConsortium]:
    told = ToldConsortium(tmp_path_factory.mktemp("told"))
    told.start()
    yield told
    told.stop()


def said(program: Commands, *arguments: str) -> str:
    """Standard output of a command that has to succeed."""
    status, out, err = program.run(*arguments)
    assert status == 0, err
    return out


@pytest.fixture(scope="session")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ToldConsortium]:
    """A consortium with all first standards in force, and both platforms members for long."""
    told = ToldConsortium(tmp_path_factory.mktemp("market"), Rulebook())
    told.begin()
    told.share_readmodel()
    for file in sorted(STANDARDS.glob("*.json")):
        told.submit("officer", "rulebook:standard", first_standard(file.stem).model_dump_json())
    signatory = first_standard("disclosure").recorder
    for msp_id, name in {"PlatformAMSP": "Shop A", "PlatformBMSP": "Shop B"}.items():
        member = Member(msp_id=msp_id, name=name, since=LONG_AGO, recorder=signatory)
        told.submit("officer", "rulebook:member", member.model_dump_json())
    told.license()
    yield told
    told.stop()


@pytest.fixture
def trading(market: ToldConsortium, monkeypatch: pytest.MonkeyPatch) -> Commands:
    """Commands on the consortium where money moves and platforms are supervised."""
    return commands_on(market, monkeypatch)


@pytest.fixture
def program(consortium: ToldConsortium, monkeypatch: pytest.MonkeyPatch) -> Commands:
    """Commands on the consortium with the example chains."""
    return commands_on(consortium, monkeypatch)


def commands_on(consortium: ToldConsortium, monkeypatch: pytest.MonkeyPatch) -> Commands:
    """The program on a consortium, whose ledger is called in the place of a gateway."""
    commands.installed_commands.cache_clear()
    monkeypatch.setenv(STATE, str(consortium.state.root))
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.setattr("fairledger.cli.model.connected", consortium.connected)
    monkeypatch.setattr("fairledger.cli.call.connected", consortium.connected)
    return Commands(consortium)
