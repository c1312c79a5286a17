"""The contract ``trace``, or all of them, on a simulated ledger."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from fairledger_chaincode.simulator import ChaincodeFailed, Committed, LedgerSimulator, SimulatedIdentity
from fairledger_contracts.contracts import all_contracts
from fairledger_contracts.lineage.history import History
from fairledger_contracts.lineage.recall_scope import RecallScope
from fairledger_contracts.records.capture import CaptureReceipt, CaptureRecord
from fairledger_contracts.records.event import ItemEvents, RecordedEvent
from fairledger_contracts.trace.contract import Trace
from tests.support.privacy import COLLECTIONS

VALID_SINCE = datetime(2026, 1, 1, tzinfo=UTC)
ORGANIZATIONS = ("PlatformAMSP", "PlatformBMSP", "AssociationMSP", "RegulatorMSP")


@dataclass(frozen=True)
class TraceLedger:
    """The contract as a client sees it; everybody is ``producer`` unless another is named."""

    ledger: LedgerSimulator
    producer: SimulatedIdentity

    async def committed(self, document: str, *, by: SimulatedIdentity | None = None) -> Committed:
        return await self.ledger.submit(by or self.producer, "trace:capture", document)

    async def capture(self, document: str, *, by: SimulatedIdentity | None = None) -> CaptureReceipt:
        return CaptureReceipt.model_validate_json((await self.committed(document, by=by)).result)

    async def refusal(self, function: str, *arguments: str, by: SimulatedIdentity | None = None) -> str:
        with pytest.raises(ChaincodeFailed) as failure:
            await self.ledger.submit(by or self.producer, f"trace:{function}", *arguments)
        return failure.value.message

    async def event(self, *event_id_and_digest: str) -> RecordedEvent:
        answer = await self.ledger.evaluate(self.producer, "trace:event", *event_id_and_digest)
        return RecordedEvent.model_validate_json(answer)

    async def captured(self, capture_id: str) -> CaptureRecord:
        return CaptureRecord.model_validate_json(
            await self.ledger.evaluate(self.producer, "trace:captured", capture_id)
        )

    async def page(self, epc: str, bookmark: str = "", page_size: int = 20) -> ItemEvents:
        answer = await self.ledger.evaluate(self.producer, "trace:item_events", epc, bookmark, str(page_size))
        return ItemEvents.model_validate_json(answer)

    async def history(self, epc: str, page_size: int = 20) -> list[str]:
        """The ids of all events of an item, page by page."""
        ids: list[str] = []
        bookmark = ""
        while True:
            page = await self.page(epc, bookmark, page_size)
            assert len(page.events) <= page_size
            ids += [json.loads(each.event)["eventID"] for each in page.events]
            bookmark = page.bookmark
            if not bookmark:
                return ids

    def person(self, role: str, msp_id: str = "PlatformAMSP", gln: str = "") -> SimulatedIdentity:
        """Somebody with these attributes, where they are not empty."""
        return issued(self.ledger, msp_id, role=role, gln=gln)

    async def submit(self, function: str, *arguments: object, by: SimulatedIdentity | None = None) -> bytes:
        """Submit with arguments that are JSON where they are no strings."""
        return (await self.ledger.submit(by or self.producer, f"trace:{function}", *map(_argument, arguments))).result

    async def refused(self, function: str, *arguments: object, by: SimulatedIdentity | None = None) -> str:
        """The code with which a call is refused."""
        return (await self.refusal(function, *map(_argument, arguments), by=by)).partition(":")[0]

    async def told(self, epc: str) -> History:
        return History.model_validate_json(await self.ledger.evaluate(self.producer, "trace:history", epc))

    async def scope(self, recall_id: str) -> RecallScope:
        answer = await self.ledger.evaluate(self.producer, "trace:recall_scope", recall_id)
        return RecallScope.model_validate_json(answer)


def issued(ledger: LedgerSimulator, msp_id: str, **attributes: str) -> SimulatedIdentity:
    """An identity that is valid since long before the clock of any test."""
    given = {name: value for name, value in attributes.items() if value}
    return ledger.authority(msp_id).issue(given.get("role", "somebody"), attributes=given, not_before=VALID_SINCE)


def _argument(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


@pytest.fixture(scope="module")
async def ledger() -> AsyncIterator[LedgerSimulator]:
    """All contracts, with the platforms' collections."""
    async with LedgerSimulator(all_contracts(), ORGANIZATIONS, collections=COLLECTIONS, replicas=1) as simulated:
        yield simulated


@pytest.fixture
async def trace() -> AsyncIterator[TraceLedger]:
    async with LedgerSimulator([Trace()], ORGANIZATIONS) as ledger:
        yield TraceLedger(ledger, issued(ledger, "PlatformAMSP", role="producer", gln="9521000000018"))
