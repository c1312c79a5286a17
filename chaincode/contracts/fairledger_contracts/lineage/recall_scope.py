"""How far a recall reaches: what was made of the recalled goods, where it is now, and who dealt with it."""

from collections.abc import Generator, Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from fairledger_contracts.lineage.containment import Relation
from fairledger_contracts.lineage.custody import holdings
from fairledger_contracts.lineage.deeds import Liable, liable
from fairledger_contracts.lineage.history import CARRIERS_MAX, ToldLink, told_links
from fairledger_contracts.lineage.journey import journey
from fairledger_contracts.lineage.walk import FactsByItem, Lineage, Walk, downstream, drive
from fairledger_contracts.records.signatory import Signatory


class Affected(BaseModel):
    """Goods that a recall reaches: what happened to them last, themselves or what carries them, and who has them.

    ``carrier`` tells containers, which are not recalled but hold what is.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    item: str
    carrier: bool
    last_step: str
    last_seen: datetime | None
    last_place: str
    holder: Signatory | None


class RecallScope(BaseModel):
    """All that a recall of ``items`` concerns; not ``complete`` where a bound cut it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    items: tuple[str, ...]
    affected: tuple[Affected, ...]
    links: tuple[ToldLink, ...]
    liable: tuple[Liable, ...]
    complete: bool


def scope(items: Sequence[str], items_max: int) -> Generator[tuple[str, ...], FactsByItem, RecallScope]:
    """Walk forward from recalled items (canonical ids) and put together what is found; driven as walks are."""
    found = yield from _all([downstream(item, items_max) for item in items])
    known = {item: facts for lineage in found for item, facts in lineage.facts.items()}
    reached = dict.fromkeys(item for lineage in found for item in lineage.items)
    links = dict.fromkeys(link for lineage in found for link in told_links(lineage))
    goods = set(items) | {link.target for link in links if link.relation is not Relation.PACKED}
    return RecallScope(
        items=tuple(items),
        affected=tuple(_affected(item, known, carrier=item not in goods) for item in reached),
        links=tuple(links),
        liable=liable(fact for told in known.values() for fact in told),
        complete=all(lineage.complete for lineage in found),
    )


def _all(walks: Sequence[Walk]) -> Generator[tuple[str, ...], FactsByItem, list[Lineage]]:
    found: list[Lineage] = []
    for walk in walks:
        lineage = yield from walk
        found.append(lineage)
    return found


def _affected(item: str, facts: FactsByItem, *, carrier: bool) -> Affected:
    travelled = drive(journey(item, CARRIERS_MAX), lambda asked: {each: facts.get(each, ()) for each in asked})
    standing = [leg.fact for leg in travelled.legs if not leg.fact.declared]
    last = standing[-1] if standing else None
    held = holdings(travelled.legs)
    places = [fact.read_point or fact.location for fact in standing if fact.read_point or fact.location]
    return Affected(
        item=item,
        carrier=carrier,
        last_step=last.step if last else "",
        last_seen=last.event_time if last else None,
        last_place=places[-1] if places else "",
        holder=held[-1].last.recorder if held else None,
    )
