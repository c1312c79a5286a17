"""Where everything stands in a picture of movements: columns from left to right, as money goes. Pure.

Layers and crossings after K. Sugiyama, S. Tagawa and M. Toda, "Methods for visual understanding of hierarchical system
structures" (1981): each box stands right of all that it takes from, and edges over several columns have a place of
their own in each of them, so that they run between boxes and never behind one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from itertools import pairwise
from typing import Final, NamedTuple

from fairledger_contracts.records.movement import Movement, Piece

BOX_WIDTH: Final = 176
BOX_HEIGHT: Final = 76
LANE: Final = 148  # between two columns: an amount, and room for the bend
PORT: Final = 22  # between two edges at one box: a line of text
GAP: Final = 14
MARGIN: Final = 16
SWEEPS: Final = 8
FROM: Final = "from "  # begins the keys of boxes of notes that came from before
TO: Final = "to "  # and of those that nothing has taken yet


@dataclass(frozen=True)
class Box:
    """A movement; or, without one, the ``piece`` that came from before, or that is where it is."""

    key: str
    x: int
    y: int
    height: int
    movement: Movement | None
    piece: Piece | None = None
    is_start: bool = False


@dataclass(frozen=True)
class Edge:
    """A note on its way from the box that made it to the box that took it; ``points`` are where it passes."""

    piece: Piece
    source: str
    target: str
    points: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Layout:
    """All of it, in pixels."""

    boxes: tuple[Box, ...]
    edges: tuple[Edge, ...]
    width: int
    height: int


class _Next(NamedTuple):
    """What stands beside a slot in the next column, and the note by which they are joined."""

    note: str
    slot: "_Slot"


@dataclass(eq=False)
class _Slot:
    """A place in a column: a box, or an edge that passes by."""

    key: str
    height: int
    before: list[_Next] = field(default_factory=list)
    after: list[_Next] = field(default_factory=list)
    place: float = 0
    x: int = 0
    y: int = 0


@dataclass(frozen=True)
class _Way:
    piece: Piece
    source: str
    target: str
    slots: tuple[_Slot, ...]


def lay_out(movements: Sequence[Movement]) -> Layout:
    """Place movements and the notes between them. Raises ``graphlib.CycleError`` for what no ledger holds."""
    told = {movement.id: movement for movement in movements}
    pieces = {piece.note: piece for movement in movements for piece in (*movement.taken, *movement.made)}
    made = {piece.note: movement.id for movement in movements for piece in movement.made}
    taken = {piece.note: movement.id for movement in movements for piece in movement.taken}
    ends = [(made.get(note, FROM + note), taken.get(note, TO + note), piece) for note, piece in pieces.items()]
    columns = _columns([(source, target) for source, target, _ in ends], told)
    slots = {key: _Slot(key, BOX_HEIGHT) for key in columns}
    grid: list[list[_Slot]] = [[] for _ in range(max(columns.values(), default=-1) + 1)]
    for key, column in columns.items():
        grid[column].append(slots[key])
    ways = [_way(end, columns, slots, grid) for end in ends]
    for slot in slots.values():
        slot.height = max(BOX_HEIGHT, PORT * (max(len(slot.before), len(slot.after)) + 1))
    _uncross(grid)
    height = _stack(grid)
    boxes = [
        Box(
            key=slot.key,
            x=slot.x,
            y=slot.y,
            height=slot.height,
            movement=told.get(slot.key),
            piece=_resting(slot.key, pieces),
            is_start=slot.key.startswith(FROM),
        )
        for column in grid
        for slot in column
        if slot.key in columns
    ]
    edges = [Edge(way.piece, way.source, way.target, _points(way)) for way in ways]
    width = 2 * MARGIN + len(grid) * BOX_WIDTH + max(len(grid) - 1, 0) * LANE
    return Layout(tuple(boxes), tuple(edges), width, height)


def _columns(ends: Iterable[tuple[str, str]], told: Iterable[str]) -> dict[str, int]:
    """Each box right of all before it; what begins stands next to where it goes."""
    graph: dict[str, list[str]] = {key: [] for key in told}
    after: dict[str, list[str]] = {}
    for source, target in ends:
        graph.setdefault(source, [])
        graph.setdefault(target, []).append(source)
        after.setdefault(source, []).append(target)
    columns: dict[str, int] = {}
    for key in TopologicalSorter(graph).static_order():
        columns[key] = max((columns[source] + 1 for source in graph[key]), default=0)
    for key, before in graph.items():
        if not before and key in after:
            columns[key] = min(columns[target] for target in after[key]) - 1
    return {key: columns[key] for key in graph}


def _way(
    end: tuple[str, str, Piece], columns: dict[str, int], slots: dict[str, _Slot], grid: list[list[_Slot]]
) -> _Way:
    source, target, piece = end
    chain = [slots[source]]
    for column in range(columns[source] + 1, columns[target]):
        passing = _Slot(f"past {piece.note}", PORT)
        grid[column].append(passing)
        chain.append(passing)
    chain.append(slots[target])
    for one, next_one in pairwise(chain):
        one.after.append(_Next(piece.note, next_one))
        next_one.before.append(_Next(piece.note, one))
    return _Way(piece, source, target, tuple(chain))


def _uncross(grid: list[list[_Slot]]) -> None:
    """Order each column by where its neighbours stand in the next, from left to right and back."""
    for column in grid:
        _number(column)
    for sweep in range(SWEEPS):
        forward = sweep % 2 == 0
        for column in grid if forward else reversed(grid):
            column.sort(key=lambda slot: _mean(slot.before if forward else slot.after, slot.place))
            _number(column)


def _number(column: list[_Slot]) -> None:
    for place, slot in enumerate(column):
        slot.place = place / len(column)  # columns of different lengths are compared


def _mean(neighbours: Sequence[_Next], place: float) -> float:
    return sum(each.slot.place for each in neighbours) / len(neighbours) if neighbours else place


def _stack(grid: list[list[_Slot]]) -> int:
    """Set all positions; returns the height of the whole."""
    heights = [sum(slot.height + GAP for slot in column) - GAP for column in grid]
    tallest = max(heights, default=0)
    for number, (column, height) in enumerate(zip(grid, heights, strict=True)):
        y = MARGIN + (tallest - height) // 2
        for slot in column:
            slot.x, slot.y = MARGIN + number * (BOX_WIDTH + LANE), y
            y += slot.height + GAP
    return tallest + 2 * MARGIN


def _points(way: _Way) -> tuple[tuple[int, int], ...]:
    first, *passing, last = way.slots
    points = [(first.x + BOX_WIDTH, _port(first, first.after, way.piece.note))]
    for slot in passing:
        middle = slot.y + slot.height // 2
        points += [(slot.x, middle), (slot.x + BOX_WIDTH, middle)]
    return (*points, (last.x, _port(last, last.before, way.piece.note)))


def _port(slot: _Slot, neighbours: list[_Next], note: str) -> int:
    """The height at which a note's edge meets a box; each edge of a side has its own."""
    in_order = [each.note for each in sorted(neighbours, key=lambda each: each.slot.y)]
    return slot.y + slot.height * (in_order.index(note) + 1) // (len(in_order) + 1)


def _resting(key: str, pieces: dict[str, Piece]) -> Piece | None:
    return pieces.get(key.removeprefix(FROM).removeprefix(TO))
