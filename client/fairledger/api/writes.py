"""Calling a function of the contract in a person's name, and waiting until this organisation's queries show it."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from fairledger.api.ledger import Ledger
from fairledger.api.ordering import CONFLICTS, CONFLICTS_MAX, Ordering
from fairledger.api.problems import Problem
from fairledger.api.settings import PROJECTED_DEADLINE_S
from fairledger.gateway import CommitStatus, Transaction, codes
from fairledger.readmodel.follower import Follower
from fairledger.wallet import WalletEntry

ORDERED_DEADLINE_S: Final = 60.0  # a caller waits for it; orderers that elect a leader are back long before


@dataclass(frozen=True)
class Written:
    """A transaction that took effect: where it is, and what the contract answered (JSON)."""

    tx_id: str
    block_number: int
    result: bytes

    @property
    def headers(self) -> dict[str, str]:
        """Header fields that tell where it is on the ledger."""
        return {"Fairledger-Transaction": self.tx_id, "Fairledger-Block": str(self.block_number)}


class Writes:
    """What persons write with one transaction. Captures, which are large, go their own way as jobs."""

    def __init__(self, ledger: Ledger, follower: Follower) -> None:
        self._ledger = ledger
        self._ordering = Ordering(ledger)
        self._follower = follower

    async def write(
        self,
        person: WalletEntry,
        function: str,
        *arguments: str | bytes,
        transient: Mapping[str, bytes] | None = None,
        organizations: Sequence[str] = (),
    ) -> Written:
        """Endorse, order, and wait for the read model; made anew when another transaction came in between.

        Raises ``GatewayError`` (with the contract's codes, too), ``Problem`` (GATEWAY_COMMITTED_INVALID, or
        WRITE_UNCERTAIN when the ledger does not tell in time), and ``WaitError`` when the read model lags behind it.
        """
        for _ in range(CONFLICTS_MAX):
            transaction = await self._ledger.endorse(
                person, function, *arguments, transient=transient, organizations=organizations
            )
            status = await self._commit(transaction)
            if status.successful or status.name not in CONFLICTS:
                break
        return await self._shown(transaction, status)

    async def carry(self, transaction: Transaction) -> Written:
        """Order a transaction that was signed elsewhere, and wait for the read model.

        One that is in a block already is not sent again: what became of it is told. Raises as ``write``; it can't be
        made anew here when another came in between (GATEWAY_COMMITTED_INVALID).
        """
        if await self._ledger.knows(transaction.tx_id):
            status = await self._ledger.status(transaction)
        else:
            status = await self._commit(transaction)
        return await self._shown(transaction, status)

    async def _shown(self, transaction: Transaction, status: CommitStatus) -> Written:
        if not status.successful:
            raise Problem(
                codes.COMMITTED_INVALID,
                f"block {status.block_number} holds the transaction as {status.name}: no effect",
            )
        await self._follower.wait_for_block(status.block_number, PROJECTED_DEADLINE_S)
        return Written(status.tx_id, status.block_number, transaction.result)

    async def _commit(self, transaction: Transaction) -> CommitStatus:
        try:
            async with asyncio.timeout(ORDERED_DEADLINE_S):
                return await self._ordering.commit(transaction)
        except TimeoutError as error:
            tx_id = transaction.tx_id
            raise Problem(
                "WRITE_UNCERTAIN", f"transaction {tx_id} may take effect yet; look before you retry"
            ) from error
