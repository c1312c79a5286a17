"""``fairledger escrow``: goods are sold, paid and disputed, in amounts as people write them."""

import json
from pathlib import Path
from typing import Any

import pytest

from fairledger.api.escrow_routes import ToldOrder
from fairledger.cli import escrow_moves
from fairledger.cli.escrow_order import order as orders
from fairledger_contracts.escrow.machine import Move
from fairledger_contracts.records.evidence import Finding
from fairledger_contracts.records.order import Claim
from tests.support.escrow import AREA, DAY, GTIN, SERIAL
from tests.unit.client.cli.conftest import Commands, said

PERIODS = {name: days * DAY for name, days in {"accept_s": 1, "ship_s": 2, "delivery_s": 5, "evidence_s": 3}.items()}
PHONE: dict[str, Any] = {
    "kind": "standard",
    "model": "FP-1 phone",
    "gtin": GTIN,
    "binding": "tag",
    "weight_g": 300,
    "price": "2999.00",
    "bond": "300.00",
    "carrier_bond": "1500",
    "currency": "CNY",
    "periods": {**PERIODS, "cooling_off_s": 7 * DAY},
    "undecided_price_permille": 500,
}
LICENCE = {
    **PHONE,
    "kind": "virtual",
    "model": "Office licence",
    "gtin": "",
    "binding": "none",
    "weight_g": 0,
    "price": "50.00",
    "bond": "50.00",
    "carrier_bond": "0",
}
GIVEN = iter(range(1_000))


def issued(program: Commands, name: str, amount: str) -> None:
    reference = ("--reference", f"bank-{next(GIVEN)}", "--as", "provider")
    said(program, "escrow", "note", "issue", "--to", name, "--amount", amount, "CNY", *reference)


def ordered(program: Commands, folder: Path, terms: dict[str, Any], *where: str) -> str:
    file = folder / "terms.json"
    file.write_text(json.dumps(terms))
    listing = said(program, "escrow", "listing", "new", str(file), "--as", "merchant").split()[1].rstrip(":")
    issued(program, "consumer", "3000.00")
    return said(program, "escrow", "order", "new", listing, "--as", "consumer", *where).split()[1].rstrip(":")


def move(program: Commands, name: str, what: str, order: str, *arguments: str) -> str:
    told = said(program, "escrow", "order", what, order, "--as", name, *arguments)
    return told.splitlines()[-1].partition(": ")[2].partition(";")[0]


@pytest.fixture
def carried(trading: Commands, tmp_path: Path) -> str:
    """An order of a phone that its carrier has taken over."""
    order = ordered(trading, tmp_path, PHONE, "--area", AREA)
    issued(trading, "merchant", "1000.00")
    issued(trading, "carrier", "1500.00")
    assert move(trading, "merchant", "accept", order) == "accepted"
    parcel = ("--serial", f"{SERIAL}-{order[:6]}", "--parcel", f"P-{order[:6]}", "--carrier", "PlatformB:9521000000032")
    assert move(trading, "merchant", "ship", order, *parcel) == "shipped"
    assert move(trading, "carrier", "take-over", order, "--weight", "450", "--area", AREA) == "carried"
    return order


def test_each_move_of_the_machine_is_a_command_and_no_other_is() -> None:
    assert sorted(escrow_moves.MOVES) == sorted(Move)
    named = {each.name or getattr(each.callback, "__name__", "") for each in orders.registered_commands}
    assert named == {move.replace("_", "-") for move in Move} | {"list", "new", "show"}


def test_a_phone_is_sold_and_shown_as_it_went(trading: Commands, carried: str) -> None:
    assert move(trading, "carrier", "scan", carried, "--area", AREA) == "scanned"
    assert move(trading, "carrier", "deliver", carried, "--weight", "450", "--area", AREA) == "delivered"
    assert (
        move(trading, "consumer", "check-tag", carried, "--serial", f"{SERIAL}-{carried[:6]}", "--genuine")
        == "tag_read"
    )
    under_way = said(trading, "escrow", "order", "show", carried)
    assert "after that anybody can have it decided" in under_way
    assert move(trading, "consumer", "confirm", carried) == "settled"

    lines = said(trading, "escrow", "order", "show", carried).splitlines()
    assert lines[:3] == [
        f"order {carried}: settled",
        "FP-1 phone for 2999.00 CNY; bond 300.00 CNY, carrier's bond 1500.00 CNY",
        "PlatformB consumer buys from PlatformB merchant 9521000000049",
    ]
    rows = [[cell.strip() for cell in line.split("│")][1:] for line in lines if "│" in line]
    assert [(row[0], row[2]) for row in rows if row[0] in {"lock", "taken over", "scanned"}] == [
        ("lock", "2999.00 CNY"),
        ("lock", "300.00 CNY"),
        ("lock", "1500.00 CNY"),
        ("taken over", f"450 g, at {AREA}"),
        ("scanned", f"at {AREA}"),
    ]
    assert [line.strip() for line in lines[-3:]] == ["buyer 0.00 CNY", "seller 3299.00 CNY", "carrier 1500.00 CNY"]
    told = ToldOrder.model_validate_json(said(trading, "escrow", "order", "show", carried, "--json"))
    assert told.settlement is not None
    assert (told.settlement.rule, len(told.evidence)) == ("confirmed", 4)
    listed = json.loads(said(trading, "escrow", "order", "list", "--as", "consumer", "--state", "settled", "--json"))
    assert carried in {each["id"] for each in listed}
    assert carried in said(trading, "escrow", "order", "list")


def test_a_dispute_is_inspected_and_agreed_on(trading: Commands, carried: str, tmp_path: Path) -> None:
    move(trading, "carrier", "deliver", carried, "--weight", "450", "--area", AREA)
    assert move(trading, "consumer", "dispute", carried, "--claim", "defect", "--reason", "[red]裂痕") == "disputed"
    report = tmp_path / "report.txt"
    report.write_text("a crack")
    told = ("--finding", "conformant", "--report", str(report))
    assert move(trading, "inspector", "inspect", carried, *told) == "inspected"
    shares = ("--price", "700", "--bond", "0")
    assert move(trading, "consumer", "propose", carried, *shares) == "proposed"
    other = ("escrow", "order", "agree", carried, "--as", "merchant", "--price", "701", "--bond", "0")
    assert trading.refused(*other) == "ESCROW_PROPOSAL_OTHER"
    assert trading.refused("escrow", "order", "vote", carried, "--as", "officer", *shares) == "ESCROW_WRONG_STATE"
    assert trading.refused("escrow", "order", "due", carried, "--as", "officer") == "ESCROW_NOT_DUE"
    assert move(trading, "merchant", "agree", carried, *shares) == "settled"
    shown = said(trading, "escrow", "order", "show", carried)
    assert ("defect: [red]裂痕" in shown, "seller 2399.30 CNY" in shown) == (True, True)


def test_a_licence_is_sealed_for_its_buyer_and_opened_by_the_key_of_the_ledger(
    trading: Commands, tmp_path: Path
) -> None:
    goods, opened = tmp_path / "licence.txt", tmp_path / "opened.txt"
    goods.write_bytes(b"LICENCE-0001")
    order = ordered(trading, tmp_path, LICENCE)
    issued(trading, "merchant", "50.00")
    assert trading.refused("escrow", "order", "accept", order, "--as", "merchant") == "ESCROW_COMMITMENT"
    assert move(trading, "merchant", "accept", order, "--goods", str(goods)) == "accepted"
    key, sealed = (tmp_path / f"licence.txt.{order[:12]}.{kind}" for kind in ("key", "sealed"))
    assert (key.stat().st_mode & 0o777, b"LICENCE" in sealed.read_bytes()) == (0o600, False)
    hold = ("escrow", "order", "hold", order, "--as", "consumer", "--sealed")
    assert trading.refused(*hold, str(goods)) == "ESCROW_GOODS_OTHER"
    unseal = ("escrow", "goods", "open", order, "--sealed", str(sealed), "-o", str(opened))
    assert trading.refused(*unseal) == "ESCROW_WRONG_STATE"
    said(trading, *hold, str(sealed))
    release = ("escrow", "order", "release-key", order, "--as", "merchant", "--key")
    assert trading.refused(*release, str(goods)) == "ESCROW_KEY_FILE"
    assert "delivered" in said(trading, *release, str(key))
    said(trading, *unseal)
    assert (opened.read_bytes(), opened.stat().st_mode & 0o777) == (b"LICENCE-0001", 0o600)
    wrong = ("escrow", "order", "prove-wrong-key", order, "--sealed", str(sealed), "--as", "consumer")
    assert trading.refused(*wrong) == "ESCROW_KEY_FITS"
    assert trading.refused("escrow", "order", "accept", order, "--as", "merchant", "--goods", str(goods)) in {
        "ESCROW_GOODS_FILE",
        "ESCROW_NOTE_SHORT",
    }


def test_money_is_paid_and_paid_out_with_the_change_back(trading: Commands) -> None:
    def total(name: str) -> int:
        return sum(
            each["amount_minor"] for each in json.loads(said(trading, "escrow", "note", "list", "--as", name, "--json"))
        )

    before = total("processor"), total("producer")
    issued(trading, "producer", "10.00")
    paid = said(trading, "escrow", "note", "pay", "--amount", "2.50", "CNY", "--to", "processor", "--as", "producer")
    assert ": 2.50 CNY paid, 7.50 CNY change" in paid
    assert (total("processor"), total("producer")) == (before[0] + 250, before[1] + 750)
    assert "together" in said(trading, "escrow", "note", "list", "--as", "producer")
    asked = said(
        *(trading, "escrow", "payout", "ask", "--amount", "2.00", "CNY", "--provider", "provider", "--as", "processor")
    )
    payout = asked.split()[1].rstrip(":")
    assert ": 2.00 CNY asked, until " in asked
    back = ("escrow", "payout", "return", payout, "--as")
    assert trading.refused(*back, "processor") == "ESCROW_NOT_DUE"
    assert said(trading, *back, "provider").endswith(": 2.00 CNY returned\n")
    again = ("escrow", "payout", "redeem", payout, "--reference", "out-1", "--as", "provider")
    assert trading.refused(*again) == "ESCROW_WRONG_STATE"
    listed = json.loads(said(trading, "escrow", "payout", "list", "--state", "returned", "--json"))
    assert payout in {each["id"] for each in listed}
    assert payout in said(trading, "escrow", "payout", "list")


def test_goods_are_listed_and_withdrawn(trading: Commands, tmp_path: Path) -> None:
    file = tmp_path / "terms.json"
    file.write_text(json.dumps({**PHONE, "model": "FP-2 phone"}))
    new = ("escrow", "listing", "new", str(file), "--as", "merchant", "--price")
    told = said(trading, *new, "1999.50", "CNY")
    listing = told.split()[1].rstrip(":")
    assert told == f"listing {listing}: FP-2 phone for 1999.50 CNY\n"
    shown = said(trading, "escrow", "listing", "show", listing)
    assert ("bond 300.00 CNY" in shown, "by escrow 0001" in shown, "cooling off: 7 days" in shown) == (True, True, True)
    found = json.loads(said(trading, "escrow", "listing", "show", listing, "--json"))
    assert found["terms"]["price_minor"] == 199_950
    assert listing in said(trading, "escrow", "listing", "list", "--gtin", GTIN)
    said(trading, "escrow", "listing", "withdraw", listing, "--as", "merchant")
    assert listing not in said(trading, "escrow", "listing", "list")
    assert listing in {
        each["id"] for each in json.loads(said(trading, "escrow", "listing", "list", "--withdrawn", "--json"))
    }
    for wrong, code in {
        ("1", "JPY", "--bond", "1", "CNY"): "ESCROW_TERMS_FILE",
        ("1.999", "CNY"): "ESCROW_AMOUNT",
    }.items():
        assert trading.refused(*new, *wrong) == code
    for content in ("x", "[]", "{}"):
        file.write_text(content)
        assert trading.refused(*new, "1", "CNY") == "ESCROW_TERMS_FILE"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("order", "new", "7", "--as", "consumer"), "ESCROW_LISTING_UNKNOWN"),
        (("order", "show", "ab" * 32), "ESCROW_ORDER_UNKNOWN"),
        (("order", "confirm", "7", "--as", "consumer"), "ESCROW_ORDER_UNKNOWN"),
        (("order", "confirm", "ab" * 32, "--as", "consumer"), "ESCROW_ORDER_UNKNOWN"),
        (("payout", "return", "7", "--as", "consumer"), "ESCROW_PAYOUT_UNKNOWN"),
        (("listing", "withdraw", "7", "--as", "merchant"), "ESCROW_LISTING_UNKNOWN"),
        (("note", "pay", "--amount", "1", "CNY", "--to", "consumer", "--as", "officer"), "ESCROW_NOTE_SHORT"),
        (("note", "pay", "--amount", "1", "CNY", "--to", "nobody", "--as", "producer"), "CLI_IDENTITY_UNKNOWN"),
    ],
)
def test_what_cannot_be_done_is_refused(trading: Commands, arguments: tuple[str, ...], code: str) -> None:
    assert trading.refused("escrow", *arguments) == code


def test_the_commands_know_all_claims_and_findings(trading: Commands) -> None:
    for what, option, known in (
        ("dispute", "--claim", set(Claim) - {Claim.REFUSED}),
        ("inspect", "--finding", set(Finding)),
    ):
        told = said(trading, "escrow", "order", what, "--help")
        assert [each for each in known if each not in told] == [], option
