"""Deciding a capture: which events are new, and what the ledger keeps of them. Pure: no ledger, no clock."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from fairledger_chaincode.errors import RuleBroken
from fairledger_contracts.records.capture import (
    CaptureReceipt,
    CaptureRecord,
    capture_key,
    segment_key,
    split_segments,
    write_segment,
)
from fairledger_contracts.records.event import Place, StoredEvent, event_key
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


def keys_to_look_up(events: Sequence[Event]) -> list[str]:
    """The keys whose states ``sort_out`` must know, each once."""
    keys: dict[str, None] = {}
    for event in events:
        keys[event.key] = None
        if event.declared_digest:
            keys[event_key(event.id)] = None
    return list(keys)


def sort_out(events: Sequence[Event], stored: Mapping[str, StoredEvent]) -> Sorted:
    """Tell new events from those that the ledger, or the document itself, has already.

    Raises ``RuleBroken`` with TRACE_EVENT_CONFLICT when an id is taken by other content, or when an error declaration
    differs from the event that it declares erroneous in more than being one.
    """
    digests = {key: event.digest for key, event in stored.items()}
    fresh: list[Event] = []
    repeated: list[str] = []
    for event in events:
        known = digests.get(event.key)
        if known is None:
            _check_declared(event, digests)
            digests[event.key] = event.digest
            fresh.append(event)
        elif known == event.digest:
            repeated.append(event.id)
        else:
            raise RuleBroken(
                "TRACE_EVENT_CONFLICT", f"the id {event.id} is taken by an event with other content (digest {known})"
            )
    return Sorted(tuple(fresh), tuple(repeated))


def _check_declared(event: Event, digests: Mapping[str, str]) -> None:
    if not event.declared_digest:
        return
    declared = digests.get(event_key(event.id), event.declared_digest)
    if declared != event.declared_digest:
        raise RuleBroken(
            "TRACE_EVENT_CONFLICT",
            f"the error declaration of {event.id} repeats that event; it differs from it (digest {declared})",
        )


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
    states += [(segment_key(capture_id, i), write_segment(segment)) for i, segment in enumerate(segments)]
    for event, at in zip(fresh, places, strict=True):
        states.append((event.key, StoredEvent(at, event.digest).to_state()))
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
