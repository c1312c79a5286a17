"""The typed facade of the contract ``trace``."""

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from pydantic import TypeAdapter

from fairledger.gateway import ConflictRetry
from fairledger.trace.prepare import PreparedDocument
from fairledger_contracts.lineage.history import History
from fairledger_contracts.lineage.recall_scope import RecallScope
from fairledger_contracts.records.anchor import Anchor, DocumentDescription
from fairledger_contracts.records.capture import CaptureReceipt, CaptureRecord
from fairledger_contracts.records.event import ItemEvents, RecordedEvent
from fairledger_contracts.records.licence import Licence
from fairledger_contracts.records.recall import Measure, Recall
from fairledger_contracts.records.scan_count import Scans

ANCHORS: Final = TypeAdapter(list[Anchor])
PAGE_SIZE: Final = 50
RETRY: Final = ConflictRetry(attempts_max=5)  # a capture that lost against another of the same event finds it then


class TraceContract(Protocol):
    """What this facade needs of a gateway's contract; ``fairledger.gateway.Contract`` has it."""

    async def evaluate(self, function: str, *arguments: str | bytes) -> bytes:
        """See ``fairledger.gateway.Contract``."""
        ...

    async def submit(self, function: str, *arguments: str | bytes, retry: ConflictRetry = ...) -> bytes:
        """See ``fairledger.gateway.Contract``."""
        ...


@dataclass(frozen=True, slots=True)
class Captured:
    """A document on the ledger: a receipt for each of its chunks, in order."""

    receipts: tuple[CaptureReceipt, ...]

    @property
    def tx_ids(self) -> tuple[str, ...]:
        """The transactions, which are the captures' ids too."""
        return tuple(receipt.id for receipt in self.receipts)

    @property
    def accepted(self) -> int:
        """How many events were new."""
        return sum(receipt.accepted for receipt in self.receipts)

    @property
    def repeated(self) -> tuple[str, ...]:
        """The ids of the events that the ledger had already."""
        return tuple(event_id for receipt in self.receipts for event_id in receipt.repeated)


class TraceClient:
    """Captures and reads in the name of the gateway's identity. Everything raises ``GatewayError``."""

    def __init__(self, contract: TraceContract) -> None:
        self._contract = contract

    async def capture(self, document: PreparedDocument) -> Captured:
        """Capture a document, chunk after chunk.

        When a chunk is refused, those before it stay: capture the document again when the reason is mended, and their
        events are found to be there already.
        """
        receipts = []
        for chunk in document.chunks:
            answer = await self._contract.submit("capture", chunk.text, retry=RETRY)
            receipts.append(CaptureReceipt.model_validate_json(answer))
        return Captured(tuple(receipts))

    async def license_prefix(self, *, prefix: str, msp_id: str, gln: str, name: str) -> Licence:
        """Register a licence's holder, as an officer; codes TRACE_ROLE_DENIED, TRACE_LICENCE_GLN, TRACE_LICENCE_HELD.

        ``prefix`` is what GTINs begin with behind their indicator digit; ``gln`` and ``msp_id`` are the business's.
        """
        holder = json.dumps({"prefix": prefix, "msp_id": msp_id, "gln": gln, "name": name})
        return Licence.model_validate_json(await self._contract.submit("license_prefix", holder, retry=RETRY))

    async def anchor(self, document: DocumentDescription, items: Sequence[str]) -> list[Anchor]:
        """Vouch for a document about items; codes TRACE_ROLE_DENIED, TRACE_ITEMS. An anchor for each item."""
        arguments = (document.model_dump_json(), json.dumps(list(items)))
        return ANCHORS.validate_json(await self._contract.submit("anchor", *arguments, retry=RETRY))

    async def recall(self, items: Sequence[str], measure: Measure, reason: str) -> Recall:
        """Recall items and all that was made of them; codes TRACE_ROLE_DENIED, TRACE_RECALL_DENIED, TRACE_ITEMS."""
        arguments = (json.dumps(list(items)), json.dumps(measure), reason)
        return Recall.model_validate_json(await self._contract.submit("recall", *arguments, retry=RETRY))

    async def end_recall(self, recall_id: str, reason: str) -> Recall:
        """End a recall; codes TRACE_RECALL_UNKNOWN, TRACE_RECALL_ENDED, TRACE_ROLE_DENIED, TRACE_RECALL_DENIED."""
        return Recall.model_validate_json(await self._contract.submit("end_recall", recall_id, reason, retry=RETRY))

    async def count_scans(self, counted: Sequence[Scans]) -> int:
        """Add up scans of tags, as a service; returns how many. Codes TRACE_ROLE_DENIED, TRACE_SCANS."""
        told = json.dumps([each.model_dump(mode="json") for each in counted])
        return int(await self._contract.submit("count_scans", told, retry=RETRY))

    async def history(self, epc: str) -> History:
        """An item's history as the peer tells it; ``epc`` in any form of its id. An unknown item has grade D."""
        return History.model_validate_json(await self._contract.evaluate("history", epc))

    async def recall_scope(self, recall_id: str) -> RecallScope:
        """All goods that a recall reaches, and the parties concerned; code TRACE_RECALL_UNKNOWN."""
        return RecallScope.model_validate_json(await self._contract.evaluate("recall_scope", recall_id))

    async def captured(self, capture_id: str) -> CaptureRecord:
        """What is kept of a capture; code TRACE_CAPTURE_UNKNOWN when there is none."""
        return CaptureRecord.model_validate_json(await self._contract.evaluate("captured", capture_id))

    async def event(self, event_id: str) -> RecordedEvent:
        """An event by its id; code TRACE_EVENT_UNKNOWN when there is none."""
        return RecordedEvent.model_validate_json(await self._contract.evaluate("event", event_id))

    async def item_events(self, epc: str, *, page_size: int = PAGE_SIZE) -> AsyncIterator[RecordedEvent]:
        """All events that name an item, latest first by the ledger's time; ``epc`` in any form of its id."""
        bookmark = ""
        while True:
            answer = await self._contract.evaluate("item_events", epc, bookmark, str(page_size))
            page = ItemEvents.model_validate_json(answer)
            for event in page.events:
                yield event
            bookmark = page.bookmark
            if not bookmark:
                return
