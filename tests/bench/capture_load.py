"""Capture documents made up for measuring: events of some 0.8 kB, each of one thing of its own, with ids."""

import hashlib
import json
import secrets
from collections.abc import Iterator
from typing import Any, Literal

Serials = Literal["in sequence", "random"]

CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
TIME = "2026-03-01T08:30:00.000+08:00"


def documents(count: int, events: int, serials: Serials, *, ids: bool = True) -> list[str]:
    """``count`` documents as the client sends them, of ``events`` events each, with ``ids`` or without."""
    run = secrets.token_hex(4).upper()
    numbers = iter(range(count * events))
    return [_document(run, [next(numbers) for _ in range(events)], serials, ids=ids) for _ in range(count)]


def _document(run: str, numbers: list[int], serials: Serials, *, ids: bool) -> str:
    made = list(_events(run, numbers, serials))
    for each in () if ids else made:
        del each["eventID"]
    document = {
        "@context": [CONTEXT],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": TIME,
        "epcisBody": {"eventList": made},
    }
    return json.dumps(document, sort_keys=True, separators=(",", ":"))


def _events(run: str, numbers: list[int], serials: Serials) -> Iterator[dict[str, Any]]:
    for number in numbers:
        digest = hashlib.sha256(f"{run}{number}".encode()).hexdigest()
        serial = f"{run}{number:07d}" if serials == "in sequence" else digest[:16].upper()
        yield {
            "type": "ObjectEvent",
            "eventID": f"ni:///sha-256;{digest}?ver=CBV2.0",
            "eventTime": TIME,
            "eventTimeZoneOffset": "+08:00",
            "epcList": [f"urn:epc:id:sgtin:9521000.012345.{serial}"],
            "action": "OBSERVE",
            "bizStep": "shipping",
            "disposition": "in_transit",
            "readPoint": {"id": "urn:epc:id:sgln:9521000.00001.DOCK-1"},
            "bizLocation": {"id": "urn:epc:id:sgln:9521000.00001.0"},
            "bizTransactionList": [{"type": "po", "bizTransaction": "urn:epc:id:gdti:9521000.00010.PO260901"}],
            "sourceList": [{"type": "owning_party", "source": "urn:epc:id:pgln:9521000.00001"}],
            "destinationList": [
                {"type": "owning_party", "destination": "urn:epc:id:pgln:9521000.00002"},
                {"type": "location", "destination": "urn:epc:id:sgln:9521000.00002.0"},
            ],
        }
