"""Driving the walks of ``lineage`` over the ledger's state: every peer comes to the same history."""

from collections.abc import Sequence

from fairledger_chaincode import Context
from fairledger_chaincode.errors import NotFound
from fairledger_contracts.lineage.fact import Fact, fact_of
from fairledger_contracts.lineage.history import (
    EVENTS_MAX,
    History,
    Looked,
    Papers,
    documented,
    look,
    recallable,
    tell,
)
from fairledger_contracts.lineage.question import Answer, Answers, Asking, Bounds, Found, Question
from fairledger_contracts.lineage.recall_scope import Named, RecallScope, scope
from fairledger_contracts.records.anchor import Anchor
from fairledger_contracts.records.event import Place
from fairledger_contracts.records.item_id import canonical_item, is_product
from fairledger_contracts.records.recall import Recall
from fairledger_contracts.records.scan_count import ScanCount, Scans
from fairledger_contracts.trace.licensing import licence_for
from fairledger_contracts.trace.reading import EventReader, Mentioned, items_of, mentions_of
from fairledger_contracts.trace.recalling import recalls_of

AFFECTED_MAX = 1_000  # items that a peer walks through for one query; the read model walks further


async def history(ctx: Context, epc: str) -> History:
    """See ``Trace.history``."""
    looked = await _drive(ctx, look(epc))
    return tell(epc, looked, await _papers(ctx, canonical_item(epc).id, looked))


async def recall_scope(ctx: Context, recall_id: str) -> RecallScope:
    """See ``Trace.recall_scope``."""
    recall = await ctx.ledger.find(Recall, recall_id)
    if recall is None:
        raise NotFound("TRACE_RECALL_UNKNOWN", "no recall has this id")
    named = await _named(ctx, recall.items)
    return await _drive(ctx, scope(recall.items, named, Bounds(AFFECTED_MAX, EVENTS_MAX)))


async def _named(ctx: Context, recalled: Sequence[str]) -> Named:
    found = [await items_of(ctx, item) for item in recalled if is_product(item)]
    return Named(frozenset().union(*(items for items, _ in found)), all(complete for _, complete in found))


async def _drive(ctx: Context, asking: Asking[Found]) -> Found:
    facts = _Facts(ctx)
    try:
        question = next(asking)
        while True:
            question = asking.send(await facts.answers(question))
    except StopIteration as stop:
        found: Found = stop.value
        return found


class _Facts:
    """Reads items' facts from the state; what is asked for again is not read again."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._reader = EventReader(ctx)
        self._mentions: dict[str, list[Mentioned]] = {}
        self._facts: dict[Place, Fact | None] = {}

    async def answers(self, question: Question) -> Answers:
        """The facts that are asked for."""
        return {item: await self._answer(item, question) for item in question.items}

    async def _answer(self, item: str, question: Question) -> Answer:
        if item not in self._mentions:
            self._mentions[item] = await mentions_of(self._ctx, canonical_item(item))
        found: list[Fact] = []
        for each in self._mentions[item]:
            fact = None if question.roles.isdisjoint(each.roles) else await self._at(each.place)
            if fact is None:
                continue
            if len(found) > question.facts_max and fact.recorded_at > found[-1].recorded_at:
                break
            found.append(fact)
        first = sorted(found, key=lambda fact: (fact.recorded_at, *fact.order))[: question.facts_max]
        return Answer(first, complete=len(found) <= question.facts_max)

    async def _at(self, place: Place) -> Fact | None:
        if place not in self._facts:
            event = await self._reader.at(place)
            self._facts[place] = (
                None
                if event is None
                else fact_of(
                    event.event,
                    digest=event.digest,
                    recorded_at=event.recorded_at,
                    recorder=event.recorder,
                    declared_by=event.declared_by,
                )
            )
        return self._facts[place]


async def _papers(ctx: Context, item: str, looked: Looked) -> Papers:
    recalls = {
        recall.id: recall for each in recallable(looked.upstream.items) for recall in await recalls_of(ctx, each)
    }
    return Papers(
        licence=await licence_for(ctx, item),
        anchors=[anchor for each in documented(looked) async for anchor in ctx.ledger.range(Anchor, each)],
        recalls=list(recalls.values()),
        scans=[
            Scans(item=each.item, day=each.day, area=each.area, count=each.count)
            async for each in ctx.ledger.range(ScanCount, item)
        ],
    )
