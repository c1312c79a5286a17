"""How far a recall reaches: what was made of the recalled goods, where it is now, and who dealt with it."""

from collections.abc import Generator, Sequence
from datetime import datetime
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from fairledger_contracts.lineage.containment import Relation
from fairledger_contracts.lineage.custody import holdings
from fairledger_contracts.lineage.deeds import Liable, liable
from fairledger_contracts.lineage.history import CARRIERS_MAX, ToldLink, told_links
from fairledger_contracts.lineage.journey import Journey, journey
from fairledger_contracts.lineage.walk import FactsByItem, downstream, drive
from fairledger_contracts.records.signatory import Signatory


class Named(NamedTuple):
    """The lots and things of trade items that events name; not ``complete`` where there are more."""

    items: frozenset[str]
    complete: bool


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
    """All that a recall of ``items`` concerns; not ``complete`` where a bound cut it.

    ``liable`` are those who dealt with the goods, themselves or in a carrier, not all that ever used the carrier.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    items: tuple[str, ...]
    affected: tuple[Affected, ...]
    links: tuple[ToldLink, ...]
    liable: tuple[Liable, ...]
    complete: bool


def scope(items: Sequence[str], named: Named, items_max: int) -> Generator[tuple[str, ...], FactsByItem, RecallScope]:
    """Walk forward from recalled items (canonical ids) and put together what is found; driven as walks are.

    ``named`` are the lots and things of the trade items among them: whoever recalls a trade item recalls those.
    """
    recalled = tuple(dict.fromkeys((*items, *sorted(named.items))))
    first, *others = recalled[:items_max]
    found = yield from downstream(first, items_max, others)
    links = told_links(found)
    goods = {first, *others} | {link.target for link in links if link.relation is not Relation.PACKED}
    journeys = [drive(journey(item, CARRIERS_MAX), lambda asked: _among(found.facts, asked)) for item in found.items]
    return RecallScope(
        items=tuple(items),
        affected=tuple(_affected(each, carrier=each.item not in goods) for each in journeys),
        links=links,
        liable=liable(leg.fact for each in journeys if each.item in goods for leg in each.legs),
        complete=found.complete and named.complete and len(recalled) <= items_max,
    )


def _among(known: FactsByItem, asked: Sequence[str]) -> FactsByItem:
    return {item: known.get(item, ()) for item in asked}


def _affected(travelled: Journey, *, carrier: bool) -> Affected:
    standing = [leg.fact for leg in travelled.legs if not leg.fact.declared]
    last = standing[-1] if standing else None
    held = holdings(travelled.legs)
    places = [fact.read_point or fact.location for fact in standing if fact.read_point or fact.location]
    return Affected(
        item=travelled.item,
        carrier=carrier,
        last_step=last.step if last else "",
        last_seen=last.event_time if last else None,
        last_place=places[-1] if places else "",
        holder=held[-1].last.recorder if held else None,
    )
