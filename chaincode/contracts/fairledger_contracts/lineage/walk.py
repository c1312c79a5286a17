"""Walks from goods to what they were made of, and to what was made of them.

A walk asks for the facts of items and is sent them, a page of each level at a time; whoever drives it reads the ledger
or SQL. It asks for nothing that does not lead on: what else befell goods, or other things of their lot, is no part of
where they come from. Each step has a window of time: a reusable container that carried a lot leads on only to what
became of it while it did.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Literal, NamedTuple

from fairledger_contracts.lineage.containment import ALWAYS, EVER, NEVER, Relation, Window, containments
from fairledger_contracts.lineage.fact import INPUTS, OUTPUTS, Fact, counted
from fairledger_contracts.lineage.item_facts import ItemFacts
from fairledger_contracts.lineage.question import (
    DESTINATION_ROLES,
    NOTHING,
    ORIGIN_ROLES,
    Asking,
    Bounds,
    Question,
    pages,
)
from fairledger_contracts.records.signatory import Signatory

FactsByItem = Mapping[str, ItemFacts]
Heading = Literal["upstream", "downstream"]  # of time


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
    """All items that a walk reached from ``start``, in that order, and the links between them.

    Where it began at several items ``start`` is the first. ``complete`` is false when it ended at one of its bounds.
    """

    start: str
    items: tuple[str, ...]
    links: tuple[Link, ...]
    complete: bool


def upstream(item: str, bounds: Bounds) -> Asking[Lineage]:
    """Walk back to raw materials: through transformations, contents, parts and lots."""
    return _walk((item,), bounds, Direction(ORIGIN_ROLES, _transformations, _before))


def downstream(item: str, bounds: Bounds, others: Sequence[str] = ()) -> Asking[Lineage]:
    """Walk forward to all products: through transformations, containers, assemblies and things of a lot.

    ``others`` are where the walk begins beside ``item``; together they are no more than ``bounds.items_max``.
    """
    return _walk((item, *others), bounds, Direction(DESTINATION_ROLES, _transformations_and_parents, _after))


class Step(NamedTuple):
    """From an item over a link to the item at its other end, which matters during ``window``."""

    link: Link
    item: str
    window: Window


class Direction(NamedTuple):
    """``roles`` are those of facts that lead on; ``beside`` names what else has facts that ``steps`` need."""

    roles: frozenset[str]
    beside: Callable[[ItemFacts], Iterator[str]]
    steps: Callable[[str, Window, FactsByItem], Iterator[Step]]


def _walk(starts: Sequence[str], bounds: Bounds, direction: Direction) -> Asking[Lineage]:
    windows: dict[str, list[Window]] = {start: [ALWAYS] for start in starts}
    links: dict[Link, None] = {}
    level = [(start, ALWAYS) for start in windows]
    complete = True
    while level:
        following: list[tuple[str, Window]] = []
        for page in pages(level):
            facts, told_all = yield from _facts(page, bounds.facts_max, direction)
            complete = complete and told_all
            for item, window in page:
                for step in direction.steps(item, window, facts):
                    if step.item not in windows and len(windows) >= bounds.items_max:
                        complete = False
                        continue
                    links[step.link] = None
                    seen = windows.setdefault(step.item, [])
                    if not any(each.covers(step.window) for each in seen):
                        seen.append(step.window)
                        following.append((step.item, step.window))
        level = following
    return Lineage(starts[0], tuple(windows), tuple(links), complete)


def _facts(
    page: Sequence[tuple[str, Window]], facts_max: int, direction: Direction
) -> Asking[tuple[dict[str, ItemFacts], bool]]:
    """What the steps from a page of items need, and whether that is all that there is."""
    facts: dict[str, ItemFacts] = {}
    complete = yield from _ask(facts, [item for item, _ in page], facts_max, direction)
    beside = [each for item, _ in page for each in direction.beside(facts[item])]
    complete_beside = yield from _ask(facts, beside, facts_max, direction)
    return facts, complete and complete_beside


def _ask(facts: dict[str, ItemFacts], items: Sequence[str], facts_max: int, direction: Direction) -> Asking[bool]:
    unknown = tuple(dict.fromkeys(item for item in items if item not in facts))
    if not unknown:
        return True
    answers = yield Question(unknown, direction.roles, facts_max)
    told = {item: ItemFacts(item, answers.get(item, NOTHING)) for item in unknown}
    facts.update(told)
    return all(each.complete for each in told.values())


def _transformations(told: ItemFacts) -> Iterator[str]:
    """The ids of transformations that are told in several events, of which an item's own are some."""
    return (fact.transformation for fact in told.facts if fact.transformation)


def _transformations_and_parents(told: ItemFacts) -> Iterator[str]:
    """A parent's facts tell when all was taken out of it, which its children's don't."""
    yield from _transformations(told)
    yield from told.parents


def _whole_transformation(fact: Fact, facts: FactsByItem) -> Iterator[Fact]:
    """All events of the transformation that an event is one of."""
    if fact.transformation:
        whole = facts.get(fact.transformation)
        yield from counted(whole.facts if whole else ())
    else:
        yield fact


def _before(item: str, window: Window, facts: FactsByItem) -> Iterator[Step]:
    for fact in counted(facts[item].facts):
        if fact.names(item, *OUTPUTS) and fact.event_time <= window.until:
            yield from _made_of(item, fact, facts)
        for thing, lot in fact.lots:
            if thing == item:
                yield Step(_link(lot, item, Relation.LOT, fact), lot, Window(EVER, window.until))
    for each in containments(item, facts[item].facts):
        common = each.window.common(window)
        if each.parent == item and common is not None:
            yield Step(_link(each.child, item, each.relation, each.fact), each.child, common)


def _after(item: str, window: Window, facts: FactsByItem) -> Iterator[Step]:
    for fact in counted(facts[item].facts):
        if fact.names(item, *INPUTS) and fact.event_time in window:
            yield from _made_from(item, fact, facts)
        for thing, lot in fact.lots:
            if lot == item:
                yield Step(_link(item, thing, Relation.LOT, fact), thing, window)
    for parent in facts[item].parents:
        for window_in, each in facts[parent].stays(item, window):
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
