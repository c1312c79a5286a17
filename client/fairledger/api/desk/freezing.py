"""Who freezes money at the desk: what of a flow they may freeze, and which freezes they may end."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Connection

from fairledger.api.desk.escrow.reading import numbers_now
from fairledger.api.flows import Asked
from fairledger.api.parties import follows, is_platform_officer, is_regulator
from fairledger.escrow.freezing import way_of
from fairledger.flow.telling import Entry, Line
from fairledger.readmodel.records import find_record, list_records
from fairledger_contracts.escrow.freezing import is_still_ground
from fairledger_contracts.records.freeze import Freeze, GroundKind, Origin, OriginKind
from fairledger_contracts.records.movement import Movement, MovementKind
from fairledger_contracts.records.note import INPUTS_MAX, ORDER_LOCK, Note, owner_of
from fairledger_contracts.records.order import Order
from fairledger_contracts.records.payment import provider_of
from fairledger_contracts.records.settlement import Settlement
from fairledger_contracts.records.signatory import Signatory

SHOWN_MAX: Final = 100  # freezes


@dataclass(frozen=True)
class Freezable:
    """Notes that came out of an order or a payment, as many as one freeze takes, and the grounds that there can be."""

    origin: Origin
    notes: tuple[Line, ...]
    grounds: tuple[GroundKind, ...]


def may_freeze(person: Signatory) -> bool:
    """Whether the contract lets the person freeze at all; officers only what concerns their platform."""
    return is_platform_officer(person) or is_regulator(person)


def freezes_of(connection: Connection, person: Signatory, now: datetime) -> list[Freeze]:
    """The freezes in force that the person may end: those of their platform, and all for the regulator."""
    if not may_freeze(person):
        return []
    terms = [] if is_regulator(person) else [("msp_id", person.msp_id)]
    return [each for each, _ in list_records(connection, Freeze, terms, limit=SHOWN_MAX) if each.holds(now)]


def freezable(
    connection: Connection, person: Signatory, begin: Asked, told: list[Entry], unspent: Mapping[str, Note]
) -> list[Freezable]:
    """What can be frozen now of a flow that begins at an order or a payment; nothing for who freezes nothing."""
    if not may_freeze(person):
        return []
    lines = [line for entry in told for line in entry.made if _is_loose(unspent.get(line.note))]
    found = [_freezable(connection, person, origin, lines) for origin in _origins(person, begin, told)]
    return [each for each in found if each.notes]


def _is_loose(note: Note | None) -> bool:
    """Whether a note is there, and no order under way holds it."""
    return note is not None and not note.owner.startswith(f"{ORDER_LOCK}:")


def _origins(person: Signatory, begin: Asked, told: Iterable[Entry]) -> Iterator[Origin]:
    """Where the flow begins: an order, or payments that several providers may have by the same reference."""
    if begin.name == "order":
        yield Origin(kind=OriginKind.ORDER, key=(begin.value,))
    if begin.name == "reference":
        issues = [entry.movement for entry in told if entry.movement.movement is MovementKind.ISSUE]
        paid = [each for each in issues if each.reference == begin.value and _concerns(person, each)]
        for provider in sorted({provider_of(each.recorder) for each in paid}):
            yield Origin(kind=OriginKind.PAYMENT, key=(provider, begin.value))


def _concerns(person: Signatory, issue: Movement) -> bool:
    """Whether the person is an officer of the provider's platform or of the payee's, or an authority's."""
    return follows(person, [owner_of(issue.recorder), *(piece.owner for piece in issue.made)])


def _freezable(connection: Connection, person: Signatory, origin: Origin, lines: Iterable[Line]) -> Freezable:
    came_out = [line for line in lines if way_of(connection, person, origin, line.note)]
    grounds = (
        *((GroundKind.DISPUTE,) if _is_disputed(connection, origin, datetime.now(UTC)) else ()),
        GroundKind.COMPLAINT,
        *((GroundKind.WARRANT,) if is_regulator(person) else ()),
    )
    return Freezable(origin, tuple(came_out[:INPUTS_MAX]), grounds)


def _is_disputed(connection: Connection, origin: Origin, now: datetime) -> bool:
    """Whether the contract takes the order's dispute as ground."""
    order = find_record(connection, Order, *origin.key) if origin.kind is OriginKind.ORDER else None
    if order is None or order.dispute is None:
        return False
    settlement = find_record(connection, Settlement, order.id)
    if settlement is None:
        return True
    numbers = numbers_now(connection, now)
    return numbers is not None and is_still_ground(settlement, numbers, now)
