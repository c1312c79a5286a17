"""``fairledger recall``: issued and ended on the ledger, listed and followed in the read model."""

import csv
import json
from pathlib import Path
from typing import get_args

import pytest

from fairledger.api.recall_routes import ToldRecall
from fairledger.cli import recall, recall_view
from fairledger_contracts.records.recall import Measure
from tests.unit.client.cli.conftest import Commands

MILK = "urn:epc:class:lgtin:9521000.000201.RM20260901B"
MILK_LINK = "https://id.gs1.org/01/09521000002012/10/RM20260901B"
CAN = "https://id.gs1.org/01/09521000002043/21/MP2609030001"
WHY = ("--measure", "destroy", "--reason", "Listeria [red]")


@pytest.fixture
def issued(program: Commands) -> str:
    """The id of a recall of milk."""
    status, out, err = program.run("recall", "issue", MILK, "--as", "officer", *WHY)
    assert (status, err, out.splitlines()[0].endswith(f": {MILK_LINK}")) == (0, "", True)
    return out.split()[1].rstrip(":")


def test_a_recall_reaches_all_products_and_the_parties(program: Commands, issued: str) -> None:
    status, out, _err = program.run("recall", "show", issued)
    lines = out.splitlines()
    assert (status, lines[0]) == (0, f"recall {issued}: destroy, in force")
    assert lines[2].endswith(": Listeria [red]")
    (can,) = [line for line in lines if line.startswith(CAN)]
    assert [cell.strip() for cell in can.split("│")][1] == "goods"
    assert "parties liable" in [line.strip() for line in lines]


def test_the_goods_are_a_file_for_those_who_call_them_back(program: Commands, issued: str, tmp_path: Path) -> None:
    file = tmp_path / "goods.csv"
    status, out, err = program.run("recall", "show", issued, "--csv", str(file), "--json")
    told = ToldRecall.model_validate_json(out)
    with file.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert (status, err) == (0, f"{file}: {len(rows)} lines\n")
    assert [row["item"] for row in rows] == [each.item for each in told.affected]
    assert (told.scope.goods, told.scope.carriers) == tuple(
        [row["is_carrier"] for row in rows].count(answer) for answer in ("no", "yes")
    )
    (can,) = [row for row in rows if row["item"] == CAN]
    last = next(each for each in told.affected if each.item == CAN)
    assert last.holder is not None
    assert (can["is_carrier"], can["last_place"], can["holder_gln"]) == ("no", last.last_place, last.holder.gln)


def test_a_recall_that_ended_is_still_listed(program: Commands, issued: str) -> None:
    assert program.run("recall", "end", issued, "--as", "officer", "--reason", "all destroyed")[0] == 0
    told = {each["id"]: each for each in json.loads(program.run("recall", "list", "--json")[1])}
    assert told[issued]["end_reason"] == "all destroyed"
    in_force = json.loads(program.run("recall", "list", "--in-force", "--json")[1])
    assert issued not in {each["id"] for each in in_force}
    (line,) = [line for line in program.run("recall", "list")[1].splitlines() if line.startswith(issued)]
    cells = [cell.strip() for cell in line.split("│")]
    assert cells[2:] == ["destroy", "ended", "Association officer", "Listeria [red]"]
    assert program.refused("recall", "end", issued, "--as", "officer", "--reason", "again") == "TRACE_RECALL_ENDED"
    assert ": all destroyed" in program.run("recall", "show", issued)[1].splitlines()[0]


def test_long_lists_are_cut_and_say_so(program: Commands, issued: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recall, "RECALLS_SHOWN_MAX", 0)
    assert program.run("recall", "list", "--json")[1:] == ("[]\n", "… and earlier ones; /trace/recalls has them all\n")
    monkeypatch.setattr(recall_view, "GOODS_SHOWN_MAX", 1)
    assert "in all, which --csv writes" in program.run("recall", "show", issued)[1]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("issue", MILK, "--as", "merchant", *WHY), "TRACE_ROLE_DENIED"),
        (("issue", MILK, "--as", "producer", *WHY), "TRACE_RECALL_DENIED"),
        (("issue", MILK, "--as", "nobody", *WHY), "CLI_IDENTITY_UNKNOWN"),
        (("issue", MILK, "--as", "officer", "--measure", "return", "--reason", ""), "RECALL_REASON"),
        (("issue", "", "--as", "officer", *WHY), "TRACE_ITEMS"),
        (("end", "ab" * 32, "--as", "officer", "--reason", "x"), "TRACE_RECALL_UNKNOWN"),
        (("end", "7", "--as", "officer", "--reason", "x"), "TRACE_RECALL_UNKNOWN"),
        (("show", "ab" * 32), "TRACE_RECALL_UNKNOWN"),
        (("show", "7"), "TRACE_RECALL_UNKNOWN"),
    ],
)
def test_what_cannot_be_done_is_refused(program: Commands, arguments: tuple[str, ...], code: str) -> None:
    assert program.refused("recall", *arguments) == code


def test_a_file_that_cannot_be_written_is_refused(program: Commands, issued: str) -> None:
    assert program.refused("recall", "show", issued, "--csv", "/dev/null/x") == "RECALL_FILE"


def test_no_value_of_the_file_is_a_formula() -> None:
    assert [recall_view._harmless(each) for each in ("=1+1", "@x", "urn:x")] == ["'=1+1", "'@x", "urn:x"]


def test_the_command_knows_all_measures(program: Commands) -> None:
    assert list(get_args(recall.Measure)) == [measure.value for measure in Measure]
    status, _out, err = program.run("recall", "issue", MILK, "--as", "officer", "--measure", "pray", "--reason", "x")
    assert (status, "pray" in err) == (2, True)
