"""What was in what, and when: by aggregations, which pack things, and associations, which make them parts."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from fairledger_contracts.lineage.fact import CHILDREN, EARLIEST, LATEST, Fact, counted

EVER, NEVER = EARLIEST, LATEST


class Relation(StrEnum):
    """How one item leads to another."""

    MADE = "made"  # a transformation took the source and gave the target
    PACKED = "packed"  # an aggregation put the source into the target
    BUILT = "built"  # an association made the source a part of the target
    LOT = "lot"  # the target is a thing of the lot


class Window(NamedTuple):
    """From ``since`` to ``until``, both included."""

    since: datetime
    until: datetime

    def __contains__(self, moment: object) -> bool:
        return isinstance(moment, datetime) and self.since <= moment <= self.until

    def common(self, other: "Window") -> "Window | None":
        """What both have of time."""
        both = Window(max(self.since, other.since), min(self.until, other.until))
        return both if both.since <= both.until else None

    def covers(self, other: "Window") -> bool:
        """Whether all of ``other`` is in it."""
        return self.since <= other.since and other.until <= self.until


ALWAYS = Window(EVER, NEVER)


class Containment(NamedTuple):
    """That ``child`` was in ``parent``, or a part of it, during ``window``, as ``fact`` was the first to tell."""

    child: str
    parent: str
    relation: Relation
    window: Window
    fact: Fact


def relation_of(fact: Fact) -> Relation | None:
    """How an event's children are in its parent; None for one that has none."""
    return {"AggregationEvent": Relation.PACKED, "AssociationEvent": Relation.BUILT}.get(fact.type)


def containments(item: str, facts: Sequence[Fact]) -> Iterator[Containment]:
    """Those of which an item is the child or the parent, by its facts."""
    open_at: dict[tuple[str, str, Relation], Fact] = {}
    for fact in sorted(counted(facts), key=lambda each: each.order):
        relation = relation_of(fact)
        if relation is None:
            continue
        for parent in fact.items("parentID"):
            if fact.action == "DELETE":
                out = frozenset(fact.items(*CHILDREN))  # each, where none is named
                for key in [key for key in open_at if key[1:] == (parent, relation) and (not out or key[0] in out)]:
                    first = open_at.pop(key)
                    yield Containment(*key, Window(first.event_time, fact.event_time), first)
            else:  # OBSERVE, too, says that they are together
                for child in _children(item, parent, fact):
                    open_at.setdefault((child, parent, relation), fact)
    for key, first in open_at.items():
        yield Containment(*key, Window(first.event_time, NEVER), first)


def parents(item: str, facts: Sequence[Fact]) -> tuple[str, ...]:
    """What an item was ever in, by its own facts."""
    return tuple(dict.fromkeys(each.parent for each in containments(item, facts) if each.child == item))


def _children(item: str, parent: str, fact: Fact) -> Iterable[str]:
    """Those of an event's children of which the item is one, or the parent; events may name thousands."""
    if item == parent:
        return fact.items(*CHILDREN)
    return (item,) if fact.names(item, *CHILDREN) else ()
