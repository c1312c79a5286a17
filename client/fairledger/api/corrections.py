"""Corrections that persons ask for: what they say is right, until their platform accepts or refuses it.

The values are sealed (``AtRest``, bound to order and complaint) under a key that is not in the database. They go once
the platform has decided, once the order's personal data are purged, and once the complaint has ended: for the last two,
whoever brings them about, a look every ``FORGET_EACH_S``.
"""

import asyncio
import json
import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from sqlalchemy import Column, Connection, Index, LargeBinary, MetaData, Table, Text, delete, insert, select

from fairledger.api.at_rest import AtRest
from fairledger.readmodel.database import Database
from fairledger.readmodel.errors import StoreError
from fairledger.readmodel.instants import text_of
from fairledger.readmodel.own_tables import OwnTables
from fairledger.readmodel.records import find_record
from fairledger_contracts.records.complaint import ENDS, Complaint
from fairledger_contracts.records.order_record import OrderRecord

FORGET_EACH_S: Final = 600.0
LOG: Final = logging.getLogger(__name__)

_metadata = MetaData()
_corrections = Table(
    "privacy_corrections",
    _metadata,
    Column("complaint", Text, primary_key=True),
    Column("order", Text, nullable=False),
    Column("asked_at", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # the asked values by field, as JSON
    Index("privacy_corrections_order", "order"),
)


@dataclass(frozen=True)
class Correction:
    """What the person of an order says is right; no ``values`` where they were sealed under another key."""

    complaint: str
    order: str
    asked_at: datetime
    values: Mapping[str, str] = field(repr=False)


class Corrections(OwnTables):
    """Those of one service, in its jobs database. Its methods block, shortly; all raise ``StoreError``."""

    def __init__(self, url: str, key: bytes) -> None:
        """``key`` has 32 bytes, and is kept elsewhere."""
        self._at_rest = AtRest(key)
        super().__init__(url, _metadata)

    def keep(self, correction: Correction) -> None:
        """Keep what is asked for by a complaint that has nothing kept yet."""
        plain = json.dumps(dict(correction.values)).encode()
        row = {
            "complaint": correction.complaint,
            "order": correction.order,
            "asked_at": text_of(correction.asked_at),
            "sealed": self._at_rest.sealed(plain, _place(correction.order, correction.complaint)),
        }
        with self._transaction() as connection:
            connection.execute(insert(_corrections), row)

    def asked(self, limit: int) -> list[Correction]:
        """At most so many, the oldest first."""
        query = select(_corrections).order_by(_corrections.c.asked_at, _corrections.c.complaint).limit(limit)
        with self._transaction() as connection:
            return [self._opened(row) for row in connection.execute(query)]

    def find(self, complaint: str) -> Correction | None:
        """What is asked for by this complaint, until it is decided."""
        with self._transaction() as connection:
            row = connection.execute(select(_corrections).where(_corrections.c.complaint == complaint)).one_or_none()
        return None if row is None else self._opened(row)

    def strike(self, complaint: str) -> None:
        """Delete what was asked for by this complaint."""
        with self._transaction() as connection:
            connection.execute(delete(_corrections).where(_corrections.c.complaint == complaint))

    def strike_order(self, order: str) -> None:
        """Delete all that was asked for about this order."""
        with self._transaction() as connection:
            connection.execute(delete(_corrections).where(_corrections.c.order == order))

    def forget(self, database: Database) -> None:
        """Delete what nobody has to decide any more: the complaint has ended, or the order is purged."""
        with self._transaction() as connection:
            waiting = connection.execute(select(_corrections.c.complaint)).scalars().all()
        with database.reading() as connection:
            over = list(_over(connection, waiting))
        for complaint in over:
            self.strike(complaint)

    async def run(self, database: Database) -> None:
        """Forget what is over, again and again, until cancelled."""
        while True:
            try:
                await asyncio.to_thread(self.forget, database)
            except StoreError as error:
                LOG.warning("corrections that are over wait to be deleted", extra={"code": error.code})
            await asyncio.sleep(FORGET_EACH_S)

    def _opened(self, row: Any) -> Correction:
        try:
            values = json.loads(self._at_rest.opened(row.sealed, _place(row.order, row.complaint)))
        except InvalidTag:
            values = {}
        return Correction(row.complaint, row.order, datetime.fromisoformat(row.asked_at).astimezone(UTC), values)


def _over(connection: Connection, complaints: Iterable[str]) -> Iterator[str]:
    for each in complaints:
        complaint = find_record(connection, Complaint, each)
        if complaint is None:  # the read model is being rebuilt
            continue
        order = find_record(connection, OrderRecord, complaint.platform, complaint.about.id)
        if complaint.state in ENDS or (order is not None and order.purged_at is not None):
            yield each


def _place(order: str, complaint: str) -> bytes:
    return f"{order} {complaint}".encode()
