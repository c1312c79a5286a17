"""EPCIS documents for tests: small ones made here, and those of the test data."""

import copy
import json
import os
from pathlib import Path
from typing import Any

import pytest

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
