"""What walks ask, and what they are told."""

from hypothesis import given
from hypothesis import strategies as st

from fairledger_contracts.lineage.fact import Fact
from fairledger_contracts.lineage.journey import journey
from fairledger_contracts.lineage.question import (
    ALL_ROLES,
    CLASS_ROLES,
    ITEMS_A_PAGE,
    ORIGIN_ROLES,
    OTHER_ROLES,
    SIBLING_ROLES,
    Answer,
    Answers,
    Asking,
    Bounds,
    Question,
    drive,
    pages,
    together,
)
from tests.support.fact_graphs import ITEMS, histories
from tests.support.facts import book, packed

BOUNDS = Bounds(100, 100)


def asking(item: str, facts_max: int) -> Asking[Answers]:
    return (yield Question((item,), ALL_ROLES, facts_max))


def test_each_role_is_of_one_kind() -> None:
    kinds = (ORIGIN_ROLES, CLASS_ROLES, OTHER_ROLES, SIBLING_ROLES)
    assert frozenset().union(*kinds) == ALL_ROLES
    assert sum(map(len, kinds)) == len(ALL_ROLES)


@given(histories(), st.lists(st.sampled_from(ITEMS), max_size=6))
def test_walks_find_together_what_each_finds_alone(facts: list[Fact], items: list[str]) -> None:
    alone = [drive(journey(item, BOUNDS), book(facts)) for item in items]
    assert drive(together([journey(item, BOUNDS) for item in items]), book(facts)) == alone


def test_walks_ask_together_where_they_ask_alike() -> None:
    asked: list[Question] = []
    read = book([packed("1", 1, "box", "a", "b")])
    journeys = together([journey(item, BOUNDS) for item in ("a", "b", "c")])
    drive(journeys, lambda question: asked.append(question) or read(question))  # type: ignore[func-returns-value]
    assert [each.items for each in asked] == [("a", "b", "c"), ("box",)]


def test_walks_that_ask_for_other_facts_are_asked_for_by_themselves() -> None:
    asked: list[int] = []

    def read(question: Question) -> Answers:
        asked.append(question.facts_max)
        return {item: Answer() for item in question.items}

    found = drive(together([asking("a", 1), asking("b", 2), asking("c", 1)]), read)
    assert (asked, [list(each) for each in found]) == ([1, 2], [["a"], ["b"], ["c"]])


def test_pages_hold_all_in_their_order() -> None:
    listed = list(range(2 * ITEMS_A_PAGE + 1))
    cut = pages(listed)
    assert [len(each) for each in cut] == [ITEMS_A_PAGE, ITEMS_A_PAGE, 1]
    assert [each for page in cut for each in page] == listed
