"""What a walk asks of the ledger, and what it is told: facts of items, by the roles in which they name them."""

from collections.abc import Callable, Generator, Mapping, Sequence
from typing import NamedTuple, TypeVar

from fairledger_contracts.lineage.fact import CHILDREN, INPUTS, OUTPUTS, Fact
from fairledger_contracts.records.naming import CLASS_LISTS, LOT, PARENT, THING_LISTS, TRANSFORMATION

ALL_ROLES = frozenset({*THING_LISTS, *CLASS_LISTS, PARENT, TRANSFORMATION, LOT})
ORIGIN_ROLES = frozenset({*OUTPUTS, "epcList", PARENT, TRANSFORMATION})  # things are told with their lot in epcList
DESTINATION_ROLES = frozenset({*INPUTS, *CHILDREN, PARENT, TRANSFORMATION, LOT})
CLASS_ROLES = frozenset({"quantityList"})  # of a lot, what befell it by itself: its making, too
SIBLING_ROLES = frozenset({LOT})  # of a lot, the things that are made of it
OTHER_ROLES = ALL_ROLES - ORIGIN_ROLES - CLASS_ROLES - SIBLING_ROLES
ITEMS_A_PAGE = 200  # of which a walk asks for facts at once, so that it holds no more than theirs


class Question(NamedTuple):
    """Wanted are, of each item, the first ``facts_max`` facts by the ledger's time that name it in one of ``roles``."""

    items: tuple[str, ...]
    roles: frozenset[str]
    facts_max: int


class Answer(NamedTuple):
    """Facts of one item, in any order; not ``complete`` where there are more than were asked for."""

    facts: Sequence[Fact] = ()
    complete: bool = True


Answers = Mapping[str, Answer]  # by item; who has no facts may be left out
Found = TypeVar("Found")
Asking = Generator[Question, Answers, Found]
NOTHING = Answer()


class Bounds(NamedTuple):
    """How far a walk goes: ``items_max`` items, and of each ``facts_max`` facts."""

    items_max: int
    facts_max: int


def drive(asking: Asking[Found], read: Callable[[Question], Answers]) -> Found:
    """Answer a walk's questions with ``read`` until it is done."""
    try:
        question = next(asking)
        while True:
            question = asking.send(read(question))
    except StopIteration as stop:
        result: Found = stop.value
        return result


def pages(listed: Sequence[Found]) -> list[Sequence[Found]]:
    """A sequence in parts of ``ITEMS_A_PAGE``."""
    return [listed[start : start + ITEMS_A_PAGE] for start in range(0, len(listed), ITEMS_A_PAGE)]


def together(several: Sequence[Asking[Found]]) -> Asking[list[Found]]:
    """Let several walks ask at once: questions that differ in their items alone become one."""
    found: dict[int, Found] = {}
    asked: dict[int, Question] = {}

    def go_on(number: int, answers: Answers | None) -> None:
        try:
            asked[number] = next(several[number]) if answers is None else several[number].send(answers)
        except StopIteration as stop:
            asked.pop(number, None)
            found[number] = stop.value

    for number in range(len(several)):
        go_on(number, None)
    while asked:
        _, roles, facts_max = next(iter(asked.values()))
        alike = [(number, each) for number, each in asked.items() if (each.roles, each.facts_max) == (roles, facts_max)]
        items = tuple(dict.fromkeys(item for _, each in alike for item in each.items))
        answers = yield Question(items, roles, facts_max)
        for number, each in alike:
            go_on(number, {item: answers[item] for item in each.items if item in answers})
    return [found[number] for number in range(len(several))]
