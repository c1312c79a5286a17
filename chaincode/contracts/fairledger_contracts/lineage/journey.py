"""The journey of goods: their own events, and those of what carried them while it did."""

from collections.abc import Generator, Iterator, Sequence
from typing import NamedTuple

from fairledger_contracts.lineage.containment import ALWAYS, Window, containments
from fairledger_contracts.lineage.fact import CHILDREN, OBJECTS, Fact
from fairledger_contracts.lineage.walk import FactsByItem


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
    own = tuple(answer.get(item, ()))
    legs = {fact: Leg(fact, "") for fact in own}
    carried = [(item, ALWAYS, own)]
    visits = 0
    while carried:
        child, window, facts = carried.pop()
        parents = tuple(dict.fromkeys(each.parent for each in containments(child, facts) if each.child == child))
        if visits + len(parents) > carriers_max:
            return _sorted(item, legs, complete=False)
        visits += len(parents)
        answer = (yield parents) if parents else {}
        for parent in parents:
            told = tuple(answer.get(parent, ()))
            for during in _windows(child, parent, told, window):
                for fact in _about(parent, told, during):
                    legs.setdefault(fact, Leg(fact, parent))
                carried.append((parent, during, told))
    return _sorted(item, legs, complete=True)


def _windows(child: str, parent: str, facts: Sequence[Fact], window: Window) -> Iterator[Window]:
    """When a child was in its parent, by the parent's facts, which tell when it was emptied."""
    for each in containments(parent, facts):
        if each.child == child:
            common = each.window.common(window)
            if common is not None:
                yield common


def _about(carrier: str, facts: Sequence[Fact], window: Window) -> Iterator[Fact]:
    """What happened to a carrier as a whole; that other things were put into it is not about the goods."""
    roles = (*OBJECTS, *CHILDREN)
    for fact in facts:
        whole = carrier in fact.items(*roles) or (fact.type == "TransactionEvent" and carrier in fact.items("parentID"))
        if whole and fact.event_time in window:
            yield fact


def _sorted(item: str, legs: dict[Fact, Leg], *, complete: bool) -> Journey:
    return Journey(item, tuple(sorted(legs.values(), key=lambda leg: leg.fact.order)), complete)
