"""EPCIS documents for tests: small ones made here, and those of the test data."""

import copy
import json
import os
import secrets
from pathlib import Path
from typing import Any

import pytest

from fairledger.trace import event_ids
from fairledger_contracts.records.carried import read_carried

ROOT = Path(__file__).resolve().parents[2]
CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"

OBJECT_EVENT: dict[str, Any] = {
    "type": "ObjectEvent",
    "eventID": "urn:uuid:00000000-0000-4000-8000-000000000001",
    "eventTime": "2026-03-01T08:30:00.000+08:00",
    "eventTimeZoneOffset": "+08:00",
    "epcList": ["urn:epc:id:sgtin:9521000.012345.A0001"],
    "action": "OBSERVE",
    "bizStep": "shipping",
    "disposition": "in_transit",
    "readPoint": {"id": "urn:epc:id:sgln:9521000.00001.0"},
}
AGGREGATION_EVENT: dict[str, Any] = {
    "type": "AggregationEvent",
    "eventID": "urn:uuid:00000000-0000-4000-8000-000000000002",
    "eventTime": "2026-03-01T08:30:00Z",
    "eventTimeZoneOffset": "+00:00",
    "parentID": "urn:epc:id:sscc:9521000.0000000001",
    "childEPCs": ["urn:epc:id:sgtin:9521000.012345.A0001"],
    "action": "ADD",
}
TRANSACTION_EVENT: dict[str, Any] = {
    "type": "TransactionEvent",
    "eventID": "urn:uuid:00000000-0000-4000-8000-000000000003",
    "eventTime": "2026-03-01T08:30:00Z",
    "eventTimeZoneOffset": "+00:00",
    "bizTransactionList": [{"type": "po", "bizTransaction": "urn:epc:id:gdti:9521000.00010.PO1"}],
    "epcList": ["urn:epc:id:sgtin:9521000.012345.A0001"],
    "action": "ADD",
}
TRANSFORMATION_EVENT: dict[str, Any] = {
    "type": "TransformationEvent",
    "eventID": "urn:uuid:00000000-0000-4000-8000-000000000004",
    "eventTime": "2026-03-01T08:30:00Z",
    "eventTimeZoneOffset": "+00:00",
    "inputQuantityList": [{"epcClass": "urn:epc:class:lgtin:9521000.012345.L1", "quantity": 2.5, "uom": "KGM"}],
    "outputEPCList": ["urn:epc:id:sgtin:9521000.012346.B1"],
}
ASSOCIATION_EVENT: dict[str, Any] = {**AGGREGATION_EVENT, "type": "AssociationEvent"}


def event(base: dict[str, Any] = OBJECT_EVENT, /, *, without: str = "", **members: Any) -> dict[str, Any]:
    """A copy of an event with other members; a name with a prefix is given as ``ext__name``."""
    made = {**copy.deepcopy(base), **{name.replace("__", ":"): value for name, value in members.items()}}
    made.pop(without, None)
    return made


def document(*events: Any, context: Any = CONTEXT, **members: Any) -> dict[str, Any]:
    """A capture document of these events."""
    return {
        "@context": context,
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-03-01T09:00:00Z",
        "epcisBody": {"eventList": list(events)},
        **members,
    }


def text(*events: Any, **members: Any) -> str:
    """A capture document of these events, as JSON."""
    return json.dumps(document(*events, **members))


def data_folder() -> Path:
    """Where the test data are, if they are anywhere."""
    return Path(os.environ.get("FAIRLEDGER_TEST_DATA") or ROOT.parent / "shared" / "data") / "epcis"


def data_files(folder: str, pattern: str) -> list[Any]:
    """Files of the test data as parameters of a test; without test data one parameter, which is skipped."""
    found = sorted((data_folder() / folder).glob(pattern))
    if not found:
        reason = f"no test data in {data_folder()}: set FAIRLEDGER_TEST_DATA"
        return [pytest.param(Path(), marks=pytest.mark.skip(reason=reason), id="none")]
    return [pytest.param(path, id=path.stem) for path in found]


def given_document(path: Path) -> dict[str, Any]:
    """A document of the test data whose events nobody has captured: their ids are new."""
    given: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    run = secrets.token_hex(6)
    for i, each in enumerate(given["epcisBody"]["eventList"]):
        each["eventID"] = f"urn:fairledger:test:{run}:{i}"
    return given


def assert_answers(answer: str, sent: dict[str, Any]) -> None:
    """The events of a query's ``answer`` are those of the document that was ``sent``, in whatever order.

    Their members mean the same, and so do the names of extensions, which the hash ids of EPCIS expand by the contexts.
    What a document says of its record time is ignored.
    """
    told, asked = read_carried(answer), read_carried(json.dumps(sent))
    events = told.value["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    own = {"@context", "recordTime"}

    def members(carried: Any, each: dict[str, Any]) -> str:
        meaning: str = carried.meaning({name: value for name, value in each.items() if name not in own})
        return meaning

    expected = asked.value["epcisBody"]["eventList"]
    assert sorted(members(told, each) for each in events) == sorted(members(asked, each) for each in expected)
    assert sorted(event_ids(json.loads(answer))) == sorted(event_ids(sent))
