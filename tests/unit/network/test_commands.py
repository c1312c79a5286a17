"""The commands as a user meets them: errors with code and remedy, and the doorway of Fabric's test network."""

import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from fairledger_network.commands import network
from fairledger_network.consortium import Consortium
from fairledger_network.layout import Layout
from fairledger_network.site import Site, project_root
from fairledger_network.state_snapshot import Snapshot, state_differences

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAIRLEDGER_CONSORTIUM", str(ROOT / "network" / "consortium.yaml"))
    monkeypatch.setenv("FAIRLEDGER_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("FAIRLEDGER_PORT_OFFSET", "20000")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["profile", "PlatformA"], "NOT_READY: nothing is set up in "),
        (["heal", "peer0.PlatformA"], "state: `fairledger network up` first"),
        (["deploy"], "NOT_READY: nothing is set up in "),
        (["logs", "peer0.PlatformA"], "NOT_READY: peer0.PlatformA has no log yet: `fairledger network up` first"),
        (["logs", "peer9.PlatformA"], "NOT_READY: no node peer9.PlatformA; there are ca.PlatformA, ca.PlatformB"),
        (["heal", "ca.PlatformA"], "NOT_READY: ca.PlatformA holds keys that nobody else has"),
        (["heal", "nobody"], "NOT_READY: no node nobody; there are ca.PlatformA"),
        (["verify"], "NOT_READY: nothing is set up in "),
    ],
)
def test_what_can_t_be_done_is_told_with_code_and_remedy(arguments: list[str], told: str) -> None:
    result = CliRunner().invoke(network, arguments)

    assert result.exit_code == 1
    assert told in result.stderr


def test_the_status_of_a_consortium_that_never_ran(tmp_path: Path) -> None:
    result = CliRunner().invoke(network, ["status"])

    assert result.exit_code == 1
    assert result.stdout.count("stopped") == 19
    assert "0 processes, 0 MiB" in result.stdout
    assert not (tmp_path / "state").exists()


def test_nothing_is_wiped_where_no_consortium_was_set_up(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "thesis.tex").touch()

    result = CliRunner().invoke(network, ["down", "--wipe"])

    assert result.exit_code == 1
    assert "holds no consortium; nothing was removed" in result.stderr
    assert (tmp_path / "state" / "thesis.tex").exists()


def test_an_offset_that_is_no_number_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAIRLEDGER_PORT_OFFSET", "many")

    result = CliRunner().invoke(network, ["status"])

    assert result.exit_code == 1
    assert "CONSORTIUM_INVALID: FAIRLEDGER_PORT_OFFSET=many: a whole number is expected" in result.stderr


def test_a_copy_of_the_file_belongs_to_the_project_it_lies_in(tmp_path: Path) -> None:
    assert project_root(ROOT / ".fairledger-x" / "consortium.yaml") == ROOT
    assert project_root(tmp_path / "elsewhere" / "network" / "consortium.yaml") == tmp_path / "elsewhere"


def test_the_doorway_tells_its_four_commands_when_asked_for_another() -> None:
    done = subprocess.run(
        [str(ROOT / "network" / "network.sh"), "sideways"], capture_output=True, text=True, check=False
    )

    assert done.returncode == 2
    assert [line.split()[1] for line in done.stderr.splitlines() if line.startswith("  network.sh")] == [
        "up",
        "createChannel",
        "deployCC",
        "down",
    ]


def test_without_a_majority_every_state_that_differs_is_named(tmp_path: Path) -> None:
    site = Site(
        consortium=Consortium.load(ROOT / "network" / "consortium.yaml"),
        layout=Layout(tmp_path),
        root=ROOT,
        modules=ROOT / "network" / "programs",
    )
    states = [Snapshot(peer, 7, tmp_path, {"public_state.data": value}) for peer, value in (("a", "1"), ("b", "2"))]

    found = state_differences(states, site)

    assert [(difference.peer, difference.block) for difference in found] == [("a", None), ("b", None)]
    assert found[0].what == "its state after block 7 is not what the other peers have, and no majority agrees"
    assert state_differences(states[:1] * 3, site) == []
