"""A consortium with the example chains, on which commands run."""

from collections.abc import Iterator

import pytest
from typer.testing import CliRunner

from fairledger.cli import commands
from fairledger.cli.root import app
from fairledger.cli.state import STATE
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


@pytest.fixture
def program(consortium: ToldConsortium, monkeypatch: pytest.MonkeyPatch) -> Commands:
    commands.installed_commands.cache_clear()
    monkeypatch.setenv(STATE, str(consortium.state.root))
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.setattr("fairledger.cli.model.connected", consortium.connected)
    monkeypatch.setattr("fairledger.cli.call.connected", consortium.connected)
    return Commands(consortium)
