"""Documents on their way in: given their event ids, and cut in pieces where only some events can be captured."""

from dataclasses import dataclass

from fairledger import trace
from fairledger.api.problems import Problem
from fairledger.api.settings import EVENTS_MAX
from fairledger.readmodel.filters import EVENT_TYPES
from fairledger_chaincode.canonical import parse_json
from fairledger_chaincode.errors import JsonRefused
from fairledger_contracts.records.capture import DOCUMENT_BYTES_MAX
from fairledger_contracts.records.carried import read_carried


@dataclass(frozen=True)
class Prepared:
    """A capture document whose events have ids, or a part of it.

    ``events`` counts them; ``first`` is the position of its first event in the whole.
    """

    text: str
    events: int
    first: int = 0


@dataclass(frozen=True)
class SoleEvent:
    """A capture document around one event, and the id that it came with or was given."""

    document: str
    event_id: str
    is_declaration: bool


def prepare(text: str) -> Prepared:
    """The document as it goes to the ledger: each event has an id. What else may be wrong with it, the contract says.

    Raises ``Problem`` (CAPTURE_LIMIT) for more than one transaction takes, and ``trace.DocumentRefused``.
    """
    chunks = trace.prepare(text, events_max=EVENTS_MAX, bytes_max=DOCUMENT_BYTES_MAX).chunks
    if len(chunks) > 1:
        limits = f"{EVENTS_MAX} events and {DOCUMENT_BYTES_MAX} bytes"
        raise Problem("CAPTURE_LIMIT", f"one capture is one transaction, which takes at most {limits}; send several")
    return Prepared(chunks[0].text, len(chunks[0].event_ids))


def sole_event(text: str) -> SoleEvent:
    """The event that ``text`` is, alone, with its own ``@context``. What else may be wrong with it, the contract says.

    Raises ``Problem`` (TRACE_DOCUMENT_INVALID) for a document, or what is no event; and as ``prepare`` does.
    """
    try:
        event = parse_json(text, numbers_as_written=True)
    except JsonRefused as error:
        raise Problem("TRACE_DOCUMENT_INVALID", f"$: {error.message} (json)", path="$") from error
    if not isinstance(event, dict) or event.get("type") not in EVENT_TYPES:
        types = ", ".join(EVENT_TYPES)
        message = f"$: is one event, of a type {types}; documents go to /epcis/capture (event-type)"
        raise Problem("TRACE_DOCUMENT_INVALID", message, path="$")
    prepared = trace.prepare(text, bytes_max=DOCUMENT_BYTES_MAX)
    return SoleEvent(prepared.chunks[0].text, prepared.event_ids[0], "errorDeclaration" in event)


def split(piece: Prepared) -> tuple[Prepared, Prepared]:
    """The two halves of a document of two events or more."""
    carried = read_carried(piece.text)
    document = carried.value
    events = document["epcisBody"]["eventList"]
    middle = len(events) // 2
    first, second = (
        carried.text({**document, "epcisBody": {**document["epcisBody"], "eventList": half}})
        for half in (events[:middle], events[middle:])
    )
    return Prepared(first, middle, piece.first), Prepared(second, len(events) - middle, piece.first + middle)
