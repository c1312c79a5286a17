"""Money on the command line: followed, drawn, frozen, released and added up."""

import json
from pathlib import Path
from typing import Any

import pytest

from fairledger.cli.call import call
from fairledger_contracts.records.note import Note
from fairledger_contracts.records.payment import payment_name, provider_of
from tests.unit.client.cli.conftest import Commands, said


def issued(owner: str, amount: int, reference: str) -> Note:
    payment = json.dumps({"owner": owner, "amount_minor": amount})
    return call(Note, "provider", None, "escrow:issue", reference, payment, "CNY")


def told(program: Commands, *options: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(said(program, "funds", "flow", *options, "--json"))["movements"]
    return found


def test_money_is_followed_drawn_frozen_released_and_added_up(trading: Commands, tmp_path: Path) -> None:
    note = issued("PlatformAMSP:account", 100_001, "card-1")
    picture = tmp_path / "flow.svg"
    shown = said(trading, "funds", "flow", "--reference", "card-1", "--svg", str(picture))
    assert "PlatformA, account 1,000.01 CNY unspent" in shown
    assert "Paid in" in picture.read_text("utf-8")
    assert [each["reference"] for each in told(trading, "--note", note.id)] == ["card-1"]

    payment = payment_name(provider_of(note.recorder), "card-1")
    about = (*(f"payment:{payment}", "--as", "consumer"), *("--platform", "PlatformA", "--matter", "refund_refused"))
    complaint = said(trading, "complaint", "file", *about).split()[1].rstrip(":")
    freezing = ("funds", "freeze", note.id, "--reference", "card-1", "--ground", f"complaint:{complaint}")
    assert trading.refused(*freezing, "--as", "officer") == "ESCROW_ROLE_DENIED"
    made = said(trading, *freezing, "--as", "platform-officer", "--days", "2")
    freeze = made.split()[1].rstrip(":")
    assert "1 note(s) until" in made
    assert "frozen until" in said(trading, "funds", "flow", "--note", note.id)
    assert trading.refused("funds", "release", freeze, "--as", "officer") == "ESCROW_ROLE_DENIED"
    assert said(trading, "funds", "release", freeze, "--as", "regulator") == f"freeze {freeze}: released\n"
    assert trading.refused("funds", "release", freeze, "--as", "regulator") == "ESCROW_FREEZE_OVER"

    totals = said(trading, "funds", "totals")
    assert "CNY" in totals
    assert "adds up" in totals


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("flow",), "QUERY_ORDER"),
        (("flow", "--note", "x", "--order", "y"), "QUERY_ORDER"),
        (("flow", "--order", "0" * 64), "RESOURCE_UNKNOWN"),
        (("freeze", "x", "--as", "platform-officer"), "ESCROW_FREEZE_ORIGIN"),
        (("freeze", "x", "--as", "platform-officer", "--reference", "bank-9"), "ESCROW_PAYMENT_UNKNOWN"),
        (("freeze", "x", "--as", "platform-officer", "--order", "0" * 64), "ESCROW_FREEZE_TRAIL"),
        (("freeze", "x", "--as", "platform-officer", "--order", "0" * 64, "--ground", "hunch"), "CHAINCODE_ARGUMENTS"),
        (("release", "x", "--as", "platform-officer"), "ESCROW_FREEZE_UNKNOWN"),
    ],
)
def test_what_can_not_be_done_says_why(program: Commands, arguments: tuple[str, ...], code: str) -> None:
    assert program.refused("funds", *arguments) == code
