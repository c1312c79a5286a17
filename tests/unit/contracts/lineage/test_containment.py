"""What was in what, from when to when."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairledger_contracts.lineage.containment import ALWAYS, EVER, NEVER, Relation, Window, containments, parents
from fairledger_contracts.lineage.fact import Fact
from tests.support.fact_graphs import ITEMS, histories
from tests.support.facts import at, built, fact, packed, unpacked

Told = list[tuple[str, str, Relation, Window]]


def told(item: str, *facts: Fact) -> Told:
    return sorted(each[:4] for each in containments(item, facts))


def test_what_is_packed_stays_until_it_is_taken_out() -> None:
    facts = (packed("in", 1, "box", "a", "b"), unpacked("out", 3, "box", "a"))
    assert told("box", *facts) == [
        ("a", "box", Relation.PACKED, Window(at(1), at(3))),
        ("b", "box", Relation.PACKED, Window(at(1), NEVER)),
    ]
    assert told("a", *facts) == [("a", "box", Relation.PACKED, Window(at(1), at(3)))]


def test_what_is_emptied_without_naming_its_contents_is_empty() -> None:
    facts = (packed("1", 1, "box", "a"), packed("2", 2, "box", "b"), unpacked("3", 3, "box"))
    assert [(child, window.until) for child, _, _, window in told("box", *facts)] == [("a", at(3)), ("b", at(3))]


def test_taking_apart_is_no_unpacking() -> None:
    facts = (packed("in", 1, "box", "a"), built("off", 2, "box", action="DELETE"))
    assert told("box", *facts) == [("a", "box", Relation.PACKED, Window(at(1), NEVER))]


def test_a_box_is_used_again() -> None:
    facts = (packed("1", 1, "box", "a"), unpacked("2", 2, "box"), packed("3", 3, "box", "a"))
    assert [window for *_, window in told("box", *facts)] == [Window(at(1), at(2)), Window(at(3), NEVER)]


def test_seeing_them_together_says_that_they_were_since_the_first_time() -> None:
    facts = (packed("1", 1, "box", "a", action="OBSERVE"), packed("2", 2, "box", "a", action="ADD"))
    assert told("box", *facts) == [("a", "box", Relation.PACKED, Window(at(1), NEVER))]


def test_what_was_never_put_in_is_not_taken_out() -> None:
    assert told("box", unpacked("1", 1, "box", "a")) == []


def test_parts_are_told_from_contents_and_classes_from_things() -> None:
    bottled = fact("1", kind="AggregationEvent", action="ADD", parentID=["box"], childQuantityList=["lot"])
    assert told("box", bottled, built("2", 0, "box", "label")) == [
        ("label", "box", Relation.BUILT, Window(at(0), NEVER)),
        ("lot", "box", Relation.PACKED, Window(at(0), NEVER)),
    ]


def test_what_its_recorder_declared_erroneous_did_not_happen() -> None:
    withdrawn = fact("1", kind="AggregationEvent", action="ADD", declared=True, parentID=["box"], childEPCs=["a"])
    assert told("box", withdrawn) == []


def test_an_items_own_events_tell_its_parents() -> None:
    filled = packed("1", 1, "box", "a")
    assert (parents("a", [filled]), parents("box", [filled])) == (("box",), ())


@pytest.mark.parametrize(
    ("other", "common"),
    [
        (Window(at(0), at(1)), Window(at(1), at(1))),
        (Window(at(2), at(9)), Window(at(2), at(3))),
        (ALWAYS, Window(at(1), at(3))),
        (Window(at(4), at(5)), None),
    ],
)
def test_windows_have_both_ends(other: Window, common: Window | None) -> None:
    window = Window(at(1), at(3))
    assert window.common(other) == other.common(window) == common
    assert (at(1) in window, at(3) in window, at(4) in window, "noon" in window) == (True, True, False, False)
    assert ALWAYS.covers(other)
    assert not window.covers(Window(EVER, at(2)))


@given(histories(), st.randoms(use_true_random=False), st.sampled_from(ITEMS))
def test_the_order_of_facts_does_not_matter(facts: list[Fact], chance: random.Random, item: str) -> None:
    assert list(containments(item, facts)) == list(containments(item, chance.sample(facts, len(facts))))
