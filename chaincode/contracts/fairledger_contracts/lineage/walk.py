"""Walks from goods to what they were made of, and to what was made of them.

A walk asks for the facts of items and is sent them, level by level; whoever drives it reads the ledger or SQL. Each
step has a window of time: a reusable container that carried a lot leads on only to what became of it while it did.
"""

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, TypeVar

from fairledger_contracts.lineage.containment import ALWAYS, EVER, NEVER, Relation, Window, containments
from fairledger_contracts.lineage.fact import INPUTS, OBJECTS, OUTPUTS, Fact, counted

FactsByItem = Mapping[str, Sequence[Fact]]


class Link(NamedTuple):
    """``source`` became, went into or is the class of ``target``: always in the direction of time."""

    source: str
    target: str
    relation: Relation
    event_id: str
    at: datetime


class Lineage(NamedTuple):
    """All items that a walk reached from ``start``, in that order, the links between them, and their facts.

    ``complete`` is false when the walk ended at the bound of items that it was given.
    """

    start: str
    items: tuple[str, ...]
    links: tuple[Link, ...]
    facts: Mapping[str, tuple[Fact, ...]]
    complete: bool


class Step(NamedTuple):
    """From an item over a link to the item at its other end, which matters during ``window``."""

    link: Link
    item: str
    window: Window


Walk = Generator[tuple[str, ...], FactsByItem, Lineage]
Found = TypeVar("Found")


def upstream(item: str, items_max: int) -> Walk:
    """Walk back to raw materials: through transformations, contents, parts and lots."""
    return _walk(item, items_max, _before)


def downstream(item: str, items_max: int) -> Walk:
    """Walk forward to all products: through transformations, containers, assemblies and things of a lot."""
    return _walk(item, items_max, _after)


def drive(
    walk: Generator[tuple[str, ...], FactsByItem, Found], read: Callable[[tuple[str, ...]], FactsByItem]
) -> Found:
    """Answer a walk's questions with ``read`` until it is done."""
    try:
        asked = next(walk)
        while True:
            asked = walk.send(read(asked))
    except StopIteration as stop:
        result: Found = stop.value
        return result


Expand = Callable[[str, Window, Sequence[Fact], FactsByItem], Iterator[Step]]


def _walk(start: str, items_max: int, expand: Expand) -> Walk:
    windows: dict[str, list[Window]] = {start: [ALWAYS]}
    facts: dict[str, tuple[Fact, ...]] = {}
    links: dict[Link, None] = {}
    level = [(start, ALWAYS)]
    complete = True
    while level:
        yield from _ask(facts, [item for item, _ in level])
        halves = dict.fromkeys(each for item, _ in level for each in _transformations(facts[item]))
        yield from _ask(facts, list(halves))
        following: list[tuple[str, Window]] = []
        for item, window in level:
            for step in expand(item, window, facts[item], facts):
                if step.item not in windows and len(windows) >= items_max:
                    complete = False
                    continue
                links[step.link] = None
                seen = windows.setdefault(step.item, [])
                if not any(each.covers(step.window) for each in seen):
                    seen.append(step.window)
                    following.append((step.item, step.window))
        level = following
    items = tuple(windows)
    return Lineage(start, items, tuple(links), {item: facts[item] for item in items}, complete)


def _ask(facts: dict[str, tuple[Fact, ...]], items: Sequence[str]) -> Generator[tuple[str, ...], FactsByItem, None]:
    unknown = tuple(dict.fromkeys(item for item in items if item not in facts))
    if unknown:
        answer = yield unknown
        facts.update({item: tuple(answer.get(item, ())) for item in unknown})


def _transformations(facts: Sequence[Fact]) -> Iterator[str]:
    """The ids of transformations that are told in several events, of which an item's own are some."""
    return (fact.transformation for fact in facts if fact.transformation)


def _whole_transformation(fact: Fact, facts: FactsByItem) -> Iterator[Fact]:
    """All events of the transformation that an event is one of."""
    if fact.transformation:
        yield from counted(facts.get(fact.transformation, ()))
    else:
        yield fact


def _before(item: str, window: Window, own: Sequence[Fact], facts: FactsByItem) -> Iterator[Step]:
    for fact in counted(own):
        if item in fact.items(*OUTPUTS) and fact.event_time <= window.until:
            yield from _made_of(item, fact, facts)
        if item in fact.items(*OBJECTS, *OUTPUTS):
            for lot in fact.items("lotNumber"):
                if item.startswith(_product_of(lot)):
                    link = Link(lot, item, Relation.LOT, fact.event_id, fact.event_time)
                    yield Step(link, lot, Window(EVER, window.until))
    for each in containments(item, own):
        common = each.window.common(window)
        if each.parent == item and common is not None:
            link = Link(each.child, item, each.relation, each.event_id, each.window.since)
            yield Step(link, each.child, Window(EVER, common.until))


def _after(item: str, window: Window, own: Sequence[Fact], facts: FactsByItem) -> Iterator[Step]:
    for fact in counted(own):
        if item in fact.items(*INPUTS) and fact.event_time in window:
            yield from _made_from(item, fact, facts)
        if item in fact.items("lotNumber"):
            for thing in fact.items(*OBJECTS, *OUTPUTS):
                if thing.startswith(_product_of(item)):
                    yield Step(Link(item, thing, Relation.LOT, fact.event_id, fact.event_time), thing, window)
    for each in containments(item, own):
        common = each.window.common(window)
        if each.child == item and common is not None:
            link = Link(item, each.parent, each.relation, each.event_id, each.window.since)
            yield Step(link, each.parent, common)


def _made_of(item: str, fact: Fact, facts: FactsByItem) -> Iterator[Step]:
    for part in _whole_transformation(fact, facts):
        until = Window(EVER, max(fact.event_time, part.event_time))
        for source in part.items(*INPUTS):
            if source != item:
                yield Step(Link(source, item, Relation.MADE, part.event_id, part.event_time), source, until)


def _made_from(item: str, fact: Fact, facts: FactsByItem) -> Iterator[Step]:
    for part in _whole_transformation(fact, facts):
        since = Window(max(fact.event_time, part.event_time), NEVER)
        for target in part.items(*OUTPUTS):
            if target != item:
                yield Step(Link(item, target, Relation.MADE, fact.event_id, fact.event_time), target, since)


def _product_of(lot: str) -> str:
    """What the ids of a lot's things begin with."""
    return f"{lot.partition('/10/')[0]}/21/"
