"""A capture: one document, recorded by one person at one time of the ledger."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from fairledger_chaincode.canonical import canonical_json
from fairledger_chaincode.keys import create_composite_key
from fairledger_contracts.records.instant import ascending
from fairledger_contracts.records.recorder import Recorder

CAPTURE_KIND = "trace-capture"
SEGMENT_KIND = "capture-segment"  # before all other kinds: see segment_key
DOCUMENT_KIND = "trace-document"
SEGMENT_CHARACTERS = 16 * 1024  # what reading one event loads; large enough that writes are few
LOOKED_UP_MAX = 100  # events of a document that are looked up one by one; see docs/decisions/0004
EVENTS_MAX = 500  # a document; larger ones gain nothing, smaller ones pay more for each event
DOCUMENT_BYTES_MAX = 4 * 1024 * 1024  # it stands in a transaction twice, which orderers take up to 10 MiB
ITEMS_MAX = 5_000  # things that the events of one document name


class CaptureRecord(BaseModel):
    """What is kept once a document.

    ``id`` is the transaction's. ``envelope`` is the document without its events, as JSON text, numbers as written.
    ``event_count`` counts the events that this capture added, which are in ``segment_count`` segments.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: ClassVar[str] = CAPTURE_KIND

    id: str
    recorded_at: datetime
    recorder: Recorder
    envelope: str
    event_count: int
    segment_count: int

    def to_state(self) -> bytes:
        """As canonical JSON."""
        return canonical_json(self.model_dump(mode="json"))

    @classmethod
    def from_state(cls, state: bytes) -> "CaptureRecord":
        """Read what ``to_state`` made."""
        return cls.model_validate_json(state)


class CaptureReceipt(BaseModel):
    """What the recorder gets back. ``repeated`` are ids of events that were on the ledger already, with this content.

    ``accepted`` counts the others. In a document of more than ``LOOKED_UP_MAX`` events it is looked up only whether all
    of them were captured together before; a copy among them has no effect all the same.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    recorded_at: datetime
    accepted: int
    repeated: tuple[str, ...]


def capture_key(capture_id: str) -> str:
    """Where a capture's record is kept. Raises ``KeyRefused``."""
    return create_composite_key(CAPTURE_KIND, (capture_id,))


def document_key(digest: str) -> str:
    """Where it is kept that a large document was captured; ``digest`` covers its events."""
    return create_composite_key(DOCUMENT_KIND, (digest,))


def segment_key(recorded_at: datetime, capture_id: str, segment: int) -> str:
    """Where a run of a capture's events is kept.

    Segments are most of the ledger's state. By the ledger's time, and before all other keys, each new one comes after
    its elders and before everything else, so that peers' databases never have to sort the old ones again.
    """
    return create_composite_key(SEGMENT_KIND, (ascending(recorded_at), capture_id, f"{segment:04d}"))


def split_segments(texts: Iterable[str]) -> list[list[str]]:
    """Cut events, as texts, into runs of about ``SEGMENT_CHARACTERS``; an event is never cut."""
    segments: list[list[str]] = []
    characters = SEGMENT_CHARACTERS
    for text in texts:
        if characters >= SEGMENT_CHARACTERS:
            segments.append([])
            characters = 0
        segments[-1].append(text)
        characters += len(text)
    return segments


def write_segment(texts: Sequence[str]) -> bytes:
    """The state of one segment: a JSON array with one event on a line, so that one is found without parsing others."""
    return ("[\n" + ",\n".join(texts) + "\n]").encode()


def read_segment(state: bytes) -> list[str]:
    """The events of a segment, as texts."""
    return [line.removesuffix(",") for line in state.decode().split("\n")[1:-1]]
