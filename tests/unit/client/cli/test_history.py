"""``fairledger trace history``, ``upstream`` and ``downstream``, on the example chains."""

import json

import pytest

from fairledger.api.trace_routes import Walked
from fairledger_contracts.lineage.history import History
from tests.unit.client.cli.conftest import Commands

PHONE = "urn:epc:id:sgtin:9521000.000110.FP26100001"
PHONE_LINK = "https://id.gs1.org/01/09521000001107/21/FP26100001"
CAN = "https://id.gs1.org/01/09521000002043/21/MP2609030001"
POWDER = "https://id.gs1.org/01/09521000002036/10/MP260903"
MILK = "https://id.gs1.org/01/09521000002012/10/RM20260901A"
PALLET = "https://id.gs1.org/00/095210000260906112"


def cells(out: str, first: str) -> list[str]:
    """The cells of the row that begins with ``first``."""
    return next([cell.strip() for cell in line.split("│")] for line in out.splitlines() if line.startswith(first))


def test_a_history_has_its_grade_with_a_reason_for_each_check(program: Commands) -> None:
    status, out, err = program.run("trace", "history", PHONE)
    assert (status, err, out.splitlines()[0]) == (0, "", PHONE_LINK)
    assert "grade B: small gaps" in out
    shown = "Somebody recorded that it was made or given its identity."
    assert cells(out, "commissioned ") == ["commissioned", "shown", "", shown]
    assert cells(out, "timely ")[:3] == ["timely", "missing", "B"]
    assert cells(out, "scans ") == ["scans", "not concerned", "", "This does not concern it."]


def test_a_history_has_journey_holders_and_parties(program: Commands) -> None:
    _status, out, _err = program.run("trace", "history", PHONE)
    departing = "2026-10-15 10:05:00"
    carrier = "PlatformB carrier 9521000000032"
    assert cells(out, departing) == [
        *(departing, "Object OBSERVE", "departing", "in_transit", "https://id.gs1.org/414/9521000000025/254/DOCK-2"),
        *("https://id.gs1.org/00/095210000261015028", carrier, ""),
    ]
    assert cells(out, carrier) == [carrier, departing, "2026-10-18 03:15:00", "told by both"]
    assert cells(out, "PlatformA producer")[1] == "made, held"


def test_the_json_is_the_history_that_the_service_answers(program: Commands) -> None:
    status, out, _err = program.run("trace", "history", PHONE, "--json")
    told = History.model_validate_json(out)
    assert (status, told.item, told.grade, len(told.legs)) == (0, PHONE_LINK, "B", 14)


def test_what_goods_were_made_of_is_a_tree_that_tells_where_and_who_says_so(program: Commands) -> None:
    site, processor = "https://id.gs1.org/414/9521000000025/254", "PlatformA processor 9521000000025"
    status, out, _err = program.run("trace", "upstream", CAN)
    assert (status, out.splitlines()[:3]) == (
        0,
        [
            CAN,
            f"├── {POWDER}  made into, 2026-09-03 02:00:00, {site}/FILLER-2, by {processor}",
            f"│   ├── {MILK}  made into, 2026-09-01 18:00:00, {site}/DRYER-1, by {processor}",
        ],
    )


def test_what_became_of_goods_branches_out_once(program: Commands) -> None:
    status, out, _err = program.run("trace", "downstream", MILK)
    assert status == 0
    assert [line.endswith("(as shown elsewhere)") for line in out.splitlines() if PALLET in line] == [False, True]
    assert len({line.partition("/21/")[2][:12] for line in out.splitlines() if "/21/" in line}) == 12


@pytest.mark.parametrize(("direction", "epc", "other"), [("upstream", CAN, MILK), ("downstream", MILK, CAN)])
def test_the_json_is_the_walk_that_the_service_answers(program: Commands, direction: str, epc: str, other: str) -> None:
    status, out, _err = program.run("trace", direction, epc, "--json")
    walked = Walked.model_validate_json(out)
    assert (status, walked.item, other in walked.items, walked.complete) == (0, epc, True, True)
    told = {"source", "target", "relation", "event_id", "at", "recorder", "place"}
    assert {frozenset(link) for link in json.loads(out)["links"]} == {frozenset(told)}
    assert all(link.recorder.role and link.recorder.gln and link.place for link in walked.links)


def test_a_tree_that_is_too_large_is_cut_and_says_so(program: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fairledger.cli.lineage_tree.BRANCHES_MAX", 2)
    _status, out, _err = program.run("trace", "upstream", CAN)
    assert len([line for line in out.splitlines() if "──" in line]) == 2
    assert "… and more: 3 branches are left out\n" in out


@pytest.mark.parametrize("command", ["history", "upstream", "downstream"])
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("urn:epc:id:sgtin:9521000.000110.NEVER",), "TRACE_ITEM_UNKNOWN"),
        (("x\x00",), "QUERY_VALUE"),
        ((PHONE, "--organization", "PlatformB"), "READMODEL_MISSING"),
        ((PHONE, "--organization", "Nobody"), "CLI_ORGANIZATION_UNKNOWN"),
    ],
)
def test_what_cannot_be_told_is_refused(program: Commands, command: str, arguments: tuple[str, ...], code: str) -> None:
    assert program.refused("trace", command, *arguments) == code
