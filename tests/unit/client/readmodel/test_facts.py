"""Items' facts, read from the tables as a walk asks for them."""

from collections.abc import Sequence

import pytest

from fairledger.readmodel.database import Database
from fairledger.readmodel.facts import FACTS_A_PAGE, FactReader
from fairledger.readmodel.projector import Projector
from fairledger_contracts.lineage.question import ALL_ROLES, Answer, Question
from tests.support.captures import chain_of, document, event

LOT = "https://id.gs1.org/01/09521000123458/10/L7"
DECLARATION = {"declarationTime": "2026-11-23T06:00:00.000Z", "reason": "incorrect_data"}
FILLED = FACTS_A_PAGE + 40  # more than are read at once
DOCUMENT_EVENTS = 300


def thing(number: int) -> str:
    return f"https://id.gs1.org/01/09521000123458/21/{number}"


@pytest.fixture
async def lot(database: Database) -> Database:
    """A lot whose things were commissioned one by one, the first of which was withdrawn, and then shipped at once."""
    made = [
        event(number, epcList=[f"https://id.gs1.org/01/09521000123458/10/L7/21/{number}"], action="ADD")
        for number in range(FILLED)
    ]
    shipped = event(FILLED, epcList=[thing(0), thing(1)])
    documents = [document(*made[start : start + DOCUMENT_EVENTS]) for start in range(0, FILLED, DOCUMENT_EVENTS)]
    withdrawn = document({**made[0], "errorDeclaration": DECLARATION})
    for block in (await chain_of([[each] for each in (*documents, document(shipped), withdrawn)])).blocks:
        Projector(database).apply(block)
    return database


def read(
    database: Database, items: Sequence[str], *roles: str, facts_max: int = 10_000, events: int | None = None
) -> dict[str, Answer]:
    question = Question(tuple(items), frozenset(roles) or ALL_ROLES, facts_max)
    with database.reading() as connection:
        return dict(FactReader(connection, events)(question))


def test_all_facts_of_a_lot_are_read_however_many_pages_they_fill(lot: Database) -> None:
    answer = read(lot, [LOT])[LOT]
    assert ({fact.lots for fact in answer.facts}, answer.complete) == (
        {((thing(number), LOT),) for number in range(FILLED)},
        True,
    )


@pytest.mark.parametrize(("facts_max", "complete"), [(FILLED - 1, False), (FILLED, True), (FILLED + 1, True)])
def test_no_more_are_read_than_asked_for_and_that_there_are_more_is_told(
    lot: Database, facts_max: int, *, complete: bool
) -> None:
    answer = read(lot, [LOT], facts_max=facts_max)[LOT]
    assert (len(answer.facts), answer.complete) == (min(facts_max, FILLED), complete)


def test_the_first_ones_by_the_ledgers_time_are_read(lot: Database) -> None:
    (first,) = read(lot, [thing(0)], facts_max=1)[thing(0)].facts
    assert (first.action, first.declared) == ("ADD", True)


def test_each_item_has_its_own_and_who_has_none_has_an_empty_answer(lot: Database) -> None:
    found = read(lot, [thing(0), thing(1), thing(2), "urn:x:nothing"])
    assert {item: len(answer.facts) for item, answer in found.items()} == {
        thing(0): 2,
        thing(1): 2,
        thing(2): 1,
        "urn:x:nothing": 0,
    }
    assert all(answer.complete for answer in found.values())


def test_facts_that_name_an_item_otherwise_than_asked_are_left_out(lot: Database) -> None:
    assert read(lot, [LOT], "quantityList", "outputQuantityList")[LOT] == Answer([], complete=True)
    assert len(read(lot, [LOT], "lotNumber")[LOT].facts) == FILLED
    assert len(read(lot, [thing(0)], "epcList", "childEPCs")[thing(0)].facts) == 2


def test_an_event_that_names_several_items_is_one_fact(lot: Database) -> None:
    found = read(lot, [thing(0), thing(1)])
    (shared,) = [fact for fact in found[thing(0)].facts if fact.action == "OBSERVE"]
    assert any(fact is shared for fact in found[thing(1)].facts)


def test_what_the_ledger_had_by_its_first_events_can_be_read_at_any_time(lot: Database) -> None:
    def told(events: int) -> list[tuple[str, bool]]:
        return [(fact.action, fact.declared) for fact in read(lot, [thing(0)], events=events)[thing(0)].facts]

    assert told(0) == []
    assert told(FILLED) == [("ADD", False)]
    assert told(FILLED + 1) == [("ADD", False), ("OBSERVE", False)]
    assert told(FILLED + 2) == [("ADD", True), ("OBSERVE", False)]
    assert len(read(lot, [LOT], events=5)[LOT].facts) == 5
