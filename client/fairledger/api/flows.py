"""The flow of funds that somebody asks for, and whether it is theirs to follow."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Final, NamedTuple

from fastapi import Query
from sqlalchemy import Connection

from fairledger.api.parties import follows, is_party
from fairledger.api.problems import Problem
from fairledger.flow.telling import View
from fairledger.readmodel.funds import Direction, Flow, flow_of, flow_of_note, unspent_of
from fairledger.readmodel.records import find_record
from fairledger.words.text import Language
from fairledger_contracts.records.movement import Movement
from fairledger_contracts.records.note import owner_of
from fairledger_contracts.records.order import Order
from fairledger_contracts.records.signatory import Signatory

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
    return walked


def view_of(connection: Connection, person: Signatory, flow: Flow, language: Language) -> View:
    """How the person sees a flow: people in a movement are named to those who have a part in it, or in its order."""
    orders = {movement.order for movement in flow.movements if movement.order}
    found = [find_record(connection, Order, order) for order in sorted(orders)]
    own = {order.id for order in found if order is not None and is_party(person, order)}

    def sees(movement: Movement) -> bool:
        owners = [piece.owner for piece in (*movement.taken, *movement.made)]
        return movement.order in own or follows(person, [*owners, owner_of(movement.recorder)])

    return View(language, datetime.now(UTC), unspent_of(connection, flow), sees)


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
    owners = {piece.owner for movement in begun for piece in (*movement.taken, *movement.made)}
    return owners | {owner_of(movement.recorder) for movement in begun}


def _denied() -> Problem:
    return Problem("ESCROW_DENIED", "the flow of funds is shown to who has a part in it, and to the authorities")
