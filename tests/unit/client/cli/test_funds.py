"""Money on the command line: followed, drawn, frozen, released, added up, and fines paid."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fairledger.cli.call import call
from fairledger_contracts.records.note import Note
from tests.support.supervised import STANDARDS
from tests.support.told_consortium import ToldConsortium
from tests.unit.client.cli.conftest import Commands
from tests.unit.client.cli.test_supervision import in_force, said


@pytest.fixture(scope="module")
def consortium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ToldConsortium]:
    """One of its own: other tests count standards."""
    told = ToldConsortium(tmp_path_factory.mktemp("funded"))
    told.start()
    yield told
    told.stop()


@pytest.fixture
def funded(program: Commands) -> Commands:
    for name in ("complaints", "escrow"):
        said(program, "standard", "propose", str(STANDARDS / f"{name}.json"), "--as", "officer")
        for voter in ("officer", "regulator"):
            said(program, "standard", "vote", name, "0001", "--as", voter)
    said(program, "standard", "enrol", "PlatformA", "--as", "officer", "--name", "Shop A")
    while sorted(in_force(program)) != ["complaints", "escrow"]:
        time.sleep(0.5)
    return program


def issued(owner: str, amount: int, reference: str) -> Note:
    payment = json.dumps({"owner": owner, "amount_minor": amount})
    return call(Note, "provider", None, "escrow:issue", reference, payment, "CNY")


def told(program: Commands, *options: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(said(program, "funds", "flow", *options, "--json"))["movements"]
    return found


def test_money_is_followed_drawn_frozen_released_and_added_up(funded: Commands, tmp_path: Path) -> None:
    note = issued("PlatformAMSP:account", 100_001, "bank-1")
    picture = tmp_path / "flow.svg"
    shown = said(funded, "funds", "flow", "--reference", "bank-1", "--svg", str(picture))
    assert "PlatformA, account 1,000.01 CNY unspent" in shown
    assert "Paid in" in picture.read_text("utf-8")
    assert [each["reference"] for each in told(funded, "--note", note.id)] == ["bank-1"]

    about = (*("payment:bank-1", "--as", "consumer"), *("--platform", "PlatformA", "--matter", "refund_refused"))
    complaint = said(funded, "complaint", "file", *about).split()[1].rstrip(":")
    freezing = ("funds", "freeze", note.id, "--reference", "bank-1", "--ground", f"complaint:{complaint}")
    assert funded.refused(*freezing, "--as", "officer") == "ESCROW_ROLE_DENIED"
    made = said(funded, *freezing, "--as", "platform-officer", "--days", "2")
    freeze = made.split()[1].rstrip(":")
    assert "1 note(s) until" in made
    assert "frozen until" in said(funded, "funds", "flow", "--note", note.id)
    assert funded.refused("funds", "release", freeze, "--as", "officer") == "ESCROW_ROLE_DENIED"
    assert said(funded, "funds", "release", freeze, "--as", "regulator") == f"freeze {freeze}: released\n"
    assert funded.refused("funds", "release", freeze, "--as", "regulator") == "ESCROW_FREEZE_OVER"

    totals = said(funded, "funds", "totals")
    assert ("1,000.01 CNY" in totals, "adds up" in totals) == (True, True)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("flow",), "QUERY_ORDER"),
        (("flow", "--note", "x", "--order", "y"), "QUERY_ORDER"),
        (("flow", "--order", "0" * 64), "RESOURCE_UNKNOWN"),
        (("freeze", "x", "--as", "platform-officer"), "ESCROW_FREEZE_ORIGIN"),
        (("freeze", "x", "--as", "platform-officer", "--reference", "bank-9"), "ESCROW_PAYMENT_UNKNOWN"),
        (("freeze", "x", "--as", "platform-officer", "--order", "0" * 64), "ESCROW_FREEZE_TRAIL"),
        (("release", "x", "--as", "platform-officer"), "ESCROW_FREEZE_UNKNOWN"),
        (("pay-fine", "x", "--as", "platform-officer"), "DISCLOSURE_SANCTION_UNKNOWN"),
        (("pay-fine", "0" * 64, "--as", "platform-officer"), "DISCLOSURE_SANCTION_UNKNOWN"),
    ],
)
def test_what_can_not_be_done_says_why(program: Commands, arguments: tuple[str, ...], code: str) -> None:
    assert program.refused("funds", *arguments) == code
