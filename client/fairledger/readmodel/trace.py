"""What the contract ``trace`` writes, as rows: captures, their events, and the items that the events name."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError
from sqlalchemy import Connection, insert, select

from fairledger.deployment import CHAINCODE
from fairledger.readmodel import event_fields as field_rows
from fairledger.readmodel import event_rows, instants
from fairledger.readmodel import master_data as master_rows
from fairledger.readmodel.blocks import Transaction, Write
from fairledger.readmodel.contexts import beside_the_standard, on_event
from fairledger.readmodel.errors import ProjectionError
from fairledger.readmodel.names import terms_of
from fairledger.readmodel.tables import captures, event_fields, event_items, events, master_data
from fairledger_chaincode.errors import KeyRefused
from fairledger_chaincode.keys import split_composite_key
from fairledger_contracts.records.capture import CAPTURE_KIND, DOCUMENT_KIND, SEGMENT_KIND, CaptureRecord, read_segment
from fairledger_contracts.records.event import EVENT_KIND, Place, StoredEvent
from fairledger_contracts.records.item import ITEM_KIND

INDEX_KINDS: Final = frozenset({DOCUMENT_KIND, ITEM_KIND})  # the contract's own; SQL has better
DIGESTS_A_QUERY: Final = 500  # values that one query names; databases bound them
_UNREADABLE: Final = (KeyRefused, ValidationError, ValueError, KeyError, TypeError, AttributeError, UnicodeDecodeError)

_as_written = json.JSONDecoder(parse_float=str, parse_int=str)  # quantities are kept in their digits


@dataclass(frozen=True)
class _Captured:
    """A capture as a transaction wrote it: the record, and its events in order, each with its digest, as text."""

    record: CaptureRecord
    events: tuple[tuple[str, str], ...]


def project(connection: Connection, block_number: int, transaction: Transaction, sequence: int) -> int:
    """Insert the rows of one valid transaction; events are counted from ``sequence``. Returns the next number.

    Raises ``ProjectionError`` (PROJECTION_RECORD) for anything in the chaincode's state that is not understood.
    """
    writes = [write for write in transaction.writes if write.namespace == CHAINCODE]
    if not writes:
        return sequence
    try:
        for captured in _captures(writes):
            sequence += _insert(connection, block_number, captured, sequence)
    except _UNREADABLE as error:
        raise ProjectionError(
            "PROJECTION_RECORD",
            f"block {block_number}, transaction {transaction.tx_id}: {type(error).__name__}: {_first_line(error)}",
            "update the service to the contracts' version, then `fairledger readmodel rebuild`",
        ) from error
    return sequence


def _captures(writes: Iterable[Write]) -> Iterator[_Captured]:
    records: list[CaptureRecord] = []
    segments: dict[str, dict[int, list[str]]] = {}
    digests: dict[Place, str] = {}
    for write in writes:
        kind, parts = split_composite_key(write.key)
        if write.value is None:
            raise ValueError(f"a record of kind {kind} is deleted, which the contract never does")
        if kind == CAPTURE_KIND:
            records.append(CaptureRecord.from_state(write.value))
        elif kind == SEGMENT_KIND:
            capture_id, segment = parts
            segments.setdefault(capture_id, {})[int(segment)] = read_segment(write.value)
        elif kind == EVENT_KIND:
            stored = StoredEvent.read(write.key, write.value)
            digests[stored.place] = stored.digest
        elif kind not in INDEX_KINDS:
            raise ValueError(f"a record of the unknown kind {kind}")
    for record in records:
        own = segments.pop(record.id, {})
        recorded = tuple(
            (digests[Place(record.id, segment, line)], text)
            for segment in sorted(own)
            for line, text in enumerate(own[segment])
        )
        if len(recorded) != record.event_count or sorted(own) != list(range(record.segment_count)):
            raise ValueError(f"capture {record.id} doesn't have the events that it counts")
        yield _Captured(record, recorded)
    if segments:
        raise ValueError("events without their capture")


def _insert(connection: Connection, block_number: int, captured: _Captured, sequence: int) -> int:
    """Insert a capture and those of its events that are no copies of earlier ones; returns how many these are."""
    record = captured.record
    recorded_at = instants.text_of(record.recorded_at)
    of_capture = {
        "tx_id": record.id,
        "block_number": block_number,
        "recorder_msp": record.recorder.msp_id,
        "recorder_id": record.recorder.id,
    }
    envelope = json.loads(record.envelope)
    parts = beside_the_standard(envelope["@context"])
    terms = terms_of(parts)
    context = json.dumps(parts, ensure_ascii=False)
    connection.execute(
        insert(captures),
        {**of_capture, "recorded_at": recorded_at, "events": record.event_count, "envelope": record.envelope},
    )
    rows: list[dict[str, Any]] = []
    items: list[dict[str, Any]] = []
    fields: list[dict[str, Any]] = []
    for number, (digest, event, text) in enumerate(_fresh(connection, captured.events), start=sequence):
        rows.append(
            {
                **of_capture,
                **event_rows.columns(event),
                "sequence": number,
                "digest": digest,
                "record_time": recorded_at,
                "context": context,
                "event": text,
            }
        )
        items.extend(event_rows.items(number, event))
        own = terms_of(on_event([], event["@context"]), terms) if "@context" in event else terms
        fields.extend(field_rows.fields(number, event, own))
    described = master_rows.rows(record.id, envelope) if "epcisHeader" in envelope else []
    for table, inserted in ((events, rows), (event_items, items), (event_fields, fields), (master_data, described)):
        if inserted:
            connection.execute(insert(table), inserted)
    return len(rows)


def _fresh(connection: Connection, captured: Sequence[tuple[str, str]]) -> list[tuple[str, dict[str, Any], str]]:
    """Digest, content and text of those events that are not projected yet."""
    known: set[tuple[str, str]] = set()
    for start in range(0, len(captured), DIGESTS_A_QUERY):
        digests = [digest for digest, _text in captured[start : start + DIGESTS_A_QUERY]]
        found = connection.execute(select(events.c.event_id, events.c.digest).where(events.c.digest.in_(digests)))
        known.update((row.event_id, row.digest) for row in found)
    decoded = ((digest, _as_written.decode(text), text) for digest, text in captured)
    return [each for each in decoded if (each[1]["eventID"], each[0]) not in known]


def _first_line(error: Exception) -> str:
    """What is wrong, without the values that a validation error would quote on its further lines."""
    return str(error).split("\n", 1)[0]
