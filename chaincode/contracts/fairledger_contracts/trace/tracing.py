"""Driving the walks of ``lineage`` over the ledger's state: every peer comes to the same history."""

from collections.abc import Generator, Mapping, Sequence
from typing import TypeVar

from fairledger_chaincode import Context
from fairledger_chaincode.errors import NotFound
from fairledger_contracts.lineage.fact import Fact, fact_of
from fairledger_contracts.lineage.history import History, Looked, Papers, documented, look, recallable, tell
from fairledger_contracts.lineage.recall_scope import Named, RecallScope, scope
from fairledger_contracts.lineage.walk import EVENTS_MAX
from fairledger_contracts.records.anchor import Anchor
from fairledger_contracts.records.event import RecordedEvent
from fairledger_contracts.records.item_id import canonical_item, is_product
from fairledger_contracts.records.recall import Recall
from fairledger_contracts.records.scan_count import ScanCount, Scans
from fairledger_contracts.trace.licensing import licence_for
from fairledger_contracts.trace.reading import EventReader, items_of, places_of
from fairledger_contracts.trace.recalling import recalls_of

AFFECTED_MAX = 1_000  # items that a peer walks through for one query; the read model walks further
Found = TypeVar("Found")
FactsByItem = Mapping[str, Sequence[Fact]]


async def history(ctx: Context, epc: str) -> History:
    """See ``Trace.history``."""
    looked = await _drive(ctx, look(epc))
    return tell(epc, looked, await _papers(ctx, canonical_item(epc).id, looked))


async def recall_scope(ctx: Context, recall_id: str) -> RecallScope:
    """See ``Trace.recall_scope``."""
    recall = await ctx.ledger.find(Recall, recall_id)
    if recall is None:
        raise NotFound("TRACE_RECALL_UNKNOWN", "no recall has this id")
    return await _drive(ctx, scope(recall.items, await _named(ctx, recall.items), AFFECTED_MAX))


async def _named(ctx: Context, recalled: Sequence[str]) -> Named:
    found = [await items_of(ctx, item) for item in recalled if is_product(item)]
    return Named(frozenset().union(*(items for items, _ in found)), all(complete for _, complete in found))


async def _drive(ctx: Context, walk: Generator[tuple[str, ...], FactsByItem, Found]) -> Found:
    facts: dict[str, Sequence[Fact]] = {}
    try:
        asked = next(walk)
        while True:
            for item in asked:
                if item not in facts:
                    facts[item] = await _facts(ctx, item)
            asked = walk.send({item: facts[item] for item in asked})
    except StopIteration as stop:
        found: Found = stop.value
        return found


async def _facts(ctx: Context, item: str) -> list[Fact]:
    """The item's facts, the earliest by the ledger's time; at most ``EVENTS_MAX``."""
    found: list[Fact] = []
    reader = EventReader(ctx)
    for place in await places_of(ctx, canonical_item(item)):
        event = await reader.at(place)
        fact = None if event is None else _fact(event)
        if fact is None:
            continue
        if len(found) >= EVENTS_MAX and fact.recorded_at > found[-1].recorded_at:
            break
        found.append(fact)
    return sorted(found, key=lambda fact: (fact.recorded_at, *fact.order))[:EVENTS_MAX]


def _fact(event: RecordedEvent) -> Fact | None:
    return fact_of(
        event.event,
        digest=event.digest,
        recorded_at=event.recorded_at,
        recorder=event.recorder,
        declared_by=event.declared_by,
    )


async def _papers(ctx: Context, item: str, looked: Looked) -> Papers:
    recalls = {recall.id: recall for each in recallable(looked) for recall in await recalls_of(ctx, each)}
    return Papers(
        licence=await licence_for(ctx, item),
        anchors=[anchor for each in documented(looked) async for anchor in ctx.ledger.range(Anchor, each)],
        recalls=list(recalls.values()),
        scans=[
            Scans(item=each.item, day=each.day, area=each.area, count=each.count)
            async for each in ctx.ledger.range(ScanCount, item)
        ],
    )
