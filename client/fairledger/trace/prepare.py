"""Making a document ready for capture: each event gets its id, and events go in chunks that one transaction takes."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from fairledger.trace.errors import DocumentRefused
from fairledger.trace.event_hash import event_ids
from fairledger_chaincode.errors import JsonRefused
from fairledger_contracts.records.capture import EVENTS_MAX, ITEMS_MAX
from fairledger_contracts.records.carried import Carried, read_carried

CHUNK_BYTES_MAX: Final = 2 * 1024 * 1024  # a transaction holds a chunk twice, and orderers prefer blocks of that size
DOCUMENT_TYPE: Final = "EPCISDocument"
EVENT_TYPES: Final = frozenset(
    {"ObjectEvent", "AggregationEvent", "AssociationEvent", "TransactionEvent", "TransformationEvent"}
)
_ITEM_LISTS: Final = (
    "epcList",
    "childEPCs",
    "inputEPCList",
    "outputEPCList",
    "quantityList",
    "childQuantityList",
    "inputQuantityList",
    "outputQuantityList",
)


@dataclass(frozen=True, slots=True)
class Chunk:
    """A capture document for one transaction, in canonical form; ``event_ids`` are those of its events, in order."""

    text: str
    event_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PreparedDocument:
    """``added`` counts the events that had no id before."""

    chunks: tuple[Chunk, ...]
    added: int

    @property
    def event_ids(self) -> tuple[str, ...]:
        """The ids of all events, in the document's order."""
        return tuple(event_id for chunk in self.chunks for event_id in chunk.event_ids)


def prepare(text: str, *, events_max: int = EVENTS_MAX, bytes_max: int = CHUNK_BYTES_MAX) -> PreparedDocument:
    """Give every event without an id its event hash, and cut the document in chunks.

    Numbers keep their digits, keys lose their order. An event that stands alone, with its ``@context``, is put in a
    document. What else the rules of EPCIS ask for, the contract checks. Chunks have at most ``events_max`` events and
    ``bytes_max`` bytes. Works off line; takes 1 ms or more for an event without an id.

    Raises ``DocumentRefused`` with TRACE_DOCUMENT_INVALID, TRACE_CONTEXT_UNKNOWN, or TRACE_DOCUMENT_TOO_LARGE for a
    single event that no chunk can take.
    """
    try:
        carried = read_carried(text)
    except JsonRefused as error:
        raise DocumentRefused("TRACE_DOCUMENT_INVALID", "$", f"{error.message} (json)") from error
    document = _document(carried.value)
    events = _events(document)
    added = _add_ids(document, events, text)
    envelope = {**document, "epcisBody": {**document["epcisBody"], "eventList": []}}
    frame_bytes = len(carried.text(envelope).encode())
    chunks = tuple(
        Chunk(
            carried.text({**envelope, "epcisBody": {**envelope["epcisBody"], "eventList": list(part)}}),
            tuple(str(event["eventID"]) for event in part),
        )
        for part in _parts(carried, events, events_max, bytes_max - frame_bytes)
    )
    return PreparedDocument(chunks, added)


def _document(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise DocumentRefused("TRACE_DOCUMENT_INVALID", "$", "a document is an object (type)")
    if value.get("type") not in EVENT_TYPES:
        return value
    event = {key: member for key, member in value.items() if key != "@context"}
    return {
        "@context": value.get("@context"),
        "type": DOCUMENT_TYPE,
        "schemaVersion": "2.0",
        "creationDate": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "epcisBody": {"eventList": [event]},
    }


def _events(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    body = document.get("epcisBody")
    events = body.get("eventList") if isinstance(body, dict) else None
    if events is None and document.get("type", DOCUMENT_TYPE) != DOCUMENT_TYPE:
        wanted = f"must be {DOCUMENT_TYPE}, or an event's type for an event alone (document-type)"
        raise DocumentRefused("TRACE_DOCUMENT_INVALID", "$.type", wanted)
    if not isinstance(events, list) or not events:
        path = "$.epcisBody.eventList"
        raise DocumentRefused("TRACE_DOCUMENT_INVALID", path, "is required, as a list of at least one event (required)")
    for i, event in enumerate(events):
        if not isinstance(event, dict):
            path = f"$.epcisBody.eventList[{i}]"
            raise DocumentRefused("TRACE_DOCUMENT_INVALID", path, "an event is an object (type)")
    return events


def _add_ids(document: Mapping[str, Any], events: list[dict[str, Any]], text: str) -> int:
    if all("eventID" in event for event in events):
        return 0
    plain = _document(json.loads(text))  # with numbers as the algorithm reads them
    lacking = [event for event in _events(plain) if "eventID" not in event]
    ids = iter(event_ids({**plain, "epcisBody": {**document["epcisBody"], "eventList": lacking}}))
    for event in events:
        if "eventID" not in event:
            event["eventID"] = next(ids)
    return len(lacking)


def _parts(
    carried: Carried, events: list[dict[str, Any]], events_max: int, bytes_max: int
) -> Iterator[list[dict[str, Any]]]:
    part: list[dict[str, Any]] = []
    part_bytes = part_items = 0
    for i, event in enumerate(events):
        event_bytes = len(carried.text(event).encode()) + 1  # and a comma
        items = _count_items(event)
        if event_bytes > bytes_max or items > ITEMS_MAX:
            text = f"has {event_bytes} bytes and {items} items: no transaction takes more than {bytes_max}, {ITEMS_MAX}"
            raise DocumentRefused("TRACE_DOCUMENT_TOO_LARGE", f"$.epcisBody.eventList[{i}]", text)
        full = len(part) == events_max or part_bytes + event_bytes > bytes_max or part_items + items > ITEMS_MAX
        if part and full:
            yield part
            part, part_bytes, part_items = [], 0, 0
        part.append(event)
        part_bytes += event_bytes
        part_items += items
    yield part


def _count_items(event: Mapping[str, Any]) -> int:
    lists = (event.get(name) for name in _ITEM_LISTS)
    return sum(len(named) for named in lists if isinstance(named, list)) + ("parentID" in event)
