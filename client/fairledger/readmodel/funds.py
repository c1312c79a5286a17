"""The flow of funds: from a note, an order or a payment back to where the money came from, and forward to its end."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from sqlalchemy import BigInteger, Connection, cast, func, select

from fairledger.readmodel.escrow_terms import AMOUNT, ISSUED, REDEEMED
from fairledger.readmodel.records import find_record, list_records
from fairledger.readmodel.tables import record_terms
from fairledger_chaincode.record import Record
from fairledger_contracts.records.freeze import Origin, OriginKind
from fairledger_contracts.records.movement import Movement, MovementKind
from fairledger_contracts.records.note import Note, made_by
from fairledger_contracts.records.payment import Payout, provider_of

MOVEMENTS_MAX: Final = 500  # a walk is cut there, and says so
TRAIL_MOVEMENTS_MAX: Final = 5_000  # that are looked through for a trail
HALF: Final = 2**31  # 31 bits below, 22 above: either sum holds for a thousand million notes and more
Direction = Literal["back", "forward", "both"]
Way = Literal["back", "forward"]


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


def frozen_until(connection: Connection, payout: Payout, at: datetime) -> datetime | None:
    """When the last freeze ends that a payout's money is under at that moment."""
    note = find_record(connection, Note, payout.note)
    return None if note is None else note.frozen_until(at)


def flow_of_note(connection: Connection, note: str, direction: Direction) -> Flow:
    """How a note came to be, or what became of it; spent notes too. Empty for one that never was."""
    return _ways(direction, lambda way: _walk(connection, [note], (), way))


def flow_of(connection: Connection, name: Literal["order", "reference", "payout"], value: str, way: Direction) -> Flow:
    """What moved for an order, payout or payment reference, and all before it, or after, or both."""
    begun = [movement for movement, _ in list_records(connection, Movement, [(name, value)], limit=MOVEMENTS_MAX)]

    def walk(way: Way) -> Flow:
        return _walk(connection, [note for movement in begun for note in _next(movement, way)], begun, way)

    return _ways(way, walk)


def trail(connection: Connection, origin: Origin, note: str, *, through_orders: bool) -> tuple[str, ...]:
    """The shortest way by which a note came out of an order or a payment: ids of movements, in their order.

    Empty where it did not. ``through_orders`` follows on through what orders settled.
    """
    last = made_by(note)
    after = {last: ""}
    waiting = [last]
    for tx_id in waiting:  # grows as it goes
        movement = find_record(connection, Movement, tx_id)
        if movement is None or len(waiting) > TRAIL_MOVEMENTS_MAX:
            return ()
        if _comes_out(movement, origin):
            steps = [tx_id]
            while steps[-1] != last:
                steps.append(after[steps[-1]])
            return tuple(steps)
        is_settled = movement.movement is MovementKind.SETTLE and movement.order != ""
        if is_settled and not through_orders:
            continue
        for before in dict.fromkeys(made_by(piece.note) for piece in movement.taken):
            if before not in after:
                after[before] = tx_id
                waiting.append(before)
    return ()


def unspent_of(connection: Connection, flow: Flow) -> dict[str, Note]:
    """Those of the notes that a flow made which are still there, by their ids."""
    taken = {piece.note for movement in flow.movements for piece in movement.taken}
    made = [piece.note for movement in flow.movements for piece in movement.made if piece.note not in taken]
    found = [find_record(connection, Note, note) for note in made]
    return {note.id: note for note in found if note is not None}


def circulation(connection: Connection) -> list[Circulation]:
    """What is in circulation, by currency: added up from all issues, all redemptions and all unspent notes."""
    issued, redeemed = _sums(connection, Movement, ISSUED), _sums(connection, Movement, REDEEMED)
    unspent = _sums(connection, Note, AMOUNT)
    return [
        Circulation(currency, issued.get(currency, 0), redeemed.get(currency, 0), unspent.get(currency, 0))
        for currency in sorted(issued.keys() | redeemed.keys() | unspent.keys())
    ]


def _sums(connection: Connection, kind: type[Record], prefix: str) -> dict[str, int]:
    """By currency, the sum of the terms that begin with ``prefix``; exact, however large it gets.

    The halves of the numbers are added up apart: a sum in SQLite has 64 bits, and an amount up to 53 already.
    """
    terms = record_terms.c
    amount = cast(terms.value, BigInteger)
    query = (
        select(terms.name, func.sum(amount.op("/")(HALF)), func.sum(amount % HALF))
        .where(terms.kind == kind.kind, terms.name.startswith(prefix, autoescape=True))
        .group_by(terms.name)
    )
    rows = connection.execute(query)
    return {name.removeprefix(prefix): int(upper) * HALF + int(lower) for name, upper, lower in rows}


def _comes_out(movement: Movement, origin: Origin) -> bool:
    if origin.kind is OriginKind.ORDER:
        return movement.movement is MovementKind.SETTLE and movement.order == origin.key[0]
    of_provider = provider_of(movement.recorder) == origin.key[0]
    return movement.movement is MovementKind.ISSUE and of_provider and movement.reference == origin.key[-1]


def _ways(direction: Direction, walk: Callable[[Way], Flow]) -> Flow:
    if direction != "both":
        return walk(direction)
    flows = (walk("back"), walk("forward"))
    found = {movement.id: movement for flow in flows for movement in flow.movements}
    return Flow(_by_time(found.values()), cut=any(flow.cut for flow in flows))


def _by_time(movements: Iterable[Movement]) -> tuple[Movement, ...]:
    return tuple(sorted(movements, key=lambda each: (each.moved_at, each.id)))


def _walk(connection: Connection, notes: Iterable[str], begun: Iterable[Movement], direction: Way) -> Flow:
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
    return Flow(_by_time(found.values()), cut=bool(open_notes))


def _next(movement: Movement, direction: Way) -> list[str]:
    pieces = movement.taken if direction == "back" else movement.made
    return [piece.note for piece in pieces]
