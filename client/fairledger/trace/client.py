"""The typed facade of the contract ``trace``."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final, Protocol

from fairledger.gateway import ConflictRetry
from fairledger.trace.prepare import PreparedDocument
from fairledger_contracts.records.capture import CaptureReceipt, CaptureRecord
from fairledger_contracts.records.event import ItemEvents, RecordedEvent

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
