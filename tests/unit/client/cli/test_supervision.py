"""Standards, complaints, inspections and the watch on the command line, one after the other."""

import json
import time
from pathlib import Path

import pytest

from fairledger.cli.state import State
from fairledger.documents import open_store
from fairledger.watch.findings import Sighting
from tests.support.supervised import STANDARDS
from tests.unit.client.cli.conftest import Commands, said


def in_force(program: Commands) -> list[str]:
    lines = said(program, "standard", "list").splitlines()
    return [line.split()[0] for line in lines if "in force" in line]


@pytest.fixture(scope="module")
def begun() -> list[str]:
    return []


@pytest.fixture
def founded(program: Commands, begun: list[str]) -> Commands:
    """Standards are in force, and PlatformA is a member."""
    if begun:
        return program
    for name in ("complaints", "supervision"):
        said(program, "standard", "propose", str(STANDARDS / f"{name}.json"), "--as", "officer")
        said(program, "standard", "vote", name, "0001", "--as", "officer")
        assert "adopted, 2 of 2" in said(program, "standard", "vote", name, "0001", "--as", "regulator")
    said(program, "licence", "grant", "inspector", "inspector", "--name", "Inspectors", "--as", "officer")
    said(program, "member", "enrol", "PlatformA", "--as", "officer", "--name", "Shop A")
    while sorted(in_force(program)) != ["complaints", "supervision"]:
        time.sleep(0.5)
    begun.append("done")
    return program


def test_a_standards_text_is_its_file_kept_in_the_organisations_store(founded: Commands) -> None:
    told = json.loads(said(founded, "standard", "show", "complaints", "0001", "--json"))
    kept = open_store(State.find().api("Association")).get(told["text_sha256"])
    assert kept == (STANDARDS / "complaints.json").read_bytes()


def test_a_complaint_is_filed_answered_escalated_and_decided(founded: Commands) -> None:
    filed = said(
        *(founded, "complaint", "file", "order:17", "--as", "consumer", "--platform", "PlatformA"),
        *("--matter", "not_delivered"),
    )
    complaint_id = filed.split()[1].rstrip(":")
    assert founded.refused("complaint", "step", "push", complaint_id, "--as", "carrier") == "SUPERVISION_NOT_DUE"
    assert founded.refused("complaint", "step", "answer", complaint_id, "--as", "officer") == "SUPERVISION_ROLE_DENIED"
    said(founded, "complaint", "step", "answer", complaint_id, "--as", "platform-officer")
    said(founded, "complaint", "step", "escalate", complaint_id, "--as", "consumer")
    decided = said(founded, "complaint", "decide", complaint_id, "--as", "officer", "--verdict", "upheld")
    assert decided == f"complaint {complaint_id}: decided, upheld\n"
    listed = json.loads(said(founded, "complaint", "list", "--state", "decided", "--json"))
    assert [each["id"] for each in listed] == [complaint_id]
    assert founded.refused("complaint", "step", "push", "7", "--as", "carrier") == "SUPERVISION_COMPLAINT_UNKNOWN"


def test_an_inspection_is_ordered_reported_and_closed(founded: Commands) -> None:
    ordered = said(
        founded, "inspection", "order", "platform:PlatformAMSP", "--as", "regulator", "--platform", "PlatformA"
    )
    inspection_id = ordered.split()[1].rstrip(":")
    reported = said(founded, "inspection", "report", inspection_id, "--as", "inspector", "--finding", "claims:major")
    assert reported == f"inspection {inspection_id}: reported, major\n"
    assert "closed" in said(founded, "inspection", "close", inspection_id, "--as", "regulator")
    assert inspection_id in said(founded, "inspection", "list")


def test_a_watch_records_once_and_clears_what_is_over(founded: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = [Sighting("A", 100, "ab" * 32), Sighting("B", None)]

    async def sightings(*_asked: object) -> list[Sighting]:
        return seen

    monkeypatch.setattr("fairledger.cli.watch._sightings", sightings)
    rounds = [said(founded, "watch", "--as", "service") for _ in range(2)]
    seen[1] = Sighting("B", 100, "ab" * 32)
    assert [*rounds, said(founded, "watch", "--as", "service")] == [
        "1 recorded, 0 cleared\n",
        "0 recorded, 0 cleared\n",
        "0 recorded, 1 cleared\n",
    ]


def test_what_is_no_standard_complaint_or_inspection_is_refused(program: Commands, tmp_path: Path) -> None:
    assert program.refused("standard", "propose", str(tmp_path / "none.json"), "--as", "officer") == "STANDARD_FILE"
    told = ("--as", "officer", "--platform", "PlatformA")
    assert program.refused("complaint", "file", "17", *told, "--matter", "unsafe") == "COMPLAINT_ABOUT"
    assert program.refused("inspection", "order", "17", *told) == "INSPECTION_TARGET"
