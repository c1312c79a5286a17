"""The commands of this package, on a state directory without a network."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from fairledger.cli import commands
from fairledger.cli.errors import CommandError
from fairledger.cli.root import app
from fairledger.cli.state import CONSORTIUM, STATE, State
from fairledger.readmodel.database import Database
from fairledger.readmodel.projector import Projector
from fairledger.tokens import TokenAuthority
from tests.support.captures import chain_of, document, event

EPC = "urn:epc:id:sgtin:9521000.012345.1"


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> State:
    commands.installed_commands.cache_clear()
    root = tmp_path / "state"
    for organization, people in {"PlatformA": ("producer", "admin"), "PlatformB": ("carrier", "admin")}.items():
        folder = root / "wallets" / organization
        folder.mkdir(parents=True)
        for name in people:
            (folder / f"{name}.id").touch()
        (root / "api" / organization).mkdir(parents=True)
    monkeypatch.setenv(STATE, str(root))
    return State(root)


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, list(arguments))
    return result.exit_code, result.stdout, result.stderr


def test_a_token_is_for_the_service_of_the_persons_organisation(state: State) -> None:
    status, token, _err = run("token", "carrier", "--hours", "1")
    authority = TokenAuthority.load("PlatformB", state.api("PlatformB") / "token.key")
    assert (status, authority.verify(token.strip())) == (0, "carrier")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("nobody",), "CLI_IDENTITY_UNKNOWN"),
        (("admin",), "CLI_IDENTITY_AMBIGUOUS"),
        (("carrier", "--organization", "PlatformA"), "CLI_IDENTITY_UNKNOWN"),
        (("carrier", "--organization", "Nobody"), "CLI_ORGANIZATION_UNKNOWN"),
        (("carrier", "--hours", "100000"), "TOKEN_LIFETIME"),
    ],
)
def test_a_token_that_cannot_be_had_is_refused(state: State, arguments: tuple[str, ...], code: str) -> None:
    status, out, err = run("token", *arguments)
    assert (status, out, err.partition(":")[0]) == (1, "", code)


def test_the_organisation_may_be_named_when_several_know_the_name(state: State) -> None:
    assert state.home_of("admin", "PlatformB") == "PlatformB"


def test_the_state_is_found_in_the_project_around(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "network").mkdir()
    (tmp_path / "network" / "consortium.yaml").touch()
    (tmp_path / "a" / "b").mkdir(parents=True)
    monkeypatch.delenv(STATE, raising=False)
    monkeypatch.delenv(CONSORTIUM, raising=False)
    monkeypatch.chdir(tmp_path / "a" / "b")
    with pytest.raises(CommandError) as missing:
        State.find()
    assert missing.value.code == "CLI_STATE_MISSING"
    (tmp_path / ".fairledger").mkdir()
    assert State.find().root == tmp_path / ".fairledger"


def test_the_project_may_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(STATE, raising=False)
    monkeypatch.setenv(CONSORTIUM, str(tmp_path / "network" / "consortium.yaml"))
    (tmp_path / ".fairledger").mkdir()
    assert State.find().root == tmp_path / ".fairledger"


def test_outside_of_any_project_there_is_no_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(STATE, raising=False)
    monkeypatch.delenv(CONSORTIUM, raising=False)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CommandError) as missing:
        State.find()
    assert missing.value.code == "CLI_PROJECT_MISSING"


@pytest.fixture
def projected(state: State) -> State:
    """PlatformA's read model with two events of one item, one of them declared erroneous."""
    later = event(2, epcList=[EPC], readPoint={"id": "urn:epc:id:sgln:9521000.00002.0"})
    wrong = {**event(1), "errorDeclaration": {"declarationTime": "2026-11-20T00:00:00Z"}}
    chain = asyncio.run(chain_of([[document(later)], [document(event(1))], [document(wrong)]]))
    database = Database.open(state.readmodel_url("PlatformA"))
    for block in chain.blocks:
        Projector(database).apply(block)
    database.close()
    return state


def test_an_items_events_are_shown_in_the_order_they_happened(
    projected: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    status, out, err = run("trace", "show", "https://id.gs1.org/01/09521000123458/21/1")
    lines = [line for line in out.splitlines() if "2026-11" in line]
    assert (status, err) == (0, "")
    assert [line[:19].strip() for line in lines] == ["2026-11-01 22:00:00"] * 2 + ["2026-11-02 22:00:00"]
    assert ["declared erroneous" in line for line in lines] == [False, True, False]
    assert "https://id.gs1.org/414/9521000000025" in lines[2]
    assert "PlatformA" in lines[0]


def test_a_long_history_is_cut_and_says_so(projected: State, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fairledger.cli.trace.EVENTS_SHOWN_MAX", 2)
    status, out, _err = run("trace", "show", EPC)
    assert (status, "and more" in out) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("urn:epc:id:sgtin:9521000.012345.7",), "TRACE_ITEM_UNKNOWN"),
        (("x\x00",), "QUERY_VALUE"),
        ((EPC, "--organization", "PlatformB"), "READMODEL_MISSING"),
        ((EPC, "--organization", "Nobody"), "CLI_ORGANIZATION_UNKNOWN"),
    ],
)
def test_what_cannot_be_shown_is_refused(projected: State, arguments: tuple[str, ...], code: str) -> None:
    status, _out, err = run("trace", "show", *arguments)
    assert (status, err.partition(":")[0]) == (1, code)


def test_documents_that_are_not_there_are_refused(state: State) -> None:
    status, _out, err = run("trace", "capture", "/no/such/folder")
    assert (status, err.partition(":")[0]) == (1, "TRACE_FILES")


def test_a_rebuild_needs_the_consortium(state: State) -> None:
    status, _out, err = run("readmodel", "rebuild", "--organization", "PlatformA")
    assert (status, err.partition(":")[0]) == (1, "WALLET_MISSING")


def fake_rebuild(**found: Any) -> Any:
    from fairledger.readmodel.rebuild import Rebuilt  # noqa: PLC0415

    async def rebuild(_state: State, _organization: str) -> Rebuilt:
        return Rebuilt(**found)

    return rebuild


@pytest.mark.parametrize(
    ("found", "status", "shown"),
    [
        ({"compared_blocks": 0, "before": {}, "after": {"events": "x"}}, 0, "there was nothing to compare with"),
        (
            {"compared_blocks": 3, "before": {"events": "x"}, "after": {"events": "x"}},
            0,
            "compared at 3 blocks: identical",
        ),
        ({"compared_blocks": 3, "before": {"events": "y"}, "after": {"events": "x"}}, 1, "different: events"),
    ],
)
def test_a_rebuild_says_whether_the_tables_are_as_they_were(
    state: State, monkeypatch: pytest.MonkeyPatch, found: dict[str, Any], status: int, shown: str
) -> None:
    monkeypatch.setattr("fairledger.cli.readmodel._rebuild", fake_rebuild(blocks=3, events=5, **found))
    code, out, err = run("readmodel", "rebuild", "--organization", "PlatformA")
    assert (code, "PlatformA: 3 blocks, 5 events; " in out, shown in out) == (status, True, True)
    assert err.startswith("READMODEL_DIFFERED") == (status == 1)
