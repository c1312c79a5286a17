"""The picture is a file of its own: well-formed, spoken for who can't see it, and without anything that runs."""

import re
from datetime import timedelta
from xml.etree import ElementTree as ET

from hypothesis import given, settings

from fairledger.flow.picture import UNITS_MAX, clipped
from fairledger.flow.telling import View, drawn, entries
from fairledger_contracts.records.movement import Movement, MovementKind
from fairledger_contracts.records.note import Note, Stop
from tests.unit.client.flow.histories import BEGAN, WHO, histories, movement

SVG = "{http://www.w3.org/2000/svg}"
ISSUE = movement(1, MovementKind.ISSUE, (), [100_001])
PAYMENT = movement(2, MovementKind.PAY, ISSUE.made, [100_000, 1])
UNTIL = BEGAN + timedelta(days=3)


def unspent(until: bool = False) -> dict[str, Note]:
    stops = (Stop(msp_id="RegulatorMSP", freeze="f" * 64, until=UNTIL),) if until else ()
    piece = PAYMENT.made[0]
    note = Note(
        id=piece.note, owner=piece.owner, amount_minor=piece.amount_minor, currency="CNY",
        sources=(), recorder=WHO, stops=stops,
    )  # fmt: skip
    return {note.id: note}


def view(language: str = "en", *, frozen: bool = False) -> View:
    return View(language, BEGAN, unspent(frozen))  # type: ignore[arg-type]


@settings(deadline=None, max_examples=30)
@given(history=histories())
def test_it_is_well_formed_and_has_a_box_and_an_amount_for_each(history: list[Movement]) -> None:
    root = ET.fromstring(drawn(history, view()))
    notes = {piece.note for each in history for piece in (*each.taken, *each.made)}
    assert len(root.findall(f"{SVG}text[@class='amount']")) == len(notes)
    resting = notes - {piece.note for each in history for piece in each.taken}
    assert len(root.findall(f"{SVG}rect[@class='box']")) == len(history) + len(resting)
    assert {each.tag.removeprefix(SVG) for each in root.iter()} <= {"svg", "title", "desc", "rect", "path", "text"}
    assert not [name for each in root.iter() for name in each.attrib if name.startswith("on") or name == "style"]


def test_it_says_what_it_is_in_both_languages() -> None:
    for language, title, kind in (("en", "Flow of funds", "Paid in"), ("zh", "资金流向", "付款入账")):
        picture = drawn([ISSUE, PAYMENT], view(language))
        root = ET.fromstring(picture)
        assert root.attrib["role"] == "img"
        spoken = [root.find(f"{SVG}{name}") for name in ("title", "desc")]
        assert root.attrib["aria-labelledby"].split() == [each.attrib["id"] for each in spoken if each is not None]
        assert (spoken[0].text if spoken[0] is not None else "") == title
        assert f">{kind}</text>" in picture
        assert ">1,000.01</text>" in picture


def test_a_frozen_note_is_told_until_when_in_picture_and_list() -> None:
    assert "frozen until 06-04 12:00" in drawn([ISSUE, PAYMENT], view(frozen=True))
    _issue, payment = entries([ISSUE, PAYMENT], view(frozen=True))
    assert [(line.state, line.is_frozen) for line in payment.made] == [
        ("frozen until 06-04 12:00", True),
        ("spent later", False),
    ]
    issued, _ = entries([ISSUE, PAYMENT], view())
    assert [(line.state, line.amount) for line in issued.made] == [("", "1,000.01 CNY")]


def test_what_people_wrote_is_no_markup() -> None:
    owner = "PlatformAMSP:<script>"
    piece = ISSUE.made[0].model_copy(update={"owner": owner})
    picture = drawn([ISSUE.model_copy(update={"made": (piece,)})], view())
    assert "<script>" not in picture
    assert re.search(r"&lt;script", picture)


def test_long_text_is_cut_to_the_room_that_there_is() -> None:
    assert clipped("a" * UNITS_MAX) == "a" * UNITS_MAX
    assert clipped("a" * (UNITS_MAX + 1)) == "a" * (UNITS_MAX - 1) + "…"
    assert clipped("钱" * UNITS_MAX) == "钱" * (UNITS_MAX // 2 - 1) + "…"
