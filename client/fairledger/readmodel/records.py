"""Records of the contracts as rows: as they are now, found by their terms."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, and_, delete, insert, or_, select

from fairledger.readmodel.blocks import Transaction, Write
from fairledger.readmodel.record_kinds import KINDS
from fairledger.readmodel.tables import ledger_records, record_terms
from fairledger_chaincode.record import Record

BETWEEN_PARTS: Final = "\x1f"  # between the parts of a key; the ledger's own separator can't be kept in SQL
RECORDS_A_READ: Final = 500
AnyRecord = TypeVar("AnyRecord", bound=Record)


@dataclass(frozen=True)
class Mark:
    """A place in a list of records: the last one that was seen."""

    block_number: int
    number: int


def write_records(
    connection: Connection,
    writes: Iterable[tuple[str, tuple[str, ...], Write]],
    transaction: Transaction,
    block_number: int,
) -> None:
    """Insert, replace or delete the rows of a valid transaction's records. Raises ``ValueError`` for what is none."""
    rows: list[dict[str, Any]] = []
    terms: list[dict[str, Any]] = []
    for position, (kind, parts, write) in enumerate(writes):
        known = KINDS.get(kind)
        if known is None:
            continue
        key = BETWEEN_PARTS.join(parts)
        for table in (ledger_records, record_terms):
            connection.execute(delete(table).where(table.c.kind == kind, table.c.key == key))
        if write.value is None:
            continue
        record = known.record.model_validate_json(write.value)
        of_record = {"kind": kind, "key": key}
        place = {"number": transaction.position << 20 | position, "tx_id": transaction.tx_id}
        rows.append({**of_record, **place, "block_number": block_number, "record": write.value.decode()})
        terms.extend({**of_record, "name": name, "value": value} for name, value in known.terms(record))
    if rows:
        connection.execute(insert(ledger_records), rows)
    if terms:
        connection.execute(insert(record_terms), terms)


def find_record(connection: Connection, kind: type[AnyRecord], *parts: str) -> AnyRecord | None:
    """The record with this key, if there is one now."""
    query = select(ledger_records.c.record).where(
        ledger_records.c.kind == kind.kind, ledger_records.c.key == BETWEEN_PARTS.join(parts)
    )
    found = connection.execute(query).scalar_one_or_none()
    return None if found is None else kind.model_validate_json(found)


def block_numbers(connection: Connection, kind: type[Record], keys: Sequence[str]) -> dict[str, int]:
    """The block in which each record of these keys, of one part, was last changed."""
    query = select(ledger_records.c.key, ledger_records.c.block_number).where(
        ledger_records.c.kind == kind.kind, ledger_records.c.key.in_(keys)
    )
    return {row.key: row.block_number for row in connection.execute(query)}


def where_written(connection: Connection, kind: type[Record], *parts: str) -> tuple[str, int] | None:
    """Transaction and block that wrote the record with this key last, if there is one now."""
    rows = ledger_records.c
    query = select(rows.tx_id, rows.block_number).where(rows.kind == kind.kind, rows.key == BETWEEN_PARTS.join(parts))
    found = connection.execute(query).one_or_none()
    return None if found is None else (found.tx_id, found.block_number)


def all_records(
    connection: Connection, kind: type[AnyRecord], terms: Sequence[tuple[str, str]] = ()
) -> Iterator[AnyRecord]:
    """All records that have all ``terms``, the last changed first, read a page at a time."""
    before: Mark | None = None
    while page := list_records(connection, kind, terms, limit=RECORDS_A_READ, before=before):
        yield from (record for record, _ in page)
        before = page[-1][1]


def list_records(
    connection: Connection,
    kind: type[AnyRecord],
    terms: Sequence[tuple[str, str]] = (),
    *,
    limit: int,
    before: Mark | None = None,
) -> list[tuple[AnyRecord, Mark]]:
    """``limit`` records that have all ``terms``, the last changed first, each with its place, behind ``before``."""
    rows = ledger_records.c
    query = select(ledger_records).where(rows.kind == kind.kind)
    for name, value in terms:
        having = select(record_terms.c.key).where(
            record_terms.c.kind == kind.kind, record_terms.c.name == name, record_terms.c.value == value
        )
        query = query.where(rows.key.in_(having))
    if before is not None:
        same = and_(rows.block_number == before.block_number, rows.number < before.number)
        query = query.where(or_(rows.block_number < before.block_number, same))
    query = query.order_by(rows.block_number.desc(), rows.number.desc()).limit(limit)
    return [
        (kind.model_validate_json(row.record), Mark(row.block_number, row.number)) for row in connection.execute(query)
    ]
