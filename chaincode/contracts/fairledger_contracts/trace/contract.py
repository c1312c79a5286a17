"""The contract ``trace``: EPCIS events on the ledger, each once, with who recorded it and when."""

from cryptography.hazmat.primitives.serialization import Encoding

from fairledger_chaincode import Context, Contract, query, transaction
from fairledger_chaincode.errors import NotAllowed
from fairledger_chaincode.identity import ClientIdentity
from fairledger_contracts.records.capture import CaptureReceipt, CaptureRecord
from fairledger_contracts.records.event import ItemEvents, RecordedEvent
from fairledger_contracts.records.recorder import Recorder
from fairledger_contracts.trace import reading
from fairledger_contracts.trace.epcis.document import Document, read_document
from fairledger_contracts.trace.placing import place, sort_out

ROLES_THAT_RECORD = frozenset({"producer", "processor", "carrier", "inspector", "merchant"})
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
        recorder = _recorder(ctx.caller)
        checked = read_document(document)

        sorted_out = sort_out(checked.events, await _known(ctx, checked))

        placed = place(checked, sorted_out, capture_id=ctx.tx_id, recorded_at=ctx.time, recorder=recorder)

        for key, state in placed.states:
            await ctx.stub.put_state(key, state)
        ctx.set_event(CAPTURED, placed.receipt)
        return placed.receipt

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


async def _known(ctx: Context, document: Document) -> list[str]:
    """The keys of those events that the ledger is found to have."""
    keys = list(dict.fromkeys(event.key for event in document.events))
    if document.is_large:
        return keys if await ctx.stub.get_state(document.key) is not None else []
    return [key for key in keys if await ctx.stub.get_state(key) is not None]


def _recorder(caller: ClientIdentity) -> Recorder:
    role = caller.attributes.get("role", "")
    if role not in ROLES_THAT_RECORD:
        permitted = ", ".join(sorted(ROLES_THAT_RECORD))
        raise NotAllowed("TRACE_ROLE_DENIED", f"events are recorded by {permitted}, not by {role or 'no role'}")
    return Recorder(
        msp_id=caller.msp_id,
        id=caller.id,
        role=role,
        gln=caller.attributes.get("gln", ""),
        certificate=caller.certificate.public_bytes(Encoding.PEM).decode(),
    )
