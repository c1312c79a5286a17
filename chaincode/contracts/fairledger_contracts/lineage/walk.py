"""Walks from goods to what they were made of, and to what was made of them.

A walk asks for the facts of items and is sent them, level by level; whoever drives it reads the ledger or SQL. Each
step has a window of time: a reusable container that carried a lot leads on only to what became of it while it did.
"""

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, TypeVar

from fairledger_contracts.lineage.containment import ALWAYS, EVER, NEVER, Relation, Window, containments, parents, stays
from fairledger_contracts.lineage.fact import INPUTS, OUTPUTS, Fact, counted
from fairledger_contracts.records.signatory import Signatory

FactsByItem = Mapping[str, Sequence[Fact]]
EVENTS_MAX = 1_000  # of one item that a walk is sent; a class of goods may have more, and is told incompletely


class Link(NamedTuple):
    """``source`` became, went into or is the class of ``target``: always in the direction of time.

    ``recorder`` says so, and that it happened at ``place``: the event's read point, or else its location, or empty.
    """

    source: str
    target: str
    relation: Relation
    event_id: str
    at: datetime
    recorder: Signatory
    place: str


class Lineage(NamedTuple):
    """All items that a walk reached from ``start``, in that order, the links between them, and their facts.

    Where it began at several items ``start`` is the first. ``complete`` is false when the walk ended at the bound of
    items that it was given.
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
    return _walk((item,), items_max, Direction(_transformations, _before))


def downstream(item: str, items_max: int, others: Sequence[str] = ()) -> Walk:
    """Walk forward to all products: through transformations, containers, assemblies and things of a lot.

    ``others`` are where the walk begins beside ``item``; together they are no more than ``items_max``.
    """
    return _walk((item, *others), items_max, Direction(_transformations_and_parents, _after))


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


class Direction(NamedTuple):
    """``beside`` names what else has facts that ``steps`` from an item need."""

    beside: Callable[[str, Sequence[Fact]], Iterator[str]]
    steps: Callable[[str, Window, FactsByItem], Iterator[Step]]


def _walk(starts: Sequence[str], items_max: int, direction: Direction) -> Walk:
    windows: dict[str, list[Window]] = {start: [ALWAYS] for start in starts}
    facts: dict[str, tuple[Fact, ...]] = {}
    links: dict[Link, None] = {}
    level = [(start, ALWAYS) for start in windows]
    complete = True
    while level:
        yield from _ask(facts, [item for item, _ in level])
        yield from _ask(facts, [each for item, _ in level for each in direction.beside(item, facts[item])])
        following: list[tuple[str, Window]] = []
        for item, window in level:
            for step in direction.steps(item, window, facts):
                if step.item not in windows and len(windows) >= items_max:
                    complete = False
                    continue
                links[step.link] = None
                seen = windows.setdefault(step.item, [])
                if not any(each.covers(step.window) for each in seen):
                    seen.append(step.window)
                    following.append((step.item, step.window))
        level = following
    whole = complete and all(len(told) < EVENTS_MAX for told in facts.values())
    return Lineage(starts[0], tuple(windows), tuple(links), {item: facts[item] for item in windows}, whole)


def _ask(facts: dict[str, tuple[Fact, ...]], items: Sequence[str]) -> Generator[tuple[str, ...], FactsByItem, None]:
    unknown = tuple(dict.fromkeys(item for item in items if item not in facts))
    if unknown:
        answer = yield unknown
        facts.update({item: in_order(answer.get(item, ())) for item in unknown})


def in_order(facts: Sequence[Fact]) -> tuple[Fact, ...]:
    """Facts as they happened, so that nothing depends on the order in which they were read."""
    return tuple(sorted(facts, key=lambda fact: fact.order))


def _transformations(_item: str, facts: Sequence[Fact]) -> Iterator[str]:
    """The ids of transformations that are told in several events, of which an item's own are some."""
    return (fact.transformation for fact in facts if fact.transformation)


def _transformations_and_parents(item: str, facts: Sequence[Fact]) -> Iterator[str]:
    """A parent's facts tell when all was taken out of it, which its children's don't."""
    yield from _transformations(item, facts)
    yield from parents(item, facts)


def _whole_transformation(fact: Fact, facts: FactsByItem) -> Iterator[Fact]:
    """All events of the transformation that an event is one of."""
    if fact.transformation:
        yield from counted(facts.get(fact.transformation, ()))
    else:
        yield fact


def _before(item: str, window: Window, facts: FactsByItem) -> Iterator[Step]:
    for fact in counted(facts[item]):
        if item in fact.items(*OUTPUTS) and fact.event_time <= window.until:
            yield from _made_of(item, fact, facts)
        for thing, lot in fact.lots:
            if thing == item:
                yield Step(_link(lot, item, Relation.LOT, fact), lot, Window(EVER, window.until))
    for each in containments(item, facts[item]):
        common = each.window.common(window)
        if each.parent == item and common is not None:
            yield Step(_link(each.child, item, each.relation, each.fact), each.child, common)


def _after(item: str, window: Window, facts: FactsByItem) -> Iterator[Step]:
    for fact in counted(facts[item]):
        if item in fact.items(*INPUTS) and fact.event_time in window:
            yield from _made_from(item, fact, facts)
        for thing, lot in fact.lots:
            if lot == item:
                yield Step(_link(item, thing, Relation.LOT, fact), thing, window)
    for parent in parents(item, facts[item]):
        for window_in, each in stays(item, parent, facts[parent], window):
            yield Step(_link(item, parent, each.relation, each.fact), parent, window_in)


def _made_of(item: str, fact: Fact, facts: FactsByItem) -> Iterator[Step]:
    for part in _whole_transformation(fact, facts):
        until = Window(EVER, max(fact.event_time, part.event_time))
        for source in part.items(*INPUTS):
            if source != item:
                yield Step(_link(source, item, Relation.MADE, part), source, until)


def _made_from(item: str, fact: Fact, facts: FactsByItem) -> Iterator[Step]:
    for part in _whole_transformation(fact, facts):
        since = Window(max(fact.event_time, part.event_time), NEVER)
        for target in part.items(*OUTPUTS):
            if target != item:
                yield Step(_link(item, target, Relation.MADE, fact), target, since)


def _link(source: str, target: str, relation: Relation, fact: Fact) -> Link:
    place = fact.read_point or fact.location
    return Link(source, target, relation, fact.event_id, fact.event_time, fact.recorder, place)
