"""Capture: each event once, by whom and when, all or none."""

import base64
import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fairledger_chaincode.simulator import ChaincodeFailed, LedgerSimulator
from fairledger_contracts.records.capture import LOOKED_UP_MAX, CaptureReceipt, capture_key
from fairledger_contracts.trace.callers import ROLES_THAT_RECORD
from fairledger_contracts.trace.contract import Trace
from tests.support.epcis import CONTEXT, OBJECT_EVENT, TRANSFORMATION_EVENT, data_files, event, text
from tests.unit.contracts.conftest import TraceLedger

EVENT_ID = OBJECT_EVENT["eventID"]
DECLARATION = {"declarationTime": "2026-03-05T08:30:00Z", "reason": "incorrect_data"}


async def test_a_capture_keeps_who_recorded_it_and_when_by_the_ledger(trace: TraceLedger) -> None:
    at = datetime.now(UTC) + timedelta(seconds=42)
    committed = await trace.ledger.submit(trace.producer, "trace:capture", text(OBJECT_EVENT), at=at)

    recorded = await trace.event(EVENT_ID)
    assert recorded.recorded_at == at
    assert recorded.capture_id == committed.tx_id
    assert recorded.recorder.msp_id == "PlatformAMSP"
    assert recorded.recorder.role == "producer"
    assert recorded.recorder.gln == "9521000000018"
    assert base64.b64decode(recorded.recorder.id).startswith(b"x509::CN=producer,OU=client::CN=ca.")
    assert recorded.recorder.certificate == trace.producer.certificate.public_bytes(Encoding.PEM).decode()


async def test_the_receipt_counts_what_is_new_and_names_what_was_there(trace: TraceLedger) -> None:
    other = event(eventID="urn:x:other")
    first = await trace.committed(text(OBJECT_EVENT))
    second = await trace.capture(text(OBJECT_EVENT, other))

    receipt = CaptureReceipt.model_validate_json(first.result)
    assert (receipt.id, receipt.accepted, receipt.repeated) == (first.tx_id, 1, ())
    assert (second.accepted, second.repeated) == (1, (EVENT_ID,))
    (emitted,) = first.events
    assert (emitted.name, emitted.payload) == ("trace.captured", first.result)


async def test_an_event_keeps_its_first_recorder_when_another_sends_it_again(trace: TraceLedger) -> None:
    first = await trace.capture(text(OBJECT_EVENT))
    carrier = trace.ledger.identity("PlatformBMSP", "carrier", role="carrier")
    again = await trace.capture(text(OBJECT_EVENT), by=carrier)

    assert (again.accepted, again.repeated) == (0, (EVENT_ID,))
    recorded = await trace.event(EVENT_ID)
    assert (recorded.capture_id, recorded.recorder.role) == (first.id, "producer")
    assert await trace.history(OBJECT_EVENT["epcList"][0]) == [EVENT_ID]


@pytest.mark.parametrize(
    "same",
    [
        dict(reversed(list(OBJECT_EVENT.items()))),
        event(recordTime="2026-03-01T08:31:00Z"),
    ],
)
async def test_the_order_of_keys_and_an_earlier_record_time_make_no_other_content(
    trace: TraceLedger, same: dict[str, Any]
) -> None:
    await trace.capture(text(OBJECT_EVENT))
    assert (await trace.capture(text(same))).repeated == (EVENT_ID,)


async def test_numbers_in_other_digits_make_no_other_content(trace: TraceLedger) -> None:
    await trace.capture(text(TRANSFORMATION_EVENT))
    again = text(TRANSFORMATION_EVENT).replace('"quantity": 2.5', '"quantity": 2.50')
    assert (await trace.capture(again)).repeated == (TRANSFORMATION_EVENT["eventID"],)


@pytest.mark.parametrize(
    "other",
    [
        text(event(bizStep="receiving")),
        text(event(epcList=["urn:epc:id:sgtin:9521000.099999.Z"])),
        text(event(ext__note="x"), context=[CONTEXT, {"ext": "https://other.example.com/"}]),
        text(event(type="AssociationEvent", parentID="urn:x:1", childEPCs=["urn:x:2"], without="epcList")),
    ],
)
async def test_the_same_id_with_other_content_is_another_event(trace: TraceLedger, other: str) -> None:
    mine = text(event(ext__note="x"), context=[CONTEXT, {"ext": "https://ns.example.com/"}])
    await trace.capture(mine)
    receipt = await trace.capture(other)
    assert (receipt.accepted, receipt.repeated) == (1, ())
    assert (await trace.capture(other)).repeated == (EVENT_ID,)

    first = await trace.event(EVENT_ID)
    assert json.loads(first.event) == json.loads(mine)["epcisBody"]["eventList"][0]
    (digest,) = first.others
    second = await trace.event(EVENT_ID, digest)
    assert json.loads(second.event) == json.loads(other)["epcisBody"]["eventList"][0]
    assert (second.digest, second.others) == (digest, (first.digest,))


async def test_nobody_keeps_an_event_off_the_ledger_by_claiming_its_id_first(trace: TraceLedger) -> None:
    squatter = trace.ledger.identity("PlatformBMSP", "squatter", role="merchant")
    await trace.ledger.submit(squatter, "trace:capture", text(event(bizStep="destroying")))

    receipt = await trace.capture(text(OBJECT_EVENT))

    assert (receipt.accepted, receipt.repeated) == (1, ())
    (digest,) = (await trace.event(EVENT_ID)).others
    assert (await trace.event(EVENT_ID, digest)).recorder.msp_id == "PlatformAMSP"


async def test_a_digest_that_no_event_of_the_id_has_is_unknown(trace: TraceLedger) -> None:
    await trace.capture(text(OBJECT_EVENT))
    assert "TRACE_EVENT_UNKNOWN" in await trace.refusal("event", EVENT_ID, "0" * 64)


async def test_a_document_is_recorded_as_a_whole_or_not_at_all(trace: TraceLedger) -> None:
    refused = text(event(eventID="urn:x:new"), event(action="GUESS"))
    assert "TRACE_DOCUMENT_INVALID" in await trace.refusal("capture", refused)
    assert "TRACE_EVENT_UNKNOWN" in await trace.refusal("event", "urn:x:new")


async def test_within_one_document_an_event_counts_once_too(trace: TraceLedger) -> None:
    receipt = await trace.capture(text(OBJECT_EVENT, OBJECT_EVENT))
    assert (receipt.accepted, receipt.repeated) == (1, (EVENT_ID,))


def many(count: int, *, start: int = 0) -> list[dict[str, Any]]:
    return [event(eventID=f"urn:x:many:{number}") for number in range(start, start + count)]


async def test_a_large_document_captured_again_is_known_as_a_whole(trace: TraceLedger) -> None:
    events = many(LOOKED_UP_MAX + 1)
    first = await trace.capture(text(*events))
    again = await trace.capture(text(*events))
    assert (first.accepted, first.repeated) == (len(events), ())
    assert (again.accepted, again.repeated) == (0, tuple(each["eventID"] for each in events))


async def test_a_copy_in_a_large_document_has_no_effect(trace: TraceLedger) -> None:
    first = await trace.capture(text(*many(3)))
    carrier = trace.ledger.identity("PlatformBMSP", "carrier", role="carrier")
    large = await trace.capture(text(*many(LOOKED_UP_MAX + 1, start=2)), by=carrier)

    copied = await trace.event("urn:x:many:2")
    assert (copied.capture_id, copied.recorder.role, copied.others) == (first.id, "producer", ())
    new = await trace.event("urn:x:many:3")
    assert (new.capture_id, new.recorder.role) == (large.id, "carrier")
    history = await trace.history(OBJECT_EVENT["epcList"][0])
    assert sorted(history) == sorted(f"urn:x:many:{number}" for number in range(LOOKED_UP_MAX + 3))


async def test_of_two_large_documents_in_one_block_the_first_has_the_event(trace: TraceLedger) -> None:
    one, other = text(*many(LOOKED_UP_MAX + 1)), text(*many(LOOKED_UP_MAX + 1, start=LOOKED_UP_MAX))
    endorsed = [await trace.ledger.endorse(trace.producer, "trace:capture", each) for each in (one, other)]
    first, second = await trace.ledger.commit(endorsed)
    assert (first.validation_code, second.validation_code) == ("VALID", "VALID")
    assert (await trace.event(f"urn:x:many:{LOOKED_UP_MAX}")).capture_id == first.tx_id
    assert (await trace.event(f"urn:x:many:{LOOKED_UP_MAX + 1}")).capture_id == second.tx_id


async def test_two_captures_of_one_event_in_one_block_leave_it_once(trace: TraceLedger) -> None:
    one = await trace.ledger.endorse(trace.producer, "trace:capture", text(OBJECT_EVENT))
    other = await trace.ledger.endorse(trace.producer, "trace:capture", text(OBJECT_EVENT))
    codes = [committed.validation_code for committed in await trace.ledger.commit([one, other])]
    assert codes == ["VALID", "MVCC_READ_CONFLICT"]
    assert await trace.history(OBJECT_EVENT["epcList"][0]) == [EVENT_ID]


async def test_captures_of_other_events_of_one_item_do_not_hinder_each_other(trace: TraceLedger) -> None:
    one = await trace.ledger.endorse(trace.producer, "trace:capture", text(OBJECT_EVENT))
    other = await trace.ledger.endorse(trace.producer, "trace:capture", text(event(eventID="urn:x:2")))
    codes = [committed.validation_code for committed in await trace.ledger.commit([one, other])]
    assert codes == ["VALID", "VALID"]


async def test_an_error_declaration_has_its_events_id_and_stands_beside_it(trace: TraceLedger) -> None:
    declaration = event(errorDeclaration=DECLARATION)
    await trace.capture(text(OBJECT_EVENT))
    assert (await trace.capture(text(declaration))).accepted == 1
    assert (await trace.capture(text(declaration))).repeated == (EVENT_ID,)

    recorded = await trace.event(EVENT_ID)
    assert json.loads(recorded.event) == OBJECT_EVENT
    assert recorded.error_declaration is not None
    assert json.loads(recorded.error_declaration) == declaration
    assert await trace.history(OBJECT_EVENT["epcList"][0]) == [EVENT_ID, EVENT_ID]


async def test_an_error_declaration_concerns_the_event_with_its_content_only(trace: TraceLedger) -> None:
    await trace.capture(text(OBJECT_EVENT))
    await trace.capture(text(event(errorDeclaration=DECLARATION, bizStep="packing")))
    recorded = await trace.event(EVENT_ID)
    assert (recorded.error_declaration, recorded.others) == (None, ())


async def test_of_two_error_declarations_the_first_counts(trace: TraceLedger) -> None:
    declaration, other = (
        event(errorDeclaration={**DECLARATION, "reason": r}) for r in ("did_not_occur", "incorrect_data")
    )
    for captured in (OBJECT_EVENT, declaration, other):
        await trace.capture(text(captured))
    recorded = await trace.event(EVENT_ID)
    assert recorded.error_declaration is not None
    assert json.loads(recorded.error_declaration) == declaration


async def test_an_error_declaration_of_an_unknown_event_stands_for_it(trace: TraceLedger) -> None:
    declaration = event(errorDeclaration=DECLARATION)
    await trace.capture(text(declaration))
    recorded = await trace.event(EVENT_ID)
    assert json.loads(recorded.event) == declaration
    assert recorded.error_declaration is None


@pytest.mark.parametrize("role", sorted(ROLES_THAT_RECORD))
async def test_these_roles_record(trace: TraceLedger, role: str) -> None:
    somebody = trace.ledger.identity("PlatformBMSP", "somebody", role=role)
    assert (await trace.capture(text(OBJECT_EVENT), by=somebody)).accepted == 1


@pytest.mark.parametrize("attributes", [{}, {"role": "consumer"}, {"role": "regulator"}, {"role": "Producer"}])
async def test_others_do_not(trace: TraceLedger, attributes: dict[str, str]) -> None:
    somebody = trace.ledger.identity("PlatformBMSP", "somebody", **attributes)
    message = await trace.refusal("capture", text(OBJECT_EVENT), by=somebody)
    assert message.startswith(
        "TRACE_ROLE_DENIED: events are recorded by carrier, inspector, merchant, processor, producer"
    )


@pytest.mark.parametrize("offset_s", [-300, 300, -(10**9)])
async def test_a_proposal_of_another_time_is_refused(trace: TraceLedger, offset_s: int) -> None:
    at = datetime.now(UTC) + timedelta(seconds=offset_s)
    with pytest.raises(ChaincodeFailed, match="CHAINCODE_CLOCK"):
        await trace.ledger.submit(trace.producer, "trace:capture", text(OBJECT_EVENT), at=at)


@pytest.mark.parametrize(
    ("function", "argument", "code"),
    [
        ("event", "urn:x:nobody", "TRACE_EVENT_UNKNOWN"),
        ("event", "urn:x:\x00", "TRACE_EVENT_UNKNOWN"),
        ("event", "urn:x:\U0010ffff", "TRACE_EVENT_UNKNOWN"),
        ("event", "", "TRACE_EVENT_UNKNOWN"),
        ("captured", "0" * 64, "TRACE_CAPTURE_UNKNOWN"),
        ("captured", "\x00", "CHAINCODE_KEY"),
        ("item_events", "", "CHAINCODE_KEY"),
        ("item_events", "urn:x:\x00:1", "CHAINCODE_KEY"),
        ("capture", "{", "TRACE_DOCUMENT_INVALID"),
    ],
)
async def test_what_can_not_be_answered_has_a_code(trace: TraceLedger, function: str, argument: str, code: str) -> None:
    assert (await trace.refusal(function, argument)).startswith(f"{code}: ")


def read_with_ids(path: Path) -> Any:
    given = json.loads(path.read_text(encoding="utf-8"))
    for i, each in enumerate(given["epcisBody"]["eventList"]):
        each["eventID"] = f"urn:test:{i}"
    return given


@pytest.mark.parametrize("path", data_files("documents", "*.json"))
async def test_the_documents_of_the_test_data_come_back_as_they_were(trace: TraceLedger, path: Path) -> None:
    given = read_with_ids(path)
    receipt = await trace.capture(json.dumps(given))

    assert receipt.accepted == len(given["epcisBody"]["eventList"])
    for each in given["epcisBody"]["eventList"]:
        recorded = await trace.event(each["eventID"])
        assert json.loads(recorded.event, parse_float=str) == json.loads(json.dumps(each), parse_float=str)
        assert json.loads(recorded.context) == given["@context"]
    envelope = json.loads((await trace.captured(receipt.id)).envelope)
    assert envelope == {**given, "epcisBody": {"eventList": []}}


async def test_a_long_document_is_cut_in_segments_and_put_together_again(trace: TraceLedger) -> None:
    events = [event(eventID=f"urn:x:{i}", epcList=[f"urn:epc:id:sgtin:9521000.012345.A{i:04d}"]) for i in range(300)]
    receipt = await trace.capture(text(*events))
    record = await trace.captured(receipt.id)
    assert (record.event_count, record.segment_count) == (300, 6)
    for each in (events[0], events[149], events[299]):
        assert json.loads((await trace.event(each["eventID"])).event) == each


def test_a_capture_is_kept_under_its_id() -> None:
    assert capture_key("t1") == "\x00trace-capture\x00t1\x00"


NUMBERS = st.lists(st.integers(0, 5), min_size=1, max_size=6)


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(NUMBERS, min_size=1, max_size=5), st.randoms(use_true_random=False))
async def test_whatever_is_sent_how_often_each_event_is_there_once(
    documents: list[list[int]], chance: random.Random
) -> None:
    async with LedgerSimulator([Trace()], ("PlatformAMSP",)) as ledger:
        trace = TraceLedger(ledger, ledger.identity("PlatformAMSP", "producer", role="producer"))
        accepted = 0
        for numbers in documents:
            made = [event(eventID=f"urn:x:{number}") for number in numbers]
            shuffled = [dict(chance.sample(list(each.items()), len(each))) for each in made]
            receipt = await trace.capture(text(*shuffled))
            assert receipt.accepted + len(receipt.repeated) == len(numbers)
            accepted += receipt.accepted
        sent = {f"urn:x:{number}" for numbers in documents for number in numbers}
        assert accepted == len(sent)
        assert sorted(await trace.history(OBJECT_EVENT["epcList"][0], page_size=2)) == sorted(sent)
