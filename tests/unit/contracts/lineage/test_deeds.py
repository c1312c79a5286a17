"""The parties that answer for goods, by what they did."""

import random

from hypothesis import given
from hypothesis import strategies as st

from fairledger_contracts.lineage.deeds import Deed, liable
from fairledger_contracts.lineage.fact import Fact
from tests.support.fact_graphs import histories
from tests.support.facts import CARRIER, INSPECTOR, MERCHANT, PRODUCER, at, fact, made, seen, transformed


def test_each_party_is_told_with_its_deeds_in_the_order_in_which_it_came_in() -> None:
    told = liable(
        [
            seen("6", 6, "b", by=MERCHANT, step="retail_selling"),
            made("1", 1, "a", "b"),
            seen("2", 2, "a"),
            seen("3", 3, "a", by=CARRIER),
            seen("4", 4, "a", by=INSPECTOR, step="inspecting"),
            seen("5", 5, "a", by=MERCHANT),
        ]
    )
    assert [(each.party, each.deeds, each.items, each.events) for each in told] == [
        (PRODUCER, (Deed.MADE, Deed.HELD), 2, 2),
        (CARRIER, (Deed.CARRIED,), 1, 1),
        (INSPECTOR, (Deed.INSPECTED,), 1, 1),
        (MERCHANT, (Deed.HELD, Deed.SOLD), 2, 2),
    ]
    assert (told[0].since, told[0].until) == (at(1), at(2))


def test_a_transformation_makes_and_its_id_is_no_item() -> None:
    (told,) = liable([transformed("1", 1, ["milk"], ["powder"], "urn:x:t")])
    assert (told.deeds, told.items) == ((Deed.MADE,), 2)


def test_withdrawn_events_make_nobody_liable() -> None:
    assert liable([fact("1", epcList=["a"], declared=True)]) == ()


@given(histories(), st.randoms(use_true_random=False))
def test_the_order_and_repetition_of_facts_do_not_matter(facts: list[Fact], chance: random.Random) -> None:
    assert liable(facts) == liable(chance.sample(facts, len(facts)) + facts[:2])
