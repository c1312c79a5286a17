"""Events that a service has accepted from payment providers: written down before their effect, answered after it.

An event's id is its provider's. The same event again has the answer that it had; what has none yet is under way, or was
when the service died, and is finished at the next start.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Row,
    Table,
    Text,
    and_,
    delete,
    insert,
    select,
    update,
)

from fairledger.provider.errors import ProviderError
from fairledger.readmodel.instants import text_of
from fairledger.readmodel.own_tables import OwnTables

KEPT: Final = timedelta(days=90)  # far longer than events are repeated; the ledger knows references for ever

_metadata = MetaData()
_events: Final = Table(
    "provider_inbox",
    _metadata,
    Column("provider", Text, primary_key=True),
    Column("event_id", Text, primary_key=True),
    Column("sha256", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("accepted_at", Text, nullable=False),
    Column("status", Integer),  # of the answer; none while its effect is not known
    Column("media_type", Text),
    Column("answer", LargeBinary),
    Index("provider_inbox_open", "status"),
)


@dataclass(frozen=True)
class Answer:
    """An HTTP answer."""

    status: int
    media_type: str
    body: bytes


@dataclass(frozen=True)
class Accepted:
    """An event of a provider; ``answer`` is None until its effect is known."""

    provider: str
    event_id: str
    body: bytes
    answer: Answer | None


class Inbox(OwnTables):
    """The events of one service, in its jobs database. Its methods block, shortly; all raise ``StoreError``."""

    def __init__(self, url: str) -> None:
        super().__init__(url, _metadata)

    def accept(self, provider: str, event_id: str, body: bytes) -> Accepted:
        """Write an event down, or find it as it was. Raises ``ProviderError`` (PROVIDER_EVENT_CHANGED)."""
        now = datetime.now(UTC)
        row = {
            "provider": provider,
            "event_id": event_id,
            "sha256": hashlib.sha256(body).hexdigest(),
            "body": body,
            "accepted_at": text_of(now),
        }
        with self._transaction() as connection:
            old = and_(_events.c.accepted_at < text_of(now - KEPT), _events.c.status.is_not(None))
            connection.execute(delete(_events).where(old))
            known = connection.execute(select(_events).where(_is(provider, event_id))).one_or_none()
            if known is None:
                connection.execute(insert(_events), row)
                return Accepted(provider, event_id, body, None)
        if known.sha256 != row["sha256"]:
            raise ProviderError("PROVIDER_EVENT_CHANGED", "this event was told before, otherwise: take a new id")
        return _accepted(known)

    def find(self, provider: str, event_id: str) -> Accepted | None:
        """An event, if it was accepted."""
        with self._transaction() as connection:
            row = connection.execute(select(_events).where(_is(provider, event_id))).one_or_none()
        return None if row is None else _accepted(row)

    def finish(self, event: Accepted, answer: Answer) -> None:
        """The event has its effect, or is refused for ever. An answer that it has already stays."""
        values = {"status": answer.status, "media_type": answer.media_type, "answer": answer.body}
        open_one = _is(event.provider, event.event_id) & _events.c.status.is_(None)
        with self._transaction() as connection:
            connection.execute(update(_events).where(open_one).values(**values))

    def unfinished(self) -> list[Accepted]:
        """All events without an answer, the oldest first."""
        query = select(_events).where(_events.c.status.is_(None)).order_by(_events.c.accepted_at, _events.c.event_id)
        with self._transaction() as connection:
            return [_accepted(row) for row in connection.execute(query)]


def _is(provider: str, event_id: str) -> Any:
    return (_events.c.provider == provider) & (_events.c.event_id == event_id)


def _accepted(row: Row[Any]) -> Accepted:
    answer = None if row.status is None else Answer(row.status, row.media_type, row.answer)
    return Accepted(row.provider, row.event_id, row.body, answer)
