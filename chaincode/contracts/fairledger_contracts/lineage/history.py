"""An item's whole history, put together from what is on the ledger: journey, holders, warnings, parties, grade."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from fairledger_contracts.lineage.checks import ENDING, Known, findings
from fairledger_contracts.lineage.containment import Relation
from fairledger_contracts.lineage.custody import Told, handovers, holdings
from fairledger_contracts.lineage.deeds import Liable, liable
from fairledger_contracts.lineage.fact import Fact
from fairledger_contracts.lineage.grade import Check, Finding, Grade, grade_of
from fairledger_contracts.lineage.journey import Journey, Leg, journey
from fairledger_contracts.lineage.question import (
    CLASS_ROLES,
    NOTHING,
    ORIGIN_ROLES,
    OTHER_ROLES,
    SIBLING_ROLES,
    Asking,
    Bounds,
    Question,
)
from fairledger_contracts.lineage.walk import Lineage, Link, upstream
from fairledger_contracts.records.anchor import Anchor
from fairledger_contracts.records.item_id import canonical_item, product_of
from fairledger_contracts.records.licence import Licence, prefixes_of
from fairledger_contracts.records.recall import Recall
from fairledger_contracts.records.scan_count import Scans
from fairledger_contracts.records.signatory import Signatory

EVENTS_MAX = 1_000  # of one item: what a peer reads for one question; a class of goods may have more
CARRIERS_MAX = 200  # containers of one item; more than that no goods see
SOURCES_MAX = 500  # items that it was made of
SIBLINGS_MAX = 100  # things of a lot that it was made of: the first show that the lot was made, the others no more
SOURCE_FACTS = (  # what is read of each source; each kind by itself, so that none leaves another no room
    (ORIGIN_ROLES, EVENTS_MAX),
    (CLASS_ROLES, EVENTS_MAX),
    (OTHER_ROLES, EVENTS_MAX),
    (SIBLING_ROLES, SIBLINGS_MAX),
)
SPOILED = {
    "damaged", "destroyed", "disposed", "expired", "needs_replacement", "no_pedigree_match", "non_conformant",
    "non_sellable_other", "recalled", "stolen",
}  # fmt: skip


class _Told(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ToldLeg(_Told):
    """One event of the journey; ``carrier`` is the container or assembly that it names, empty for the goods' own."""

    event_id: str
    digest: str
    type: str
    action: str
    step: str
    disposition: str
    event_time: datetime
    recorded_at: datetime
    recorder: Signatory
    read_point: str
    location: str
    carrier: str
    alarm: bool
    declared: bool
    disputed: bool


class ToldHolding(_Told):
    """Who held the goods from when to when; ``told`` says how well that is told, None for the first."""

    party: Signatory
    since: datetime
    until: datetime
    told: Told | None


class ToldLink(_Told):
    """``source`` became, went into or is the lot of ``target``, as ``recorder`` says, at ``place`` if that is told."""

    source: str
    target: str
    relation: Relation
    event_id: str
    at: datetime
    recorder: Signatory
    place: str


class WarningCode(StrEnum):
    """What a buyer should know whatever the grade."""

    RECALLED = "recalled"  # a recall is in force for it, or for what it was made of
    ALARM = "alarm"  # a sensor on its way reported a condition out of bounds
    SPOILED = "spoiled"  # somebody recorded that it is damaged, expired, stolen, not conformant or the like
    ENDED = "ended"  # it was decommissioned or destroyed
    ASTRAY = "astray"  # a giver or taker names somebody else than the one who had it next or before


class HistoryWarning(_Told):
    """``values`` are recalls' ids, or dispositions; ``events`` the ids of the events that show it."""

    code: WarningCode
    events: tuple[str, ...] = ()
    values: tuple[str, ...] = ()


class History(_Told):
    """All that is told of an item. ``complete`` is false where a bound cut it.

    Equal at every organisation that has the same blocks: it holds nothing of who asks, or when.
    """

    item: str
    is_class: bool
    grade: Grade
    findings: tuple[Finding, ...]
    warnings: tuple[HistoryWarning, ...]
    legs: tuple[ToldLeg, ...]
    holdings: tuple[ToldHolding, ...]
    sources: tuple[ToldLink, ...]
    liable: tuple[Liable, ...]
    anchors: tuple[Anchor, ...]
    recalls: tuple[Recall, ...]
    complete: bool

    @property
    def commissioned_by(self) -> frozenset[str]:
        """The ids of the events that made the item, or gave it its identity."""
        told = (finding.events for finding in self.findings if finding.check is Check.COMMISSIONED)
        return frozenset().union(*told)


@dataclass(frozen=True, slots=True)
class Papers:
    """What else the ledger has: ``anchors`` of what is ``documented``, ``recalls`` of what is ``recallable``."""

    licence: Licence | None
    anchors: Sequence[Anchor]
    recalls: Sequence[Recall]
    scans: Sequence[Scans]


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look at the ledger's events found.

    ``sources`` are the facts of what the item was made of. It is not ``complete`` where it leaves out what happened to
    one of them; whether it leaves out where the item comes from, which the grade rests on, ``upstream`` says.
    """

    journey: Journey
    upstream: Lineage
    sources: Mapping[str, Sequence[Fact]]
    complete: bool


def look(epc: str) -> Asking[Looked]:
    """Walk an item's journey and where it comes from; driven as ``walk.upstream`` is."""
    item = canonical_item(epc).id
    travelled = yield from journey(item, Bounds(CARRIERS_MAX, EVENTS_MAX))
    origin = yield from upstream(item, Bounds(SOURCES_MAX, EVENTS_MAX))
    sources = origin.items[1:]
    facts: dict[str, dict[Fact, None]] = {source: {} for source in sources}
    whole = True
    for roles, facts_max in SOURCE_FACTS:
        answers = (yield Question(sources, roles, facts_max)) if sources else {}
        for source in sources:
            answer = answers.get(source, NOTHING)
            facts[source].update(dict.fromkeys(answer.facts))
            whole = whole and (answer.complete or roles is SIBLING_ROLES)
    complete = travelled.complete and origin.complete and whole
    return Looked(travelled, origin, {source: tuple(told) for source, told in facts.items()}, complete)


def recallable(items: Iterable[str]) -> tuple[str, ...]:
    """What an item is recalled with: ``items``, itself and all that it was made of, and the trade items of those."""
    named = (each for item in items for each in (item, product_of(item)))
    return tuple(each for each in dict.fromkeys(named) if each)


def documented(looked: Looked) -> tuple[str, ...]:
    """What papers about an item are anchored to: itself, all that it was made of, and what carried it."""
    carriers = (leg.carrier for leg in looked.journey.legs if leg.carrier)
    return tuple(dict.fromkeys((*looked.upstream.items, *carriers)))


def tell(epc: str, looked: Looked, papers: Papers) -> History:
    """Put a history together."""
    item = canonical_item(epc)
    scans = added_up(papers.scans)
    sources = set(looked.upstream.items)  # a container's papers may be about other goods that it carried
    known = Known(
        journey=looked.journey,
        upstream=looked.upstream,
        sources=looked.sources,
        licence=papers.licence,
        identified=bool(prefixes_of(item.id)),
        is_class=item.is_class,
        anchors=sum(anchor.item in sources for anchor in papers.anchors),
        scans=scans,
    )
    found = findings(known)
    recalls = tuple(sorted(papers.recalls, key=lambda each: (each.recalled_at, each.id)))
    legs = looked.journey.legs
    told = [leg.fact for leg in legs] + [fact for facts in looked.sources.values() for fact in facts]
    return History(
        item=item.id,
        is_class=item.is_class,
        grade=grade_of(found),
        findings=found,
        warnings=tuple(_warnings(item.id, legs, recalls)),
        legs=tuple(map(_told_leg, legs)),
        holdings=tuple(_told_holdings(legs)),
        sources=told_links(looked.upstream),
        liable=liable(told),
        anchors=tuple(sorted(papers.anchors, key=lambda each: (each.anchored_at, each.id, each.item))),
        recalls=recalls,
        complete=looked.complete,
    )


def told_links(lineage: Lineage) -> tuple[ToldLink, ...]:
    """A lineage's links, in the order of time."""
    return tuple(ToldLink(**link._asdict()) for link in sorted(lineage.links, key=_in_time))


def _in_time(link: Link) -> tuple[datetime, str, str, str, str, str]:
    return link.at, link.source, link.target, link.event_id, link.recorder.id, link.place


def added_up(scans: Sequence[Scans]) -> tuple[Scans, ...]:
    """Counts of several organisations and reports, as one a day and area, in their order."""
    sums: dict[tuple[str, str], Scans] = {}
    for each in scans:
        at = (each.day.isoformat(), each.area)
        sums[at] = each.model_copy(update={"count": each.count + (sums[at].count if at in sums else 0)})
    return tuple(sums[at] for at in sorted(sums))


def _warnings(item: str, legs: Sequence[Leg], recalls: Sequence[Recall]) -> Iterator[HistoryWarning]:
    in_force = tuple(recall.id for recall in recalls if recall.ended_at is None)
    if in_force:
        yield HistoryWarning(code=WarningCode.RECALLED, values=in_force)
    standing = [leg for leg in legs if not leg.fact.declared]
    alarms = tuple(leg.fact.event_id for leg in standing if leg.fact.alarm)
    if alarms:
        yield HistoryWarning(code=WarningCode.ALARM, events=alarms)
    own = [leg.fact for leg in standing if not leg.carrier]
    spoiled = [fact for fact in own if fact.disposition in SPOILED]
    if spoiled:
        words = tuple(sorted({fact.disposition for fact in spoiled}))
        yield HistoryWarning(code=WarningCode.SPOILED, events=_ids(spoiled), values=words)
    ended = [fact for fact in own if fact.step in ENDING and fact.names(item, "epcList", "quantityList")]
    if ended:
        yield HistoryWarning(code=WarningCode.ENDED, events=_ids(ended))
    astray = [fact for change in handovers(holdings(legs)) for fact in change.astray]
    if astray:
        yield HistoryWarning(code=WarningCode.ASTRAY, events=tuple(dict.fromkeys(_ids(astray))))


def _ids(facts: Sequence[Fact]) -> tuple[str, ...]:
    return tuple(fact.event_id for fact in facts)


def _told_leg(leg: Leg) -> ToldLeg:
    fact = leg.fact
    return ToldLeg(
        event_id=fact.event_id,
        digest=fact.digest,
        type=fact.type,
        action=fact.action,
        step=fact.step,
        disposition=fact.disposition,
        event_time=fact.event_time,
        recorded_at=fact.recorded_at,
        recorder=fact.recorder,
        read_point=fact.read_point,
        location=fact.location,
        carrier=leg.carrier,
        alarm=fact.alarm,
        declared=fact.declared,
        disputed=fact.disputed,
    )


def _told_holdings(legs: Sequence[Leg]) -> Iterator[ToldHolding]:
    held = holdings(legs)
    told: list[Told | None] = [None, *(change.told for change in handovers(held))]
    for holding, how in zip(held, told, strict=False):
        party = holding.first.recorder
        yield ToldHolding(party=party, since=holding.since, until=holding.until, told=how)
