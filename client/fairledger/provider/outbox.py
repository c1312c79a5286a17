"""What a service has to tell payment providers: kept until they have it, however often that is tried.

Payouts themselves are on the ledger. So what is lost here, or forgotten, is announced again under the same id.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import (
    Boolean,
    Column,
    Float,
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

from fairledger.readmodel.own_tables import OwnTables

PAUSE_INITIAL_S: Final = 1.0
PAUSE_MAX_S: Final = 300.0  # a payout has days; a provider that is back hears of it within five minutes
SENT_AT_ONCE_MAX: Final = 100  # messages of one round

_metadata = MetaData()
_messages: Final = Table(
    "provider_outbox",
    _metadata,
    Column("provider", Text, primary_key=True),
    Column("event_id", Text, primary_key=True),
    Column("body", LargeBinary, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at_s", Float, nullable=False),  # Unix time
    Column("delivered", Boolean, nullable=False),
)


@dataclass(frozen=True)
class Message:
    """An event for a provider; ``attempts`` have failed so far."""

    provider: str
    event_id: str
    body: bytes
    attempts: int


class Outbox(OwnTables):
    """The messages of one service, in its jobs database. Its methods block, shortly; all raise ``StoreError``."""

    def __init__(self, url: str, now_s: Callable[[], float] = time.time) -> None:
        super().__init__(url, _metadata)
        self._now_s = now_s

    def keep(self, provider: str, bodies: dict[str, bytes]) -> None:
        """Have these events for ``provider``, by id, and no others: new ones are added, the others forgotten."""
        mine = _messages.c.provider == provider
        with self._transaction() as connection:
            known = set(connection.execute(select(_messages.c.event_id).where(mine)).scalars())
            for event_id in known - bodies.keys():
                connection.execute(delete(_messages).where(mine, _messages.c.event_id == event_id))
            rows = [
                {
                    "provider": provider,
                    "event_id": event_id,
                    "body": bodies[event_id],
                    "attempts": 0,
                    "next_at_s": self._now_s(),
                    "delivered": False,
                }
                for event_id in bodies
                if event_id not in known
            ]
            if rows:
                connection.execute(insert(_messages), rows)

    def due(self, provider: str) -> list[Message]:
        """What is to be sent now, the longest due first."""
        rows = _messages.c
        query = (
            select(_messages)
            .where(rows.provider == provider, rows.delivered.is_(False), rows.next_at_s <= self._now_s())
            .order_by(rows.next_at_s, rows.event_id)
            .limit(SENT_AT_ONCE_MAX)
        )
        with self._transaction() as connection:
            found = connection.execute(query).all()
        return [Message(row.provider, row.event_id, row.body, row.attempts) for row in found]

    def delivered(self, message: Message) -> None:
        """The provider has it."""
        self._change(message, delivered=True)

    def failed(self, message: Message) -> None:
        """It did not arrive, as far as is known: later again, after twice the time of the last pause."""
        self._change(message, attempts=message.attempts + 1, next_at_s=self._now_s() + pause_s(message.attempts))

    def _change(self, message: Message, **values: object) -> None:
        same = (_messages.c.provider == message.provider) & (_messages.c.event_id == message.event_id)
        with self._transaction() as connection:
            connection.execute(update(_messages).where(same).values(**values))


def pause_s(attempts: int) -> float:
    """How long to wait after an attempt that failed, when ``attempts`` have failed before."""
    return min(PAUSE_INITIAL_S * 2.0 ** min(attempts, 16), PAUSE_MAX_S)
