"""Documents on their way in: given their event ids, and cut in pieces where only some events can be captured."""

from dataclasses import dataclass
from typing import Any

from fairledger.api.problems import Problem
from fairledger.api.settings import EVENTS_MAX
from fairledger_chaincode.errors import JsonRefused
from fairledger_contracts.records.carried import read_carried


@dataclass(frozen=True)
class Prepared:
    """A capture document whose events have ids. ``events`` counts them."""

    text: str
    events: int


def prepare(text: str) -> Prepared:
    """The document as it goes to the ledger. What is wrong with it otherwise, the contract says.

    Raises ``Problem``: CAPTURE_LIMIT for more than ``EVENTS_MAX`` events, which no single transaction takes, and
    TRACE_DOCUMENT_INVALID for what is no JSON.
    """
    try:
        document = read_carried(text).value
    except JsonRefused as error:
        raise Problem("TRACE_DOCUMENT_INVALID", f"$: {error.message} (json)", path="$") from error
    events = _events(document)
    if len(events) > EVENTS_MAX:
        raise Problem("CAPTURE_LIMIT", f"at most {EVENTS_MAX} events in one capture, not {len(events)}")
    return Prepared(text, len(events))


def split(piece: Prepared) -> tuple[Prepared, Prepared]:
    """The two halves of a document of two events or more."""
    carried = read_carried(piece.text)
    document = carried.value
    events = _events(document)
    middle = len(events) // 2
    first, second = (
        carried.text({**document, "epcisBody": {**document["epcisBody"], "eventList": half}})
        for half in (events[:middle], events[middle:])
    )
    return Prepared(first, middle), Prepared(second, len(events) - middle)


def _events(document: Any) -> list[Any]:
    """The event list, or nothing where there is none: the contract says what is missing."""
    body = document.get("epcisBody") if isinstance(document, dict) else None
    events = body.get("eventList") if isinstance(body, dict) else None
    return events if isinstance(events, list) else []
