"""What a person may do to an order now: by the contract's own table, less what the contract would refuse anyway."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from fairledger_chaincode.errors import NotAllowed, WrongState
from fairledger_contracts.escrow.callers import LICENSED, Actor, parts_of
from fairledger_contracts.escrow.disputing import has_proposed_enough
from fairledger_contracts.escrow.machine import TABLE, Move, permit
from fairledger_contracts.escrow.numbers import Numbers
from fairledger_contracts.records.evidence import Evidence, EvidenceKind
from fairledger_contracts.records.note import owner_of
from fairledger_contracts.records.order import Claim, Order, OrderState
from fairledger_contracts.records.signatory import Signatory

BESIDE: Final = frozenset({Move.CANCEL, Move.PROVE_WRONG_KEY})  # possible, but nothing waits for them


def moves_now(
    order: Order,
    person: Signatory,
    numbers: Numbers,
    now: datetime,
    evidence: Iterable[Evidence] = (),
    *,
    is_licensed: bool = True,
) -> tuple[Move, ...]:
    """All moves that this person may make now; of what is told once, not what ``evidence`` tells already.

    ``is_licensed`` tells whether a licence has them act in the role of their certificate, where it needs one.
    """
    parts = parts_of(person, order)
    if not is_licensed:
        parts -= LICENSED
    is_read = any(each.evidence is EvidenceKind.TAG_READ for each in evidence)
    return tuple(
        move
        for move in Move
        if _permitted(order, move, parts, now, numbers.grace_s)
        and not _in_vain(order, move, person, numbers, now)
        and not (is_read and move is Move.CHECK_TAG)
    )


def waits_for(
    order: Order, person: Signatory, numbers: Numbers, now: datetime, *, is_licensed: bool = True
) -> tuple[Move, ...]:
    """The moves with which an order waits for this person."""
    found = moves_now(order, person, numbers, now, is_licensed=is_licensed)
    return tuple(move for move in found if move not in BESIDE)


def after_deadline(order: Order) -> tuple[OrderState, ...]:
    """The states of which one comes if nobody does anything in time; none for an order that has ended."""
    for step in TABLE:
        if (step.state, step.move) == (order.state, Move.DUE) and order.terms.kind in step.kinds:
            return tuple(state for state in OrderState if state in step.then)
    return ()


def _permitted(order: Order, move: Move, parts: frozenset[Actor], now: datetime, grace_s: int) -> bool:
    try:
        permit(order, move, parts, now, grace_s)
    except (NotAllowed, WrongState):
        return False
    return True


def _in_vain(order: Order, move: Move, person: Signatory, numbers: Numbers, now: datetime) -> bool:
    """Whether the table has the move, and the contract refuses it for what the order has come to."""
    if move is Move.CANCEL and order.state is not OrderState.FUNDED:
        return now > order.ordered_at + timedelta(seconds=numbers.cancel_s)
    if move is Move.AGREE:
        is_buyer = owner_of(person) == owner_of(order.buyer)
        return not order.proposals or is_buyer == (order.proposals[-1].by == owner_of(order.buyer))
    if move is Move.DISPUTE and order.dispute is not None:
        return order.dispute.claim is not Claim.REFUSED
    if move is Move.VOTE:
        return any(owner_of(vote.by) == owner_of(person) for vote in order.votes)
    return move is Move.PROPOSE and has_proposed_enough(order, owner_of(person))
