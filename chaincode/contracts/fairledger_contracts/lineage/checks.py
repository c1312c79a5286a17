"""The checks of a history, each a pure function of what is known; ``grade`` says what their outcomes mean."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations, pairwise

from fairledger_contracts.lineage import limits
from fairledger_contracts.lineage.areas import distance_km
from fairledger_contracts.lineage.containment import Relation
from fairledger_contracts.lineage.custody import Handover, Told, handovers, holdings
from fairledger_contracts.lineage.fact import INPUTS, OBJECTS, OUTPUTS, Fact, counted
from fairledger_contracts.lineage.grade import Check, Finding, Outcome
from fairledger_contracts.lineage.journey import Journey
from fairledger_contracts.lineage.walk import Lineage
from fairledger_contracts.records.licence import Licence
from fairledger_contracts.records.naming import LOT
from fairledger_contracts.records.scan_count import Scans

MAKING = {"commissioning", "creating_class_instance"}
INSPECTING = {"inspecting", "sampling"}
ENDING = {"decommissioning", "destroying", "killing"}


@dataclass(frozen=True, slots=True)
class Known:
    """All that grading takes. ``upstream`` is where the item comes from, ``sources`` the facts of what it was made of.

    ``licence`` covers the item's key, where the association registered one; ``identified`` says whether it has a key
    that is licensed at all. ``anchors`` counts documents that somebody vouches for; ``scans`` are added up by
    day and area.
    """

    journey: Journey
    upstream: Lineage
    sources: Mapping[str, Sequence[Fact]]
    licence: Licence | None
    identified: bool
    is_class: bool
    anchors: int
    scans: Sequence[Scans]


def findings(known: Known) -> tuple[Finding, ...]:
    """What all checks find, in the order of ``Check``; a check that finds several things has several findings."""
    own = tuple(counted([leg.fact for leg in known.journey.legs if not leg.carrier]))
    legs = tuple(counted([leg.fact for leg in known.journey.legs]))
    item = known.journey.item
    makings = tuple(fact for fact in own if makes(fact, item))
    checked = (
        _commissioned(makings, known),
        _maker_licensed(makings, known),
        _made_once(makings, known),
        _origin(known.upstream, known.sources),
        _custody(tuple(handovers(holdings(known.journey.legs)))),
        _order(own, makings, known),
        _places(legs, known),
        _timely(legs),
        _evidence(legs, known),
        _undisputed(legs),
        _scans(own, makings, known),
    )
    return tuple(finding for found in checked for finding in found)


def makes(fact: Fact, item: str) -> bool:
    """Whether an event says that the item was made, or given its identity; a lot is made with things of it."""
    if fact.type == "TransformationEvent":
        return fact.names(item, *OUTPUTS, LOT)
    commissioning = fact.type == "ObjectEvent" and fact.action == "ADD" and fact.step in MAKING
    return commissioning and fact.names(item, *OBJECTS, LOT)


def _shown(check: Check) -> Iterator[Finding]:
    yield Finding(check=check, outcome=Outcome.SHOWN, code="SHOWN")


def _none(check: Check) -> Iterator[Finding]:
    yield Finding(check=check, outcome=Outcome.NONE, code="NOT_CONCERNED")


def _found(check: Check, outcome: Outcome, code: str, facts: Iterable[Fact] = (), **values: object) -> Finding:
    told = tuple((name, str(value)) for name, value in sorted(values.items()))
    events = tuple(dict.fromkeys(fact.event_id for fact in facts))
    return Finding(check=check, outcome=outcome, code=code, events=events, values=told)


def _commissioned(makings: Sequence[Fact], known: Known) -> Iterator[Finding]:
    if makings:
        further = [fact for fact in makings[1:] if known.is_class and _may_make(fact, known)]
        yield _found(Check.COMMISSIONED, Outcome.SHOWN, "SHOWN", [*makings[:1], *further])
    else:
        yield _found(Check.COMMISSIONED, Outcome.MISSING, "NOT_COMMISSIONED")


def _maker_licensed(makings: Sequence[Fact], known: Known) -> Iterator[Finding]:
    if not makings or not known.identified:
        yield from _none(Check.MAKER_LICENSED)
        return
    if known.licence is None:
        yield _found(Check.MAKER_LICENSED, Outcome.MISSING, "LICENCE_UNKNOWN")
        return
    others = [fact for fact in makings if not _licensed(fact, known.licence)]
    if others:
        yield _found(Check.MAKER_LICENSED, Outcome.CONTRADICTED, "MADE_BY_ANOTHER", others)
    else:
        yield from _shown(Check.MAKER_LICENSED)


def _licensed(fact: Fact, licence: Licence) -> bool:
    holder = licence.holder_at(fact.recorded_at)
    return holder is not None and holder.party == fact.recorder.party


def _may_make(fact: Fact, known: Known) -> bool:
    """Whether somebody who makes more of a lot is its maker, too: anybody, where nobody has a licence for its key."""
    return known.licence is None or _licensed(fact, known.licence)


def _made_once(makings: Sequence[Fact], known: Known) -> Iterator[Finding]:
    if known.is_class:
        yield from _none(Check.MADE_ONCE)  # a lot may be made in several goes
    elif len(makings) > 1:
        yield _found(Check.MADE_ONCE, Outcome.CONTRADICTED, "MADE_TWICE", makings)
    else:
        yield from _shown(Check.MADE_ONCE)


def _origin(upstream: Lineage, facts: Mapping[str, Sequence[Fact]]) -> Iterator[Finding]:
    sources = [link.source for link in upstream.links if link.relation in (Relation.MADE, Relation.BUILT)]
    if not sources:
        yield from _none(Check.ORIGIN)
        return
    unknown = [item for item in dict.fromkeys(sources) if not _is_made(item, facts)]
    if unknown or not upstream.complete:
        yield _found(Check.ORIGIN, Outcome.MISSING, "ORIGIN_UNKNOWN", items=len(unknown), first=(*unknown, "")[0])
    else:
        yield from _shown(Check.ORIGIN)


def _is_made(item: str, facts: Mapping[str, Sequence[Fact]]) -> bool:
    return any(makes(fact, item) for fact in counted(facts.get(item, ())))


def _custody(changes: Sequence[Handover]) -> Iterator[Finding]:
    if not changes:
        yield from _none(Check.CUSTODY)
        return
    outcomes = {Told.BY_ONE: (Outcome.MISSING, "HANDED_OVER_BY_ONE"), Told.BY_NOBODY: (Outcome.CONTRADICTED, "GAP")}
    for told, (outcome, code) in outcomes.items():
        found = [change for change in changes if change.told is told]
        if found:
            facts = [fact for change in found for fact in (change.giver.last, change.taker.first)]
            yield _found(Check.CUSTODY, outcome, code, facts, times=len(found))
    if all(change.told is Told.BY_BOTH for change in changes):
        yield from _shown(Check.CUSTODY)


def _order(own: Sequence[Fact], makings: Sequence[Fact], known: Known) -> Iterator[Finding]:
    if known.is_class or not own:
        yield from _none(Check.ORDER)
        return
    item = known.journey.item
    born = min((fact.event_time for fact in makings), default=None)
    early = [fact for fact in own if born is not None and fact.event_time < born]
    end = _end(own, item)
    late = [fact for fact in own if end is not None and fact.event_time > end]
    if early:
        yield _found(Check.ORDER, Outcome.CONTRADICTED, "BEFORE_IT_WAS_MADE", early)
    if late:
        yield _found(Check.ORDER, Outcome.CONTRADICTED, "SEEN_AFTER_ITS_END", late)
    if not early and not late:
        yield from _shown(Check.ORDER)


def _end(own: Sequence[Fact], item: str) -> datetime | None:
    """When a thing ceased to be: decommissioned, or used up as a transformation's input."""
    ended = [
        fact.event_time
        for fact in own
        if fact.names(item, *INPUTS) or (fact.step in ENDING and fact.names(item, *OBJECTS))
    ]
    return min(ended, default=None)


def _places(legs: Sequence[Fact], known: Known) -> Iterator[Finding]:
    if known.is_class:
        yield from _none(Check.PLACES)
        return
    placed = [(fact, _site(fact)) for fact in legs if _site(fact)]
    apart = [
        (one, other)
        for (one, here), (other, there) in pairwise(placed)
        if here != there and other.event_time - one.event_time < limits.PLACES_WITHIN
    ]
    if apart:
        facts = [fact for pair in apart for fact in pair]
        yield _found(Check.PLACES, Outcome.CONTRADICTED, "TWO_PLACES_AT_ONCE", facts)
    else:
        yield from _shown(Check.PLACES)


def _site(fact: Fact) -> str:
    """The business site where an event happened: its location's GLN, without what tells one door from another.

    Where the goods are from then on stands in where the event does not say where it happened.
    """
    _, found, rest = (fact.read_point or fact.location).partition("/414/")
    return rest.partition("/")[0] if found else ""


def _timely(legs: Sequence[Fact]) -> Iterator[Finding]:
    future = [fact for fact in legs if fact.event_time > fact.recorded_at + limits.CLOCKS_APART]
    late = [fact for fact in legs if fact.recorded_at - fact.event_time > limits.RECORDED_WITHIN]
    if future:
        yield _found(Check.TIMELY, Outcome.CONTRADICTED, "RECORDED_BEFORE_IT_HAPPENED", future)
    if late:
        days = max((fact.recorded_at - fact.event_time).days for fact in late)
        yield _found(Check.TIMELY, Outcome.MISSING, "RECORDED_LATE", late, days=days, times=len(late))
    if not future and not late:
        yield from _shown(Check.TIMELY)


def _evidence(legs: Sequence[Fact], known: Known) -> Iterator[Finding]:
    holders = {holding.party for holding in holdings(known.journey.legs)}
    inspections = [
        fact
        for fact in legs
        if fact.recorder.role == "inspector" and fact.step in INSPECTING and fact.recorder.party not in holders
    ]
    if inspections or known.anchors:
        yield _found(Check.EVIDENCE, Outcome.SHOWN, "SHOWN", inspections, documents=known.anchors)
    else:
        yield _found(Check.EVIDENCE, Outcome.MISSING, "NOT_INSPECTED")


def _undisputed(legs: Sequence[Fact]) -> Iterator[Finding]:
    disputed = [fact for fact in legs if fact.disputed]
    if disputed:
        yield _found(Check.UNDISPUTED, Outcome.CONTRADICTED, "DISPUTED", disputed)
    else:
        yield from _shown(Check.UNDISPUTED)


def _scans(own: Sequence[Fact], makings: Sequence[Fact], known: Known) -> Iterator[Finding]:
    item, scans = known.journey.item, known.scans
    if not scans:
        yield from _none(Check.SCANS)
        return
    found = [*_scanned_apart(scans, known), *_scanned_often(scans, makings, known)]
    end = None if known.is_class else _end([fact for fact in own if fact.step in ENDING], item)
    if end is not None:
        after = [each for each in scans if (each.day - end.date()).days > limits.SCANS_DAYS_AFTER_END]
        if after:
            days = len({each.day for each in after})
            found.append(_found(Check.SCANS, Outcome.CONTRADICTED, "SCANNED_AFTER_ITS_END", days=days))
    yield from found or _shown(Check.SCANS)


def _scanned_apart(scans: Sequence[Scans], known: Known) -> Iterator[Finding]:
    if known.is_class:
        return
    areas: dict[object, set[str]] = {}
    for each in scans:
        if each.area:
            areas.setdefault(each.day, set()).add(each.area)
    apart = [
        (distance_km(one, other), one, other)
        for seen in areas.values()
        for one, other in combinations(sorted(seen), 2)
        if distance_km(one, other) > limits.SCANNED_APART_KM
    ]
    if apart:
        km, one, other = max(apart)
        yield _found(Check.SCANS, Outcome.CONTRADICTED, "SCANNED_FAR_APART", km=km, one=one, other=other)


def _scanned_often(scans: Sequence[Scans], makings: Sequence[Fact], known: Known) -> Iterator[Finding]:
    goods = 1
    if known.is_class:
        goods = sum(fact.amount(known.journey.item) or 0 for fact in makings)
    total = sum(each.count for each in scans)
    if goods and total > goods * limits.SCANS_A_THING:
        yield _found(Check.SCANS, Outcome.CONTRADICTED, "SCANNED_TOO_OFTEN", scans=total, goods=goods)
