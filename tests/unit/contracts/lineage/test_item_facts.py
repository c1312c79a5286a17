"""What follows from the facts of one item."""

from hypothesis import given
from hypothesis import strategies as st

from fairledger_contracts.lineage.containment import ALWAYS, NEVER, Relation, Window, containments
from fairledger_contracts.lineage.fact import Fact
from fairledger_contracts.lineage.item_facts import ItemFacts
from fairledger_contracts.lineage.question import Answer
from tests.support.fact_graphs import ITEMS, histories
from tests.support.facts import at, built, packed, seen, unpacked


def of(item: str, *facts: Fact) -> ItemFacts:
    return ItemFacts(item, Answer(facts))


def windows(told: ItemFacts, child: str, window: Window = ALWAYS) -> list[Window]:
    return [when for when, _ in told.stays(child, window)]


def test_facts_are_told_as_they_happened() -> None:
    later, earlier = seen("1", 2, "box"), seen("2", 1, "box")
    assert of("box", later, earlier).facts == (earlier, later)


def test_a_carriers_own_facts_tell_how_long_a_child_was_in_it() -> None:
    box = of("box", packed("1", 1, "box", "a"), unpacked("2", 3, "box"))
    assert windows(box, "a") == [Window(at(1), at(3))]
    assert windows(box, "a", Window(at(2), at(9))) == [Window(at(2), at(3))]
    assert windows(box, "a", Window(at(4), NEVER)) == []
    assert windows(box, "b") == []


def test_that_other_things_were_put_in_did_not_befall_what_is_in_it() -> None:
    filled, crossed, emptied = packed("1", 1, "box", "a"), seen("2", 2, "box"), unpacked("3", 3, "box")
    box = of("box", filled, crossed, unpacked("4", 2.5, "box", "b"), emptied)
    assert box.befell(Relation.PACKED) == [crossed, emptied]
    assert box.befell(Relation.BUILT) == [crossed]


def test_what_carries_a_carrier_befalls_all_that_is_in_it() -> None:
    loaded, mounted = packed("1", 1, "pallet", "box"), built("2", 2, "rack", "box")
    assert of("box", loaded, mounted).befell(Relation.PACKED) == [loaded, mounted]


@given(histories(), st.sampled_from(ITEMS), st.sampled_from(ITEMS))
def test_a_carrier_tells_of_each_child_what_is_told_of_the_child_alone(
    facts: list[Fact], parent: str, child: str
) -> None:
    alone = [each for each in containments(child, facts) if (each.child, each.parent) == (child, parent)]
    assert [each for _, each in of(parent, *facts).stays(child, ALWAYS)] == alone
