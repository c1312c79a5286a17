"""Who did what to goods: the parties that answer for them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from fairledger_contracts.lineage.checks import makes
from fairledger_contracts.lineage.fact import Fact, Order
from fairledger_contracts.records.naming import TRANSFORMATION
from fairledger_contracts.records.signatory import Party, Signatory


class Deed(StrEnum):
    """What a party did, by its events."""

    MADE = "made"
    HELD = "held"
    CARRIED = "carried"
    INSPECTED = "inspected"
    SOLD = "sold"


SELLING = {"retail_selling", "dispensing"}


class Liable(BaseModel):
    """A party with what it did to the goods, or to what they were made of; ``items`` counts those it dealt with."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    party: Signatory
    deeds: tuple[Deed, ...]
    since: datetime
    until: datetime
    items: int
    events: int


class Liability:
    """Adds up facts, in any order and of any number, to the parties that answer for the goods; keeps none of them."""

    def __init__(self) -> None:
        self._seen: set[tuple[str, str]] = set()
        self._parties: dict[Party, _Part] = {}

    def add(self, facts: Iterable[Fact]) -> None:
        """Add facts that still stand, each once."""
        for fact in facts:
            event = (fact.event_id, fact.digest)
            if not fact.declared and event not in self._seen:
                self._seen.add(event)
                part = self._parties.setdefault(fact.recorder.party, _Part(fact.order, fact.order, fact.recorder))
                part.add(fact)

    def told(self) -> tuple[Liable, ...]:
        """The parties, in the order in which they came in."""
        return tuple(part.told() for part in sorted(self._parties.values(), key=lambda part: part.first))


def liable(facts: Iterable[Fact]) -> tuple[Liable, ...]:
    """The parties behind facts that still stand, in the order in which they came in."""
    liability = Liability()
    liability.add(facts)
    return liability.told()


@dataclass(slots=True)
class _Part:
    """What one party did; ``first`` and ``last`` are the places of its outer facts in the order of things."""

    first: Order
    last: Order
    person: Signatory
    deeds: set[Deed] = field(default_factory=set)
    items: set[str] = field(default_factory=set)
    events: int = 0

    def add(self, fact: Fact) -> None:
        self.first = min(self.first, fact.order)
        if fact.order >= self.last:
            self.last, self.person = fact.order, fact.recorder
        self.deeds.add(_deed(fact))
        self.items.update(item for role, named in fact.named if role != TRANSFORMATION for item in named)
        self.events += 1

    def told(self) -> Liable:
        return Liable(
            party=self.person,
            deeds=tuple(deed for deed in Deed if deed in self.deeds),
            since=self.first[0],
            until=self.last[0],
            items=len(self.items),
            events=self.events,
        )


def _deed(fact: Fact) -> Deed:
    if fact.recorder.role == "inspector":
        return Deed.INSPECTED
    if any(makes(fact, item) for _, named in fact.named for item in named):
        return Deed.MADE
    if fact.step in SELLING:
        return Deed.SOLD
    return Deed.CARRIED if fact.recorder.role == "carrier" else Deed.HELD
