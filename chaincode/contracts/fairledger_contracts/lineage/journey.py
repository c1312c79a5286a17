"""The journey of goods: their own events, and those of what carried them while it did."""

from typing import NamedTuple

from fairledger_contracts.lineage.containment import ALWAYS, Window
from fairledger_contracts.lineage.fact import Fact
from fairledger_contracts.lineage.item_facts import ItemFacts
from fairledger_contracts.lineage.question import ALL_ROLES, NOTHING, Asking, Bounds, Question


class Leg(NamedTuple):
    """One event of a journey. ``carrier`` is the container or assembly that it names, empty for the goods' own."""

    fact: Fact
    carrier: str


class Journey(NamedTuple):
    """Legs in the order in which they happened; not ``complete`` when there were more carriers or facts than bounds."""

    item: str
    legs: tuple[Leg, ...]
    complete: bool


def journey(item: str, bounds: Bounds, carriers: dict[str, ItemFacts] | None = None) -> Asking[Journey]:
    """Walk through an item's own facts and those of its carriers, of which it visits ``bounds.items_max``.

    What it learns of carriers is put into ``carriers``, which journeys of other goods may share: it isn't asked again.
    """
    known = {} if carriers is None else carriers
    answers = yield Question((item,), ALL_ROLES, bounds.facts_max)
    own = ItemFacts(item, answers.get(item, NOTHING))
    legs = {fact: Leg(fact, "") for fact in own.facts}
    seen: dict[str, list[Window]] = {}
    carried = [(own, ALWAYS)]
    visits = 0
    complete = own.complete
    while carried:
        child, window = carried.pop()
        visits += len(child.parents)
        if visits > bounds.items_max:
            return _sorted(item, legs, complete=False)
        unknown = tuple(parent for parent in child.parents if parent not in known)
        answers = (yield Question(unknown, ALL_ROLES, bounds.facts_max)) if unknown else {}
        for name in unknown:
            known.setdefault(name, ItemFacts(name, answers.get(name, NOTHING)))
        for carrier in (known[name] for name in child.parents):
            complete = complete and carrier.complete
            for during, stay in carrier.stays(child.item, window):
                for fact in carrier.befell(stay.relation):
                    if fact.event_time in during:
                        legs.setdefault(fact, Leg(fact, carrier.item))
                before = seen.setdefault(carrier.item, [])
                if not any(each.covers(during) for each in before):
                    before.append(during)
                    carried.append((carrier, during))
    return _sorted(item, legs, complete=complete)


def _sorted(item: str, legs: dict[Fact, Leg], *, complete: bool) -> Journey:
    return Journey(item, tuple(sorted(legs.values(), key=lambda leg: leg.fact.order)), complete)
