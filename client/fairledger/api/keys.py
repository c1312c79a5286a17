"""Idempotency keys in SQL, beside the jobs: each with its request's digest and, once there is one, its answer.

A row is put when a request with the key begins, and gets its answer in the same SQL transaction as the effect of the
request. So a service that dies either leaves both or none; rows without an answer are dropped at the next start.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import (
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    delete,
    insert,
    select,
    update,
)

from fairledger.api.problems import RETRY_AFTER_S, Problem
from fairledger.readmodel.instants import text_of
from fairledger.readmodel.sql import connect, translated

KEPT: Final = timedelta(hours=24)  # longer than a client tries again; a key after that is a new one

_metadata = MetaData()
_keys = Table(
    "idempotency_keys",
    _metadata,
    Column("scope", Text, primary_key=True),  # SHA-256 of person, method, path and key
    Column("request", Text, nullable=False),  # SHA-256 of what was asked
    Column("begun_at", Text, nullable=False),
    Column("status", Integer),  # of the answer; none while the request is under way
    Column("headers", Text),  # JSON array of [name, value]
    Column("body", LargeBinary),
    Index("idempotency_keys_begun", "begun_at"),
)


@dataclass(frozen=True)
class Answer:
    """An HTTP answer: status, header fields by name, and body."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


class KeyStore:
    """The keys of one service, the only one on its database. Its methods block, shortly; all raise ``StoreError``."""

    def __init__(self, url: str) -> None:
        self._engine = connect(url, writes=True, connections=1)
        with self._transaction() as connection:
            _metadata.create_all(connection)
            connection.execute(delete(_keys).where(_keys.c.status.is_(None)))  # whoever put them is gone

    def close(self) -> None:
        """Close the connection."""
        self._engine.dispose()

    def begin(self, scope: str, request: str) -> Answer | None:
        """Reserve the key of ``scope`` for this request, or tell the answer that it had.

        Raises ``Problem``: IDEMPOTENCY_KEY_REUSED when the key belongs to another request, IDEMPOTENCY_IN_PROGRESS when
        the same one is under way.
        """
        now = datetime.now(UTC)
        with self._transaction() as connection:
            connection.execute(delete(_keys).where(_keys.c.begun_at <= text_of(now - KEPT)))
            row = connection.execute(select(_keys).where(_keys.c.scope == scope)).one_or_none()
            if row is None:
                connection.execute(insert(_keys), {"scope": scope, "request": request, "begun_at": text_of(now)})
                return None
        if row.request != request:
            raise Problem("IDEMPOTENCY_KEY_REUSED", "you sent another request with this key; take a new key")
        if row.status is None:
            headers = {"Retry-After": str(RETRY_AFTER_S)}
            raise Problem("IDEMPOTENCY_IN_PROGRESS", "the same request is under way; ask again soon", headers=headers)
        return Answer(row.status, tuple((name, value) for name, value in json.loads(row.headers)), row.body)

    def keep(self, scope: str, answer: Answer) -> None:
        """The request is answered. Where its answer was kept with its effect, that one stays."""
        with self._transaction() as connection:
            _keep(connection, scope, answer)

    def release(self, scope: str) -> None:
        """The request had no effect and no lasting answer: the key is free again. Answers that were kept stay."""
        with self._transaction() as connection:
            connection.execute(delete(_keys).where(_keys.c.scope == scope, _keys.c.status.is_(None)))

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        with translated(), self._engine.begin() as connection:
            yield connection


def keep(connection: Connection, scope: str, answer: Answer) -> None:
    """Keep the answer of a request that has begun, in a transaction that also holds its effect.

    Raises ``Problem`` (IDEMPOTENCY_LOST) when the key was given up meanwhile, so that the transaction comes to nothing.
    """
    if not _keep(connection, scope, answer):
        raise Problem("IDEMPOTENCY_LOST", "the request was given up before it took effect; send it again")


def _keep(connection: Connection, scope: str, answer: Answer) -> bool:
    values = {"status": answer.status, "headers": json.dumps(answer.headers), "body": answer.body}
    at = (_keys.c.scope == scope) & _keys.c.status.is_(None)
    return connection.execute(update(_keys).where(at).values(**values)).rowcount == 1
