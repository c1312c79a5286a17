"""Deciding a capture: which events are new, and what the ledger keeps of them. Pure: no ledger, no clock."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from fairledger_contracts.records.capture import (
    CaptureReceipt,
    CaptureRecord,
    capture_key,
    segment_key,
    split_segments,
    write_segment,
)
from fairledger_contracts.records.event import Place, StoredEvent
from fairledger_contracts.records.item import Mention, entry_key, shelf_of, write_entry
from fairledger_contracts.records.recorder import Recorder
from fairledger_contracts.trace.epcis.document import Document, Event


@dataclass(frozen=True, slots=True)
class Sorted:
    """The events of a document that the ledger does not have, in their order, and the ids of those it has."""

    fresh: tuple[Event, ...]
    repeated: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """``states`` are what the capture writes, by key, in the order of writing."""

    receipt: CaptureReceipt
    states: tuple[tuple[str, bytes], ...]


def sort_out(events: Sequence[Event], known: Collection[str]) -> Sorted:
    """Tell new events from those that the ledger, or the document itself, has already. ``known`` are keys it has."""
    seen = set(known)
    fresh: list[Event] = []
    repeated: list[str] = []
    for event in events:
        if event.key in seen:
            repeated.append(event.id)
        else:
            seen.add(event.key)
            fresh.append(event)
    return Sorted(tuple(fresh), tuple(repeated))


def place(
    document: Document,
    sorted_out: Sorted,
    *,
    capture_id: str,
    recorded_at: datetime,
    recorder: Recorder,
) -> Placed:
    """Lay out a capture: its record, its events in segments, each event's place, and the items' entries."""
    fresh = sorted_out.fresh
    segments = split_segments(event.text for event in fresh)
    places = [Place(capture_id, i, j) for i, segment in enumerate(segments) for j in range(len(segment))]
    record = CaptureRecord(
        id=capture_id,
        recorded_at=recorded_at,
        recorder=recorder,
        envelope=document.envelope,
        event_count=len(fresh),
        segment_count=len(segments),
    )
    states = [(capture_key(capture_id), record.to_state())]
    if document.is_large and fresh:
        states.append((document.key, capture_id.encode()))
    states += [(segment_key(recorded_at, capture_id, i), write_segment(segment)) for i, segment in enumerate(segments)]
    for event, at in zip(fresh, places, strict=True):
        states.append((event.key, StoredEvent(at, event.digest, event.declared_digest).to_state()))
    states += _entries(fresh, places, record)
    receipt = CaptureReceipt(id=capture_id, recorded_at=recorded_at, accepted=len(fresh), repeated=sorted_out.repeated)
    return Placed(receipt, tuple(states))


def _entries(events: Sequence[Event], places: Sequence[Place], record: CaptureRecord) -> Iterator[tuple[str, bytes]]:
    shelves: dict[str, list[Mention]] = {}
    for event, at in zip(events, places, strict=True):
        for item, roles in event.items:
            shelf = shelf_of(item)
            shelves.setdefault(shelf.id, []).append(Mention(shelf.name, at.segment, at.line, roles))
    for shelf_id, mentions in shelves.items():
        yield entry_key(shelf_id, record.recorded_at, record.id), write_entry(mentions)
