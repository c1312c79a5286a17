"""How far a recall reaches: what was made of the recalled goods, where it is now, and who dealt with it."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from fairledger_contracts.lineage.containment import Relation
from fairledger_contracts.lineage.custody import holdings
from fairledger_contracts.lineage.deeds import Liability, Liable
from fairledger_contracts.lineage.history import CARRIERS_MAX, ToldLink, told_links
from fairledger_contracts.lineage.item_facts import ItemFacts
from fairledger_contracts.lineage.journey import Journey, journey
from fairledger_contracts.lineage.question import Asking, Bounds, pages, together
from fairledger_contracts.lineage.walk import downstream
from fairledger_contracts.records.signatory import Signatory

CARRIER_FACTS_KEPT = 10_000  # from page to page: goods that are in the same carrier mostly come one after another


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


def scope(items: Sequence[str], named: Named, bounds: Bounds) -> Asking[RecallScope]:
    """Walk forward from recalled items (canonical ids) and put together what is found; driven as walks are.

    ``named`` are the lots and things of the trade items among them: whoever recalls a trade item recalls those. What
    happened to the goods is looked at page by page.
    """
    recalled = tuple(dict.fromkeys((*items, *sorted(named.items))))
    first, *others = recalled[: bounds.items_max]
    found = yield from downstream(first, bounds, others)
    links = told_links(found)
    goods = {first, *others} | {link.target for link in links if link.relation is not Relation.PACKED}
    affected: list[Affected] = []
    liability = Liability()
    carriers: dict[str, ItemFacts] = {}
    complete = found.complete and named.complete and len(recalled) <= bounds.items_max
    for page in pages(found.items):
        if sum(len(each.facts) for each in carriers.values()) > CARRIER_FACTS_KEPT:
            carriers.clear()
        travels = [journey(item, Bounds(CARRIERS_MAX, bounds.facts_max), carriers) for item in page]
        journeys = yield from together(travels)
        for travelled in journeys:
            affected.append(_affected(travelled, carrier=travelled.item not in goods))
            if travelled.item in goods:
                liability.add(leg.fact for leg in travelled.legs)
            complete = complete and travelled.complete
    return RecallScope(
        items=tuple(items), affected=tuple(affected), links=links, liable=liability.told(), complete=complete
    )


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
