"""The table of moves: every state can be left by anybody in the end, and every state can be reached."""

import json
from datetime import timedelta

import pytest

from fairledger_chaincode.errors import NotAllowed, WrongState
from fairledger_chaincode.limits import Limits
from fairledger_contracts.escrow.callers import Actor
from fairledger_contracts.escrow.machine import TABLE, Move, deadline, permit
from fairledger_contracts.records.agreement import GoodsKind
from fairledger_contracts.records.order import FINAL_STATES, Order, OrderState
from tests.support.escrow import LICENCE, NOON, OFFICER, PHONE, STANDARD_FILE, terms

DUE = NOON + timedelta(days=1)
ALL = frozenset(Actor)


def order(state: OrderState, kind: GoodsKind = GoodsKind.STANDARD) -> Order:
    agreed = terms(PHONE if kind is GoodsKind.STANDARD else LICENCE)
    return Order(
        id="a" * 64,
        listing="b" * 64,
        terms=agreed,
        terms_sha256=agreed.sha256,
        buyer=OFFICER,
        seller=OFFICER,
        area="wtw",
        state=state,
        ordered_at=NOON,
        due_at=None if state in FINAL_STATES else DUE,
        price=None,
        recorder=OFFICER,
    )


def reachable(kind: GoodsKind) -> set[OrderState]:
    found = {OrderState.FUNDED}
    for _ in OrderState:
        found |= {state for step in TABLE if step.state in found and kind in step.kinds for state in step.then}
    return found


@pytest.mark.parametrize("kind", GoodsKind)
def test_every_state_that_can_be_reached_is_left_by_anybody_once_its_deadline_has_passed(kind: GoodsKind) -> None:
    for state in reachable(kind) - FINAL_STATES:
        step = permit(order(state, kind), Move.DUE, {Actor.ANYONE}, DUE + timedelta(microseconds=1), 0)
        assert step.then, state
        assert state not in step.then, state


def test_all_states_are_reached_by_some_kind_of_goods() -> None:
    assert reachable(GoodsKind.STANDARD) | reachable(GoodsKind.VIRTUAL) == set(OrderState)
    assert OrderState.HANDED not in reachable(GoodsKind.STANDARD)
    assert OrderState.SHIPPED not in reachable(GoodsKind.VIRTUAL)


@pytest.mark.parametrize("state", sorted(FINAL_STATES))
@pytest.mark.parametrize("move", Move)
def test_nothing_happens_to_an_order_that_has_ended(state: OrderState, move: Move) -> None:
    with pytest.raises(WrongState, match="ESCROW_WRONG_STATE"):
        permit(order(state), move, ALL, NOON, 0)


@pytest.mark.parametrize("state", sorted(set(OrderState) - FINAL_STATES))
@pytest.mark.parametrize("move", Move)
def test_what_the_table_does_not_name_is_refused(state: OrderState, move: Move) -> None:
    named = any((step.state, step.move) == (state, move) for step in TABLE if GoodsKind.STANDARD in step.kinds)
    now = DUE + timedelta(seconds=1) if move is Move.DUE else NOON
    if named:
        assert permit(order(state), move, ALL, now, 0).state is state
    else:
        with pytest.raises(WrongState, match="ESCROW_WRONG_STATE"):
            permit(order(state), move, ALL, now, 0)


def test_the_last_moment_is_in_time_and_the_next_one_is_not() -> None:
    delivered = order(OrderState.DELIVERED)
    assert permit(delivered, Move.DISPUTE, {Actor.BUYER}, DUE, 0).move is Move.DISPUTE
    with pytest.raises(WrongState, match="ESCROW_NOT_DUE"):
        permit(delivered, Move.DUE, {Actor.ANYONE}, DUE, 0)
    with pytest.raises(WrongState, match="ESCROW_TOO_LATE"):
        permit(delivered, Move.DISPUTE, {Actor.BUYER}, DUE + timedelta(microseconds=1), 0)


def test_nothing_is_due_while_a_clock_that_is_ahead_may_only_say_so() -> None:
    delivered, instant = order(OrderState.DELIVERED), timedelta(microseconds=1)
    with pytest.raises(WrongState, match="ESCROW_NOT_DUE"):
        permit(delivered, Move.DUE, {Actor.ANYONE}, DUE + timedelta(seconds=120), 120)
    assert permit(delivered, Move.DUE, {Actor.ANYONE}, DUE + timedelta(seconds=120) + instant, 120)


def test_the_first_standard_waits_as_long_as_endorsers_let_a_clock_be_ahead() -> None:
    told = json.loads(STANDARD_FILE.read_text())["parameters"]
    assert told["grace_s"] >= Limits().clock_skew_max_s


@pytest.mark.parametrize("move", sorted(set(Move) - {Move.DUE, Move.PROVE_WRONG_KEY}))
def test_who_has_no_part_in_an_order_does_nothing_to_it(move: Move) -> None:
    for state in OrderState:
        with pytest.raises(NotAllowed, match="ESCROW_DENIED"):
            permit(order(state), move, {Actor.ANYONE}, NOON, 0)


def test_proposals_win_no_time_and_final_states_have_no_deadline() -> None:
    agreed = terms()
    assert deadline(OrderState.PROPOSED, agreed, NOON, DUE) == DUE
    assert deadline(OrderState.SHIPPED, agreed, NOON, DUE) == DUE
    assert deadline(OrderState.DISPUTED, agreed, NOON, DUE) == NOON + timedelta(days=3)
    assert [deadline(state, agreed, NOON, DUE) for state in FINAL_STATES] == [None] * 3
