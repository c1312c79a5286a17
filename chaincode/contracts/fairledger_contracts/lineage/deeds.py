"""Who did what to goods: the parties that answer for them."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from fairledger_contracts.lineage.checks import makes
from fairledger_contracts.lineage.fact import Fact
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


def liable(facts: Iterable[Fact]) -> tuple[Liable, ...]:
    """The parties behind facts that still stand, in the order in which they came in."""
    by_party: dict[Party, list[Fact]] = {}
    for fact in sorted({fact for fact in facts if not fact.declared}, key=lambda each: each.order):
        by_party.setdefault(fact.recorder.party, []).append(fact)
    return tuple(_liable(found) for found in by_party.values())


def _liable(facts: list[Fact]) -> Liable:
    done = {_deed(fact) for fact in facts}
    items = {item for fact in facts for role, named in fact.named if role != TRANSFORMATION for item in named}
    return Liable(
        party=facts[-1].recorder,
        deeds=tuple(deed for deed in Deed if deed in done),
        since=facts[0].event_time,
        until=facts[-1].event_time,
        items=len(items),
        events=len(facts),
    )


def _deed(fact: Fact) -> Deed:
    if fact.recorder.role == "inspector":
        return Deed.INSPECTED
    if any(makes(fact, item) for _, named in fact.named for item in named):
        return Deed.MADE
    if fact.step in SELLING:
        return Deed.SOLD
    return Deed.CARRIED if fact.recorder.role == "carrier" else Deed.HELD
