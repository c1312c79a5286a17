"""Counting scans until they are on the ledger: added up by item, day and coarse area, and nothing about who scanned.

A report is signed and kept in the SQL transaction that takes its counts away, before it is sent. So a service that is
killed sends the very same report again, which takes effect once.
"""

import asyncio
import json
import logging
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Column, Integer, LargeBinary, MetaData, Table, Text, delete, insert, select, update

from fairledger.api.ledger import Ledger
from fairledger.api.ordering import Ordering
from fairledger.api.problems import Problem
from fairledger.api.settings import SERVICE_IDENTITY
from fairledger.gateway import Transaction
from fairledger.gateway.errors import GatewayError
from fairledger.readmodel.errors import StoreError
from fairledger.readmodel.own_tables import OwnTables
from fairledger.wallet import Wallet, WalletEntry, WalletError
from fairledger_contracts.records.scan_count import COUNTS_MAX, DAYS_OLD_MAX, SCANS_MAX

INTERVAL_S: Final = 5.0  # between reports: a copy shows soon, and a busy tag costs one transaction
LOG: Final = logging.getLogger(__name__)

_metadata = MetaData()
_counts = Table(
    "scan_counts",
    _metadata,
    Column("item", Text, primary_key=True),
    Column("day", Text, primary_key=True),
    Column("area", Text, primary_key=True),
    Column("count", Integer, nullable=False),
)
_reports = Table(  # signed, and not yet known to be in a block
    "scan_reports",
    _metadata,
    Column("tx_id", Text, primary_key=True),
    Column("envelope", LargeBinary, nullable=False),
)


class Tally(OwnTables):
    """The scans of one service. ``run`` reports them until it is cancelled."""

    def __init__(self, url: str, ledger: Ledger, wallet: Wallet) -> None:
        super().__init__(url, _metadata)
        self._ledger = ledger
        self._ordering = Ordering(ledger)
        self._wallet = wallet

    def add(self, item: str, area: str, day: date | None = None) -> None:
        """Count one scan of an item (canonical id), today in UTC. Blocks, shortly. Raises ``StoreError``."""
        key = {"item": item, "day": (day or datetime.now(UTC).date()).isoformat(), "area": area}
        same = [_counts.c[name] == value for name, value in key.items()]
        with self._transaction() as connection:
            if not connection.execute(update(_counts).where(*same).values(count=_counts.c.count + 1)).rowcount:
                connection.execute(insert(_counts), {**key, "count": 1})

    async def run(self) -> None:
        """Report every ``INTERVAL_S`` seconds; what can't be reported now stays for the next time."""
        while True:
            try:
                await self.report()
            except (GatewayError, StoreError, WalletError, Problem) as error:
                LOG.warning("scans could not be reported", extra={"code": error.code})
            await asyncio.sleep(INTERVAL_S)

    async def report(self) -> int:
        """Bring all counts to the ledger; returns how many reports that took.

        Raises ``GatewayError``, ``StoreError``, ``WalletError``, and ``Problem`` as ``Ordering`` does.
        """
        reports = 0
        await self._send_kept()
        while rows := await asyncio.to_thread(self._waiting):
            person = await asyncio.to_thread(self._wallet.get, SERVICE_IDENTITY)
            await self._send(await self._signed(person, rows))
            reports += 1
        return reports

    async def _signed(self, person: WalletEntry, rows: Sequence[dict[str, Any]]) -> Transaction:
        transaction = await self._ledger.endorse(person, "trace:count_scans", json.dumps(rows))
        await asyncio.to_thread(self._keep, transaction, rows)
        return transaction

    async def _send(self, transaction: Transaction) -> None:
        status = await self._ordering.commit(transaction)
        if not status.successful:
            LOG.error("a report of scans had no effect", extra={"verdict": status.name})
        await asyncio.to_thread(self._forget, status.tx_id)

    async def _send_kept(self) -> None:
        """Reports of an earlier run of the service, of which it is not known whether they arrived."""
        for envelope in await asyncio.to_thread(self._kept):
            await self._send(Transaction.from_bytes(envelope))

    def _waiting(self) -> list[dict[str, Any]]:
        """Counts to report; those that are older than the contract takes are dropped, and the log says so."""
        oldest = (datetime.now(UTC).date() - timedelta(days=DAYS_OLD_MAX)).isoformat()
        query = select(_counts).order_by(_counts.c.item, _counts.c.day, _counts.c.area).limit(COUNTS_MAX)
        with self._transaction() as connection:
            dropped = connection.execute(delete(_counts).where(_counts.c.day < oldest)).rowcount
            if dropped:
                LOG.warning("scans were dropped that are too old to report", extra={"counts": dropped})
            found = connection.execute(query).mappings()
            return [{**row, "count": min(row["count"], SCANS_MAX)} for row in found]

    def _keep(self, transaction: Transaction, rows: Sequence[dict[str, Any]]) -> None:
        """Keep a signed report and take its counts away; scans that came meanwhile stay."""
        with self._transaction() as connection:
            report = {"tx_id": transaction.tx_id, "envelope": transaction.to_bytes()}
            connection.execute(insert(_reports), report)
            for row in rows:
                same = [_counts.c[name] == row[name] for name in ("item", "day", "area")]
                connection.execute(update(_counts).where(*same).values(count=_counts.c.count - row["count"]))
            connection.execute(delete(_counts).where(_counts.c.count <= 0))

    def _kept(self) -> list[bytes]:
        with self._transaction() as connection:
            return list(connection.execute(select(_reports.c.envelope)).scalars())

    def _forget(self, tx_id: str) -> None:
        with self._transaction() as connection:
            connection.execute(delete(_reports).where(_reports.c.tx_id == tx_id))
