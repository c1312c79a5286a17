"""Whatever moved, the picture has all of it once, from left to right, and nothing covers anything."""

from collections import Counter
from itertools import combinations, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from fairledger.flow.layout import BOX_WIDTH, Box, Layout, lay_out
from fairledger_contracts.records.movement import Movement, MovementKind
from tests.unit.client.flow.histories import histories, movement


def parts_of(history: list[Movement], data: st.DataObject) -> list[Movement]:
    """A part of a history, as a walk that is cut tells it."""
    return data.draw(st.lists(st.sampled_from(history), min_size=1, unique_by=lambda each: each.id))


def overlap(one: Box, other: Box) -> bool:
    beside = one.x + BOX_WIDTH <= other.x or other.x + BOX_WIDTH <= one.x
    above = one.y + one.height <= other.y or other.y + other.height <= one.y
    return not beside and not above


def box_of(layout: Layout, key: str) -> Box:
    (box,) = [each for each in layout.boxes if each.key == key]
    return box


@settings(deadline=None)
@given(history=histories(), data=st.data())
def test_every_movement_and_every_note_is_drawn_once(history: list[Movement], data: st.DataObject) -> None:
    movements = parts_of(history, data)
    layout = lay_out(movements)
    assert Counter(box.movement.id for box in layout.boxes if box.movement) == {each.id: 1 for each in movements}
    notes = {piece.note for each in movements for piece in (*each.taken, *each.made)}
    assert Counter(edge.piece.note for edge in layout.edges) == dict.fromkeys(notes, 1)


@settings(deadline=None)
@given(history=histories(), data=st.data())
def test_what_goes_into_a_box_and_comes_out_is_what_the_movement_took_and_made(
    history: list[Movement], data: st.DataObject
) -> None:
    layout = lay_out(parts_of(history, data))
    for box in layout.boxes:
        into = sum(edge.piece.amount_minor for edge in layout.edges if edge.target == box.key)
        out = sum(edge.piece.amount_minor for edge in layout.edges if edge.source == box.key)
        if box.movement is None:
            assert box.piece is not None
            assert (into, out) == ((0, box.piece.amount_minor) if box.is_start else (box.piece.amount_minor, 0))
        else:
            assert into == sum(piece.amount_minor for piece in box.movement.taken)
            assert out == sum(piece.amount_minor for piece in box.movement.made)
            assert into == out or 0 in (into, out)


@settings(deadline=None)
@given(history=histories(), data=st.data())
def test_nothing_covers_a_box_and_all_stand_within_the_picture(history: list[Movement], data: st.DataObject) -> None:
    layout = lay_out(parts_of(history, data))
    assert not [(one.key, other.key) for one, other in combinations(layout.boxes, 2) if overlap(one, other)]
    for box in layout.boxes:
        assert box.x >= 0
        assert box.y >= 0
        assert box.x + BOX_WIDTH <= layout.width
        assert box.y + box.height <= layout.height
    for edge in layout.edges:  # where it passes a column, it passes between the boxes
        for (x, y), _ in list(pairwise(edge.points))[1::2]:
            assert not [box.key for box in layout.boxes if box.x == x and box.y <= y <= box.y + box.height]


@settings(deadline=None)
@given(history=histories(), data=st.data())
def test_money_goes_from_left_to_right_and_each_edge_has_a_place_of_its_own(
    history: list[Movement], data: st.DataObject
) -> None:
    layout = lay_out(parts_of(history, data))
    for edge in layout.edges:
        source, target = box_of(layout, edge.source), box_of(layout, edge.target)
        assert edge.points[0][0] == source.x + BOX_WIDTH
        assert edge.points[-1][0] == target.x
        assert all(one[0] < other[0] for one, other in pairwise(edge.points))
        assert source.y < edge.points[0][1] < source.y + source.height
        assert target.y < edge.points[-1][1] < target.y + target.height
    starts = [edge.points[0] for edge in layout.edges]
    ends = [edge.points[-1] for edge in layout.edges]
    assert len(set(starts)) == len(starts)
    assert len(set(ends)) == len(ends)


def test_a_payment_that_is_passed_on_is_three_columns() -> None:
    issue = movement(1, MovementKind.ISSUE, (), [700])
    payment = movement(2, MovementKind.PAY, issue.made, [500, 200])
    layout = lay_out([issue, payment])
    columns = sorted({box.x for box in layout.boxes})
    kinds = [[box.movement.movement if box.movement else "note" for box in layout.boxes if box.x == x] for x in columns]
    assert kinds == [["issue"], ["pay"], ["note", "note"]]


def test_of_nothing_there_is_an_empty_picture() -> None:
    assert (lay_out([]).boxes, lay_out([]).edges) == ((), ())
