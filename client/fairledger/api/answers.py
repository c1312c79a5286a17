"""Events as an answer: an EPCISQueryDocument with every event as it was captured."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from fairledger.api.links import as_links
from fairledger.api.negotiation import DIGITAL_LINK, NEVER_TRANSLATES
from fairledger.readmodel.contexts import EPCIS_CONTEXT, on_event
from fairledger.readmodel.queries import RecordedEvent
from fairledger_chaincode.canonical import canonical_json, parse_json


def query_document(
    events: Sequence[RecordedEvent], query_name: str = "SimpleEventQuery", *, epc_format: str = NEVER_TRANSLATES
) -> bytes:
    """The document (JSON-LD, EPCIS 2.0) that answers a query with ``events``; numbers stand as they were written.

    EPC URNs stand as they were captured too, unless ``epc_format`` asks for GS1 Digital Links.
    """
    shown = as_links if epc_format == DIGITAL_LINK else _unchanged
    document = {
        "@context": [EPCIS_CONTEXT],
        "type": "EPCISQueryDocument",
        "schemaVersion": "2.0",
        "creationDate": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "epcisBody": {
            "queryResults": {
                "queryName": query_name,
                "resultsBody": {"eventList": [shown(_event(event)) for event in events]},
            }
        },
    }
    return canonical_json(document)


def collection(members: Sequence[str]) -> bytes:
    """The document that answers with a list of values."""
    return canonical_json({"@context": EPCIS_CONTEXT, "type": "Collection", "member": list(members)})


def _unchanged(event: dict[str, Any]) -> dict[str, Any]:
    return event


def _event(recorded: RecordedEvent) -> dict[str, Any]:
    """The event on its own: with the context that its document gave it, and the ledger's time as its record time.

    What a document says of its record time is ignored at capture and replaced in answers (EPCIS 2.0, 7.4.1).
    """
    event: dict[str, Any] = parse_json(recorded.text, numbers_as_written=True)
    context = on_event(parse_json(recorded.context, numbers_as_written=True), event.get("@context"))
    if context:
        event["@context"] = context
    event["recordTime"] = recorded.record_time
    return event
