"""Idempotency keys in SQL, beside the jobs: each with its request's digest and, once there is one, its answer.

A row is put when a request with the key begins, and gets its answer in the same SQL transaction as the effect of the
request. So a service that dies either leaves both or none; rows without an answer are dropped at the next start.

Answers can hold secrets and personal data, and digests of short requests can be guessed. So answers are kept sealed
(``AtRest``, bound to the scope), and requests by HMAC under the same key, which is not in the database.
What is older than ``KEPT`` goes within ``FORGET_EACH_S``, whether or not another request comes.
"""

import asyncio
import hashlib
import hmac
import json
import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography.exceptions import InvalidTag
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

from fairledger.api.at_rest import AtRest
from fairledger.api.problems import RETRY_AFTER_S, Problem
from fairledger.readmodel.errors import StoreError
from fairledger.readmodel.instants import text_of
from fairledger.readmodel.own_tables import OwnTables

KEPT: Final = timedelta(hours=24)  # longer than a client tries again; a key after that is a new one
FORGET_EACH_S: Final = 600.0
LOG: Final = logging.getLogger(__name__)

_metadata = MetaData()
_keys = Table(
    "idempotency_keys",
    _metadata,
    Column("scope", Text, primary_key=True),  # SHA-256 of person, method, path and key
    Column("request", Text, nullable=False),  # HMAC-SHA-256 of what was asked
    Column("begun_at", Text, nullable=False),
    Column("status", Integer),  # of the answer; none while the request is under way
    Column("sealed", LargeBinary),  # nonce and ciphertext of the answer's header fields and body
    Index("idempotency_keys_begun", "begun_at"),
)


@dataclass(frozen=True)
class Answer:
    """An HTTP answer: status, header fields by name, and body."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


class KeyStore(OwnTables):
    """The keys of one service, the only one on its database. Its methods block, shortly; all raise ``StoreError``."""

    def __init__(self, url: str, key: bytes) -> None:
        """``key`` has 32 bytes, and is kept elsewhere."""
        self._key = key
        self._at_rest = AtRest(key)
        super().__init__(url, _metadata)
        with self._transaction() as connection:
            connection.execute(delete(_keys).where(_keys.c.status.is_(None)))  # whoever put them is gone
        self.forget()

    def begin(self, scope: str, request: str) -> Answer | None:
        """Reserve the key of ``scope`` for this request, or tell the answer that it had.

        Raises ``Problem``: IDEMPOTENCY_KEY_REUSED when the key belongs to another request, IDEMPOTENCY_IN_PROGRESS when
        the same one is under way, IDEMPOTENCY_UNREADABLE when its answer was sealed under another key.
        """
        now = datetime.now(UTC)
        request = hmac.digest(self._key, request.encode(), hashlib.sha256).hex()
        with self._transaction() as connection:
            _forget(connection, now)
            row = connection.execute(select(_keys).where(_keys.c.scope == scope)).one_or_none()
            if row is None:
                connection.execute(insert(_keys), {"scope": scope, "request": request, "begun_at": text_of(now)})
                return None
        if row.request != request:
            raise Problem("IDEMPOTENCY_KEY_REUSED", "you sent another request with this key; take a new key")
        if row.status is None:
            headers = {"Retry-After": str(RETRY_AFTER_S)}
            raise Problem("IDEMPOTENCY_IN_PROGRESS", "the same request is under way; ask again soon", headers=headers)
        return self._opened(scope, row.status, row.sealed)

    def keep(self, scope: str, answer: Answer) -> None:
        """The request is answered. Where its answer was kept with its effect, that one stays."""
        with self._transaction() as connection:
            self._keep(connection, scope, answer)

    def keep_in(self, connection: Connection, scope: str, answer: Answer) -> None:
        """Keep the answer of a request that has begun, in a transaction that also holds its effect.

        Raises ``Problem`` (IDEMPOTENCY_LOST) when the key was given up meanwhile, so that the transaction comes to
        nothing.
        """
        if not self._keep(connection, scope, answer):
            raise Problem("IDEMPOTENCY_LOST", "the request was given up before it took effect; send it again")

    def release(self, scope: str) -> None:
        """The request had no effect and no lasting answer: the key is free again. Answers that were kept stay."""
        with self._transaction() as connection:
            connection.execute(delete(_keys).where(_keys.c.scope == scope, _keys.c.status.is_(None)))

    def forget(self) -> None:
        """Delete what is older than ``KEPT``."""
        with self._transaction() as connection:
            _forget(connection, datetime.now(UTC))

    async def run(self) -> None:
        """Forget what is old, again and again, until cancelled."""
        while True:
            await asyncio.sleep(FORGET_EACH_S)
            try:
                await asyncio.to_thread(self.forget)
            except StoreError as error:
                LOG.warning("old answers wait to be deleted", extra={"code": error.code})

    def _keep(self, connection: Connection, scope: str, answer: Answer) -> bool:
        names = json.dumps(answer.headers).encode()  # ASCII without line feeds
        sealed = self._at_rest.sealed(names + b"\n" + answer.body, _bound(scope, answer.status))
        at = (_keys.c.scope == scope) & _keys.c.status.is_(None)
        values = {"status": answer.status, "sealed": sealed}
        return connection.execute(update(_keys).where(at).values(**values)).rowcount == 1

    def _opened(self, scope: str, status: int, sealed: bytes) -> Answer:
        try:
            names, _, body = self._at_rest.opened(sealed, _bound(scope, status)).partition(b"\n")
        except InvalidTag as error:
            message = "the request took effect, and its answer can't be read any more; look before you send it again"
            raise Problem("IDEMPOTENCY_UNREADABLE", message) from error
        return Answer(status, tuple((name, value) for name, value in json.loads(names)), body)


def _forget(connection: Connection, now: datetime) -> None:
    connection.execute(delete(_keys).where(_keys.c.begun_at <= text_of(now - KEPT)))


def _bound(scope: str, status: int) -> bytes:
    return f"{scope} {status}".encode()
