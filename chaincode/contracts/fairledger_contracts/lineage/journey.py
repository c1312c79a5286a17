"""The journey of goods: their own events, and those of what carried them while it did."""

from collections.abc import Generator, Iterator, Sequence
from typing import NamedTuple

from fairledger_contracts.lineage.containment import ALWAYS, Window, parents, stays
from fairledger_contracts.lineage.fact import CHILDREN, OBJECTS, Fact
from fairledger_contracts.lineage.walk import EVENTS_MAX, FactsByItem, in_order


class Leg(NamedTuple):
    """One event of a journey. ``carrier`` is the container or assembly that it names, empty for the goods' own."""

    fact: Fact
    carrier: str


class Journey(NamedTuple):
    """Legs in the order in which they happened; not ``complete`` when there were more carriers than the bound."""

    item: str
    legs: tuple[Leg, ...]
    complete: bool


JourneyWalk = Generator[tuple[str, ...], FactsByItem, Journey]


def journey(item: str, carriers_max: int) -> JourneyWalk:
    """Walk through an item's own facts and its carriers'; driven as ``walk.upstream`` is."""
    answer = yield (item,)
    own = in_order(answer.get(item, ()))
    legs = {fact: Leg(fact, "") for fact in own}
    seen: dict[str, list[Window]] = {}
    carried = [(item, ALWAYS, own)]
    visits = 0
    complete = len(own) < EVENTS_MAX
    while carried:
        child, window, facts = carried.pop()
        carriers = parents(child, facts)
        visits += len(carriers)
        if visits > carriers_max:
            return _sorted(item, legs, complete=False)
        answer = (yield carriers) if carriers else {}
        for carrier in carriers:
            told = in_order(answer.get(carrier, ()))
            complete = complete and len(told) < EVENTS_MAX
            for during, _ in stays(child, carrier, told, window):
                for fact in _about(carrier, told, during):
                    legs.setdefault(fact, Leg(fact, carrier))
                before = seen.setdefault(carrier, [])
                if not any(each.covers(during) for each in before):
                    before.append(during)
                    carried.append((carrier, during, told))
    return _sorted(item, legs, complete=complete)


def _about(carrier: str, facts: Sequence[Fact], window: Window) -> Iterator[Fact]:
    """What happened to a carrier as a whole; that other things were put into it is not about the goods."""
    roles = (*OBJECTS, *CHILDREN)
    for fact in facts:
        whole = carrier in fact.items(*roles) or (fact.type == "TransactionEvent" and carrier in fact.items("parentID"))
        if whole and fact.event_time in window:
            yield fact


def _sorted(item: str, legs: dict[Fact, Leg], *, complete: bool) -> Journey:
    return Journey(item, tuple(sorted(legs.values(), key=lambda leg: leg.fact.order)), complete)
