"""Money that is in dispute is kept where it is: by whom, on what ground, how long, and what stays free."""

import json
from datetime import timedelta
from typing import Any

import pytest

from fairledger_chaincode.simulator import LedgerSimulator
from fairledger_contracts.records.complaint import About, AboutKind, Category, Complaint, ComplaintState, Matter
from fairledger_contracts.records.freeze import Freeze
from fairledger_contracts.records.note import Note, made_by
from fairledger_contracts.records.order import Claim, Order
from fairledger_contracts.records.payment import Payout, payment_name
from fairledger_contracts.records.standard import StandardVersion
from fairledger_contracts.records.warrant import Subject, SubjectKind, Warrant, WarrantTerms
from tests.support.escrow import DAY, EscrowLedger, standard

FREEZE_S = standard().parameters["freeze_s"]
COMPLAINT, WARRANT = "c0" * 32, "a0" * 32


async def paid_after_dispute(escrow: EscrowLedger) -> tuple[Order, Note]:
    """A disputed order in which both agreed that the seller is paid, and the seller's money."""
    order = await escrow.disputed()
    await escrow.move("buyer", "propose", order, 1_000, 0)
    order = await escrow.move("seller", "agree", order, 1_000, 0)
    return order, note_of(escrow, "seller")


def note_of(escrow: EscrowLedger, name: str) -> Note:
    (note,) = [each for each in escrow.notes() if each.owner == escrow.owner(name)]
    return note


def told(order: Order, *trails: tuple[Note, list[str]], seconds: int = DAY, **other: Any) -> dict[str, Any]:
    """A freeze of notes on the ground of the order's dispute; a trail is made of the notes' own movements."""
    return {
        "origin": {"kind": "order", "key": [order.id]},
        "ground": {"kind": "dispute", "id": order.id},
        "trails": [{"note": note.id, "movements": [*before, made_by(note.id)]} for note, before in trails],
        "seconds": seconds,
        **other,
    }


async def frozen(escrow: EscrowLedger, by: str, new: dict[str, Any]) -> Freeze:
    return Freeze.model_validate_json(await escrow.submit(by, "freeze", new))


def to_self(escrow: EscrowLedger, note: Note, name: str = "seller") -> list[dict[str, Any]]:
    return [{"owner": escrow.owner(name), "amount_minor": note.amount_minor}]


def provider_of(escrow: EscrowLedger) -> str:
    return ":".join(escrow.signatory("provider").party)


def complaint(about: About, state: ComplaintState = ComplaintState.FILED) -> Complaint:
    now = standard().adopted_at
    assert now is not None
    return Complaint(
        id=COMPLAINT,
        about=about,
        platform="PlatformAMSP",
        category=Category.MONEY,
        matter=Matter.REFUND_REFUSED,
        state=state,
        filed_at=now,
        due_at=now,
        standard=StandardVersion(name="complaints", version="0001"),
        steps=(),
        recorder=standard().recorder,
    )


def warrant(
    escrow: EscrowLedger, subject: str, *, confirmed: bool = True, days: int = 5, kind: SubjectKind = SubjectKind.ORDER
) -> Warrant:
    now = escrow.ledger.clock.now()
    terms = WarrantTerms(
        platform="PlatformAMSP",
        subject=Subject(kind=kind, value=subject),
        fields=("name",),
        purpose="to follow the money",
        legal_basis="the law",
        valid_from=now - timedelta(days=1),
        valid_until=now + timedelta(days=days),
    )
    regulator = escrow.signatory("regulator")
    return Warrant(id=WARRANT, terms=terms, made_at=now, recorder=regulator, confirmed_at=now if confirmed else None)


async def test_frozen_money_is_spent_by_nobody_until_the_freeze_has_passed(escrow: EscrowLedger) -> None:
    order, note = await paid_after_dispute(escrow)
    freeze = await frozen(escrow, "steward", told(order, (note, [])))
    assert freeze.until == freeze.since + timedelta(seconds=DAY)
    payments = to_self(escrow, note)
    assert await escrow.refused("seller", "pay", [note.id], payments) == "ESCROW_NOTE_FROZEN"
    payout = ([note.id], note.amount_minor, "CNY", provider_of(escrow))
    assert await escrow.refused("seller", "ask_payout", *payout) == "ESCROW_NOTE_FROZEN"
    listing = await escrow.listed(by="rival", price_minor=note.amount_minor, bond_minor=20_000)
    bought = (listing.id, listing.terms_sha256, "wtw", [note.id])
    assert await escrow.refused("seller", "order", *bought) == "ESCROW_NOTE_FROZEN"
    escrow.ledger.clock.set(freeze.until)
    assert await escrow.refused("seller", "pay", [note.id], payments) == "ESCROW_NOTE_FROZEN"
    escrow.ledger.clock.set(freeze.until + timedelta(microseconds=1))
    await escrow.submit("seller", "pay", [note.id], payments)
    assert escrow.has("seller") == note.amount_minor


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("steward", ""),
        ("regulator", ""),
        ("warden", "ESCROW_DENIED"),  # of a platform that neither buyer nor seller is at
        ("buyer", "ESCROW_ROLE_DENIED"),
        ("seller", "ESCROW_ROLE_DENIED"),
        ("officer", "ESCROW_ROLE_DENIED"),
        ("impostor", "ESCROW_ROLE_DENIED"),
        ("keeper", "ESCROW_ROLE_DENIED"),
    ],
)
async def test_a_platform_that_is_concerned_freezes_or_the_regulator(
    escrow: EscrowLedger, name: str, code: str
) -> None:
    order, note = await paid_after_dispute(escrow)
    if code:
        assert await escrow.refused(name, "freeze", told(order, (note, []))) == code
    else:
        assert (await frozen(escrow, name, told(order, (note, [])))).notes == (note.id,)


async def test_without_a_ground_on_the_ledger_nothing_is_frozen(escrow: EscrowLedger) -> None:
    order = await escrow.move("buyer", "confirm", await escrow.delivered())
    new = told(order, (note_of(escrow, "seller"), []))
    assert await escrow.refused("regulator", "freeze", new) == "ESCROW_FREEZE_GROUND"
    elsewhere = {**new, "ground": {"kind": "dispute", "id": "0" * 64}}
    assert await escrow.refused("regulator", "freeze", elsewhere) == "ESCROW_FREEZE_GROUND"
    for kind in ("complaint", "warrant"):
        unknown = {**new, "ground": {"kind": kind, "id": "0" * 64}}
        assert await escrow.refused("regulator", "freeze", unknown) == "ESCROW_FREEZE_GROUND"


@pytest.mark.parametrize(
    ("kind", "of", "state", "counts"),
    [
        (AboutKind.ORDER, "", ComplaintState.FILED, True),
        (AboutKind.ORDER, "", ComplaintState.ESCALATED, True),
        (AboutKind.ORDER, "", ComplaintState.RESOLVED, False),
        (AboutKind.ORDER, "", ComplaintState.CLOSED, False),
        (AboutKind.ORDER, "17", ComplaintState.FILED, False),
        (AboutKind.PLATFORM, "", ComplaintState.FILED, False),
    ],
)
async def test_a_complaint_counts_while_it_is_open_and_about_the_order(
    escrow: EscrowLedger, kind: AboutKind, of: str, state: ComplaintState, *, counts: bool
) -> None:
    order = await escrow.move("buyer", "confirm", await escrow.delivered())
    await escrow.put("complaint", complaint(About(kind=kind, id=of or order.id), state))
    new = told(order, (note_of(escrow, "seller"), []), ground={"kind": "complaint", "id": COMPLAINT})
    if counts:
        await frozen(escrow, "steward", new)
    else:
        assert await escrow.refused("steward", "freeze", new) == "ESCROW_FREEZE_GROUND"


@pytest.mark.parametrize("by", ["steward", "regulator"])
async def test_nobody_makes_the_ground_for_their_own_freeze(escrow: EscrowLedger, by: str) -> None:
    order = await escrow.move("buyer", "confirm", await escrow.delivered())
    new = told(order, (note_of(escrow, "seller"), []), ground={"kind": "complaint", "id": COMPLAINT})
    about = complaint(About(kind=AboutKind.ORDER, id=order.id))
    await escrow.put("complaint", about.model_copy(update={"recorder": escrow.signatory(by)}))
    assert await escrow.refused(by, "freeze", new) == "ESCROW_FREEZE_GROUND"
    await escrow.put("complaint", about.model_copy(update={"recorder": escrow.signatory("buyer")}))
    await frozen(escrow, by, new)


async def test_a_warrant_in_force_is_a_ground_for_the_regulator_alone(escrow: EscrowLedger) -> None:
    order = await escrow.move("buyer", "confirm", await escrow.delivered())
    new = told(order, (note_of(escrow, "seller"), []), ground={"kind": "warrant", "id": WARRANT})
    for held in (
        warrant(escrow, order.id, confirmed=False),
        warrant(escrow, order.listing),
        warrant(escrow, order.id, days=-1),
    ):
        await escrow.put("warrant", held)
        assert await escrow.refused("regulator", "freeze", new) == "ESCROW_FREEZE_GROUND"
    await escrow.put("warrant", warrant(escrow, order.id))
    assert await escrow.refused("steward", "freeze", new) == "ESCROW_FREEZE_GROUND"
    assert (await frozen(escrow, "regulator", new)).ground.id == WARRANT


async def test_money_is_followed_wherever_it_was_paid_on_and_no_other_money_is_frozen(escrow: EscrowLedger) -> None:
    order, first = await paid_after_dispute(escrow)
    other = await escrow.money("seller", 5_000)
    half = first.amount_minor // 2
    payments = [
        {"owner": escrow.owner("stranger"), "amount_minor": half},
        {"owner": escrow.owner("seller"), "amount_minor": first.amount_minor - half + 5_000},
    ]
    await escrow.submit("seller", "pay", [first.id, other.id], payments)
    second = note_of(escrow, "stranger")
    clean = await escrow.money("rival", 5_000)
    code = "ESCROW_FREEZE_TRAIL"
    assert await escrow.refused("steward", "freeze", told(order, (clean, []))) == code
    assert await escrow.refused("steward", "freeze", told(order, (clean, [made_by(first.id)]))) == code
    assert await escrow.refused("steward", "freeze", told(order, (second, []))) == code
    assert await escrow.refused("steward", "freeze", told(order, (second, ["0" * 64]))) == code
    short = told(order, (second, []), trails=[{"note": second.id, "movements": [made_by(first.id)]}])
    assert await escrow.refused("steward", "freeze", short) == code
    assert await escrow.refused("steward", "freeze", told(order, (first, []))) == "ESCROW_NOTE_UNKNOWN"
    twice = told(order, *[(second, [made_by(first.id)])] * 2)
    assert await escrow.refused("steward", "freeze", twice) == "ESCROW_NOTE_REPEATED"
    await frozen(escrow, "steward", told(order, (second, [made_by(first.id)])))
    spent = await escrow.refused("stranger", "pay", [second.id], to_self(escrow, second, "stranger"))
    assert spent == "ESCROW_NOTE_FROZEN"


async def test_what_an_order_under_way_holds_settles_by_its_own_rules(escrow: EscrowLedger) -> None:
    disputed, note = await paid_after_dispute(escrow)
    price = note.amount_minor
    listing = await escrow.listed(by="rival", price_minor=price, bond_minor=20_000)
    area = "wtw"
    answer = await escrow.submit("seller", "order", listing.id, listing.terms_sha256, area, [note.id])
    order = Order.model_validate_json(answer)
    assert order.price is not None
    (locked,) = [each for each in escrow.notes() if each.id == order.price.note]
    trail = [made_by(note.id)]
    assert await escrow.refused("regulator", "freeze", told(disputed, (locked, trail))) == "ESCROW_NOTE_LOCKED"
    await escrow.move("seller", "cancel", order)
    back = note_of(escrow, "seller")
    new = told(disputed, (back, [*trail, made_by(locked.id)]))
    assert await escrow.refused("steward", "freeze", new) == "ESCROW_FREEZE_TRAIL"  # another order has settled it
    assert (await frozen(escrow, "regulator", new)).notes == (back.id,)


async def test_the_price_of_virtual_goods_is_frozen_while_the_dispute_lasts(escrow: EscrowLedger) -> None:
    order = await escrow.move("buyer", "dispute", await escrow.released(), Claim.UNOPENABLE, "it does not open")
    note = note_of(escrow, "seller")
    await frozen(escrow, "steward", told(order, (note, [])))
    assert await escrow.refused("seller", "pay", [note.id], to_self(escrow, note)) == "ESCROW_NOTE_FROZEN"
    assert (await escrow.overdue(order)).state == "panel"


@pytest.mark.parametrize("made", [True, False])
async def test_a_frozen_payout_waits_and_its_provider_has_its_time_again(escrow: EscrowLedger, *, made: bool) -> None:
    order, note = await paid_after_dispute(escrow)
    asked = await escrow.submit("seller", "ask_payout", [note.id], note.amount_minor, "CNY", provider_of(escrow))
    payout = Payout.model_validate_json(asked)
    (locked,) = [each for each in escrow.notes() if each.id == payout.note]
    freeze = await frozen(escrow, "steward", told(order, (locked, [made_by(note.id)]), seconds=10 * DAY))
    assert await escrow.refused("provider", "redeem", payout.id, "out-1") == "ESCROW_NOTE_FROZEN"
    assert await escrow.refused("provider", "return_payout", payout.id) == "ESCROW_NOTE_FROZEN"
    again = freeze.until + timedelta(seconds=standard().parameters["payout_s"])
    escrow.ledger.clock.set(again)
    assert await escrow.refused("keeper", "return_payout", payout.id) == "ESCROW_NOT_DUE"
    if made:
        await escrow.submit("provider", "redeem", payout.id, "out-1")
    else:
        escrow.ledger.clock.set(again + timedelta(microseconds=1))
        assert await escrow.refused("provider", "redeem", payout.id, "out-1") == "ESCROW_TOO_LATE"
        await escrow.submit("keeper", "return_payout", payout.id)
    assert escrow.has("seller") == (0 if made else note.amount_minor)


async def test_no_organisation_freezes_for_longer_than_the_standard_by_freezing_again(escrow: EscrowLedger) -> None:
    order, note = await paid_after_dispute(escrow)
    too_long = told(order, (note, []), seconds=FREEZE_S + 1)
    assert await escrow.refused("steward", "freeze", too_long) == "ESCROW_FREEZE_LONG"
    await frozen(escrow, "steward", told(order, (note, []), seconds=DAY))
    escrow.ledger.clock.advance(timedelta(seconds=2 * DAY))
    again = told(order, (note, []), seconds=FREEZE_S)
    assert await escrow.refused("steward", "freeze", again) == "ESCROW_FREEZE_LONG"
    rest = await frozen(escrow, "steward", told(order, (note, []), seconds=FREEZE_S - 2 * DAY))
    escrow.ledger.clock.set(rest.until + timedelta(seconds=1))
    assert await escrow.refused("steward", "freeze", told(order, (note, []), seconds=1)) == "ESCROW_FREEZE_LONG"
    await escrow.submit("seller", "pay", [note.id], to_self(escrow, note))


async def test_who_froze_releases_or_the_regulator(escrow: EscrowLedger) -> None:
    order, note = await paid_after_dispute(escrow)
    freeze = await frozen(escrow, "steward", told(order, (note, [])))
    assert await escrow.refused("warden", "release", freeze.id) == "ESCROW_DENIED"
    for name in ("seller", "buyer", "officer", "keeper"):
        assert await escrow.refused(name, "release", freeze.id) == "ESCROW_ROLE_DENIED", name
    assert await escrow.refused("steward", "release", "0" * 64) == "ESCROW_FREEZE_UNKNOWN"
    released = Freeze.model_validate_json(await escrow.submit("steward", "release", freeze.id))
    assert (released.released_by, released.released_at) == (
        escrow.signatory("steward"),
        escrow.ledger.clock.now(),
    )
    assert await escrow.refused("steward", "release", freeze.id) == "ESCROW_FREEZE_OVER"
    await escrow.submit("seller", "pay", [note.id], to_self(escrow, note))


async def test_each_organisation_releases_its_own_freeze_and_the_regulator_all(escrow: EscrowLedger) -> None:
    order, note = await paid_after_dispute(escrow)
    by_platform = await frozen(escrow, "steward", told(order, (note, [])))
    by_regulator = await frozen(escrow, "regulator", told(order, (note, []), seconds=2 * DAY))
    assert await escrow.refused("steward", "release", by_regulator.id) == "ESCROW_DENIED"
    await escrow.submit("regulator", "release", by_platform.id)
    assert await escrow.refused("seller", "pay", [note.id], to_self(escrow, note)) == "ESCROW_NOTE_FROZEN"
    await escrow.submit("regulator", "release", by_regulator.id)
    await escrow.submit("seller", "pay", [note.id], to_self(escrow, note))


async def test_money_of_a_disputed_payment_is_frozen(escrow: EscrowLedger) -> None:
    note = await escrow.money("rival", 5_000)  # at PlatformB, by a provider of PlatformA
    name = payment_name(provider_of(escrow), "bank-1")
    await escrow.put("complaint", complaint(About(kind=AboutKind.PAYMENT, id=name)))
    new = {
        "origin": {"kind": "payment", "key": [provider_of(escrow), "bank-1"]},
        "ground": {"kind": "complaint", "id": COMPLAINT},
        "trails": [{"note": note.id, "movements": [made_by(note.id)]}],
        "seconds": DAY,
    }
    unknown = {**new, "origin": {"kind": "payment", "key": [provider_of(escrow), "bank-2"]}}
    assert await escrow.refused("warden", "freeze", unknown) == "ESCROW_PAYMENT_UNKNOWN"
    unnamed = {**new, "origin": {"kind": "payment", "key": ["bank-1"]}}
    assert await escrow.refused("warden", "freeze", unnamed) == "ESCROW_FREEZE_ORIGIN"
    dispute = {**new, "ground": {"kind": "dispute", "id": COMPLAINT}}
    assert await escrow.refused("warden", "freeze", dispute) == "ESCROW_FREEZE_GROUND"
    await frozen(escrow, "warden", new)
    spent = await escrow.refused("rival", "pay", [note.id], to_self(escrow, note, "rival"))
    assert spent == "ESCROW_NOTE_FROZEN"


async def of_two_providers(escrow: EscrowLedger, reference: str) -> list[tuple[str, dict[str, Any]]]:
    """A payment of the same reference at each of two providers: its name, and a freeze of it."""
    found = []
    for name in ("provider", "other_provider"):
        payment = {"owner": escrow.owner("rival"), "amount_minor": 5_000}
        note = Note.model_validate_json(await escrow.submit(name, "issue", reference, payment, "CNY"))
        provider = ":".join(escrow.signatory(name).party)
        new = {
            "origin": {"kind": "payment", "key": [provider, reference]},
            "ground": {"kind": "complaint", "id": COMPLAINT},
            "trails": [{"note": note.id, "movements": [made_by(note.id)]}],
            "seconds": DAY,
        }
        found.append((payment_name(provider, reference), new))
    return found


async def test_a_complaint_about_one_providers_payment_is_no_ground_against_anothers(escrow: EscrowLedger) -> None:
    (name, one), (_, other) = await of_two_providers(escrow, "bank-1")
    await escrow.put("complaint", complaint(About(kind=AboutKind.PAYMENT, id=name)))
    assert await escrow.refused("warden", "freeze", other) == "ESCROW_FREEZE_GROUND"
    assert await frozen(escrow, "warden", one)


async def test_a_warrant_names_a_payment_as_one_whatever_its_reference(escrow: EscrowLedger) -> None:
    (name, one), (_, other) = await of_two_providers(escrow, "2026/06/01-1")
    ground = {"ground": {"kind": "warrant", "id": WARRANT}}
    await escrow.put("warrant", warrant(escrow, name))  # an order of that name is not the payment
    assert await escrow.refused("regulator", "freeze", one | ground) == "ESCROW_FREEZE_GROUND"
    await escrow.put("warrant", warrant(escrow, name, kind=SubjectKind.PAYMENT))
    assert await escrow.refused("regulator", "freeze", other | ground) == "ESCROW_FREEZE_GROUND"
    assert await frozen(escrow, "regulator", one | ground)


async def test_what_was_won_long_ago_is_not_frozen_for_its_dispute(escrow: EscrowLedger) -> None:
    order, note = await paid_after_dispute(escrow)
    last = escrow.ledger.clock.now() + timedelta(seconds=standard().parameters["dispute_ground_s"])
    escrow.ledger.clock.set(last + timedelta(microseconds=1))
    assert await escrow.refused("steward", "freeze", told(order, (note, []))) == "ESCROW_FREEZE_GROUND"
    escrow.ledger.clock.set(last)
    assert await frozen(escrow, "steward", told(order, (note, [])))


async def test_of_a_freeze_and_a_payment_at_once_one_takes_effect(escrow: EscrowLedger) -> None:
    order, note = await paid_after_dispute(escrow)
    ledger: LedgerSimulator = escrow.ledger
    freeze = await ledger.endorse(escrow.person("steward"), "escrow:freeze", json.dumps(told(order, (note, []))))
    spending = (json.dumps([note.id]), json.dumps(to_self(escrow, note)))
    payment = await ledger.endorse(escrow.person("seller"), "escrow:pay", *spending)
    committed = await ledger.commit([freeze, payment])
    assert [each.validation_code for each in committed] == ["VALID", "MVCC_READ_CONFLICT"]
