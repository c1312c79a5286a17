"""The flow of funds that somebody asks for, and whether it is theirs to follow."""

import re
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime
from typing import Annotated, Final, NamedTuple

from fastapi import Query
from sqlalchemy import Connection

from fairledger.api.parties import follows, is_named, is_party, is_regulator, takes_part
from fairledger.api.problems import Problem
from fairledger.flow.names import SOMEBODY, unnamed
from fairledger.flow.telling import View
from fairledger.readmodel.funds import Direction, Flow, flow_of, flow_of_note, unspent_of
from fairledger.readmodel.records import all_records, find_record
from fairledger.words.text import Language
from fairledger_contracts.records.movement import Movement, MovementKind, Piece
from fairledger_contracts.records.note import owner_of
from fairledger_contracts.records.order import Order
from fairledger_contracts.records.payment import payment_name, provider_of
from fairledger_contracts.records.signatory import Signatory
from fairledger_contracts.records.warrant import SubjectKind, Warrant

DRAWN_MAX: Final = 120  # movements; a picture of more is no picture
NAMES: Final = ("note", "order", "payout", "reference")
_NOTE: Final = r"^[0-9a-f]{64}:[0-9]{1,2}$"
_ID: Final = r"^[0-9a-f]{64}$"
_REFERENCE: Final = r"^[A-Za-z0-9][A-Za-z0-9._/-]{3,79}$"
PATTERNS: Final = {
    name: re.compile(pattern) for name, pattern in zip(NAMES, (_NOTE, _ID, _ID, _REFERENCE), strict=True)
}
AskedNote = Annotated[str | None, Query(pattern=_NOTE)]
AskedId = Annotated[str | None, Query(pattern=_ID)]
AskedReference = Annotated[str | None, Query(pattern=_REFERENCE)]
AskedDirection = Annotated[Direction, Query(description="Where it came from, where it went, or both.")]


class Asked(NamedTuple):
    """Where a walk begins: the name is one of ``NAMES``."""

    name: str
    value: str


def asked(*values: str | None) -> Asked:
    """The one that is given of the values, in the order of ``NAMES``. Raises ``Problem`` (QUERY_ORDER)."""
    given = [Asked(name, value) for name, value in zip(NAMES, values, strict=True) if value]
    if len(given) != 1:
        raise Problem("QUERY_ORDER", f"name one of {', '.join(NAMES)}")
    return given[0]


def told_flow(connection: Connection, person: Signatory, begin: Asked, direction: Direction) -> Flow:
    """The flow, for who has a part in where it begins, for officers of a platform that has, and for the authorities.

    People in a movement are named to who has a part in it or in its order, and to the regulator by a warrant.
    Raises ``Problem`` (ESCROW_ORDER_UNKNOWN, ESCROW_DENIED).
    """
    if begin.name == "order":
        order = find_record(connection, Order, begin.value)
        if order is None:
            raise Problem("ESCROW_ORDER_UNKNOWN", "no order has this id")
        if not is_party(person, order) and not follows(person, [owner_of(order.buyer), owner_of(order.seller)]):
            raise _denied()
    walked = _walked(connection, begin, direction)
    if begin.name != "order" and walked.movements and not follows(person, _parts(walked.movements, begin.value)):
        raise _denied()
    return _told(walked, _seen(connection, person, begin, walked))


def view_of(connection: Connection, flow: Flow, language: Language) -> View:
    """How a flow is told now."""
    return View(language, datetime.now(UTC), unspent_of(connection, flow))


def _seen(connection: Connection, person: Signatory, begin: Asked, flow: Flow) -> set[str]:
    """The movements whose people are named to the person."""
    if is_regulator(person) and any(_is_warranted(connection, *of) for of in _subjects(begin, flow)):
        return {movement.id for movement in flow.movements}
    orders = sorted({movement.order for movement in flow.movements if movement.order})
    found = [find_record(connection, Order, order) for order in orders]
    own = {order.id for order in found if order is not None and takes_part(person, order)}
    return {
        movement.id for movement in flow.movements if movement.order in own or is_named(person, _owners([movement]))
    }


def _subjects(begin: Asked, flow: Flow) -> Iterator[tuple[SubjectKind, str]]:
    """What a warrant can be about, of that where a walk begins."""
    if begin.name == "order":
        yield SubjectKind.ORDER, begin.value
    for movement in flow.movements:
        if begin.name == "reference" and (movement.movement, movement.reference) == (MovementKind.ISSUE, begin.value):
            yield SubjectKind.PAYMENT, payment_name(provider_of(movement.recorder), movement.reference)


def _is_warranted(connection: Connection, kind: SubjectKind, value: str) -> bool:
    """Whether a warrant about that is in force."""
    found = all_records(connection, Warrant, [("subject", value)])
    return any(each.terms.subject.kind is kind and each.in_force_at(datetime.now(UTC)) for each in found)


def _told(flow: Flow, seen: Collection[str]) -> Flow:
    """The flow with people unnamed, but for those of movements that are ``seen``, and of notes these took or made."""
    named = {
        piece.note for movement in flow.movements if movement.id in seen for piece in (*movement.taken, *movement.made)
    }

    def told(piece: Piece) -> Piece:
        return piece if piece.note in named else piece.model_copy(update={"owner": unnamed(piece.owner)})

    def without_names(movement: Movement) -> Movement:
        is_provider = movement.movement in {MovementKind.ISSUE, MovementKind.REDEEM}  # a business, which all may know
        recorder = movement.recorder if is_provider else movement.recorder.model_copy(update={"id": SOMEBODY})
        taken, made = (tuple(map(told, pieces)) for pieces in (movement.taken, movement.made))
        return movement.model_copy(update={"taken": taken, "made": made, "recorder": recorder})

    movements = (each if each.id in seen else without_names(each) for each in flow.movements)
    return Flow(tuple(movements), flow.cut)


def _walked(connection: Connection, begin: Asked, direction: Direction) -> Flow:
    match begin.name:
        case "note":
            return flow_of_note(connection, begin.value, direction)
        case "order" | "payout" | "reference":
            return flow_of(connection, begin.name, begin.value, direction)
        case _:
            raise AssertionError(begin.name)


def _parts(movements: Iterable[Movement], value: str) -> set[str]:
    """Who has a part in the movements that a walk begins with."""
    begun = [
        movement
        for movement in movements
        if value in (movement.reference, movement.payout)
        or any(piece.note == value for piece in (*movement.taken, *movement.made))
    ]
    return _owners(begun)


def _owners(movements: Iterable[Movement]) -> set[str]:
    """Whose notes movements took and made, and who recorded them."""
    return {
        owner
        for movement in movements
        for owner in (
            *(piece.owner for piece in (*movement.taken, *movement.made)),
            owner_of(movement.recorder),
        )
    }


def _denied() -> Problem:
    return Problem("ESCROW_DENIED", "the flow of funds is shown to who has a part in it, and to the authorities")
