"""The picture of movements as SVG: text that any browser shows, without script or style sheet. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from unicodedata import east_asian_width
from xml.sax.saxutils import escape

from fairledger.flow.layout import BOX_WIDTH, LANE, Box, Edge, Layout
from fairledger.words.amounts import figure, money
from fairledger_contracts.records.movement import MovementKind

INK: Final = "#1b1f24"
SOFT: Final = "#57606a"
PAPER: Final = "#ffffff"
FILLS: Final[Mapping[MovementKind, str]] = {
    MovementKind.ISSUE: "#dff3e6",
    MovementKind.PAY: "#e3eefc",
    MovementKind.LOCK: "#fdf0d8",
    MovementKind.SETTLE: "#efe6fb",
    MovementKind.REDEEM: "#e8ebee",
}
FROZEN: Final = "#9b1c1c"
UNITS_MAX: Final = 24  # of text in a box: a Chinese character is two wide
LINE: Final = 19
BEND: Final = 40  # how far from a box an edge runs straight; its amount stands there
FONT: Final = "system-ui, 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"


@dataclass(frozen=True)
class Said:
    """What the picture says: a movement's lines by its id, a resting note's by its own, and what it is about.

    ``frozen`` are notes that can't be spent now.
    """

    title: str
    description: str
    currency: str
    movements: Mapping[str, tuple[str, ...]]
    notes: Mapping[str, tuple[str, ...]]
    frozen: frozenset[str] = frozenset()


def svg(layout: Layout, said: Said) -> str:
    """The whole picture, complete as a file of its own."""
    width, height = layout.width, layout.height
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    spoken = 'role="img" aria-labelledby="flow-title flow-description"'
    text = f'font-family="{FONT}" font-size="12" fill="{INK}"'
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} {spoken} {text}>',
            f'<title id="flow-title">{escape(said.title)}</title>',
            f'<desc id="flow-description">{escape(said.description)}</desc>',
            f'<rect width="{width}" height="{height}" fill="{PAPER}"/>',
            *(line for edge in layout.edges for line in _edge(edge, said)),
            *(line for box in layout.boxes for line in _box(box, said)),
            "</svg>",
            "",
        )
    )


def _edge(edge: Edge, said: Said) -> Iterator[str]:
    (x, y), *others = edge.points
    path = [f"M{x},{y}"]
    for number, (next_x, next_y) in enumerate(others):
        if number % 2 == 0:  # from one column to the next
            bend = x + LANE - BEND
            path.append(f"H{bend} C{bend + BEND // 2},{y} {next_x - BEND // 2},{next_y} {next_x},{next_y}")
        else:
            path.append(f"H{next_x}")
        x, y = next_x, next_y
    first_x, first_y = edge.points[0]
    yield f'<path class="note" d="{" ".join(path)}" fill="none" stroke="{SOFT}" stroke-width="1.5"/>'
    yield f'<path d="M{x},{y} l-7,-4 v8 z" fill="{SOFT}"/>'
    amount = escape(figure(edge.piece.amount_minor, said.currency))
    yield f'<text class="amount" x="{first_x + 5}" y="{first_y - 4}">{amount}</text>'


def _box(box: Box, said: Said) -> Iterator[str]:
    if box.movement is not None:
        fill, stroke, radius = FILLS[box.movement.movement], INK, 6
        lines = said.movements[box.movement.id]
    else:
        assert box.piece is not None, "a box is a movement or a note"  # noqa: S101
        is_frozen = box.piece.note in said.frozen and not box.is_start
        fill, stroke, radius = PAPER, FROZEN if is_frozen else SOFT, 24
        lines = (*said.notes[box.piece.note], money(box.piece.amount_minor, said.currency))
    dashes = ' stroke-dasharray="4 3"' if box.is_start else ""
    yield (
        f'<rect class="box" x="{box.x}" y="{box.y}" width="{BOX_WIDTH}" height="{box.height}" rx="{radius}"'
        f' fill="{fill}" stroke="{stroke}"{dashes}/>'
    )
    top = box.y + (box.height - LINE * len(lines)) // 2 + LINE - 5
    for number, line in enumerate(lines):
        weight = ' font-weight="600"' if number == 0 else ""
        text = escape(clipped(line))
        yield f'<text x="{box.x + BOX_WIDTH // 2}" y="{top + number * LINE}" text-anchor="middle"{weight}>{text}</text>'


def clipped(text: str, units_max: int = UNITS_MAX) -> str:
    """As much of a text as a box has room for."""
    units = 0
    for place, character in enumerate(text):
        units += 2 if east_asian_width(character) in "WF" else 1
        if units > units_max:
            return f"{text[: place - 1]}…"
    return text
