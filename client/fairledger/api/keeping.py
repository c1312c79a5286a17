"""The service's own keeper: nobody has to ask for what is due, and no other keeper has to run."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final

from fairledger.api.problems import Problem
from fairledger.api.writes import Writes
from fairledger.gateway.errors import GatewayError
from fairledger.keeper.due import Due, find_due
from fairledger.keeper.keeper import Kept, keep
from fairledger.readmodel.database import Database
from fairledger.readmodel.errors import ReadModelError, StoreError, WaitError
from fairledger.wallet import WalletEntry

LOG = logging.getLogger(__name__)
PATIENCE: Final = timedelta(minutes=1)  # that those concerned have to call it themselves


class Keeping:
    """Calls in the service's name what has been due for a while, every ``every_s`` seconds; never where that is 0.

    Organisations begin at different seconds of the interval: who comes later finds nothing left to do.
    """

    def __init__(self, writes: Writes, database: Database, own: WalletEntry, organization: str, every_s: int) -> None:
        self._writes = writes
        self._database = database
        self._own = own
        self._every_s = every_s
        self._begins_s = sha256(organization.encode()).digest()[0] / 256 * every_s

    async def run(self) -> None:
        """Rounds until cancelled."""
        if not self._every_s:
            return
        await asyncio.sleep(self._begins_s)
        while True:
            try:
                await self.work(datetime.now(UTC))
            except (GatewayError, StoreError, ReadModelError) as error:
                LOG.warning("what is due has to wait", extra={"code": error.code})
            await asyncio.sleep(self._every_s)

    async def work(self, now: datetime) -> Kept:
        """One round; raises ``StoreError``. Calls that fail are logged, and come again in the next."""
        due = await asyncio.to_thread(self._due, now - PATIENCE)
        return await keep(self._submit, due, lambda told: LOG.info("what was due", extra={"outcome": told}))

    def _due(self, at: datetime) -> list[Due]:
        with self._database.reading() as connection:
            return find_due(connection, at)

    async def _submit(self, function: str, *arguments: str) -> bytes:
        try:
            return (await self._writes.write(self._own, function, *arguments)).result
        except (Problem, WaitError) as error:
            raise GatewayError(error.code, str(error)) from error
