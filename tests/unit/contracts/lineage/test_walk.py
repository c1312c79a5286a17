"""Walks back to raw materials and forward to products, in the time that goods were together."""

import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from fairledger_contracts.lineage.containment import Relation
from fairledger_contracts.lineage.fact import Fact
from fairledger_contracts.lineage.question import ITEMS_A_PAGE, Bounds, Question, drive
from fairledger_contracts.lineage.walk import Lineage, downstream, upstream
from tests.support.fact_graphs import ITEMS, histories
from tests.support.facts import (
    CARRIER,
    MERCHANT,
    PROCESSOR,
    book,
    built,
    fact,
    made,
    packed,
    site,
    transformed,
    unpacked,
)

MANY = 1_000
LOT, OTHER_LOT = "lot", "other-lot"


def back(item: str, *facts: Fact, items_max: int = MANY, facts_max: int = MANY) -> Lineage:
    return drive(upstream(item, Bounds(items_max, facts_max)), book(facts))


def forth(item: str, *facts: Fact, items_max: int = MANY, facts_max: int = MANY) -> Lineage:
    return drive(downstream(item, Bounds(items_max, facts_max)), book(facts))


def test_an_item_that_nobody_named_comes_from_nowhere() -> None:
    assert back("thing") == Lineage("thing", ("thing",), (), complete=True)


def test_a_transformation_leads_from_its_outputs_to_its_inputs_and_back() -> None:
    dried = transformed("dry", 1, ["milk", "vitamins"], ["powder"])
    assert back("powder", dried).items == ("powder", "milk", "vitamins")
    assert forth("milk", dried).items == ("milk", "powder")
    (link, _) = back("powder", dried).links
    assert (link.source, link.target, link.relation, link.event_id) == ("milk", "powder", Relation.MADE, "dry")


def test_each_link_names_who_recorded_it_and_where_it_happened() -> None:
    line, shop = site(PROCESSOR, "LINE-2"), site(MERCHANT)
    build: dict[str, Any] = {"kind": "AssociationEvent", "action": "ADD", "parentID": ["phone"], "childEPCs": ["board"]}
    pack: dict[str, Any] = {"kind": "AggregationEvent", "action": "ADD", "parentID": ["carton"], "childEPCs": ["phone"]}
    facts = (
        fact("build", 0, by=PROCESSOR, read_point=line, location=site(PROCESSOR), **build),
        fact("pack", 1, by=MERCHANT, location=shop, **pack),
        fact("seen again", 2, by=CARRIER, **pack),
    )
    told = [(link.source, link.recorder, link.place) for link in back("carton", *facts).links]
    assert told == [("phone", MERCHANT, shop), ("board", PROCESSOR, line)]
    assert set(forth("board", *facts).links) == set(back("carton", *facts).links)


def test_a_transformation_told_in_two_events_is_one() -> None:
    taken = transformed("take", 1, ["milk"], [], "urn:x:t")
    given_out = transformed("give", 5, [], ["powder"], "urn:x:t")
    assert back("powder", taken, given_out).items == ("powder", "milk")
    assert forth("milk", taken, given_out).items == ("milk", "powder")


def test_what_became_of_an_output_before_a_later_input_is_not_of_that_input() -> None:
    facts = (
        transformed("give", 1, [], ["powder"], "urn:x:t"),
        transformed("can", 2, ["powder"], ["can"]),
        transformed("take", 3, ["late milk"], [], "urn:x:t"),
    )
    assert forth("late milk", *facts).items == ("late milk", "powder")


def test_an_event_that_its_recorder_declared_erroneous_leads_nowhere() -> None:
    dried = fact("dry", kind="TransformationEvent", declared=True, inputEPCList=["milk"], outputEPCList=["powder"])
    assert back("powder", dried).items == ("powder",)
    assert forth("milk", dried).items == ("milk",)


def test_parts_and_contents_are_found_from_the_whole() -> None:
    facts = (packed("pack", 1, "carton", "phone"), built("build", 0, "phone", "board"))
    assert back("carton", *facts).items == ("carton", "phone", "board")
    assert [link.relation for link in back("carton", *facts).links] == [Relation.PACKED, Relation.BUILT]
    assert forth("board", *facts).items == ("board", "phone", "carton")


def test_a_thing_and_its_lot_lead_to_each_other() -> None:
    facts = (
        transformed("make", 0, ["milk"], [LOT]),
        fact("fill", 1, action="ADD", step="commissioning", epcList=["can"], lots=[("can", LOT)]),
    )
    assert back("can", *facts).items == ("can", LOT, "milk")
    assert forth("milk", *facts).items == ("milk", LOT, "can")


def test_of_things_of_two_lots_in_one_event_each_is_of_its_own() -> None:
    filled = fact("fill", action="ADD", step="commissioning", epcList=["a", "b"], lots=[("a", LOT), ("b", OTHER_LOT)])
    assert back("a", filled).items == ("a", LOT)
    assert forth(OTHER_LOT, filled).items == (OTHER_LOT, "b")


def test_a_container_leads_on_only_to_what_became_of_it_while_it_held_the_goods() -> None:
    facts = (
        packed("fill", 1, "container", "goods"),
        packed("load", 2, "ship", "container"),
        unpacked("empty", 3, "container", "goods"),
        unpacked("unload", 4, "ship", "container"),
        packed("load again", 5, "train", "container"),
    )
    assert forth("goods", *facts).items == ("goods", "container", "ship")
    assert back("train", *facts).items == ("train", "container")
    assert back("ship", *facts).items == ("ship", "container", "goods")


def test_emptying_a_container_without_naming_its_contents_ends_their_stay_too() -> None:
    facts = (
        packed("fill", 1, "container", "goods"),
        unpacked("empty", 3, "container"),
        packed("load", 5, "train", "container"),
    )
    assert forth("goods", *facts).items == ("goods", "container")
    assert back("train", *facts).items == ("train", "container")


def test_what_was_in_a_container_at_another_time_never_was_on_its_ship() -> None:
    facts = (
        packed("fill", 1, "container", "earlier goods"),
        unpacked("empty", 2, "container", "earlier goods"),
        packed("load", 3, "ship", "container"),
        packed("fill on board", 4, "container", "goods"),
    )
    assert back("ship", *facts).items == ("ship", "container", "goods")


def test_a_circle_is_walked_once() -> None:
    facts = (packed("1", 1, "a", "b"), packed("2", 1, "b", "a"), transformed("3", 2, ["a"], ["b", "a"]))
    assert back("a", *facts).items == ("a", "b")
    assert forth("a", *facts).items == ("a", "b")


def test_a_walk_that_is_cut_says_so() -> None:
    dried = transformed("dry", 1, ["milk", "vitamins"], ["powder"])
    cut = back("powder", dried, items_max=2)
    assert (cut.items, cut.complete) == (("powder", "milk"), False)
    assert len(cut.links) == 1
    assert back("powder", dried, items_max=3).complete


def test_an_item_with_more_facts_that_lead_on_than_a_walk_is_sent_is_told_incompletely() -> None:
    filled = [transformed(f"{number}", number, [f"can {number}"], ["lot"]) for number in range(3)]
    assert back("lot", *filled, facts_max=3).complete
    cut = back("lot", *filled, facts_max=2)
    assert (cut.items, cut.complete) == (("lot", "can 0", "can 1"), False)
    poured = [transformed(f"{number}", number, ["lot"], [f"can {number}"]) for number in range(3)]
    assert (forth("lot", *poured, facts_max=2).complete, forth("lot", *poured, facts_max=3).complete) == (False, True)


def test_what_befell_goods_beside_does_not_cut_where_they_come_from() -> None:
    lots = [
        fact(f"{number}", action="ADD", epcList=[f"can {number}"], lots=[(f"can {number}", LOT)]) for number in (1, 2)
    ]
    cases = [packed(f"case {number}", 1, f"case {number}", LOT) for number in (1, 2)]
    seen_often = [fact(f"seen {number}", 2, quantityList=[LOT]) for number in (1, 2)]
    found = back("can 2", *lots, *cases, *seen_often, transformed("make", 0, ["milk"], [LOT]), facts_max=1)
    assert (found.items, found.complete) == (("can 2", LOT, "milk"), True)


def test_a_walk_forward_asks_for_all_things_of_a_lot_page_by_page() -> None:
    things = [f"can {number:03}" for number in range(2 * ITEMS_A_PAGE + 1)]
    facts = [fact(thing, action="ADD", epcList=[thing], lots=[(thing, LOT)]) for thing in things]
    asked: list[Question] = []
    read = book(facts)
    bounds = Bounds(items_max=MANY, facts_max=len(things))
    found = drive(downstream(LOT, bounds), lambda question: asked.append(question) or read(question))  # type: ignore[func-returns-value]
    assert (found.items, found.complete) == ((LOT, *things), True)
    assert [len(each.items) for each in asked] == [1, ITEMS_A_PAGE, ITEMS_A_PAGE, 1]


@given(histories())
def test_upstream_of_all_that_is_downstream_of_an_item_is_that_item(facts: list[Fact]) -> None:
    for item in ITEMS:
        for product in forth(item, *facts).items:
            assert item in back(product, *facts).items


@given(histories(), st.integers(1, 4), st.sampled_from(ITEMS))
def test_walks_end_and_keep_their_bound(facts: list[Fact], items_max: int, item: str) -> None:
    for walk in (back, forth):
        found = walk(item, *facts, items_max=items_max)
        whole = walk(item, *facts)
        assert whole.complete
        assert found.items == whole.items[: len(found.items)]
        assert len(found.items) <= items_max
        assert found.complete == (len(whole.items) <= items_max)
        assert {each for link in found.links for each in (link.source, link.target)} <= set(found.items)


@settings(max_examples=50)
@given(histories(), st.randoms(use_true_random=False))
def test_facts_in_any_order_give_the_same_walk(facts: list[Fact], chance: random.Random) -> None:
    shuffled = chance.sample(facts, len(facts))
    for item in ITEMS:
        assert back(item, *facts, items_max=3) == back(item, *shuffled, items_max=3)
        assert forth(item, *facts) == forth(item, *shuffled)


def test_a_thing_made_twice_has_both_origins() -> None:
    facts = (transformed("1", 1, ["a"], ["thing"]), transformed("2", 2, ["b"], ["thing"]), made("3", 0, "thing"))
    assert back("thing", *facts).items == ("thing", "a", "b")
