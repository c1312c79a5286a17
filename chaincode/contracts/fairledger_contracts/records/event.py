"""Events: where each is kept, by its id, and what a reader gets."""

import json
from datetime import datetime
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from fairledger_chaincode.canonical import canonical_json
from fairledger_chaincode.keys import create_composite_key
from fairledger_contracts.records.recorder import Recorder

EVENT_KIND = "trace-event"
DECLARATION = "error"  # what an error declaration adds to its event's id, since both have the same id


class Place(NamedTuple):
    """Where an event is: which line of which segment of which capture."""

    capture_id: str
    segment: int
    line: int


class StoredEvent(NamedTuple):
    """``digest`` is the SHA-256 of the event's meaning, in hexadecimal digits."""

    place: Place
    digest: str

    def to_state(self) -> bytes:
        """As canonical JSON: a list, since there is one of these for each event."""
        return canonical_json([*self.place, self.digest])

    @classmethod
    def from_state(cls, state: bytes) -> "StoredEvent":
        """Read what ``to_state`` made."""
        *place, digest = json.loads(state)
        return cls(Place(*place), digest)


def event_key(event_id: str, *, is_declaration: bool = False) -> str:
    """The key of an event, or of the error declaration that has its id. Raises ``KeyRefused``."""
    return create_composite_key(EVENT_KIND, (event_id, DECLARATION) if is_declaration else (event_id,))


class RecordedEvent(BaseModel):
    """An event with who recorded it, and when by the ledger.

    ``event`` and ``context`` (its document's ``@context``) are JSON texts, with numbers as they were written.
    ``digest`` is what the ledger vouches for: the SHA-256 of the event's meaning, in hexadecimal digits.
    ``error_declaration`` is the text of the event's error declaration, if there is one that is not this event itself.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    event: str
    context: str
    digest: str
    capture_id: str
    recorded_at: datetime
    recorder: Recorder
    error_declaration: str | None = None


class ItemEvents(BaseModel):
    """One page of an item's events, latest first by the ledger's time. ``bookmark`` asks for the next page.

    It is empty after the last one; a page may hold fewer events than were asked for, or none, and have a next one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    item: str
    events: tuple[RecordedEvent, ...]
    bookmark: str
