"""EPCIS documents on the real consortium: captured, and read back the same at another organisation."""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from fairledger.gateway.errors import EndorseError, EvaluateError
from fairledger.trace import TraceClient, prepare
from fairledger_contracts.records.carried import meaning
from fairledger_contracts.records.event import RecordedEvent
from tests.network.ledger_load import CHANNEL
from tests.network.running_consortium import RunningConsortium
from tests.support.epcis import OBJECT_EVENT, data_files, event, text

COMMIT_EVERYWHERE_MAX_S = 60.0
READERS = (("PlatformB", "merchant"), ("Regulator", "regulator"))


@pytest.fixture
async def producer(consortium: RunningConsortium) -> AsyncIterator[TraceClient]:
    async with consortium.gateway("PlatformA", "producer") as gateway:
        yield TraceClient(gateway.network(CHANNEL).contract("credit", "trace"))


@pytest.fixture
async def readers(consortium: RunningConsortium) -> AsyncIterator[list[TraceClient]]:
    (one, other) = READERS
    async with consortium.gateway(*one) as first, consortium.gateway(*other) as second:
        yield [TraceClient(each.network(CHANNEL).contract("credit", "trace")) for each in (first, second)]


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def unique_event() -> dict[str, Any]:
    number = secrets.token_hex(6).upper()
    return event(eventID=f"urn:fairledger:test:{number}", epcList=[f"urn:epc:id:sgtin:9521000.012345.{number}"])


async def read_when_there(reader: TraceClient, event_id: str) -> RecordedEvent:
    """Another organisation's peer commits a block when it gets to it."""
    async with asyncio.timeout(COMMIT_EVERYWHERE_MAX_S):
        while True:
            try:
                return await reader.event(event_id)
            except EvaluateError as error:
                if error.code != "TRACE_EVENT_UNKNOWN":
                    raise
                await asyncio.sleep(0.1)


@pytest.mark.parametrize("path", data_files("documents", "*.json"))
async def test_every_document_of_the_test_data_comes_back_the_same_at_two_organisations(
    producer: TraceClient, readers: list[TraceClient], path: Path
) -> None:
    given = read(path)
    for i, each in enumerate(given["epcisBody"]["eventList"]):
        each["eventID"] = f"urn:fairledger:test:{secrets.token_hex(6)}:{i}"
    captured = await producer.capture(prepare(json.dumps(given)))
    assert captured.accepted == len(given["epcisBody"]["eventList"])

    for reader in readers:
        for each in given["epcisBody"]["eventList"]:
            recorded = await read_when_there(reader, each["eventID"])
            assert meaning(recorded.event) == meaning(json.dumps(each))
            assert meaning(recorded.context) == meaning(json.dumps(given["@context"]))
            assert (recorded.recorder.msp_id, recorded.recorder.role) == ("PlatformAMSP", "producer")
            assert recorded.recorder.gln == "9521000000018"


async def test_a_second_capture_changes_nothing_and_other_content_is_another_event(producer: TraceClient) -> None:
    mine = unique_event()
    first = await producer.capture(prepare(text(mine)))
    again = await producer.capture(prepare(text(mine)))
    assert (first.accepted, again.accepted, again.repeated) == (1, 0, (mine["eventID"],))
    other = await producer.capture(prepare(text({**mine, "bizStep": "receiving"})))
    assert (other.accepted, other.repeated) == (1, ())
    recorded = await producer.event(mine["eventID"])
    assert json.loads(recorded.event)["bizStep"] == mine["bizStep"]
    assert len(recorded.others) == 1


async def test_an_items_events_are_found_by_its_link_page_by_page(
    producer: TraceClient, readers: list[TraceClient]
) -> None:
    mine = unique_event()
    ids = [f"{mine['eventID']}:{i}" for i in range(5)]
    for start in (0, 2):
        some = ids[start : start + 2] if start == 0 else ids[start:]
        await producer.capture(prepare(text(*({**mine, "eventID": each} for each in some))))
    link = f"https://id.gs1.org/01/09521000123458/21/{mine['epcList'][0].rpartition('.')[2]}"
    for reader in readers:
        await read_when_there(reader, ids[-1])
        found = [json.loads(each.event)["eventID"] async for each in reader.item_events(link, page_size=2)]
        assert found == ids[::-1]


async def test_who_may_not_record_is_denied(readers: list[TraceClient]) -> None:
    regulator = readers[1]
    with pytest.raises(EndorseError) as refusal:
        await regulator.capture(prepare(text(unique_event())))
    assert refusal.value.code == "TRACE_ROLE_DENIED"


@pytest.mark.parametrize(
    ("event_id", "code"),
    [(OBJECT_EVENT["eventID"] + "0", "TRACE_EVENT_UNKNOWN"), ("urn:x:\x00", "TRACE_EVENT_UNKNOWN")],
)
async def test_an_event_that_is_not_there_has_a_code(producer: TraceClient, event_id: str, code: str) -> None:
    with pytest.raises(EvaluateError) as refusal:
        await producer.event(event_id)
    assert refusal.value.code == code


async def test_a_document_of_five_hundred_events_is_one_transaction(producer: TraceClient) -> None:
    mine = unique_event()
    made = [{**mine, "eventID": f"{mine['eventID']}:{i}"} for i in range(500)]
    captured = await producer.capture(prepare(text(*made)))
    (receipt,) = captured.receipts
    assert receipt.accepted == 500
    record = await producer.captured(receipt.id)
    assert record.event_count == 500
