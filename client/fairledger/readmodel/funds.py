"""The flow of funds: from a note, an order or a payment back to where the money came from, and forward to its end."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy import Connection

from fairledger.readmodel.records import all_records, list_records
from fairledger_contracts.records.movement import Movement, MovementKind
from fairledger_contracts.records.note import Note

MOVEMENTS_MAX: Final = 500  # a walk is cut there, and says so
Direction = Literal["back", "forward"]


@dataclass(frozen=True)
class Circulation:
    """Of one currency, in minor units: ``issued`` less ``redeemed`` is what ``unspent`` notes add up to."""

    currency: str
    issued_minor: int
    redeemed_minor: int
    unspent_minor: int

    @property
    def is_conserved(self) -> bool:
        """Whether no unit was made or lost on the way."""
        return self.issued_minor - self.redeemed_minor == self.unspent_minor


@dataclass(frozen=True)
class Flow:
    """Movements by the ledger's time; ``cut`` tells that there are more."""

    movements: tuple[Movement, ...]
    cut: bool


def flow_of_note(connection: Connection, note: str, direction: Direction) -> Flow:
    """How a note came to be, or what became of it; spent notes too. Empty for one that never was."""
    return _walk(connection, [note], (), direction)


def flow_of(connection: Connection, name: Literal["order", "reference", "payout"], value: str, way: Direction) -> Flow:
    """What moved for an order, payout or payment reference, and all before it, or after."""
    begun = [movement for movement, _ in list_records(connection, Movement, [(name, value)], limit=MOVEMENTS_MAX)]
    notes = [note for movement in begun for note in _next(movement, way)]
    return _walk(connection, notes, begun, way)


def circulation(connection: Connection) -> list[Circulation]:
    """What is in circulation, by currency: added up from all issues, all redemptions and all unspent notes."""
    issued: Counter[str] = Counter()
    redeemed: Counter[str] = Counter()
    unspent: Counter[str] = Counter()
    for movement in all_records(connection, Movement, [("movement", MovementKind.ISSUE)]):
        issued[movement.currency] += sum(piece.amount_minor for piece in movement.made)
    for movement in all_records(connection, Movement, [("movement", MovementKind.REDEEM)]):
        redeemed[movement.currency] += sum(piece.amount_minor for piece in movement.taken)
    for note in all_records(connection, Note):
        unspent[note.currency] += note.amount_minor
    return [
        Circulation(currency, issued[currency], redeemed[currency], unspent[currency])
        for currency in sorted(issued.keys() | redeemed.keys() | unspent.keys())
    ]


def _walk(connection: Connection, notes: Iterable[str], begun: Iterable[Movement], direction: Direction) -> Flow:
    found = {movement.id: movement for movement in begun}
    open_notes = list(dict.fromkeys(notes))
    seen = set(open_notes)
    side = "made" if direction == "back" else "taken"
    while open_notes and len(found) < MOVEMENTS_MAX:
        note = open_notes.pop(0)
        for movement, _ in list_records(connection, Movement, [(side, note)], limit=1):
            found.setdefault(movement.id, movement)
            fresh = [each for each in _next(movement, direction) if each not in seen]
            seen.update(fresh)
            open_notes += fresh
    in_order = sorted(found.values(), key=lambda each: (each.moved_at, each.id))
    return Flow(tuple(in_order), cut=bool(open_notes))


def _next(movement: Movement, direction: Direction) -> list[str]:
    pieces = movement.taken if direction == "back" else movement.made
    return [piece.note for piece in pieces]
