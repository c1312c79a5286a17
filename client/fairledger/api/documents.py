"""Documents on their way in: given their event ids, and cut in pieces where only some events can be captured."""

from dataclasses import dataclass

from fairledger import trace
from fairledger.api.problems import Problem
from fairledger.api.settings import EVENTS_MAX
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


def prepare(text: str) -> Prepared:
    """The document as it goes to the ledger: each event has an id. What else may be wrong with it, the contract says.

    Raises ``Problem`` (CAPTURE_LIMIT) for more than one transaction takes, and ``trace.DocumentRefused``.
    """
    chunks = trace.prepare(text, events_max=EVENTS_MAX, bytes_max=DOCUMENT_BYTES_MAX).chunks
    if len(chunks) > 1:
        limits = f"{EVENTS_MAX} events and {DOCUMENT_BYTES_MAX} bytes"
        raise Problem("CAPTURE_LIMIT", f"one capture is one transaction, which takes at most {limits}; send several")
    return Prepared(chunks[0].text, len(chunks[0].event_ids))


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
