"""The contract ``trace``: EPCIS events on the ledger, each once, with who recorded it and when."""

from collections.abc import Sequence

from fairledger_chaincode import Context, Contract, query, transaction
from fairledger_contracts.lineage.history import History
from fairledger_contracts.lineage.recall_scope import RecallScope
from fairledger_contracts.records.anchor import Anchor, DocumentDescription
from fairledger_contracts.records.capture import CaptureReceipt, CaptureRecord
from fairledger_contracts.records.event import ItemEvents, RecordedEvent
from fairledger_contracts.records.licence import Licence
from fairledger_contracts.records.recall import Measure, Recall
from fairledger_contracts.records.scan_count import Scans
from fairledger_contracts.trace import anchoring, licensing, reading, recalling, scanning, tracing
from fairledger_contracts.trace.callers import recorder
from fairledger_contracts.trace.epcis.document import Document, read_document
from fairledger_contracts.trace.placing import place, sort_out

CAPTURED = "trace.captured"  # the chaincode event that a capture emits; its payload is the receipt


class Trace(Contract):
    """Capture of EPCIS 2.0 documents, and their events read back by id and by item."""

    name = "trace"

    @transaction
    async def capture(self, ctx: Context, document: str) -> CaptureReceipt:
        """Record the events of a document; those that the ledger has already, with this content, are left as they are.

        Raises as ``read_document`` does, and ``NotAllowed`` (TRACE_ROLE_DENIED) for a caller whose certificate has none
        of the roles that record. All events are recorded, or none. Emits ``trace.captured``.
        """
        person = recorder(ctx.caller)
        checked = read_document(document)

        sorted_out = sort_out(checked.events, await _known(ctx, checked))

        placed = place(checked, sorted_out, capture_id=ctx.tx_id, recorded_at=ctx.time, recorder=person)

        for key, state in placed.states:
            await ctx.stub.put_state(key, state)
        ctx.set_event(CAPTURED, placed.receipt)
        return placed.receipt

    @transaction
    async def license_prefix(self, ctx: Context, holder: licensing.LicenceHolder) -> Licence:
        """Register who may identify trade items whose GTIN begins with a prefix; an officer of the association does.

        Raises ``NotAllowed`` (TRACE_ROLE_DENIED), ``RuleBroken`` (TRACE_LICENCE_GLN, TRACE_LICENCE_HELD).
        """
        return await licensing.register(ctx, holder)

    @transaction
    async def anchor(self, ctx: Context, document: DocumentDescription, items: Sequence[str]) -> list[Anchor]:
        """Vouch for a document about items, by its hash. Who records events may, and the authorities.

        Raises ``NotAllowed`` (TRACE_ROLE_DENIED), ``RuleBroken`` (TRACE_ITEMS).
        """
        return await anchoring.anchor(ctx, document, items)

    @transaction
    async def recall(self, ctx: Context, items: Sequence[str], measure: Measure, reason: recalling.Reason) -> Recall:
        """Recall items and all that was made of them. The licence's holder may, and the authorities.

        Raises ``NotAllowed`` (TRACE_ROLE_DENIED, TRACE_RECALL_DENIED), ``RuleBroken`` (TRACE_ITEMS).
        """
        return await recalling.recall(ctx, items, measure, reason)

    @transaction
    async def end_recall(self, ctx: Context, recall_id: str, reason: recalling.Reason) -> Recall:
        """End a recall; it is told as one that ended.

        Raises ``NotFound`` (TRACE_RECALL_UNKNOWN), ``WrongState`` (TRACE_RECALL_ENDED), ``NotAllowed``.
        """
        return await recalling.end(ctx, recall_id, reason)

    @transaction
    async def count_scans(self, ctx: Context, counted: Sequence[Scans]) -> int:
        """Add up scans of tags, as an organisation's service counted them; returns how many.

        Raises ``NotAllowed`` (TRACE_ROLE_DENIED), ``RuleBroken`` (TRACE_SCANS).
        """
        return await scanning.count(ctx, counted)

    @query
    async def captured(self, ctx: Context, capture_id: str) -> CaptureRecord:
        """What is kept of a capture. Raises ``NotFound`` (TRACE_CAPTURE_UNKNOWN)."""
        return await reading.load_capture(ctx, capture_id)

    @query
    async def event(self, ctx: Context, event_id: str, digest: str = "") -> RecordedEvent:
        """An event by its id, and by its digest if the id has several; without, the one that was recorded first.

        Raises ``NotFound`` (TRACE_EVENT_UNKNOWN).
        """
        return await reading.EventReader(ctx).by_id(event_id, digest)

    @query
    async def item_events(self, ctx: Context, epc: str, bookmark: str = "", page_size: int = 20) -> ItemEvents:
        """A page of the events that name an item, latest first by the ledger's time; ``epc`` in any form of its id.

        ``bookmark`` is empty for the first page. A page holds at most ``page_size`` events, 1 to 100, or fewer; the
        last one has no bookmark. Raises ``RuleBroken`` (TRACE_PAGE_INVALID) for another size or a bookmark that no
        page had. An item that no event names has no events.
        """
        return await reading.item_events(ctx, epc, bookmark, page_size)

    @query
    async def history(self, ctx: Context, epc: str) -> History:
        """An item's journey, holders, origin and papers, and how far all that can be believed, with reasons.

        An item that the ledger does not know has an empty history, of grade D.
        """
        return await tracing.history(ctx, epc)

    @query
    async def recall_scope(self, ctx: Context, recall_id: str) -> RecallScope:
        """All goods that a recall reaches, and the parties concerned. Raises ``NotFound`` (TRACE_RECALL_UNKNOWN)."""
        return await tracing.recall_scope(ctx, recall_id)


async def _known(ctx: Context, document: Document) -> list[str]:
    """The keys of those events that the ledger is found to have."""
    keys = list(dict.fromkeys(event.key for event in document.events))
    if document.is_large:
        return keys if await ctx.stub.get_state(document.key) is not None else []
    return [key for key in keys if await ctx.stub.get_state(key) is not None]
