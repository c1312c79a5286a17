"""The typed facade, on the contract itself behind a simulated ledger."""

import json
from collections.abc import AsyncIterator

import pytest

from fairledger.gateway import ConflictRetry
from fairledger.gateway.retry import NEVER
from fairledger.trace import TraceClient, prepare
from fairledger_chaincode.simulator import LedgerSimulator, SimulatedIdentity
from fairledger_contracts.trace.contract import Trace
from tests.support.epcis import OBJECT_EVENT, event, text

THING = OBJECT_EVENT["epcList"][0]


class SimulatedContract:
    """What a gateway's contract does, on the simulator."""

    def __init__(self, ledger: LedgerSimulator, identity: SimulatedIdentity) -> None:
        self._ledger = ledger
        self._identity = identity

    async def evaluate(self, function: str, *arguments: str | bytes) -> bytes:
        return await self._ledger.evaluate(self._identity, f"trace:{function}", *arguments)

    async def submit(self, function: str, *arguments: str | bytes, retry: ConflictRetry = NEVER) -> bytes:
        assert retry.attempts_max > 1
        return (await self._ledger.submit(self._identity, f"trace:{function}", *arguments)).result


@pytest.fixture
async def client() -> AsyncIterator[TraceClient]:
    async with LedgerSimulator([Trace()], ("PlatformAMSP", "AssociationMSP")) as ledger:
        producer = ledger.identity("PlatformAMSP", "producer", role="producer")
        yield TraceClient(SimulatedContract(ledger, producer))


async def test_a_document_is_captured_chunk_after_chunk(client: TraceClient) -> None:
    document = prepare(text(*(event(eventID=f"urn:x:{i}") for i in range(5))), events_max=2)
    captured = await client.capture(document)
    assert [receipt.accepted for receipt in captured.receipts] == [2, 2, 1]
    assert (captured.accepted, captured.repeated) == (5, ())
    assert [(await client.captured(tx_id)).event_count for tx_id in captured.tx_ids] == [2, 2, 1]

    again = await client.capture(document)
    assert (again.accepted, again.repeated) == (0, document.event_ids)


async def test_an_event_is_read_by_its_id(client: TraceClient) -> None:
    await client.capture(prepare(text(OBJECT_EVENT)))
    recorded = await client.event(OBJECT_EVENT["eventID"])
    assert json.loads(recorded.event) == OBJECT_EVENT
    assert recorded.recorder.role == "producer"


@pytest.mark.parametrize("page_size", [1, 3, 50])
async def test_all_events_of_an_item_come_page_by_page_latest_first(client: TraceClient, page_size: int) -> None:
    await client.capture(prepare(text(*(event(eventID=f"urn:x:{i}") for i in range(7)))))
    found = [json.loads(each.event)["eventID"] async for each in client.item_events(THING, page_size=page_size)]
    assert found == [f"urn:x:{i}" for i in reversed(range(7))]
