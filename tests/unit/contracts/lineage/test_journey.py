"""The journey of goods: their own events, and those of what carried them while it did."""

import random

from hypothesis import given
from hypothesis import strategies as st

from fairledger_contracts.lineage.fact import Fact
from fairledger_contracts.lineage.journey import Journey, journey
from fairledger_contracts.lineage.question import Bounds, drive
from tests.support.fact_graphs import ITEMS, histories
from tests.support.facts import book, built, fact, made, packed, seen, unpacked

MANY = 100


def travelled(item: str, *facts: Fact, carriers_max: int = MANY, facts_max: int = MANY) -> Journey:
    return drive(journey(item, Bounds(carriers_max, facts_max)), book(facts))


def legs(found: Journey) -> list[tuple[str, str]]:
    return [(leg.fact.event_id, leg.carrier) for leg in found.legs]


def test_goods_travel_with_what_carries_them_while_it_does() -> None:
    found = travelled(
        "phone",
        seen("box before", 0, "box"),
        made("made", 1, "phone"),
        packed("packed", 2, "box", "phone"),
        seen("shipped", 3, "box"),
        packed("loaded", 4, "pallet", "box"),
        seen("crossed", 5, "pallet"),
        unpacked("unloaded", 6, "pallet"),
        seen("pallet after", 7, "pallet"),
        unpacked("unpacked", 8, "box", "phone"),
        seen("box after", 9, "box"),
        seen("sold", 10, "phone"),
    )
    assert legs(found) == [
        ("made", ""),
        ("packed", ""),
        ("shipped", "box"),
        ("loaded", "box"),
        ("crossed", "pallet"),
        ("unloaded", "pallet"),
        ("unpacked", ""),
        ("sold", ""),
    ]
    assert found.complete


def test_that_other_goods_are_put_in_beside_them_is_not_about_them() -> None:
    found = travelled(
        "phone",
        packed("packed", 1, "box", "phone"),
        packed("another", 2, "box", "other phone"),
        fact("ordered", 3, kind="TransactionEvent", parentID=["box"]),
    )
    assert legs(found) == [("packed", ""), ("ordered", "box")]


def test_emptying_a_carrier_is_about_the_goods_that_were_in_it() -> None:
    found = travelled(
        "phone",
        packed("packed", 1, "box", "phone"),
        built("taken apart", 2, "box", action="DELETE"),
        unpacked("other unpacked", 3, "box", "other phone"),
        unpacked("emptied", 4, "box"),
        unpacked("emptied again", 5, "box"),
    )
    assert legs(found) == [("packed", ""), ("emptied", "box")]


def test_a_withdrawn_packing_carries_nothing_but_is_told() -> None:
    withdrawn = fact("1", 1, kind="AggregationEvent", action="ADD", declared=True, parentID=["box"], childEPCs=["a"])
    assert legs(travelled("a", withdrawn, seen("2", 2, "box"))) == [("1", "")]


def test_what_is_alike_in_time_is_told_once_in_the_ledgers_order() -> None:
    late, early = fact("a", recorded_h=2, epcList=["x"]), fact("b", recorded_h=1, epcList=["x"])
    assert legs(travelled("x", late, early, late)) == [("b", ""), ("a", "")]


def test_boxes_in_each_other_are_walked_once() -> None:
    found = travelled("a", packed("1", 1, "b", "a"), packed("2", 1, "c", "b"), packed("3", 1, "b", "c"))
    assert legs(found) == [("1", ""), ("2", "b"), ("3", "c")]
    assert found.complete


def test_a_journey_that_is_cut_says_so() -> None:
    facts = [packed(f"{box}", box, f"box {box}", "a") for box in range(3)]
    assert travelled("a", *facts, carriers_max=3).complete
    assert not travelled("a", *facts, carriers_max=2).complete


def test_goods_or_carriers_with_more_events_than_a_walk_is_sent_are_told_incompletely() -> None:
    facts = [packed("in", 0, "box", "a"), *(seen(f"{number}", number, "box") for number in (1, 2))]
    assert travelled("a", *facts, facts_max=3).complete
    cut = travelled("a", *facts, facts_max=2)
    assert (legs(cut), cut.complete) == ([("in", ""), ("1", "box")], False)
    assert not travelled("box", *facts, facts_max=2).complete


@given(histories(), st.randoms(use_true_random=False), st.sampled_from(ITEMS))
def test_a_journey_is_in_the_order_of_time_and_has_all_own_events(
    facts: list[Fact], chance: random.Random, item: str
) -> None:
    found = travelled(item, *facts)
    assert found.complete
    assert found == travelled(item, *chance.sample(facts, len(facts)))
    times = [leg.fact.event_time for leg in found.legs]
    assert times == sorted(times)
    own = {each for each in facts if each.roles(item)}
    assert {leg.fact for leg in found.legs if not leg.carrier} == own
    assert len({leg.fact for leg in found.legs}) == len(found.legs)


@given(histories(), st.integers(0, 3), st.sampled_from(ITEMS))
def test_a_journey_ends_at_its_bound(facts: list[Fact], carriers_max: int, item: str) -> None:
    asked: list[str] = []
    read = book(facts)
    found = drive(
        journey(item, Bounds(carriers_max, MANY)),
        lambda question: asked.extend(question.items) or read(question),  # type: ignore[func-returns-value]
    )
    assert len(asked) <= carriers_max + 1
    assert set(found.legs) <= set(travelled(item, *facts).legs)
