"""Custody: who held goods from when to when, and how well each hand-over is told."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from fairledger_contracts.lineage.fact import Fact
from fairledger_contracts.lineage.journey import Leg
from fairledger_contracts.records.signatory import Party

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
    BY_ONE = "by_one"
    BY_NOBODY = "by_nobody"


class Handover(NamedTuple):
    """Goods went from one holder to the next."""

    giver: Holding
    taker: Holding
    told: Told


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
    """Each change of holder, and whether giver and taker both tell it: by the step, or by a possessing party."""
    for giver, taker in pairwise(held):
        given = giver.last.step in GIVING or _names(giver.last.taker, taker.party)
        taken = taker.first.step in TAKING or _names(taker.first.giver, giver.party)
        told = Told.BY_BOTH if given and taken else Told.BY_ONE if given or taken else Told.BY_NOBODY
        yield Handover(giver, taker, told)


def _names(stated: str, party: Party) -> bool:
    """Whether a stated possessing party is that one, by its GLN."""
    return bool(stated) and party.place in stated.split("/")
