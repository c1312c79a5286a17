"""A freeze as the contract takes it: each note with the way by which it came out of an order or a payment."""

from collections.abc import Iterable

from sqlalchemy import Connection

from fairledger.readmodel.errors import TrailError
from fairledger.readmodel.funds import trail
from fairledger_contracts.disclosure.callers import REGULATORS
from fairledger_contracts.escrow.freezing import STEPS_MAX, NewFreeze, Trail
from fairledger_contracts.records.freeze import Ground, Origin
from fairledger_contracts.records.signatory import Signatory


def new_freeze(
    connection: Connection, by: Signatory, origin: Origin, ground: Ground, notes: Iterable[str], *, seconds: int
) -> NewFreeze:
    """What ``by`` submits to freeze ``notes`` for so many seconds from then on.

    Raises ``TrailError`` (ESCROW_FREEZE_TRAIL) for a note that did not come out of there as far as ``by`` follows
    money, and ``ValidationError`` for what no freeze can be about: no notes or too many, or no such time.
    """
    ways = [(note, way_of(connection, by, origin, note)) for note in notes]
    if not all(way for _, way in ways):
        what = "a note did not come from there, or came through another order"
        raise TrailError("ESCROW_FREEZE_TRAIL", what, "see `fairledger funds flow`")
    trails = tuple(Trail(note=note, movements=way) for note, way in ways)
    return NewFreeze(origin=origin, ground=ground, trails=trails, seconds=seconds)


def way_of(connection: Connection, by: Signatory, origin: Origin, note: str) -> tuple[str, ...]:
    """The movements by which ``by`` can show the contract that a note came out of there; empty where they can't.

    What another order settled is its payee's: only the regulator follows on through one.
    """
    found = trail(connection, origin, note, through_orders=by.role == REGULATORS)
    return found if len(found) <= STEPS_MAX else ()
