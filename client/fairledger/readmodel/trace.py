"""What the contract ``trace`` writes, as rows: captures, their events, and the items that the events name."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from cryptography import x509
from pydantic import ValidationError
from sqlalchemy import Connection, func, insert, select

from fairledger.deployment import CHAINCODE
from fairledger.readmodel import event_fields as field_rows
from fairledger.readmodel import event_rows, instants
from fairledger.readmodel import master_data as master_rows
from fairledger.readmodel.blocks import Transaction, Write
from fairledger.readmodel.contexts import beside_the_standard, on_event
from fairledger.readmodel.errors import ProjectionError
from fairledger.readmodel.inserts import insert_rows
from fairledger.readmodel.names import terms_of
from fairledger.readmodel.papers import PAPERS, write_paper
from fairledger.readmodel.record_kinds import KINDS
from fairledger.readmodel.records import write_records
from fairledger.readmodel.tables import captures, event_fields, event_items, events, keys, master_data
from fairledger.tags.key_id import key_id_of
from fairledger_chaincode.errors import KeyRefused
from fairledger_chaincode.keys import split_composite_key
from fairledger_contracts.records.capture import CAPTURE_KIND, DOCUMENT_KIND, SEGMENT_KIND, CaptureRecord, read_segment
from fairledger_contracts.records.event import EVENT_KIND, Place, StoredEvent
from fairledger_contracts.records.item import ITEM_KIND
from fairledger_contracts.records.recorder import Recorder

INDEX_KINDS: Final = frozenset({DOCUMENT_KIND, ITEM_KIND})  # the contract's own; SQL has better
DIGESTS_A_QUERY: Final = 500  # values that one query names; databases bound them
_UNREADABLE: Final = (KeyRefused, ValidationError, ValueError, KeyError, TypeError, AttributeError, UnicodeDecodeError)

_as_written = json.JSONDecoder(parse_float=str, parse_int=str)  # quantities are kept in their digits


@dataclass(frozen=True)
class _Captured:
    """A capture as a transaction wrote it: the record, and its events in order, each with its key's digests."""

    record: CaptureRecord
    events: tuple[tuple[StoredEvent, str], ...]


def project(connection: Connection, block_number: int, transaction: Transaction, sequence: int) -> int:
    """Insert the rows of one valid transaction; events are counted from ``sequence``. Returns the next number.

    Raises ``ProjectionError`` (PROJECTION_RECORD) for anything in the chaincode's state that is not understood.
    """
    writes = [write for write in transaction.writes if write.namespace == CHAINCODE]
    if not writes:
        return sequence
    try:
        kinds = [(*split_composite_key(write.key), write) for write in writes]
        for kind, _parts, write in kinds:
            if kind in PAPERS:
                write_paper(connection, kind, write, transaction.tx_id, block_number)
        write_records(connection, kinds, transaction, block_number)
        others = PAPERS.keys() | KINDS.keys()
        for captured in _captures([each for each in kinds if each[0] not in others]):
            sequence += _insert(connection, block_number, captured, sequence)
    except _UNREADABLE as error:
        raise ProjectionError(
            "PROJECTION_RECORD",
            f"block {block_number}, transaction {transaction.tx_id}: {type(error).__name__}: {_first_line(error)}",
            "update the service to the contracts' version, then `fairledger readmodel rebuild`",
        ) from error
    return sequence


def _captures(writes: Iterable[tuple[str, tuple[str, ...], Write]]) -> Iterator[_Captured]:
    records: list[CaptureRecord] = []
    segments: dict[str, dict[int, list[str]]] = {}
    places: dict[Place, StoredEvent] = {}
    for kind, parts, write in writes:
        if write.value is None:
            raise ValueError(f"a record of kind {kind} is deleted, which the contract never does")
        if kind == CAPTURE_KIND:
            records.append(CaptureRecord.from_state(write.value))
        elif kind == SEGMENT_KIND:
            _recorded_at, capture_id, segment = parts
            segments.setdefault(capture_id, {})[int(segment)] = read_segment(write.value)
        elif kind == EVENT_KIND:
            stored = StoredEvent.read(parts, write.value)
            places[stored.place] = stored
        elif kind not in INDEX_KINDS:
            raise ValueError(f"a record of the unknown kind {kind}")
    for record in records:
        own = segments.pop(record.id, {})
        recorded = tuple(
            (places[Place(record.id, segment, line)], text)
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
        {
            **of_capture,
            "recorded_at": recorded_at,
            "recorder_role": record.recorder.role,
            "recorder_gln": record.recorder.gln,
            "events": record.event_count,
            "envelope": record.envelope,
        },
    )
    _insert_key(connection, block_number, record.recorder)
    rows: list[dict[str, Any]] = []
    items: list[dict[str, Any]] = []
    fields: list[dict[str, Any]] = []
    for number, (stored, event, text) in enumerate(_fresh(connection, captured.events), start=sequence):
        rows.append(
            {
                **of_capture,
                **event_rows.columns(event),
                "sequence": number,
                "digest": stored.digest,
                "declared_digest": stored.declared_digest or None,
                "record_time": recorded_at,
                "context": context,
                "event": text,
            }
        )
        items.extend(event_rows.items(number, event))
        own = terms_of(on_event([], event["@context"]), terms) if "@context" in event else terms
        fields.extend(field_rows.fields(number, event, own))
    described = master_rows.rows(record.id, envelope) if "epcisHeader" in envelope else []
    _link_previous(connection, items)
    for table, inserted in ((events, rows), (event_items, items), (event_fields, fields), (master_data, described)):
        insert_rows(connection, table, inserted)
    return len(rows)


def _insert_key(connection: Connection, block_number: int, recorder: Recorder) -> None:
    certificate = x509.load_pem_x509_certificate(recorder.certificate.encode())
    key_id = key_id_of(certificate)
    if connection.execute(select(keys.c.key_id).where(keys.c.key_id == key_id)).first() is None:
        row = {"key_id": key_id, "msp_id": recorder.msp_id, "recorder_id": recorder.id, "gln": recorder.gln}
        told = {"certificate": recorder.certificate, "block_number": block_number}
        connection.execute(insert(keys), {**row, **told})


def _link_previous(connection: Connection, items: Sequence[dict[str, Any]]) -> None:
    """Set each item's link to the event before, in the ledger's order; rows come in the order of their events."""
    named = list(dict.fromkeys(row["item"] for row in items))
    latest: dict[str, int] = {}
    for start in range(0, len(named), DIGESTS_A_QUERY):
        asked = named[start : start + DIGESTS_A_QUERY]
        query = (
            select(event_items.c.item, func.max(event_items.c.sequence))
            .where(event_items.c.item.in_(asked))
            .group_by(event_items.c.item)
        )
        latest.update((item, sequence) for item, sequence in connection.execute(query))
    before: dict[str, int | None] = {}
    current: dict[str, int] = {}
    for row in items:
        item, sequence = row["item"], row["sequence"]
        if current.get(item) != sequence:
            before[item] = current.get(item, latest.get(item))
            current[item] = sequence
        row["previous"] = before[item]


def _fresh(
    connection: Connection, captured: Sequence[tuple[StoredEvent, str]]
) -> list[tuple[StoredEvent, dict[str, Any], str]]:
    """Digests, content and text of those events that are not projected yet."""
    known: set[tuple[str, str]] = set()
    for start in range(0, len(captured), DIGESTS_A_QUERY):
        digests = [stored.digest for stored, _text in captured[start : start + DIGESTS_A_QUERY]]
        found = connection.execute(select(events.c.event_id, events.c.digest).where(events.c.digest.in_(digests)))
        known.update((row.event_id, row.digest) for row in found)
    decoded = ((stored, _as_written.decode(text), text) for stored, text in captured)
    return [each for each in decoded if (each[1]["eventID"], each[0].digest) not in known]


def _first_line(error: Exception) -> str:
    """What is wrong, without the values that a validation error would quote on its further lines."""
    return str(error).split("\n", 1)[0]
