"""The state machine of orders as one table: in which state who may do what, until when, and what comes of it.

Every state that is not final has a way out that anybody can take once its deadline has passed (``Move.DUE``), so nobody
can keep money locked by silence.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from fairledger_chaincode.errors import InternalError, NotAllowed, WrongState
from fairledger_contracts.escrow.callers import Actor
from fairledger_contracts.records.agreement import GoodsKind, Terms
from fairledger_contracts.records.order import FINAL_STATES, Order, OrderState


class Move(StrEnum):
    """What can be done to an order; the names are those of the contract's functions."""

    ACCEPT = "accept"
    DECLINE = "decline"
    CANCEL = "cancel"
    HOLD = "hold"
    RELEASE_KEY = "release_key"
    PROVE_WRONG_KEY = "prove_wrong_key"
    SHIP = "ship"
    TAKE_OVER = "take_over"
    SCAN = "scan"
    DELIVER = "deliver"
    LOSE = "lose"
    REFUSE = "refuse"
    CHECK_TAG = "check_tag"
    CONFIRM = "confirm"
    DISPUTE = "dispute"
    INSPECT = "inspect"
    PROPOSE = "propose"
    AGREE = "agree"
    VOTE = "vote"
    DUE = "due"


class StepAstray(InternalError):
    """A fault of this contract: a move comes to a state that its line of the table does not name."""


class Step(NamedTuple):
    """One line of the table. ``kinds`` are those of the goods; ``then`` are the states that can come of it."""

    state: OrderState
    move: Move
    who: frozenset[Actor]
    kinds: frozenset[GoodsKind]
    then: frozenset[OrderState]

    def check(self, state: OrderState) -> None:
        """Raise ``StepAstray`` for a state that can't come of it; so what is proved of the table holds of orders."""
        if state not in self.then:
            raise StepAstray(f"{self.move} does not bring an order that is {self.state} to {state}")


S, M, A = OrderState, Move, Actor
BOTH = frozenset(GoodsKind)
VIRTUAL, STANDARD = frozenset({GoodsKind.VIRTUAL}), frozenset({GoodsKind.STANDARD})
DECIDED = (S.SETTLED, S.REFUNDED)


def _step(
    state: OrderState, move: Move, who: Actor | tuple[Actor, ...], *then: OrderState, kinds: frozenset[GoodsKind] = BOTH
) -> Step:
    actors = (who,) if isinstance(who, Actor) else who
    return Step(state, move, frozenset(actors), kinds, frozenset(then))


PARTIES = (A.BUYER, A.SELLER)
TABLE: tuple[Step, ...] = (
    _step(S.FUNDED, M.ACCEPT, A.SELLER, S.ACCEPTED),
    _step(S.FUNDED, M.DECLINE, A.SELLER, S.CANCELLED),
    _step(S.FUNDED, M.CANCEL, A.BUYER, S.CANCELLED),
    _step(S.FUNDED, M.DUE, A.ANYONE, S.CANCELLED),
    _step(S.ACCEPTED, M.CANCEL, A.BUYER, S.CANCELLED, kinds=STANDARD),
    _step(S.ACCEPTED, M.SHIP, A.SELLER, S.SHIPPED, kinds=STANDARD),
    _step(S.ACCEPTED, M.HOLD, A.BUYER, S.HANDED, kinds=VIRTUAL),
    _step(S.ACCEPTED, M.DUE, A.ANYONE, S.REFUNDED, kinds=STANDARD),
    _step(S.ACCEPTED, M.DUE, A.ANYONE, S.CANCELLED, kinds=VIRTUAL),
    _step(S.HANDED, M.RELEASE_KEY, A.SELLER, S.DELIVERED, kinds=VIRTUAL),
    _step(S.HANDED, M.DUE, A.ANYONE, S.REFUNDED, kinds=VIRTUAL),
    _step(S.SHIPPED, M.TAKE_OVER, A.CARRIER, S.CARRIED, kinds=STANDARD),
    _step(S.SHIPPED, M.DUE, A.ANYONE, S.REFUNDED, kinds=STANDARD),
    _step(S.CARRIED, M.SCAN, A.CARRIER, S.CARRIED, kinds=STANDARD),
    _step(S.CARRIED, M.DELIVER, A.CARRIER, S.DELIVERED, kinds=STANDARD),
    _step(S.CARRIED, M.LOSE, A.CARRIER, S.REFUNDED, kinds=STANDARD),
    _step(S.CARRIED, M.REFUSE, A.CARRIER, S.DISPUTED, kinds=STANDARD),
    _step(S.CARRIED, M.DUE, A.ANYONE, S.REFUNDED, kinds=STANDARD),
    _step(S.DELIVERED, M.CONFIRM, A.BUYER, S.SETTLED),
    _step(S.DELIVERED, M.CHECK_TAG, A.BUYER, S.DELIVERED, kinds=STANDARD),
    _step(S.DELIVERED, M.INSPECT, A.INSPECTOR, S.DELIVERED, kinds=STANDARD),
    _step(S.DELIVERED, M.DISPUTE, A.BUYER, S.DISPUTED),
    _step(S.DELIVERED, M.PROVE_WRONG_KEY, A.ANYONE, S.REFUNDED, kinds=VIRTUAL),
    _step(S.DELIVERED, M.DUE, A.ANYONE, S.SETTLED),
    *(
        step
        for state in (S.DISPUTED, S.PROPOSED)
        for step in (
            _step(state, M.DISPUTE, A.BUYER, state, kinds=STANDARD),  # of what the carrier alone told
            _step(state, M.CHECK_TAG, A.BUYER, state, kinds=STANDARD),
            _step(state, M.INSPECT, A.INSPECTOR, state, kinds=STANDARD),
            _step(state, M.PROVE_WRONG_KEY, A.ANYONE, S.REFUNDED, kinds=VIRTUAL),
            _step(state, M.PROPOSE, PARTIES, S.PROPOSED),
            _step(state, M.DUE, A.ANYONE, *DECIDED, S.PANEL, kinds=STANDARD),
            _step(state, M.DUE, A.ANYONE, S.PANEL, kinds=VIRTUAL),
        )
    ),
    _step(S.PROPOSED, M.AGREE, PARTIES, *DECIDED),
    _step(S.PANEL, M.PROPOSE, PARTIES, S.PANEL),
    _step(S.PANEL, M.AGREE, PARTIES, *DECIDED),
    _step(S.PANEL, M.VOTE, A.OFFICER, S.PANEL, *DECIDED),
    _step(S.PANEL, M.DUE, A.ANYONE, *DECIDED),
)


def permit(order: Order, move: Move, parts: Collection[Actor], now: datetime, grace_s: int) -> Step:
    """The line of the table that a move follows.

    ``now`` is what a proposal says of itself, and can lie ahead: for ``grace_s`` after the deadline nothing is due yet.

    Raises ``NotAllowed`` (ESCROW_DENIED) for who has no part that may ever do this, ``WrongState`` (ESCROW_WRONG_STATE;
    ESCROW_TOO_LATE after the deadline, at whose last moment everything is still in time; ESCROW_NOT_DUE until then).
    """
    who = {actor for step in TABLE if step.move is move for actor in step.who}
    if who.isdisjoint(parts):
        raise NotAllowed("ESCROW_DENIED", f"{move} is for {', '.join(sorted(who))} of the order")
    step = _find(order, move, parts)
    if step is None or order.due_at is None:
        raise WrongState("ESCROW_WRONG_STATE", f"an order that is {order.state} can't be changed by {move}")
    if move is Move.DUE and now <= (passed := order.due_at + timedelta(seconds=grace_s)):
        raise WrongState("ESCROW_NOT_DUE", f"nothing is due before {passed.isoformat()} has passed")
    if move is not Move.DUE and now > order.due_at:
        raise WrongState("ESCROW_TOO_LATE", f"that was possible until {order.due_at.isoformat()}; call what is due")
    return step


def _find(order: Order, move: Move, parts: Collection[Actor]) -> Step | None:
    fitting = (
        step
        for step in TABLE
        if (step.state, step.move) == (order.state, move)
        and order.terms.kind in step.kinds
        and not step.who.isdisjoint(parts)
    )
    return next(fitting, None)


def deadline(state: OrderState, terms: Terms, now: datetime, current: datetime | None) -> datetime | None:
    """When an order is due that enters ``state`` now; None for a final state.

    A shipped parcel that no carrier takes over is as late as one that was never shipped; proposals win no time. How
    long a panel has the terms do not say: whoever calls it does.
    """
    periods = terms.periods
    seconds = {
        S.FUNDED: periods.accept_s,
        S.ACCEPTED: periods.ship_s,
        S.HANDED: periods.ship_s,
        S.CARRIED: periods.delivery_s,
        S.DELIVERED: periods.cooling_off_s,
        S.DISPUTED: periods.evidence_s,
    }
    if state in FINAL_STATES:
        return None
    if state in seconds:
        return now + timedelta(seconds=seconds[state])
    return current
