"""Listings and orders: what is signed is what is executed, in time, by whom it may be done."""

from datetime import timedelta
from typing import Any

import pytest

from fairledger_contracts.escrow.case import TOLD_MAX
from fairledger_contracts.records.agreement import Listing
from fairledger_contracts.records.evidence import EvidenceKind, Finding
from fairledger_contracts.records.order import Claim, Order
from fairledger_contracts.records.suspension import Suspension
from tests.support.escrow import (
    AREA,
    CARRIER,
    DAY,
    LICENCE,
    NOON,
    OFFICER,
    PHONE,
    SERIAL,
    EscrowLedger,
    commitment,
    member,
    standard,
)

WRONG_TERMS: list[tuple[dict[str, Any], str]] = [
    ({"gtin": "09521000001108"}, "ESCROW_TERMS"),
    ({"gtin": ""}, "ESCROW_TERMS"),
    ({"binding": "none"}, "ESCROW_TERMS"),
    ({"weight_g": 0}, "ESCROW_TERMS"),
    ({"bond_minor": 10_000}, "ESCROW_TERMS"),
    ({"price_minor": 9}, "ESCROW_TERMS"),
    ({"price_minor": 90, "bond_minor": 9}, "ESCROW_TERMS"),
    ({"carrier_bond_minor": 9}, "ESCROW_TERMS"),
    ({"price_minor": 2**53 - 1, "bond_minor": 2**53 - 1}, "ESCROW_TERMS"),
    ({"periods": {**PHONE["periods"], "cooling_off_s": 7 * DAY - 1}}, "ESCROW_TERMS"),
    ({"periods": {**PHONE["periods"], "evidence_s": 30 * DAY + 1}}, "ESCROW_TERMS"),
    ({"kind": "virtual"}, "ESCROW_TERMS"),
    ({**LICENCE, "bond_minor": 4_999}, "ESCROW_TERMS"),
    ({**LICENCE, "carrier_bond_minor": 1}, "ESCROW_TERMS"),
    ({"standard": {"name": "escrow", "version": "0002"}}, "ESCROW_STANDARD_OUTDATED"),
    ({"standard": {"name": "other", "version": "0001"}}, "ESCROW_STANDARD_OUTDATED"),
    ({"price_minor": 0}, "CHAINCODE_ARGUMENTS"),
    ({"price_minor": 100.5}, "CHAINCODE_ARGUMENTS"),
    ({"currency": "cny"}, "CHAINCODE_ARGUMENTS"),
    ({"undecided_price_permille": 1_001}, "CHAINCODE_ARGUMENTS"),
    ({"buyer_name": "x"}, "CHAINCODE_ARGUMENTS"),
]


async def test_terms_outside_the_standard_are_not_listed(escrow: EscrowLedger) -> None:
    for other, code in WRONG_TERMS:
        assert await escrow.refused("seller", "list_goods", {**PHONE, **other}) == code, other


@pytest.mark.parametrize("name", ["buyer", "carrier", "officer", "keeper"])
async def test_who_does_not_sell_lists_nothing(escrow: EscrowLedger, name: str) -> None:
    assert await escrow.refused(name, "list_goods", PHONE) == "ESCROW_ROLE_DENIED"


async def order_refused(escrow: EscrowLedger, listing: Listing, **other: Any) -> str:
    told = {"by": "buyer", "sha256": listing.terms_sha256, "area": AREA, "notes": None, **other}
    notes = told["notes"] or [(await escrow.money(told["by"], listing.terms.price_minor)).id]
    return await escrow.refused(told["by"], "order", listing.id, told["sha256"], told["area"], notes)


async def test_an_order_is_on_the_terms_that_both_signed(escrow: EscrowLedger) -> None:
    listing = await escrow.listed()
    changed = await escrow.listed(price_minor=100_000)
    assert await order_refused(escrow, listing, sha256=changed.terms_sha256) == "ESCROW_TERMS_OTHER"
    assert await order_refused(escrow, listing, area="") == "ESCROW_AREA"
    assert await order_refused(escrow, listing, by="colleague") == "ESCROW_OWN_GOODS"
    assert await order_refused(escrow, listing, by="branch") == "ESCROW_OWN_GOODS"
    assert await order_refused(escrow, listing, by="carrier") == "ESCROW_ROLE_DENIED"
    order = await escrow.ordered()
    assert (order.state, order.terms_sha256, order.due_at) == ("funded", listing.terms_sha256, NOON + timedelta(days=1))
    assert escrow.total(f"order:{order.id}") == PHONE["price_minor"]


async def test_notes_of_another_currency_owner_or_amount_do_not_pay_an_order(escrow: EscrowLedger) -> None:
    listing = await escrow.listed()
    price = listing.terms.price_minor
    for note, code in (
        (await escrow.money("buyer", price, "USD"), "ESCROW_NOTE_CURRENCIES"),
        (await escrow.money("stranger", price), "ESCROW_NOTE_NOT_YOURS"),
        (await escrow.money("buyer", price - 1), "ESCROW_NOTE_SHORT"),
    ):
        assert await order_refused(escrow, listing, notes=[note.id]) == code
    order = await escrow.ordered()
    assert order.price is not None
    locked = order.price.note
    assert await order_refused(escrow, listing, notes=[locked]) == "ESCROW_NOTE_NOT_YOURS"


async def test_a_withdrawn_listing_takes_no_orders_and_those_under_way_go_on(escrow: EscrowLedger) -> None:
    order = await escrow.ordered()
    assert await escrow.refused("rival", "withdraw", order.listing) == "ESCROW_DENIED"
    await escrow.submit("colleague", "withdraw", order.listing)
    answer = await escrow.ledger.evaluate(escrow.person("buyer"), "escrow:listing", order.listing)
    listing = Listing.model_validate_json(answer)
    assert (listing.withdrawn_at, listing.withdrawn_by) == (NOON, escrow.signatory("colleague"))
    assert listing.recorder == escrow.signatory("seller")
    assert await order_refused(escrow, listing) == "ESCROW_LISTING_WITHDRAWN"
    assert await escrow.refused("seller", "withdraw", order.listing) == "ESCROW_LISTING_WITHDRAWN"
    bond = await escrow.money("seller", order.terms.bond_minor)
    assert (await escrow.move("seller", "accept", order, [bond.id], None)).state == "accepted"


async def test_a_suspended_platform_opens_no_orders_and_finishes_those_under_way(escrow: EscrowLedger) -> None:
    order = await escrow.ordered()
    listing = await escrow.listed()
    until = NOON + timedelta(days=30)
    await escrow.put("suspension", Suspension(msp_id="PlatformAMSP", since=NOON, until=until, recorder=OFFICER))
    assert await escrow.refused("seller", "list_goods", PHONE) == "ESCROW_PLATFORM_SUSPENDED"
    assert await order_refused(escrow, listing) == "ESCROW_PLATFORM_SUSPENDED"
    bond = await escrow.money("seller", order.terms.bond_minor)
    assert (await escrow.move("seller", "accept", order, [bond.id], None)).state == "accepted"
    escrow.ledger.clock.set(until)
    assert (await escrow.ordered()).state == "funded"


@pytest.mark.parametrize("suspended", ["PlatformAMSP", "PlatformBMSP"])
async def test_neither_the_sellers_nor_the_buyers_platform_opens_orders_while_it_is_suspended(
    escrow: EscrowLedger, suspended: str
) -> None:
    listing = await escrow.listed()
    until = NOON + timedelta(days=1)
    await escrow.put("suspension", Suspension(msp_id=suspended, since=NOON, until=until, recorder=OFFICER))
    assert await order_refused(escrow, listing, by="rival") == "ESCROW_PLATFORM_SUSPENDED"
    escrow.ledger.clock.set(until)
    note = await escrow.money("rival", listing.terms.price_minor)
    answer = await escrow.submit("rival", "order", listing.id, listing.terms_sha256, AREA, [note.id])
    assert Order.model_validate_json(answer).state == "funded"


@pytest.mark.parametrize("struck", ["PlatformAMSP", "PlatformBMSP"])
async def test_who_is_struck_off_opens_no_orders_and_finishes_those_under_way(
    escrow: EscrowLedger, struck: str
) -> None:
    under_way = await escrow.ordered()
    listing = await escrow.listed()
    await escrow.put("member", member(struck).model_copy(update={"left_at": NOON}))
    assert await order_refused(escrow, listing, by="rival") == "ESCROW_PLATFORM_NO_MEMBER"
    lists = {"PlatformAMSP": "seller", "PlatformBMSP": "rival"}[struck]
    assert await escrow.refused(lists, "list_goods", PHONE) == "ESCROW_PLATFORM_NO_MEMBER"
    bond = await escrow.money("seller", under_way.terms.bond_minor)
    assert (await escrow.move("seller", "accept", under_way, [bond.id], None)).state == "accepted"


async def test_who_never_was_a_member_does_not_trade(escrow: EscrowLedger) -> None:
    listing = await escrow.listed()
    note = await escrow.money("officers_shop", listing.terms.price_minor)
    wanted = (listing.id, listing.terms_sha256, AREA, [note.id])
    assert await escrow.refused("officers_shop", "order", *wanted) == "ESCROW_PLATFORM_NO_MEMBER"
    assert await escrow.refused("officers_shop", "list_goods", PHONE) == "ESCROW_PLATFORM_NO_MEMBER"


async def test_a_new_standard_ends_offers_by_the_old_one(escrow: EscrowLedger) -> None:
    listing = await escrow.listed()
    await escrow.put("standard", standard("0002", since=NOON))
    assert await order_refused(escrow, listing) == "ESCROW_STANDARD_OUTDATED"


async def test_a_standard_that_could_not_decide_an_order_binds_nobody(escrow: EscrowLedger) -> None:
    whole = standard("0002", since=NOON)
    lacking = {name: value for name, value in whole.parameters.items() if name != "lost_price_permille"}
    await escrow.put("standard", whole.model_copy(update={"parameters": lacking}))
    version = {"name": "escrow", "version": "0002"}
    assert await escrow.refused("seller", "list_goods", {**PHONE, "standard": version}) == "ESCROW_STANDARD_INCOMPLETE"


async def test_two_settlements_of_one_order_in_one_block_are_one(escrow: EscrowLedger) -> None:
    order = await escrow.delivered()
    assert order.due_at is not None
    escrow.ledger.clock.set(order.due_at + timedelta(seconds=1))
    callers = [escrow.person(name) for name in ("keeper", "seller")]
    due = [await escrow.ledger.endorse(each, "escrow:due", order.id) for each in callers]
    codes = [each.validation_code for each in await escrow.ledger.commit(due)]
    assert codes == ["VALID", "MVCC_READ_CONFLICT"]
    assert escrow.has("seller") == order.terms.price_minor + order.terms.bond_minor
    assert await escrow.refused("keeper", "due", order.id) == "ESCROW_WRONG_STATE"


async def test_a_dispute_at_the_last_moment_counts_and_one_after_it_does_not(escrow: EscrowLedger) -> None:
    order = await escrow.delivered()
    assert order.due_at == NOON + timedelta(days=7)
    escrow.ledger.clock.set(order.due_at)
    assert await escrow.refused("seller", "due", order.id) == "ESCROW_NOT_DUE"  # settled before the cooling-off ends
    disputed = await escrow.ledger.endorse(escrow.person("buyer"), "escrow:dispute", order.id, '"other"', "late")
    escrow.ledger.clock.advance(timedelta(microseconds=1))
    assert await escrow.refused("buyer", "dispute", order.id, Claim.OTHER, "too late") == "ESCROW_TOO_LATE"
    settled = await escrow.ledger.endorse(escrow.person("seller"), "escrow:due", order.id)
    codes = [each.validation_code for each in await escrow.ledger.commit([disputed, settled])]
    assert codes == ["VALID", "MVCC_READ_CONFLICT"]
    assert (await escrow.told(order)).order.state == "disputed"


async def test_two_buyers_of_one_listing_do_not_contend(escrow: EscrowLedger) -> None:
    listing = await escrow.listed()
    orders = []
    for name in ("buyer", "stranger"):
        note = await escrow.money(name, listing.terms.price_minor)
        arguments = (listing.id, listing.terms_sha256, AREA, f'["{note.id}"]')
        orders.append(await escrow.ledger.endorse(escrow.person(name), "escrow:order", *arguments))
    assert [each.validation_code for each in await escrow.ledger.commit(orders)] == ["VALID", "VALID"]


async def test_evidence_is_told_by_who_has_the_right_to(escrow: EscrowLedger) -> None:
    order = await escrow.carried()
    for name in ("other_carrier", "seller", "buyer", "inspector"):
        assert await escrow.refused(name, "scan", order.id, AREA) == "ESCROW_DENIED", name
        assert await escrow.refused(name, "deliver", order.id, 450, AREA) == "ESCROW_DENIED", name
        assert await escrow.refused(name, "lose", order.id) == "ESCROW_DENIED", name
    await escrow.submit("carrier", "scan", order.id, "u33")
    order = await escrow.move("carrier", "deliver", order, 450, AREA)
    for name in ("stranger", "seller", "carrier"):
        assert await escrow.refused(name, "check_tag", order.id, SERIAL, True) == "ESCROW_DENIED", name
        assert await escrow.refused(name, "dispute", order.id, Claim.OTHER, "x") == "ESCROW_DENIED", name
    inspectors = ("carriers_inspector", "carriers_inspector_elsewhere", "sellers_inspector", "platforms_inspector")
    for name in ("buyer", "seller", "officer", "carrier", *inspectors):
        assert await escrow.refused(name, "inspect", order.id, Finding.DEFECT, "ab" * 32) == "ESCROW_DENIED", name
    told = (await escrow.told(order)).evidence
    assert sorted(each.evidence for each in told) == ["delivered", "scanned", "taken_over"]


async def test_nobody_tells_without_end(escrow: EscrowLedger) -> None:
    order = await escrow.carried()
    for _ in range(TOLD_MAX[EvidenceKind.SCANNED]):
        await escrow.submit("carrier", "scan", order.id, AREA)
    assert await escrow.refused("carrier", "scan", order.id, AREA) == "ESCROW_EVIDENCE_MUCH"
    order = await escrow.move("carrier", "deliver", order, 450, AREA)
    for _ in range(TOLD_MAX[EvidenceKind.INSPECTED]):
        await escrow.submit("inspector", "inspect", order.id, Finding.DEFECT, "ab" * 32)
    assert await escrow.refused("inspector", "inspect", order.id, Finding.DEFECT, "ab" * 32) == "ESCROW_EVIDENCE_MUCH"


async def test_evidence_does_not_slip_in_behind_the_decision(escrow: EscrowLedger) -> None:
    order = await escrow.disputed("defect")
    assert order.due_at is not None
    escrow.ledger.clock.set(order.due_at)
    late = await escrow.ledger.endorse(escrow.person("inspector"), "escrow:inspect", order.id, '"defect"', "ab" * 32)
    panel = await escrow.overdue(order)
    assert panel.state == "panel"
    assert [each.validation_code for each in await escrow.ledger.commit([late])] == ["MVCC_READ_CONFLICT"]
    assert await escrow.refused("inspector", "inspect", order.id, Finding.DEFECT, "ab" * 32) == "ESCROW_WRONG_STATE"


async def test_a_decision_does_not_slip_in_behind_evidence_that_it_did_not_know(escrow: EscrowLedger) -> None:
    """Evidence leaves the order unwritten; the decision read the range of all evidence, where it is a phantom."""
    for kind, person, arguments in (
        ("inspect", "inspector", ('"defect"', "ab" * 32)),
        ("check_tag", "buyer", ("OTHER1", "true")),
    ):
        order = await escrow.disputed("defect" if kind == "inspect" else "forged")
        assert order.due_at is not None
        escrow.ledger.clock.set(order.due_at)
        told = await escrow.ledger.endorse(escrow.person(person), f"escrow:{kind}", order.id, *arguments)
        escrow.ledger.clock.advance(timedelta(seconds=1))
        decided = await escrow.ledger.endorse(escrow.person("keeper"), "escrow:due", order.id)
        codes = [each.validation_code for each in await escrow.ledger.commit([told, decided])]
        assert codes == ["VALID", "PHANTOM_READ_CONFLICT"], kind
        assert (await escrow.told(order)).settlement is None
        await escrow.move("keeper", "due", order)
        assert told.tx_id in (await escrow.settlement(order)).evidence, kind


async def test_goods_and_parcels_belong_to_one_order_at_a_time(escrow: EscrowLedger) -> None:
    first = await escrow.shipped()
    assert first.shipment is not None
    second = await escrow.accepted()
    taken = first.shipment.parcel
    assert await escrow.refused("seller", "ship", second.id, SERIAL, "P-NEW", CARRIER) == "ESCROW_ITEM_BOUND"
    assert await escrow.refused("seller", "ship", second.id, "FP2", taken, CARRIER) == "ESCROW_PARCEL_USED"
    for msp_id in ("PlatformAMSP", "PlatformBMSP"):  # a business is itself, wherever it is enrolled
        own = {"msp_id": msp_id, "place": "9521000000049"}
        assert await escrow.refused("seller", "ship", second.id, "FP2", "P-NEW", own) == "ESCROW_OWN_CARRIER"
    await escrow.overdue(first)
    third = await escrow.accepted()
    assert (await escrow.move("seller", "ship", third, SERIAL, "P-NEW", CARRIER)).state == "shipped"


async def test_a_commitment_is_for_virtual_goods(escrow: EscrowLedger) -> None:
    phone, licence = await escrow.ordered(), await escrow.ordered(LICENCE)
    for order, bound in ((phone, commitment()), (licence, None)):
        bond = await escrow.money("seller", order.terms.bond_minor)
        assert await escrow.refused("seller", "accept", order.id, [bond.id], bound) == "ESCROW_COMMITMENT"


async def test_a_bond_that_is_short_accepts_nothing(escrow: EscrowLedger) -> None:
    order = await escrow.ordered()
    bond = await escrow.money("seller", order.terms.bond_minor - 1)
    assert await escrow.refused("seller", "accept", order.id, [bond.id], None) == "ESCROW_NOTE_SHORT"
    assert await escrow.refused("rival", "accept", order.id, [bond.id], None) == "ESCROW_DENIED"


async def test_there_is_no_order_of_an_unknown_id(escrow: EscrowLedger) -> None:
    assert await escrow.refused("keeper", "due", "0" * 64) == "ESCROW_ORDER_UNKNOWN"
    assert await escrow.refused("keeper", "due", "x") == "CHAINCODE_ARGUMENTS"


async def test_the_carrier_tells_of_refusals_not_the_buyer(escrow: EscrowLedger) -> None:
    order = await escrow.delivered()
    assert await escrow.refused("buyer", "dispute", order.id, Claim.REFUSED, "no") == "ESCROW_CLAIM"
