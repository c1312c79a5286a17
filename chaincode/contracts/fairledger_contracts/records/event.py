"""Events: where each is kept, by its id, and what a reader gets."""

import json
from datetime import datetime
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from fairledger_chaincode.canonical import canonical_json
from fairledger_chaincode.keys import create_composite_key
from fairledger_contracts.records.recorder import Recorder

EVENT_KIND = "trace-event"


class Place(NamedTuple):
    """Where an event is: which line of which segment of which capture."""

    capture_id: str
    segment: int
    line: int


class StoredEvent(NamedTuple):
    """``digest`` is the SHA-256 of the event's meaning, in hexadecimal digits.

    For an error declaration ``declared_digest`` is that of the event which it declares erroneous, else empty.
    """

    place: Place
    digest: str
    declared_digest: str

    def to_state(self) -> bytes:
        """As canonical JSON: a list, since there is one of these for each event."""
        return canonical_json([*self.place, self.digest, self.declared_digest])

    @classmethod
    def from_state(cls, state: bytes) -> "StoredEvent":
        """Read what ``to_state`` made."""
        *place, digest, declared_digest = json.loads(state)
        return cls(Place(*place), digest, declared_digest)


def event_key(event_id: str, digest: str) -> str:
    """The key of the event with this id and content. Raises ``KeyRefused``.

    An id alone tells no event: an error declaration has that of the event it declares erroneous, and somebody may
    claim an id that is another's. Nobody's record hinders another's, so all are kept.
    """
    return create_composite_key(EVENT_KIND, (event_id, digest))


class RecordedEvent(BaseModel):
    """An event with who recorded it, and when by the ledger.

    ``event`` and ``context`` (its document's ``@context``) are JSON texts, with numbers as they were written.
    ``digest`` is what the ledger vouches for: the SHA-256 of the event's meaning, in hexadecimal digits.
    ``error_declaration`` is the text of the event's error declaration, if there is one that is not this event itself.
    ``others`` are the digests of other events that were recorded under this id, in the ledger's order; error
    declarations are not among them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    event: str
    context: str
    digest: str
    capture_id: str
    recorded_at: datetime
    recorder: Recorder
    error_declaration: str | None = None
    others: tuple[str, ...] = ()


class ItemEvents(BaseModel):
    """One page of an item's events, latest first by the ledger's time. ``bookmark`` asks for the next page.

    It is empty after the last one; a page may hold fewer events than were asked for, or none, and have a next one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    item: str
    events: tuple[RecordedEvent, ...]
    bookmark: str
