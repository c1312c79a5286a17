"""Custody: who held goods from when to when, and how well each hand-over is told."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from fairledger_contracts.lineage.fact import Fact
from fairledger_contracts.lineage.journey import Leg
from fairledger_contracts.records.signatory import Party

CARRIER = "carrier"  # who has goods on their way from one holder to another
ABSENT = -1  # who is named but not among the holders
LOOKERS_ON = {"inspector"}  # who looks at goods does not hold them
GIVING = {
    "arriving", "consigning", "departing", "dispensing", "loading", "retail_selling", "shipping", "staging_outbound",
    "transporting", "unloading",
}  # fmt: skip
TAKING = {"accepting", "arriving", "departing", "loading", "receiving", "transporting", "unloading", "unpacking"}


class Holding(NamedTuple):
    """A party's events on goods, without another holder's in between: ``first`` and ``last`` are the outer ones."""

    party: Party
    first: Fact
    last: Fact

    @property
    def since(self) -> datetime:
        """When the party's first event happened."""
        return self.first.event_time

    @property
    def until(self) -> datetime:
        """When the party's last event happened."""
        return self.last.event_time


class Told(StrEnum):
    """How well a hand-over is told."""

    BY_BOTH = "by_both"
    BY_ONE = "by_one"  # or by the steps of both, of whom neither names the other
    BY_NOBODY = "by_nobody"


class Handover(NamedTuple):
    """Goods went from one holder to the next; ``astray`` are events that name somebody else who did not have them."""

    giver: Holding
    taker: Holding
    told: Told
    astray: tuple[Fact, ...]


def holdings(legs: Sequence[Leg]) -> list[Holding]:
    """Who held the goods, in order, by the legs of their journey that still stand."""
    held: list[Holding] = []
    for fact in (leg.fact for leg in legs):
        if fact.declared or fact.recorder.role in LOOKERS_ON:
            continue
        party = fact.recorder.party
        if held and held[-1].party == party:
            held[-1] = held[-1]._replace(last=fact)
        else:
            held.append(Holding(party, fact, fact))
    return held


def handovers(held: Sequence[Holding]) -> Iterator[Handover]:
    """Each change of holder, and how well it is told.

    Giver and taker tell it by naming each other as possessing party, or by the step where they name nobody. Steps
    alone don't tell who gave to whom, so that both tell it only where one of them names the other. A name through
    carriers counts for each change on the way.
    """
    takers = _named([(each, each.last.taker) for each in held])
    back = _named([(each, each.first.giver) for each in reversed(held)])
    nobody = len(held)  # what ``ABSENT`` is from behind
    givers = [None if each is None else nobody - 1 - each for each in reversed(back)]
    ends = [{at + 1} for at in range(len(held))]
    for at, taker in enumerate(takers):
        if taker is not None and taker != ABSENT:
            ends[at].add(taker)
    for end, giver in enumerate(givers):
        if giver is not None and giver != nobody:
            ends[giver].add(end)
    by_one = by_both = 0  # the holder up to whom somebody tells it, and both do
    for at, (giving, taking) in enumerate(pairwise(held)):
        for end in ends[at]:
            told = _told(giving.last.step, takers[at], held[end].first.step, givers[end], (at, end))
            by_one = by_one if told is Told.BY_NOBODY else max(by_one, end)
            by_both = max(by_both, end) if told is Told.BY_BOTH else by_both
        told = Told.BY_BOTH if by_both > at else Told.BY_ONE if by_one > at else Told.BY_NOBODY
        missed = ((giving.last, takers[at] == ABSENT), (taking.first, givers[at + 1] == nobody))
        yield Handover(giving, taking, told, tuple(fact for fact, astray in missed if astray))


def _told(given_by: str, taker: int | None, taken_by: str, giver: int | None, way: tuple[int, int]) -> Told:
    """How well a way from one holder to another is told, by whom each end names or, where nobody, by its step."""
    start, end = way
    given = given_by in GIVING if taker is None else taker >= end
    taken = taken_by in TAKING if giver is None else giver <= start
    if given and taken and (taker, giver) != (None, None):
        return Told.BY_BOTH
    return Told.BY_ONE if given or taken else Told.BY_NOBODY


def _named(stated: Sequence[tuple[Holding, str]]) -> list[int | None]:
    """Whom each names of those after it: the next one or, through carriers, a later one, by place in the sequence.

    None who names nobody, or itself; ``ABSENT`` who names somebody who did not have the goods then.
    """
    named: list[int | None] = []
    ahead: dict[str, int] = {}
    reach = len(stated)  # the next one who is no carrier
    for at in reversed(range(len(stated))):
        holding, name = stated[at]
        places = name.split("/") if name else []
        found = [ahead[place] for place in places if place in ahead and ahead[place] <= reach]
        named.append(None if not places or holding.party.place in places else min(found, default=ABSENT))
        ahead[holding.party.place] = at
        if holding.first.recorder.role != CARRIER:
            reach = at
    return named[::-1]
