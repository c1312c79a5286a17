"""Each rule of liability, from the facts on the ledger to the last unit of money."""

from datetime import timedelta

import pytest

from fairledger_chaincode.simulator import ChaincodeFailed
from fairledger_contracts.escrow.disputing import PROPOSALS_MAX
from fairledger_contracts.records.evidence import Finding
from fairledger_contracts.records.order import Claim, Order
from fairledger_contracts.records.settlement import Amounts
from tests.support.escrow import (
    AREA,
    DAY,
    ITEM,
    KEY,
    LICENCE,
    PHONE,
    SEALED,
    SERIAL,
    EscrowLedger,
    commitment,
    standard,
)

PRICE, BOND, CARRIER_BOND = PHONE["price_minor"], PHONE["bond_minor"], PHONE["carrier_bond_minor"]
REPORT = "ab" * 32


async def ended(escrow: EscrowLedger, order: Order, *, buyer: int, seller: int, carrier: int = 0) -> tuple[str, str]:
    """The rule and who is liable; the amounts are paid as the settlement says, and nothing is locked any more."""
    settlement = await escrow.settlement(order)
    assert settlement.final == Amounts(buyer_minor=buyer, seller_minor=seller, carrier_minor=carrier)
    assert (escrow.has("buyer"), escrow.has("seller"), escrow.has("carrier")) == (buyer, seller, carrier)
    assert (escrow.total(f"order:{order.id}"), order.due_at, order.price, order.bond) == (0, None, None, None)
    return settlement.rule, settlement.liable


async def test_undisputed_the_seller_is_paid_and_has_its_bond_back_without_asking(escrow: EscrowLedger) -> None:
    order = await escrow.overdue(await escrow.delivered())
    assert order.state == "settled"
    assert await ended(escrow, order, buyer=0, seller=PRICE + BOND, carrier=CARRIER_BOND) == ("undisputed", "nobody")


async def test_a_content_buyer_need_not_wait(escrow: EscrowLedger) -> None:
    order = await escrow.move("buyer", "confirm", await escrow.delivered())
    assert await ended(escrow, order, buyer=0, seller=PRICE + BOND, carrier=CARRIER_BOND) == ("confirmed", "nobody")


async def test_an_order_that_nobody_accepts_lapses(escrow: EscrowLedger) -> None:
    order = await escrow.overdue(await escrow.ordered())
    assert order.state == "cancelled"
    assert await ended(escrow, order, buyer=PRICE, seller=0) == ("not_accepted", "nobody")


async def test_a_seller_may_decline(escrow: EscrowLedger) -> None:
    order = await escrow.move("seller", "decline", await escrow.ordered())
    assert (order.state, await ended(escrow, order, buyer=PRICE, seller=0)) == ("cancelled", ("declined", "nobody"))


async def test_cancelled_before_it_is_accepted(escrow: EscrowLedger) -> None:
    order = await escrow.move("buyer", "cancel", await escrow.ordered())
    assert await ended(escrow, order, buyer=PRICE, seller=0) == ("cancelled_in_time", "nobody")


async def test_cancelled_in_time_though_accepted_and_not_a_moment_later(escrow: EscrowLedger) -> None:
    order = await escrow.accepted()
    escrow.ledger.clock.set(order.ordered_at + timedelta(seconds=3_600, microseconds=1))
    assert await escrow.refused("buyer", "cancel", order.id) == "ESCROW_TOO_LATE"
    escrow.ledger.clock.set(order.ordered_at + timedelta(seconds=3_600))
    order = await escrow.move("buyer", "cancel", order)
    assert await ended(escrow, order, buyer=PRICE, seller=BOND) == ("cancelled_in_time", "nobody")


async def test_not_shipped_costs_half_the_bond_with_the_odd_unit_to_the_buyer(escrow: EscrowLedger) -> None:
    order = await escrow.overdue(await escrow.accepted())
    assert order.state == "refunded"
    assert await ended(escrow, order, buyer=PRICE + 5_001, seller=5_000) == ("not_shipped", "seller")


async def test_an_order_ends_where_the_table_says_whatever_share_a_standard_leaves_the_seller(
    escrow: EscrowLedger,
) -> None:
    changed = standard("0002", since=escrow.ledger.clock.now(), not_shipped_price_permille=100)
    await escrow.put("standard", changed)
    order = await escrow.overdue(await escrow.accepted(standard={"name": "escrow", "version": "0002"}))
    assert order.state == "refunded"
    assert (await escrow.settlement(order)).final.seller_minor == 10_000 + 5_000


async def test_a_parcel_that_no_carrier_took_over_was_not_shipped(escrow: EscrowLedger) -> None:
    order = await escrow.shipped()
    order = await escrow.overdue(order)
    assert await ended(escrow, order, buyer=PRICE + 5_001, seller=5_000) == ("not_shipped", "seller")


async def test_not_delivered_is_the_carriers_liability_to_its_bond(escrow: EscrowLedger) -> None:
    order = await escrow.overdue(await escrow.carried())
    assert await ended(escrow, order, buyer=PRICE, seller=BOND + CARRIER_BOND) == ("not_delivered", "carrier")


async def test_lost_is_settled_when_the_carrier_tells(escrow: EscrowLedger) -> None:
    order = await escrow.move("carrier", "lose", await escrow.carried())
    assert await ended(escrow, order, buyer=PRICE, seller=BOND + CARRIER_BOND) == ("lost", "carrier")
    lost = next(each for each in (await escrow.told(order)).evidence if each.evidence == "lost")
    assert (await escrow.settlement(order)).evidence == (lost.id,)


async def test_delivered_elsewhere(escrow: EscrowLedger) -> None:
    order = await escrow.overdue(await escrow.disputed("not_received", area="u33"))
    assert await ended(escrow, order, buyer=PRICE, seller=BOND + CARRIER_BOND) == ("delivered_elsewhere", "carrier")


async def test_a_parcel_too_light_for_the_goods(escrow: EscrowLedger) -> None:
    order = await escrow.overdue(await escrow.disputed("empty", sent_g=284, weight_g=284))
    assert order.state == "refunded"
    expected = {"buyer": PRICE + BOND, "seller": 0, "carrier": CARRIER_BOND}
    assert await ended(escrow, order, **expected) == ("too_light", "seller")


async def test_a_parcel_that_became_too_light_on_the_way_is_lost(escrow: EscrowLedger) -> None:
    order = await escrow.overdue(await escrow.disputed("empty", sent_g=285, weight_g=284))
    assert await ended(escrow, order, buyer=PRICE, seller=BOND + CARRIER_BOND) == ("lost", "carrier")


@pytest.mark.parametrize(("serial", "genuine"), [("FP2", True), (SERIAL, False)])
async def test_another_serial_or_a_forged_tag(escrow: EscrowLedger, serial: str, genuine: bool) -> None:
    order = await escrow.delivered()
    await escrow.submit("buyer", "check_tag", order.id, serial, genuine)
    order = await escrow.overdue(await escrow.move("buyer", "dispute", order, Claim.OTHER_ITEM, "another phone"))
    expected = {"buyer": PRICE + BOND, "seller": 0, "carrier": CARRIER_BOND}
    assert await ended(escrow, order, **expected) == ("other_item", "seller")


async def test_a_reading_that_is_dated_before_the_first_does_not_unsay_it(escrow: EscrowLedger) -> None:
    order = await escrow.disputed("other_item")
    await escrow.submit("buyer", "check_tag", order.id, SERIAL, True)
    before = escrow.ledger.clock.now() - timedelta(seconds=60)
    with pytest.raises(ChaincodeFailed, match="ESCROW_TAG_READ"):
        await escrow.ledger.submit(escrow.person("buyer"), "escrow:check_tag", order.id, SERIAL, "false", at=before)
    assert (await escrow.settlement(await escrow.overdue(order))).rule == "false_claim"


async def test_of_two_readings_on_their_way_one_takes_effect(escrow: EscrowLedger) -> None:
    order = await escrow.disputed("other_item")
    call = (escrow.person("buyer"), "escrow:check_tag", order.id)
    before = escrow.ledger.clock.now() - timedelta(seconds=60)
    readings = [
        await escrow.ledger.endorse(*call, SERIAL, "true"),
        await escrow.ledger.endorse(*call, SERIAL, "false", at=before),
    ]
    codes = [each.validation_code for each in await escrow.ledger.commit(readings)]
    assert codes == ["VALID", "PHANTOM_READ_CONFLICT"]
    assert (await escrow.settlement(await escrow.overdue(order))).rule == "false_claim"


@pytest.mark.parametrize(
    ("finding", "rule", "to_buyer", "liable"),
    [
        ("defect", "defect", PRICE + 3_000, "seller"),
        ("counterfeit", "counterfeit", PRICE + BOND, "seller"),
        ("conformant", "found_conformant", 0, "buyer"),
    ],
)
async def test_an_inspectors_report(escrow: EscrowLedger, finding: str, rule: str, to_buyer: int, liable: str) -> None:
    order = await escrow.disputed("defect")
    await escrow.submit("inspector", "inspect", order.id, Finding(finding), REPORT)
    order = await escrow.overdue(order)
    expected = {"buyer": to_buyer, "seller": PRICE + BOND - to_buyer, "carrier": CARRIER_BOND}
    assert await ended(escrow, order, **expected) == (rule, liable)


async def test_an_inspectors_word_goes_before_the_buyers_reading(escrow: EscrowLedger) -> None:
    order = await escrow.disputed("other_item")
    await escrow.submit("buyer", "check_tag", order.id, "FP2", True)
    await escrow.submit("inspector", "inspect", order.id, Finding.CONFORMANT, REPORT)
    assert (await escrow.settlement(await escrow.overdue(order))).rule == "found_conformant"


async def test_inspectors_who_contradict_each_other_decide_nothing(escrow: EscrowLedger) -> None:
    order = await escrow.disputed("defect")
    for finding in ("defect", "conformant"):
        await escrow.submit("inspector", "inspect", order.id, Finding(finding), REPORT)
    assert (await escrow.overdue(order)).state == "panel"


@pytest.mark.parametrize("recalled", [ITEM, ITEM.partition("/21/")[0]])
async def test_goods_under_recall(escrow: EscrowLedger, recalled: str) -> None:
    order = await escrow.disputed("defect")
    arguments = (f'["{recalled}"]', '"return"', "may burst")
    await escrow.ledger.submit(escrow.person("regulator"), "trace:recall", *arguments)
    order = await escrow.overdue(order)
    expected = {"buyer": PRICE + 2_000, "seller": BOND - 2_000, "carrier": CARRIER_BOND}
    assert await ended(escrow, order, **expected) == ("under_recall", "seller")


async def test_a_recall_that_ended_decides_nothing(escrow: EscrowLedger) -> None:
    order = await escrow.disputed("defect")
    regulator = escrow.person("regulator")
    recall = await escrow.ledger.submit(regulator, "trace:recall", f'["{ITEM}"]', '"return"', "may burst")
    await escrow.ledger.submit(regulator, "trace:end_recall", recall.tx_id, "a mistake")
    assert (await escrow.overdue(order)).state == "panel"


async def test_refused_without_ground(escrow: EscrowLedger) -> None:
    order = await escrow.move("carrier", "refuse", await escrow.carried(), 450, AREA)
    assert (order.state, order.dispute and order.dispute.claim) == ("disputed", "refused")
    order = await escrow.overdue(order)
    assert order.state == "settled"
    expected = {"buyer": PRICE - 5_000, "seller": 5_000 + BOND, "carrier": CARRIER_BOND}
    assert await ended(escrow, order, **expected) == ("refused_without_ground", "buyer")


async def test_refused_with_ground(escrow: EscrowLedger) -> None:
    order = await escrow.move("carrier", "refuse", await escrow.carried(200), 200, AREA)
    assert (await escrow.settlement(await escrow.overdue(order))).rule == "too_light"


@pytest.mark.parametrize(
    ("weight_g", "area", "rule"),
    [(90, AREA, "lost"), (450, "u33", "delivered_elsewhere"), (90, "u33", "delivered_elsewhere")],
)
async def test_a_carrier_does_not_free_itself_by_a_refusal(
    escrow: EscrowLedger, weight_g: int, area: str, rule: str
) -> None:
    order = await escrow.move("carrier", "refuse", await escrow.carried(), weight_g, area)
    order = await escrow.overdue(order)
    assert await ended(escrow, order, buyer=PRICE, seller=BOND + CARRIER_BOND) == (rule, "carrier")


async def test_a_buyer_contests_once_a_refusal_that_the_carrier_alone_told(escrow: EscrowLedger) -> None:
    refused = await escrow.move("carrier", "refuse", await escrow.carried(), 450, AREA)
    for other in ("seller", "carrier", "stranger"):
        assert await escrow.refused(other, "dispute", refused.id, Claim.OTHER, "no") == "ESCROW_DENIED"
    escrow.ledger.clock.advance(timedelta(days=1))
    order = await escrow.move("buyer", "dispute", refused, Claim.NOT_RECEIVED, "nobody came")
    assert (order.state, order.due_at) == ("disputed", refused.due_at)
    assert order.dispute
    assert (order.dispute.claim, order.dispute.reason) == ("not_received", "nobody came")
    assert await escrow.refused("buyer", "dispute", order.id, Claim.EMPTY, "again") == "ESCROW_CLAIMED"
    assert (await escrow.overdue(order)).state == "panel"


async def test_a_claim_of_the_buyers_own_is_not_changed(escrow: EscrowLedger) -> None:
    order = await escrow.disputed("defect")
    assert await escrow.refused("buyer", "dispute", order.id, Claim.EMPTY, "again") == "ESCROW_CLAIMED"


@pytest.mark.parametrize(
    ("claim", "reads"), [("empty", False), ("other_item", True), ("forged", True), ("not_received", True)]
)
async def test_a_false_claim(escrow: EscrowLedger, claim: str, reads: bool) -> None:
    order = await escrow.disputed(claim)
    if reads:
        await escrow.submit("buyer", "check_tag", order.id, SERIAL, True)
    order = await escrow.overdue(order)
    expected = {"buyer": 0, "seller": PRICE + BOND, "carrier": CARRIER_BOND}
    assert await ended(escrow, order, **expected) == ("false_claim", "buyer")


@pytest.mark.parametrize("claim", ["other_item", "forged", "not_received", "defect", "unopenable", "other"])
async def test_a_claim_that_nothing_speaks_for_or_against_goes_to_the_panel(escrow: EscrowLedger, claim: str) -> None:
    order = await escrow.overdue(await escrow.disputed(claim))
    assert (order.state, order.due_at) == ("panel", escrow.ledger.clock.now() + timedelta(days=14))


async def test_both_agree_on_amounts(escrow: EscrowLedger) -> None:
    order = await escrow.disputed()
    await escrow.move("buyer", "propose", order, 0, 1_000)
    await escrow.move("seller", "propose", order, 667, 0)
    assert await escrow.refused("seller", "agree", order.id, 667, 0) == "ESCROW_DENIED"
    assert await escrow.refused("buyer", "agree", order.id, 0, 1_000) == "ESCROW_PROPOSAL_OTHER"
    order = await escrow.move("buyer", "agree", order, 667, 0)
    expected = {"buyer": 33_300, "seller": 66_701 + BOND, "carrier": CARRIER_BOND}
    assert await ended(escrow, order, **expected) == ("agreed", "shared")
    settlement = await escrow.settlement(order)
    assert [(each.price_permille, each.bond_permille) for each in settlement.proposed] == [(0, 1_000), (667, 0)]
    assert settlement.agreed == settlement.proposed[-1]
    assert (settlement.original.price_minor, settlement.original.bond_minor) == (PRICE, BOND)


async def test_one_side_does_not_use_up_the_others_proposals(escrow: EscrowLedger) -> None:
    order = await escrow.disputed()
    for _ in range(PROPOSALS_MAX):
        await escrow.move("buyer", "propose", order, 0, 1_000)
    assert await escrow.refused("buyer", "propose", order.id, 0, 1_000) == "ESCROW_PROPOSALS"
    for name in ("seller", "colleague") * (PROPOSALS_MAX // 2):
        order = await escrow.move(name, "propose", order, 667, 0)
    assert await escrow.refused("colleague", "propose", order.id, 667, 0) == "ESCROW_PROPOSALS"
    assert (await escrow.move("buyer", "agree", order, 667, 0)).state == "settled"


async def test_the_parties_may_settle_it_while_the_panel_sits(escrow: EscrowLedger) -> None:
    panel = await escrow.in_panel()
    assert await escrow.refused("buyer", "agree", panel.id, 0, 0) == "ESCROW_WRONG_STATE"
    await escrow.move("officer", "vote", panel, 0, 1_000)
    escrow.ledger.clock.advance(timedelta(days=1))
    order = await escrow.move("seller", "propose", panel, 667, 0)
    assert (order.state, order.due_at) == ("panel", panel.due_at)
    order = await escrow.move("buyer", "agree", order, 667, 0)
    expected = {"buyer": 33_300, "seller": 66_701 + BOND, "carrier": CARRIER_BOND}
    assert await ended(escrow, order, **expected) == ("agreed", "shared")
    assert len((await escrow.settlement(order)).votes) == 1


async def test_the_panel_decides_by_the_median_of_its_quorum(escrow: EscrowLedger) -> None:
    order = await escrow.in_panel()
    for officer, price, bond in (("officer", 0, 1_000), ("officer_2", 1_000, 0)):
        assert (await escrow.move(officer, "vote", order, price, bond)).state == "panel"
        assert await escrow.refused(officer, "vote", order.id, price, bond) == "ESCROW_VOTED"
    order = await escrow.move("officer_3", "vote", order, 250, 100)
    expected = {"buyer": 75_001 + 1_000, "seller": 25_000 + 9_001, "carrier": CARRIER_BOND}
    assert await ended(escrow, order, **expected) == ("panel", "shared")
    assert [each.price_permille for each in (await escrow.settlement(order)).votes] == [0, 1_000, 250]


async def test_the_panel_reaches_the_carriers_bond(escrow: EscrowLedger) -> None:
    order = await escrow.in_panel()
    for officer, carrier in (("officer", 1_000), ("officer_2", 0), ("officer_3", 900)):
        order = await escrow.move(officer, "vote", order, 0, 0, carrier)
    lost = 45_001  # of 50,001, by the largest remainder
    expected = {"buyer": PRICE, "seller": BOND + lost, "carrier": CARRIER_BOND - lost}
    assert await ended(escrow, order, **expected) == ("panel", "carrier")
    assert order.state == "refunded"


async def test_a_panel_that_does_not_decide_in_time_leaves_it_to_the_agreement(escrow: EscrowLedger) -> None:
    order = await escrow.in_panel()
    await escrow.move("officer", "vote", order, 0, 1_000)
    order = await escrow.overdue(order)
    expected = {"buyer": 50_000, "seller": 50_001 + BOND, "carrier": CARRIER_BOND}
    assert await ended(escrow, order, **expected) == ("panel_default", "shared")


async def test_only_officers_of_the_association_vote_and_none_of_a_partys_business(escrow: EscrowLedger) -> None:
    order = await escrow.in_panel()
    for name in ("impostor", "buyer", "seller", "sellers_officer", "regulator", "keeper"):
        assert await escrow.refused(name, "vote", order.id, 0, 0) == "ESCROW_DENIED", name


# Virtual goods


async def test_key_and_price_change_hands_in_one_transaction_and_the_bond_comes_back_later(
    escrow: EscrowLedger,
) -> None:
    order = await escrow.released()
    assert (order.state, order.key, order.price) == ("delivered", KEY.hex(), None)
    assert (escrow.has("seller"), escrow.total(f"order:{order.id}")) == (5_000, 5_000)
    order = await escrow.overdue(order)
    assert order.state == "settled"
    assert await ended_virtual(escrow, order) == ("undisputed", 0, 10_000)


async def ended_virtual(escrow: EscrowLedger, order: Order) -> tuple[str, int, int]:
    return (await escrow.settlement(order)).rule, escrow.has("buyer"), escrow.has("seller")


@pytest.mark.parametrize(
    "bound",
    [
        commitment(goods=b"LICENCE-0002"),
        commitment(bytes(32)),  # opens nothing
    ],
)
async def test_a_key_that_does_not_open_the_goods_is_proved_by_anybody_and_costs_the_bond(
    escrow: EscrowLedger, bound: dict[str, object]
) -> None:
    key = KEY if bound["key_sha256"] == commitment()["key_sha256"] else bytes(32)
    order = await escrow.released(key, bound)
    order = await escrow.move("stranger", "prove_wrong_key", order, SEALED)
    assert (order.state, await ended_virtual(escrow, order)) == ("refunded", ("wrong_key", 5_000, 5_000))


async def test_a_good_key_is_not_proved_wrong(escrow: EscrowLedger) -> None:
    order = await escrow.released()
    assert await escrow.refused("buyer", "prove_wrong_key", order.id, SEALED) == "ESCROW_KEY_FITS"
    assert await escrow.refused("buyer", "prove_wrong_key", order.id, SEALED + b"x") == "ESCROW_GOODS_OTHER"


async def test_another_key_than_committed_to_is_not_paid(escrow: EscrowLedger) -> None:
    order = await escrow.move("buyer", "hold", await escrow.accepted(LICENCE))
    assert await escrow.refused("seller", "release_key", order.id, bytes(32).hex()) == "ESCROW_KEY_OTHER"


async def test_a_buyer_who_does_not_fetch_the_sealed_goods_has_the_price_back(escrow: EscrowLedger) -> None:
    order = await escrow.overdue(await escrow.accepted(LICENCE))
    assert (order.state, await ended_virtual(escrow, order)) == ("cancelled", ("not_fetched", 5_000, 5_000))


async def test_a_seller_who_keeps_the_key_did_not_ship(escrow: EscrowLedger) -> None:
    order = await escrow.overdue(await escrow.move("buyer", "hold", await escrow.accepted(LICENCE)))
    assert await ended_virtual(escrow, order) == ("not_shipped", 7_500, 2_500)


@pytest.mark.parametrize(
    ("permille", "to_buyer", "ending"), [(500, 2_500, "settled shared"), (1_000, 0, "settled buyer")]
)
async def test_of_a_price_that_is_out_the_agreements_part_comes_out_of_the_bond(
    escrow: EscrowLedger, permille: int, to_buyer: int, ending: str
) -> None:
    order = await escrow.released(undecided_price_permille=permille)
    order = await escrow.move("buyer", "dispute", order, Claim.UNOPENABLE, "it does not open")
    order = await escrow.overdue(await escrow.overdue(order))
    assert await ended_virtual(escrow, order) == ("panel_default", to_buyer, 10_000 - to_buyer)
    assert f"{order.state} {(await escrow.settlement(order)).liable}" == ending


@pytest.mark.parametrize(
    ("shares", "to_buyer", "ending"),
    [
        ((0, 0), 5_000, "refunded seller"),
        ((0, 1_000), 5_000, "refunded seller"),
        ((500, 500), 5_000, "refunded seller"),
        ((900, 100), 1_000, "settled shared"),
        ((1_000, 0), 0, "settled buyer"),
    ],
)
async def test_of_a_price_that_is_out_the_panels_part_comes_out_of_the_bond(
    escrow: EscrowLedger, shares: tuple[int, int], to_buyer: int, ending: str
) -> None:
    order = await escrow.move("buyer", "dispute", await escrow.released(), Claim.UNOPENABLE, "it does not open")
    order = await escrow.overdue(order)
    for officer in ("officer", "officer_2", "officer_3"):
        order = await escrow.move(officer, "vote", order, *shares)
    assert await ended_virtual(escrow, order) == ("panel", to_buyer, 10_000 - to_buyer)
    assert f"{order.state} {(await escrow.settlement(order)).liable}" == ending


async def test_the_price_is_not_paid_before_the_buyer_holds_the_goods(escrow: EscrowLedger) -> None:
    order = await escrow.accepted(LICENCE)
    assert await escrow.refused("seller", "release_key", order.id, KEY.hex()) == "ESCROW_WRONG_STATE"


async def test_rules_of_the_agreement_decide_though_the_standard_has_changed(escrow: EscrowLedger) -> None:
    order = await escrow.disputed("empty", sent_g=284, weight_g=284)
    await escrow.put(
        "standard", standard("0002", since=escrow.ledger.clock.now(), too_light_bond_permille=0, panel_s=1)
    )
    order = await escrow.overdue(order)
    settlement = await escrow.settlement(order)
    assert (settlement.rule, settlement.standard.version, settlement.final.buyer_minor) == (
        "too_light",
        "0001",
        PRICE + BOND,
    )
    assert escrow.ledger.clock.now().timestamp() > DAY
