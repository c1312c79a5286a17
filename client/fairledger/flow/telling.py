"""What is said of movements: in the list of a page or a terminal, and in the picture. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from fairledger.flow import words
from fairledger.flow.layout import lay_out
from fairledger.flow.names import holder
from fairledger.flow.picture import Said, svg
from fairledger.words.amounts import money
from fairledger.words.text import Language
from fairledger_contracts.records.movement import Movement, MovementKind, Piece
from fairledger_contracts.records.note import Note, owner_of


@dataclass(frozen=True)
class View:
    """How it is told, and what is not in the movements: ``unspent`` are the notes that are still there."""

    language: Language
    now: datetime
    unspent: Mapping[str, Note]


@dataclass(frozen=True)
class Line:
    """A note as the list tells it; ``order`` is the one whose lock it is, if it is an order's."""

    note: str
    holder: str
    amount: str
    order: str
    state: str  # of a note that was made; empty where the list tells what took it
    is_frozen: bool


@dataclass(frozen=True)
class Entry:
    """A movement as the list tells it."""

    movement: Movement
    kind: str
    who: str
    taken: tuple[Line, ...]
    made: tuple[Line, ...]


def entries(movements: Sequence[Movement], view: View) -> list[Entry]:
    """The list, in the order of the movements."""
    taken = {piece.note for movement in movements for piece in movement.taken}
    return [
        Entry(
            movement=movement,
            kind=words.KINDS[movement.movement].said(view.language),
            who=holder(owner_of(movement.recorder), view.language),
            taken=tuple(_line(piece, movement, view, "") for piece in movement.taken),
            made=tuple(
                _line(piece, movement, view, "" if piece.note in taken else _state(piece.note, view))
                for piece in movement.made
            ),
        )
        for movement in movements
    ]


def drawn(movements: Sequence[Movement], view: View) -> str:
    """The picture (SVG). There is at least one movement, and all are of one currency, as no movement changes it."""
    language = view.language
    kinds = [movement.movement for movement in movements]
    counts = {"movements": len(kinds), "issued": kinds.count(MovementKind.ISSUE)}
    counts["redeemed"] = kinds.count(MovementKind.REDEEM)
    layout = lay_out(movements)
    notes = {
        box.piece.note: (
            words.EARLIER.said(language) if box.is_start else _state(box.piece.note, view),
            holder(box.piece.owner, language),
        )
        for box in layout.boxes
        if box.piece is not None
    }
    said = Said(
        title=words.TITLE.said(language),
        description=words.DESCRIPTION.said(language, **{name: str(count) for name, count in counts.items()}),
        currency=movements[0].currency,
        movements={movement.id: _lines(movement, language) for movement in movements},
        notes=notes,
        frozen=frozenset(note for note, each in view.unspent.items() if each.frozen_until(view.now)),
    )
    return svg(layout, said)


def _lines(movement: Movement, language: Language) -> tuple[str, ...]:
    moved = sum(piece.amount_minor for piece in movement.made or movement.taken)
    at = movement.moved_at.astimezone(UTC)
    return (words.KINDS[movement.movement].said(language), money(moved, movement.currency), f"{at:%Y-%m-%d %H:%M}")


def _line(piece: Piece, movement: Movement, view: View, state: str) -> Line:
    kind, _, rest = piece.owner.partition(":")
    note = view.unspent.get(piece.note)
    return Line(
        note=piece.note,
        holder=holder(piece.owner, view.language),
        amount=money(piece.amount_minor, movement.currency),
        order=rest if kind == "order" else "",
        state=state,
        is_frozen=note is not None and note.frozen_until(view.now) is not None,
    )


def _state(note_id: str, view: View) -> str:
    note = view.unspent.get(note_id)
    if note is None:
        return words.SPENT.said(view.language)
    until = note.frozen_until(view.now)
    if until is None:
        return words.UNSPENT.said(view.language)
    return words.FROZEN.said(view.language, until=f"{until.astimezone(UTC):%m-%d %H:%M}")
