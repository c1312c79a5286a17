"""Events: where each is kept, by its id, and what a reader gets."""

import base64
import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from fairledger_chaincode.canonical import canonical_json
from fairledger_chaincode.keys import create_composite_key
from fairledger_contracts.records.recorder import Recorder

EVENT_KIND = "trace-event"
ID_DIGEST_BYTES = 16  # of an id's SHA-256: nobody finds another's id with the same, and two of one's own harm nobody


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
        """As canonical JSON: a short list, since there is one of these for each event. The digest is in the key."""
        capture_id, segment, line = self.place
        at = [_packed(bytes.fromhex(capture_id)), segment, line]
        return canonical_json([*at, self.declared_digest] if self.declared_digest else at)

    @classmethod
    def read(cls, key_parts: Sequence[str], state: bytes) -> "StoredEvent":
        """Read what is kept under an event's key, which has these parts."""
        capture_id, segment, line, *declared_digest = json.loads(state.decode())
        digest = _unpacked(key_parts[-1])
        return cls(Place(_capture_id(capture_id), segment, line), digest, *declared_digest or [""])


def event_key(event_id: str, digest: str) -> str:
    """The key of the event with this id and content, a SHA-256 in hexadecimal digits.

    An id alone tells no event: an error declaration has that of the event it declares erroneous, and somebody may
    claim an id that is another's. Nobody's record hinders another's, so all are kept. When the same event is captured
    again, its key may get a later place; the first one in the key's history counts. Both parts are digests, of 22 and
    43 characters: keys in no order are what the peers' databases sort again and again, and each character is paid for.
    """
    return create_composite_key(EVENT_KIND, (event_key_part(event_id), _packed(bytes.fromhex(digest))))


def event_key_part(event_id: str) -> str:
    """What the keys of all events with this id have in common."""
    return _packed(hashlib.sha256(event_id.encode()).digest()[:ID_DIGEST_BYTES])


def _packed(digest: bytes) -> str:
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _unpacked(part: str) -> str:
    return base64.urlsafe_b64decode(part + "=").hex()


_capture_id = lru_cache(maxsize=16)(_unpacked)  # many events in a row are of one capture


class RecordedEvent(BaseModel):
    """An event with who recorded it, and when by the ledger.

    ``event`` and ``context`` (its document's ``@context``) are JSON texts, with numbers as they were written.
    ``digest`` is what the ledger vouches for: the SHA-256 of the event's meaning, in hexadecimal digits.
    ``error_declaration`` is the text of the event's error declaration, if there is one that is not this event itself,
    and ``declared_by`` who recorded that: one by the event's own party goes before those of others.
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
    declared_by: Recorder | None = None
    others: tuple[str, ...] = ()


class ItemEvents(BaseModel):
    """One page of an item's events, latest first by the ledger's time. ``bookmark`` asks for the next page.

    It is empty after the last one; a page may hold fewer events than were asked for, or none, and have a next one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    item: str
    events: tuple[RecordedEvent, ...]
    bookmark: str
