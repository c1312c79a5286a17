"""The typed facade, on the contract itself behind a simulated ledger."""

import json
from collections.abc import AsyncIterator

import pytest

from fairledger.gateway import ConflictRetry
from fairledger.gateway.retry import NEVER
from fairledger.trace import TraceClient, prepare
from fairledger_chaincode.simulator import LedgerSimulator, SimulatedIdentity
from fairledger_contracts.records.anchor import DocumentDescription, DocumentKind
from fairledger_contracts.records.recall import Measure
from fairledger_contracts.records.scan_count import Scans
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


GLN = "9521000000018"


class People:
    """A client for each person, on one ledger."""

    def __init__(self, ledger: LedgerSimulator) -> None:
        self.ledger = ledger
        self.producer = self._client("PlatformAMSP", "producer", gln=GLN)
        self.officer = self._client("AssociationMSP", "officer")
        self.service = self._client("PlatformAMSP", "service")

    def _client(self, msp_id: str, role: str, **attributes: str) -> TraceClient:
        return TraceClient(SimulatedContract(self.ledger, self.ledger.identity(msp_id, role, role=role, **attributes)))


@pytest.fixture
async def people() -> AsyncIterator[People]:
    async with LedgerSimulator([Trace()], ("PlatformAMSP", "AssociationMSP")) as ledger:
        yield People(ledger)


@pytest.fixture
def client(people: People) -> TraceClient:
    return people.producer


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


async def test_a_licence_has_its_holder_from_then_on(people: People) -> None:
    licence = await people.officer.license_prefix(prefix="9521000", msp_id="PlatformAMSP", gln=GLN, name="Maker")
    assert [(holder.msp_id, holder.gln, holder.name) for holder in licence.holders] == [("PlatformAMSP", GLN, "Maker")]
    assert (licence.prefix, licence.recorder.role) == ("9521000", "officer")


async def test_what_was_anchored_counted_and_recalled_is_in_the_history(people: People) -> None:
    await people.producer.capture(prepare(text(event(bizStep="commissioning", action="ADD"))))
    paper = DocumentDescription(
        sha256="ab" * 32, kind=DocumentKind.INVOICE, title="No. 7", media_type="text/plain", size_bytes=3
    )
    (anchor,) = await people.producer.anchor(paper, [THING])
    today = people.ledger.clock.now().date()
    assert await people.service.count_scans([Scans(item=THING, day=today, area="wx4", count=2)]) == 2
    recall = await people.officer.recall([THING], Measure.REPAIR, "a fuse may melt")
    told = await people.producer.history(THING)
    assert (told.anchors, told.recalls) == ((anchor,), (recall,))
    assert (anchor.document, recall.measure, recall.ended_at) == (paper, Measure.REPAIR, None)
    assert [warning.code for warning in told.warnings] == ["recalled"]
    assert [finding.outcome for finding in told.findings if finding.check == "scans"] == ["shown"]


async def test_a_recall_reaches_goods_until_it_ends(people: People) -> None:
    await people.producer.capture(prepare(text(OBJECT_EVENT)))
    recall = await people.officer.recall([THING], Measure.RETURN, "why")
    scope = await people.producer.recall_scope(recall.id)
    assert (scope.items, [each.item for each in scope.affected]) == (recall.items, list(recall.items))
    ended = await people.officer.end_recall(recall.id, "all came back")
    assert (ended.id, ended.end_reason, ended.ended_by) == (recall.id, "all came back", recall.recorder)
