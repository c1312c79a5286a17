"""The journey of goods: their own events, and those of what carried them while it did."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from fairledger_contracts.lineage.containment import ALWAYS, Containment, Window, parents, relation_of, stays
from fairledger_contracts.lineage.fact import CHILDREN, OBJECTS, Fact
from fairledger_contracts.lineage.question import ALL_ROLES, NOTHING, Asking, Bounds, Question
from fairledger_contracts.lineage.walk import in_order


class Leg(NamedTuple):
    """One event of a journey. ``carrier`` is the container or assembly that it names, empty for the goods' own."""

    fact: Fact
    carrier: str


class Journey(NamedTuple):
    """Legs in the order in which they happened; not ``complete`` when there were more carriers or facts than bounds."""

    item: str
    legs: tuple[Leg, ...]
    complete: bool


def journey(item: str, bounds: Bounds) -> Asking[Journey]:
    """Walk through an item's own facts and those of its carriers, of which it visits ``bounds.items_max``."""
    answers = yield Question((item,), ALL_ROLES, bounds.facts_max)
    own = in_order(answers.get(item, NOTHING).facts)
    legs = {fact: Leg(fact, "") for fact in own}
    seen: dict[str, list[Window]] = {}
    carried = [(item, ALWAYS, own)]
    visits = 0
    complete = answers.get(item, NOTHING).complete
    while carried:
        child, window, facts = carried.pop()
        carriers = parents(child, facts)
        visits += len(carriers)
        if visits > bounds.items_max:
            return _sorted(item, legs, complete=False)
        answers = (yield Question(carriers, ALL_ROLES, bounds.facts_max)) if carriers else {}
        for carrier in carriers:
            answer = answers.get(carrier, NOTHING)
            told = in_order(answer.facts)
            complete = complete and answer.complete
            for during, stay in stays(child, carrier, told, window):
                for fact in _about(stay, told, during):
                    legs.setdefault(fact, Leg(fact, carrier))
                before = seen.setdefault(carrier, [])
                if not any(each.covers(during) for each in before):
                    before.append(during)
                    carried.append((carrier, during, told))
    return _sorted(item, legs, complete=complete)


def _about(stay: Containment, facts: Sequence[Fact], window: Window) -> Iterator[Fact]:
    """What happened to a carrier and all in it; that other things were put into it is not about the goods."""
    for fact in facts:
        whole = stay.parent in fact.items(*OBJECTS, *CHILDREN)
        if stay.parent in fact.items("parentID"):
            emptied = fact.action == "DELETE" and relation_of(fact) is stay.relation and not fact.items(*CHILDREN)
            whole = whole or emptied or fact.type == "TransactionEvent"
        if whole and fact.event_time in window:
            yield fact


def _sorted(item: str, legs: dict[Fact, Leg], *, complete: bool) -> Journey:
    return Journey(item, tuple(sorted(legs.values(), key=lambda leg: leg.fact.order)), complete)
