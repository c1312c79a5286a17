"""The moves that a person is offered are those that the contract takes from them, and no others."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from fairledger.api.desk.escrow.moves import after_deadline, moves_now
from fairledger.api.desk.escrow.words import AFTER, after_words
from fairledger_contracts.escrow.disputing import PROPOSALS_MAX
from fairledger_contracts.escrow.machine import Move
from fairledger_contracts.escrow.numbers import read_numbers
from fairledger_contracts.records.order import FINAL_STATES, Claim, Order, OrderState
from tests.support.escrow import LICENCE, PEOPLE, UNLICENSED, EscrowLedger, ledger_with_escrow, standard

NUMBERS = read_numbers(standard())


@pytest.fixture
async def escrow() -> AsyncIterator[EscrowLedger]:
    async with ledger_with_escrow() as ledger:
        started = EscrowLedger(ledger)
        await started.found()
        yield started


def offered(escrow: EscrowLedger, order: Order) -> dict[str, set[str]]:
    """The people who are offered something, with the moves' names; the contract looks at licences."""
    now = escrow.ledger.clock.now()
    found = {name: moves_now(order, escrow.signatory(name), NUMBERS, now) for name in PEOPLE if name not in UNLICENSED}
    return {name: {move.value for move in moves} for name, moves in found.items() if moves}


async def test_an_order_that_waits_for_its_seller(escrow: EscrowLedger) -> None:
    order = await escrow.ordered()
    sellers = {"accept", "decline"}
    assert offered(escrow, order) == {"buyer": {"cancel"}, "seller": sellers, "colleague": sellers}
    assert (after_deadline(order), after_words(order, "zh")) == (
        (OrderState.CANCELLED,),
        "订单取消，价款退给买家。",
    )


async def test_a_buyer_may_think_better_of_it_for_an_hour(escrow: EscrowLedger) -> None:
    order = await escrow.accepted()
    assert offered(escrow, order)["buyer"] == {"cancel"}
    escrow.ledger.clock.advance(timedelta(seconds=NUMBERS.cancel_s + 1))
    assert offered(escrow, order) == {"seller": {"ship"}, "colleague": {"ship"}}
    assert await escrow.refused("buyer", "cancel", order.id) == "ESCROW_TOO_LATE"


async def test_a_carrier_is_offered_its_parcel(escrow: EscrowLedger) -> None:
    assert offered(escrow, await escrow.shipped()) == {"carrier": {"take_over"}}
    order = await escrow.carried(serial="FP2")
    assert offered(escrow, order) == {"carrier": {"scan", "deliver", "lose", "refuse"}}


async def test_a_proposal_is_for_the_other_side(escrow: EscrowLedger) -> None:
    order = await escrow.disputed()
    assert offered(escrow, order)["inspector"] == {"inspect"}
    order = await escrow.move("buyer", "propose", order, 500, 0)
    assert offered(escrow, order)["seller"] == {"propose", "agree"}
    assert offered(escrow, order)["buyer"] == {"check_tag", "propose"}
    order = await escrow.move("seller", "propose", order, 400, 0)
    assert offered(escrow, order)["buyer"] == {"check_tag", "propose", "agree"}
    assert offered(escrow, order)["seller"] == {"propose"}


async def test_officers_vote_once_each(escrow: EscrowLedger) -> None:
    order = await escrow.in_panel()
    sides = {name: {"propose"} for name in ("buyer", "seller", "colleague")}
    officers = ("officer", "officer_2", "officer_3")
    assert offered(escrow, order) == {**sides, **{name: {"vote"} for name in officers}}
    order = await escrow.move("officer", "vote", order, 500, 0)
    assert set(offered(escrow, order)) == {*sides, "officer_2", "officer_3"}


async def test_a_refusal_is_contested_once_and_while_the_panel_sits_the_sides_may_agree(escrow: EscrowLedger) -> None:
    order = await escrow.move("carrier", "refuse", await escrow.carried(), 450, "wtw")
    assert "dispute" in offered(escrow, order)["buyer"]
    order = await escrow.move("buyer", "dispute", order, Claim.NOT_RECEIVED, "nobody came")
    assert "dispute" not in offered(escrow, order)["buyer"]
    order = await escrow.move("buyer", "propose", await escrow.overdue(order), 0, 0)
    found = offered(escrow, order)
    assert (found["seller"], found["buyer"]) == ({"propose", "agree"}, {"propose"})
    for _ in range(PROPOSALS_MAX - 1):
        order = await escrow.move("buyer", "propose", order, 0, 0)
    assert "buyer" not in offered(escrow, order)


async def test_after_the_deadline_anybody_may_have_it_decided_and_nothing_else_goes(escrow: EscrowLedger) -> None:
    order = await escrow.ordered()
    assert order.due_at is not None
    escrow.ledger.clock.set(order.due_at)
    assert offered(escrow, order)["seller"] == {"accept", "decline"}
    escrow.ledger.clock.advance(timedelta(microseconds=1))
    assert offered(escrow, order) == {name: {"due"} for name in PEOPLE if name not in UNLICENSED}


async def test_a_key_can_be_proved_wrong_by_anybody(escrow: EscrowLedger) -> None:
    order = await escrow.released()
    assert offered(escrow, order)["buyer"] == {"confirm", "dispute", "prove_wrong_key"}
    assert offered(escrow, order)["stranger"] == {Move.PROVE_WRONG_KEY}


async def test_an_order_that_has_ended_offers_nothing(escrow: EscrowLedger) -> None:
    order = await escrow.overdue(await escrow.ordered(LICENCE))
    assert offered(escrow, order) == {}
    assert (after_deadline(order), after_words(order, "en")) == ((), "")


def test_it_is_told_of_each_state_what_comes_after_it() -> None:
    assert set(AFTER) == set(OrderState) - FINAL_STATES
