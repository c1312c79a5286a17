"""Capture jobs: kept in SQL from before anything is ordered, so that a restarted service knows and finishes them."""

import json
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Row,
    Table,
    Text,
    delete,
    func,
    insert,
    inspect,
    select,
    text,
    update,
)

from fairledger.readmodel.instants import text_of
from fairledger.readmodel.own_tables import OwnTables

KEPT_MAX: Final = 10_000  # finished jobs; the oldest are forgotten
ROLLBACK: Final = "rollback"
PROCEED: Final = "proceed"
BEHAVIOURS: Final = (ROLLBACK, PROCEED)

_metadata = MetaData()
_number = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts only in INTEGER columns

_jobs = Table(
    "capture_jobs",
    _metadata,
    Column("number", _number, primary_key=True, autoincrement=True),
    Column("capture_id", Text, nullable=False, unique=True),
    Column("person", Text, nullable=False),
    Column("behaviour", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("finished_at", Text),
    Column("success", Boolean, nullable=False),
    Column("errors", Text, nullable=False),  # JSON array of problem documents
    Column("transactions", Text, nullable=False, server_default="[]"),  # JSON array of [transaction id, block number]
    Index("capture_jobs_person", "person", "number"),
)

_parts = Table(  # the transactions of a running job, as they go to the orderers
    "capture_parts",
    _metadata,
    Column("capture_id", Text, primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("document", Text, nullable=False),
    Column("envelope", LargeBinary, nullable=False),
)


@dataclass(frozen=True)
class Job:
    """A capture job. ``finished_at`` is ``None`` while it runs; ``success`` is false once there was any error.

    ``transactions`` are those that brought it to the ledger, once it is finished: ids and numbers of their blocks.
    """

    number: int
    capture_id: str
    person: str
    behaviour: str
    created_at: str
    finished_at: str | None
    success: bool
    errors: tuple[dict[str, Any], ...] = field(default=())
    transactions: tuple[tuple[str, int], ...] = ()

    @property
    def running(self) -> bool:
        """Whether it is still under way."""
        return self.finished_at is None


Keep = Callable[[Connection, Job], None]


class JobStore(OwnTables):
    """The jobs of one service. Its methods block, shortly; all raise ``StoreError``."""

    def __init__(self, url: str) -> None:
        super().__init__(url, _metadata)
        with self._transaction() as connection:
            _add_missing_columns(connection)

    def create(
        self,
        person: str,
        behaviour: str,
        parts: Sequence[tuple[str, bytes]],
        errors: Sequence[dict[str, Any]],
        keep: Keep | None = None,
    ) -> Job:
        """A new job of ``person`` that had these errors so far.

        ``parts`` are what it has to bring in: documents, each with its signed transaction. What ``keep`` writes is in
        the same SQL transaction; when it raises, there is no job.
        """
        capture_id = secrets.token_urlsafe(16)
        row = {
            "capture_id": capture_id,
            "person": person,
            "behaviour": behaviour,
            "created_at": text_of(datetime.now(UTC)),
            "success": not errors,
            "errors": json.dumps(list(errors), ensure_ascii=False),
        }
        rows = [
            {"capture_id": capture_id, "position": position, "document": document, "envelope": envelope}
            for position, (document, envelope) in enumerate(parts)
        ]
        with self._transaction() as connection:
            connection.execute(insert(_jobs), row)
            if rows:
                connection.execute(insert(_parts), rows)
            job = _job(connection.execute(select(_jobs).where(_jobs.c.capture_id == capture_id)).one())
            if keep is not None:
                keep(connection, job)
            return job

    def replace(self, capture_id: str, position: int, envelope: bytes) -> None:
        """The part at ``position`` goes by another transaction from now on."""
        at = (_parts.c.capture_id == capture_id) & (_parts.c.position == position)
        with self._transaction() as connection:
            connection.execute(update(_parts).where(at).values(envelope=envelope))

    def finish(
        self, capture_id: str, errors: Sequence[dict[str, Any]], transactions: Sequence[tuple[str, int]] = ()
    ) -> None:
        """The job is over; ``errors`` come on top of those it had.

        Of its transactions only the ids of those that took effect are kept, with the numbers of their blocks.
        """
        with self._transaction() as connection:
            known = connection.execute(select(_jobs.c.errors).where(_jobs.c.capture_id == capture_id)).scalar_one()
            all_errors = [*json.loads(known), *errors]
            connection.execute(
                update(_jobs)
                .where(_jobs.c.capture_id == capture_id)
                .values(
                    finished_at=text_of(datetime.now(UTC)),
                    success=not all_errors,
                    errors=json.dumps(all_errors, ensure_ascii=False),
                    transactions=json.dumps(list(transactions)),
                )
            )
            connection.execute(delete(_parts).where(_parts.c.capture_id == capture_id))
            _forget_old(connection)

    def get(self, capture_id: str, person: str) -> Job | None:
        """The job, if there is one and it is this person's."""
        with self._transaction() as connection:
            row = connection.execute(
                select(_jobs).where(_jobs.c.capture_id == capture_id, _jobs.c.person == person)
            ).one_or_none()
        return _job(row) if row else None

    def page(self, person: str, per_page: int, before: int | None) -> tuple[list[Job], bool]:
        """Jobs of ``person``, newest first, older than job number ``before``; and whether there are older ones."""
        query = select(_jobs).where(_jobs.c.person == person).order_by(_jobs.c.number.desc()).limit(per_page + 1)
        if before is not None:
            query = query.where(_jobs.c.number < before)
        with self._transaction() as connection:
            jobs = [_job(row) for row in connection.execute(query)]
        return jobs[:per_page], len(jobs) > per_page

    def interrupted(self) -> list[tuple[Job, list[tuple[str, bytes]]]]:
        """Jobs that are not finished, oldest first, each with its parts as ``create`` got them."""
        with self._transaction() as connection:
            jobs = [
                _job(row)
                for row in connection.execute(
                    select(_jobs).where(_jobs.c.finished_at.is_(None)).order_by(_jobs.c.number)
                )
            ]
            parts = select(_parts.c.document, _parts.c.envelope).order_by(_parts.c.position)
            return [
                (
                    job,
                    [
                        (part.document, part.envelope)
                        for part in connection.execute(parts.where(_parts.c.capture_id == job.capture_id))
                    ],
                )
                for job in jobs
            ]


def _add_missing_columns(connection: Connection) -> None:
    """Jobs that were stored before transactions were kept with them have none."""
    known = {column["name"] for column in inspect(connection).get_columns(_jobs.name)}
    if "transactions" not in known:
        connection.execute(text(f"ALTER TABLE {_jobs.name} ADD COLUMN transactions TEXT NOT NULL DEFAULT '[]'"))


def _forget_old(connection: Connection) -> None:
    newest = connection.execute(select(func.max(_jobs.c.number))).scalar_one()
    connection.execute(delete(_jobs).where(_jobs.c.number <= newest - KEPT_MAX, _jobs.c.finished_at.is_not(None)))


def _job(row: Row[Any]) -> Job:
    return Job(
        number=row.number,
        capture_id=row.capture_id,
        person=row.person,
        behaviour=row.behaviour,
        created_at=row.created_at,
        finished_at=row.finished_at,
        success=row.success,
        errors=tuple(json.loads(row.errors)),
        transactions=tuple((tx_id, block) for tx_id, block in json.loads(row.transactions)),
    )
