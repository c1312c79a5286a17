"""How far a recall reaches."""

import random
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from fairledger_contracts.lineage.deeds import Deed
from fairledger_contracts.lineage.fact import Fact
from fairledger_contracts.lineage.history import recallable
from fairledger_contracts.lineage.question import Bounds, drive
from fairledger_contracts.lineage.recall_scope import Named, RecallScope, scope
from fairledger_contracts.lineage.walk import upstream
from tests.support.fact_graphs import ITEMS, histories
from tests.support.facts import (
    CARRIER,
    INSPECTOR,
    MERCHANT,
    PRODUCER,
    at,
    book,
    fact,
    made,
    packed,
    seen,
    site,
    transformed,
    unpacked,
)  # fmt: skip


def reach(
    *items: str, facts: list[Fact], named: Sequence[str] = (), items_max: int = 1_000, facts_max: int = 1_000
) -> RecallScope:
    return drive(scope(items, Named(frozenset(named), complete=True), Bounds(items_max, facts_max)), book(facts))


MILK = [
    made("milk", 0, "milk"),
    transformed("dry", 1, ["milk"], ["powder"]),
    transformed("fill", 2, ["powder"], ["can 1", "can 2"]),
    packed("pack", 3, "case", "can 1", "can 2"),
    fact("carry", 4, by=CARRIER, step="arriving", read_point=site(MERCHANT), epcList=["case"]),
    unpacked("unpack", 5, "case"),
    seen("inspect", 6, "can 2", step="inspecting", by=INSPECTOR),
    fact("sell", 7, by=MERCHANT, step="retail_selling", location=site(MERCHANT), epcList=["can 1"]),
    seen("case again", 9, "case", by=INSPECTOR.model_copy(update={"role": "merchant"})),
]


def test_all_that_was_made_of_recalled_goods_is_affected_and_what_carried_them() -> None:
    found = reach("milk", facts=MILK)
    assert [(each.item, each.carrier, each.last_step) for each in found.affected] == [
        ("milk", False, ""),
        ("powder", False, ""),
        ("can 1", False, "retail_selling"),
        ("can 2", False, "inspecting"),
        ("case", True, "storing"),
    ]
    assert (found.items, found.complete) == (("milk",), True)
    assert {(link.source, link.target) for link in found.links} == {
        ("milk", "powder"), ("powder", "can 1"), ("powder", "can 2"), ("can 1", "case"), ("can 2", "case"),
    }  # fmt: skip


def test_where_goods_are_is_told_by_what_carried_them_too_and_holders_do_not_only_look_on() -> None:
    _, _, sold, looked_at, _ = reach("milk", facts=MILK).affected
    assert (sold.last_seen, sold.last_place, sold.holder) == (at(7), site(MERCHANT), MERCHANT)
    assert (looked_at.last_seen, looked_at.last_place, looked_at.holder) == (at(6), site(MERCHANT), PRODUCER)


def test_who_used_a_carrier_at_another_time_is_not_liable() -> None:
    assert [(each.party, each.deeds) for each in reach("milk", facts=MILK).liable] == [
        (PRODUCER, (Deed.MADE, Deed.HELD)),
        (CARRIER, (Deed.CARRIED,)),
        (INSPECTOR, (Deed.INSPECTED,)),
        (MERCHANT, (Deed.SOLD,)),
    ]


def test_a_withdrawn_event_is_not_where_goods_were_seen_last() -> None:
    withdrawn = fact("x", 9, by=CARRIER, declared=True, step="destroying", epcList=["milk"])
    (affected,) = reach("milk", facts=[made("milk", 0, "milk"), withdrawn]).affected
    assert (affected.last_step, affected.holder) == ("commissioning", PRODUCER)


def test_several_items_are_recalled_at_once() -> None:
    found = reach("can 1", "can 2", facts=MILK)
    assert [each.item for each in found.affected] == ["can 1", "can 2", "case"]


def test_what_events_name_of_a_recalled_product_is_recalled_and_followed() -> None:
    found = reach("cans", facts=MILK, named=["can 2", "can 1"])
    assert [(each.item, each.carrier) for each in found.affected] == [
        ("cans", False), ("can 1", False), ("can 2", False), ("case", True),
    ]  # fmt: skip
    assert (found.items, found.complete) == (("cans",), True)
    assert [each.party for each in found.liable] == [PRODUCER, CARRIER, INSPECTOR, MERCHANT]


def test_a_scope_of_more_named_goods_than_its_bound_is_cut() -> None:
    found = reach("cans", facts=MILK, named=["can 2", "can 1"], items_max=2)
    assert ([each.item for each in found.affected], found.complete) == (["cans", "can 1"], False)
    whole = drive(scope(["cans"], Named(frozenset(), complete=False), Bounds(100, 100)), book(MILK))
    assert not whole.complete


def test_a_scope_that_is_cut_says_so() -> None:
    found = reach("milk", facts=MILK, items_max=2)
    assert ([each.item for each in found.affected], found.complete) == (["milk", "powder"], False)


@given(histories(), st.randoms(use_true_random=False), st.lists(st.sampled_from(ITEMS), min_size=1, max_size=2))
def test_a_scope_does_not_depend_on_the_order_of_facts(
    facts: list[Fact], chance: random.Random, items: list[str]
) -> None:
    found = reach(*items, facts=facts)
    assert found == reach(*items, facts=chance.sample(facts, len(facts)))
    affected = [each.item for each in found.affected]
    assert len(set(affected)) == len(affected)
    assert set(items) <= {each.item for each in found.affected if not each.carrier}


@given(histories(), st.sampled_from(ITEMS))
def test_the_history_of_all_that_a_recall_reaches_leads_back_to_what_is_recalled(
    facts: list[Fact], recalled: str
) -> None:
    for affected in reach(recalled, facts=facts).affected:
        found = drive(upstream(affected.item, Bounds(1_000, 1_000)), book(facts))
        assert recalled in recallable(found.items)


def test_a_lot_with_more_events_than_are_read_is_cut() -> None:
    things = [fact(f"{n}", action="ADD", epcList=[f"can {n}"], lots=[(f"can {n}", "lot")]) for n in range(3)]
    assert (reach("lot", facts=things, facts_max=2).complete, reach("lot", facts=things, facts_max=3).complete) == (
        False,
        True,
    )
