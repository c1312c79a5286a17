"""Members, disclosures, sanctions and the monitoring list on the command line."""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fairledger.cli.call import call
from fairledger_contracts.records.note import Note
from tests.unit.client.cli.conftest import Commands, said

PERIOD = f"{datetime.now(UTC).year}-01"
RULES = {"subject": "rules", "title": "House rules", "version": "7", "website": "https://shop.example/rules"}
KEY = ("PlatformA", "rules", PERIOD)
YEARS = iter(range(2_000, 2_020))


@pytest.fixture
def filed(trading: Commands, tmp_path: Path) -> Commands:
    """PlatformA is a member since the beginning, and disclosed its rules with their text."""
    known = json.loads(said(trading, "disclosure", "list", "--platform", "PlatformA", "--json"))
    if known:
        return trading
    (tmp_path / "rules.json").write_text(json.dumps(RULES))
    (tmp_path / "rules.pdf").write_bytes(b"be kind")
    named = (str(tmp_path / "rules.json"), "--period", PERIOD, "--document", str(tmp_path / "rules.pdf"))
    assert trading.refused("disclosure", "file", *named, "--as", "officer") == "DISCLOSURE_ROLE_DENIED"
    told = said(trading, "disclosure", "file", *named, "--as", "platform-officer")
    assert told == f"disclosure PlatformAMSP rules {PERIOD}: filed\n"
    return trading


def opened(program: Commands, *arguments: str) -> str:
    """The id of a sanction that PlatformA is heard on: for rules of a year long ago, which came late and were wrong."""
    period = f"{next(YEARS)}-01"
    program.consortium.submit("platform-officer", "disclosure:file", period, json.dumps(RULES), "[]")
    key, no = ("PlatformAMSP", '"rules"', period), json.dumps({"accepted": False, "reasons": "nobody can read them"})
    program.consortium.submit("officer", "disclosure:review", *key, no)
    ground = ("--rule", "late_disclosure", "--ground", f"disclosure:PlatformAMSP/rules/{period}")
    told = said(program, "sanction", "open", "PlatformA", "--as", "officer", *ground, *arguments)
    return told.split()[1].rstrip(":")


def test_a_disclosure_is_filed_with_its_documents_and_reviewed(filed: Commands) -> None:
    (found,) = json.loads(said(filed, "disclosure", "list", "--platform", "PlatformA", "--json"))
    (attached,) = found["attachments"]
    assert (attached["title"], attached["media_type"]) == ("rules.pdf", "application/pdf")
    assert attached["sha256"] == hashlib.sha256(b"be kind").hexdigest()
    review = ("disclosure", "review", *KEY, "--as")
    assert filed.refused(*review, "officer", "--reject") == "DISCLOSURE_REASONS"
    assert filed.refused(*review, "regulator", "--accept") == "DISCLOSURE_ROLE_DENIED"
    assert filed.refused("disclosure", "unreviewed", *KEY, "--as", "carrier") == "DISCLOSURE_NOT_DUE"
    assert said(filed, *review, "officer", "--accept").endswith(": accepted\n")
    assert "accepted" in said(filed, "disclosure", "list", "--state", "accepted")


def test_what_is_late_is_shown_and_put_on_record(filed: Commands) -> None:
    def missing() -> list[list[str]]:
        lines = said(filed, "disclosure", "missing").splitlines()
        return [[cell.strip() for cell in line.split("│")] for line in lines if line.startswith("PlatformAMSP")]

    first = next(row for row in missing() if row[4] == "not yet")
    late = ("disclosure", "late", *first[:3], "--as", "consumer")
    assert said(filed, *late) == f"disclosure {' '.join(first[:3])}: missing\n"
    assert filed.refused(*late) == "DISCLOSURE_LATE_ALREADY"
    assert [*first[:4], "on record"] in missing()
    assert not any(row[1:3] == ["rules", PERIOD] for row in missing())


def test_a_fine_is_imposed_appealed_upheld_and_paid(filed: Commands, tmp_path: Path) -> None:
    sanction = opened(filed, "--penalty", "fine", "--fine", "50000.00", "CNY")
    assert filed.refused("sanction", "decide", sanction, "--impose", "--as", "officer") == "DISCLOSURE_NOT_DUE"
    (tmp_path / "why.txt").write_text("we were ill")
    said(filed, "sanction", "speak", sanction, "--as", "platform-officer", "--document", str(tmp_path / "why.txt"))
    said(filed, "sanction", "decide", sanction, "--impose", "--as", "officer")
    assert filed.refused("sanction", "push", sanction, "--as", "carrier") == "DISCLOSURE_NOT_DUE"
    said(filed, "sanction", "appeal", sanction, "--as", "platform-officer")
    assert filed.refused("sanction", "judge", sanction, "--uphold", "--as", "officer") == "DISCLOSURE_ROLE_DENIED"
    assert said(filed, "sanction", "judge", sanction, "--uphold", "--as", "regulator").endswith(": final\n")
    pay = ("sanction", "pay", sanction, "--as")
    assert filed.refused(*pay, "platform-officer") == "ESCROW_NOTE_SHORT"
    payment = json.dumps({"owner": "PlatformAMSP:account", "amount_minor": 5_000_000})
    call(Note, "provider", None, "escrow:issue", "for-the-fine", payment, "CNY")
    assert filed.refused(*pay, "officer") == "DISCLOSURE_ROLE_DENIED"
    assert said(filed, *pay, "platform-officer") == f"sanction {sanction}: ended\n"
    shown = said(filed, "sanction", "show", sanction)
    assert shown.splitlines()[0] == f"sanction {sanction}: fine 50000.00 CNY for PlatformAMSP, ended"
    assert hashlib.sha256(b"we were ill").hexdigest() in shown
    found = json.loads(said(filed, "sanction", "show", sanction, "--json"))
    states = ["hearing", "hearing", "imposed", "appealed", "final", "ended"]
    assert (found["amount_minor"], [step["state"] for step in found["steps"]]) == (5_000_000, states)
    (line,) = [line for line in said(filed, "sanction", "list").splitlines() if line.startswith(sanction)]
    assert [cell.strip() for cell in line.split("│")][2] == "fine 50000.00 CNY"


def test_sanctions_are_dropped_ended_and_lifted(filed: Commands) -> None:
    dropped = opened(filed, "--penalty", "warning")
    assert said(filed, "sanction", "decide", dropped, "--drop", "--as", "officer").endswith(": dropped\n")
    for last in (("end", "--as", "officer"), ("judge", "--lift", "--as", "regulator")):
        sanction = opened(filed, "--penalty", "suspension", "--suspend", "600")
        said(filed, "sanction", "speak", sanction, "--as", "platform-officer")
        said(filed, "sanction", "decide", sanction, "--impose", "--as", "officer")
        if last[0] == "judge":
            said(filed, "sanction", "appeal", sanction, "--as", "platform-officer")
        said(filed, "sanction", last[0], sanction, *last[1:])
    ended, lifted = (
        json.loads(said(filed, "sanction", "list", "--state", each, "--json")) for each in ("ended", "lifted")
    )
    assert [each["penalty"] for each in (ended[0], lifted[0])] == ["suspension", "suspension"]
    assert dropped in said(filed, "sanction", "list", "--platform", "PlatformA", "--state", "dropped")


def test_somebody_is_monitored_reviewed_and_removed(trading: Commands) -> None:
    about = ("merchant:9521000000049", "--rule", "complaints_permille", "--ground", "complaints of May", "--as")
    assert trading.refused("monitoring", "add", *about, "merchant") == "SUPERVISION_ROLE_DENIED"
    added = said(trading, "monitoring", "add", *about, "officer")
    entry = added.split()[1].rstrip(":")
    assert said(trading, "monitoring", "review", entry, "--as", "regulator").startswith(
        f"entry {entry}: to be reviewed"
    )
    assert entry in said(trading, "monitoring", "list", "--in-force")
    assert trading.refused("monitoring", "remove", entry, "--as", "consumer") == "SUPERVISION_ROLE_DENIED"
    assert trading.refused("monitoring", "remove", entry, "--as", "officer") == "SUPERVISION_REASON"
    said(trading, "monitoring", "remove", entry, "--as", "officer", "--reason", "They mended it")
    assert json.loads(said(trading, "monitoring", "list", "--in-force", "--json")) == []
    assert "complaints of May" in said(trading, "monitoring", "list")
    assert json.loads(said(trading, "monitoring", "anomalies", "--open", "--json")) == []
    assert said(trading, "monitoring", "anomalies").splitlines()[0].strip() == "anomalies"


def test_a_platform_is_enrolled_and_struck_off(trading: Commands) -> None:
    enrol = ("member", "enrol", "PlatformC", "--name", "Shop [C]", "--as")
    assert trading.refused(*enrol, "regulator") == "DISCLOSURE_ROLE_DENIED"
    assert said(trading, *enrol, "officer") == "Shop [C] (PlatformCMSP) is a member\n"
    assert trading.refused("member", "strike", "PlatformC", "--as", "officer") == "DISCLOSURE_ROLE_DENIED"
    assert said(trading, "member", "strike", "PlatformC", "--as", "regulator").startswith(
        "Shop [C] (PlatformCMSP) is no"
    )
    assert trading.refused("member", "strike", "PlatformC", "--as", "regulator") == "DISCLOSURE_MEMBER_UNKNOWN"
    found = {each["msp_id"]: each["left_at"] for each in json.loads(said(trading, "member", "list", "--json"))}
    assert (found["PlatformAMSP"], found["PlatformCMSP"] is None) == (None, False)
    assert "Shop [C]" in said(trading, "member", "list")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("sanction", "open", "PlatformA", "--penalty", "warning", "--rule", "x", "--ground", "17"), "SANCTION_GROUND"),
        (("sanction", "end", "7"), "DISCLOSURE_SANCTION_UNKNOWN"),
        (("sanction", "end", "ab" * 32), "DISCLOSURE_SANCTION_UNKNOWN"),
        (("monitoring", "remove", "7"), "SUPERVISION_LISTING_UNKNOWN"),
        (("disclosure", "file", "/no/such/file", "--period", PERIOD), "DISCLOSURE_FILE"),
        (("disclosure", "late", "PlatformA", "rules", "1-1"), "CHAINCODE_ARGUMENTS"),
    ],
)
def test_what_cannot_be_done_is_refused(trading: Commands, arguments: tuple[str, ...], code: str) -> None:
    assert trading.refused(*arguments, "--as", "officer") == code


def test_what_is_no_disclosure_is_refused_with_the_members(trading: Commands, tmp_path: Path) -> None:
    file = tmp_path / "rules.json"
    file.write_text(json.dumps({**RULES, "website": "x"}))
    status, _out, err = trading.run("disclosure", "file", str(file), "--period", PERIOD, "--as", "platform-officer")
    assert (status, err.splitlines()[0]) == (1, "DISCLOSURE_FILE: not what is disclosed: rules.website")
    assert trading.refused("sanction", "show", "ab" * 32) == "DISCLOSURE_SANCTION_UNKNOWN"
