"""Documents made ready: ids, digits, chunks."""

import json
from pathlib import Path

import pytest

from fairledger.trace import DocumentRefused, event_ids, prepare
from fairledger_contracts.records.capture import EVENTS_MAX, ITEMS_MAX
from fairledger_contracts.records.carried import meaning, read_carried
from fairledger_contracts.trace.epcis.document import read_document
from tests.support.epcis import CONTEXT, OBJECT_EVENT, TRANSFORMATION_EVENT, data_files, document, event, text


@pytest.mark.parametrize("path", data_files("documents", "*.json"))
def test_the_documents_of_the_test_data_become_what_the_contract_takes(path: Path) -> None:
    given = path.read_text(encoding="utf-8")
    prepared = prepare(given)
    checked = [each for chunk in prepared.chunks for each in read_document(chunk.text).events]
    lacking = [each for each in json.loads(given)["epcisBody"]["eventList"] if "eventID" not in each]

    assert prepared.added == len(lacking)
    assert prepared.event_ids == tuple(each.id for each in checked)
    expected = json.loads(given)
    for each, event_id in zip(expected["epcisBody"]["eventList"], prepared.event_ids, strict=True):
        each["eventID"] = event_id
    (chunk,) = prepared.chunks
    assert meaning(chunk.text) == meaning(json.dumps(expected))


def test_events_without_an_id_get_their_hash_and_others_keep_theirs() -> None:
    bare = event(without="eventID")
    prepared = prepare(text(bare, OBJECT_EVENT))
    assert prepared.added == 1
    assert prepared.event_ids == (event_ids(document(bare))[0], OBJECT_EVENT["eventID"])


def test_numbers_keep_their_digits() -> None:
    given = text(event(TRANSFORMATION_EVENT, without="eventID")).replace("2.5", "2.500")
    (chunk,) = prepare(given).chunks
    assert '"quantity":2.500' in chunk.text


def test_chunks_are_canonical_so_that_the_contract_reads_them_fast() -> None:
    (chunk,) = prepare(json.dumps(document(OBJECT_EVENT), indent=2)).chunks
    assert read_carried(chunk.text).is_canonical


def test_fields_to_ignore_are_no_part_of_the_id() -> None:
    context = [CONTEXT, {"ext": "https://ns.example.com/"}]
    bare = event(without="eventID")
    (expected,) = prepare(text(bare, context=context)).event_ids
    marked = document({**bare, "ext:mine": 1}, context=context, **{"ext:ignoreFields": ["ext:mine"]})
    assert prepare(json.dumps(marked)).event_ids == (expected,)


def test_an_event_that_stands_alone_is_put_in_a_document() -> None:
    prepared = prepare(json.dumps({"@context": CONTEXT, **event(without="eventID")}))
    (chunk,) = prepared.chunks
    (checked,) = read_document(chunk.text).events
    assert checked.id == prepared.event_ids[0] == event_ids(document(event(without="eventID")))[0]


@pytest.mark.parametrize("count", [1, EVENTS_MAX, EVENTS_MAX + 1, 2 * EVENTS_MAX + 1])
def test_a_chunk_has_as_many_events_as_a_transaction_takes(count: int) -> None:
    prepared = prepare(text(*(event(eventID=f"urn:x:{i}") for i in range(count))))
    sizes = [len(chunk.event_ids) for chunk in prepared.chunks]
    assert max(sizes) <= EVENTS_MAX
    assert len(sizes) == -(-count // EVENTS_MAX)
    assert prepared.event_ids == tuple(f"urn:x:{i}" for i in range(count))
    assert all(len(read_document(chunk.text).events) == len(chunk.event_ids) for chunk in prepared.chunks)


def test_a_chunk_has_as_many_bytes_and_items_as_a_transaction_takes() -> None:
    events = [event(eventID=f"urn:x:{i}", ext__note="n" * 1000) for i in range(10)]
    given = text(*events, context=[CONTEXT, {"ext": "https://ns.example.com/"}])
    prepared = prepare(given, bytes_max=4000)
    assert all(len(chunk.text.encode()) <= 4000 for chunk in prepared.chunks)
    assert len(prepared.event_ids) == 10

    crowds = [event(eventID=f"urn:x:{i}", epcList=[f"urn:y:{j}" for j in range(ITEMS_MAX // 2)]) for i in range(3)]
    assert [len(chunk.event_ids) for chunk in prepare(text(*crowds)).chunks] == [2, 1]


def test_an_event_that_no_transaction_takes_is_refused() -> None:
    crowd = event(epcList=[f"urn:y:{j}" for j in range(ITEMS_MAX + 1)])
    with pytest.raises(DocumentRefused) as refusal:
        prepare(text(OBJECT_EVENT, crowd))
    assert (refusal.value.code, refusal.value.path) == ("TRACE_DOCUMENT_TOO_LARGE", "$.epcisBody.eventList[1]")


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ("{", "$"),
        ("[]", "$"),
        ("{}", "$.epcisBody.eventList"),
        ('{"type": "EPCISQueryDocument", "epcisBody": {"queryResults": {}}}', "$.type"),
        ('{"type": "QuantityEvent"}', "$.type"),
        ('{"epcisBody": {"eventList": []}}', "$.epcisBody.eventList"),
        ('{"epcisBody": {"eventList": [{}, 5]}}', "$.epcisBody.eventList[1]"),
    ],
)
def test_what_is_no_document_is_refused_with_its_place(given: str, path: str) -> None:
    with pytest.raises(DocumentRefused) as refusal:
        prepare(given)
    assert (refusal.value.code, refusal.value.path) == ("TRACE_DOCUMENT_INVALID", path)
