"""Recalling goods, and ending a recall."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from fairledger_chaincode import Context
from fairledger_chaincode.errors import NotAllowed, NotFound, WrongState
from fairledger_contracts.records.prose import PROSE
from fairledger_contracts.records.recall import REASON_LENGTH_MAX, RECALLED_ITEMS_MAX, Measure, Recall, RecallMark
from fairledger_contracts.records.signatory import Signatory
from fairledger_contracts.trace.anchoring import canonical_items
from fairledger_contracts.trace.callers import ROLES_OF_AUTHORITY, signatory
from fairledger_contracts.trace.licensing import licence_for

ROLES_THAT_RECALL = {"producer", "processor", *ROLES_OF_AUTHORITY}
Reason = Annotated[str, Field(min_length=1, max_length=REASON_LENGTH_MAX, pattern=PROSE)]


async def recall(ctx: Context, items: Sequence[str], measure: Measure, reason: str) -> Recall:
    """Recall ``items``.

    Raises ``NotAllowed`` (TRACE_ROLE_DENIED, TRACE_RECALL_DENIED), ``RuleBroken`` (TRACE_ITEMS).
    """
    recorder = signatory(ctx.caller, ROLES_THAT_RECALL, "goods are recalled")
    named = canonical_items(items, RECALLED_ITEMS_MAX)
    await _check_right(ctx, recorder, named)
    recalled = Recall(
        id=ctx.tx_id, items=named, measure=measure, reason=reason, recalled_at=ctx.time, recorder=recorder
    )
    await ctx.ledger.save(recalled)
    for item in named:
        await ctx.ledger.save(RecallMark(item=item, id=recalled.id))
    return recalled


async def end(ctx: Context, recall_id: str, reason: str) -> Recall:
    """End a recall. Raises ``NotFound`` (TRACE_RECALL_UNKNOWN), ``WrongState`` (TRACE_RECALL_ENDED), ``NotAllowed``.

    Who recalled may end it, and the authorities; a producer can't end an authority's recall.
    """
    recorder = signatory(ctx.caller, ROLES_THAT_RECALL, "recalls are ended")
    recalled = await ctx.ledger.find(Recall, recall_id)
    if recalled is None:
        raise NotFound("TRACE_RECALL_UNKNOWN", "no recall has this id")
    if recalled.ended_at is not None:
        raise WrongState("TRACE_RECALL_ENDED", f"the recall ended at {recalled.ended_at.isoformat()}")
    if recorder.role not in ROLES_OF_AUTHORITY and recorder.party != recalled.recorder.party:
        raise NotAllowed("TRACE_RECALL_DENIED", "a recall is ended by who recalled, or by an authority")
    ended = recalled.model_copy(update={"ended_at": ctx.time, "ended_by": recorder, "end_reason": reason})
    await ctx.ledger.save(ended)
    return ended


async def recalls_of(ctx: Context, item: str) -> list[Recall]:
    """All recalls that name an item's canonical id, ended ones too."""
    marks = [mark async for mark in ctx.ledger.range(RecallMark, item)]
    return [await ctx.ledger.load(Recall, mark.id) for mark in marks]


async def _check_right(ctx: Context, recorder: Signatory, items: Sequence[str]) -> None:
    """A business recalls what its own licence covers; authorities recall anything."""
    if recorder.role in ROLES_OF_AUTHORITY:
        return
    for item in items:
        licence = await licence_for(ctx, item)
        holder = licence.holder_at(ctx.time) if licence else None
        if holder is None or holder.party != recorder.party:
            raise NotAllowed("TRACE_RECALL_DENIED", "a business recalls goods of its own licence; ask the association")
