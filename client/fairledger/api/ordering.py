"""Getting a signed transaction into a block: sent again while nothing is known of it, since it takes effect once."""

import asyncio
import logging
from typing import Final

from fairledger.api.ledger import Ledger
from fairledger.api.problems import Problem
from fairledger.gateway import CommitStatus, Transaction, codes
from fairledger.gateway.errors import CommitStatusError, GatewayBusy, GatewayError, GatewayUnreachable, SubmitError

SENDINGS_MAX: Final = 1_000  # of one transaction; with the pauses between them about eight hours
PAUSE_INITIAL_S: Final = 0.25
PAUSE_MAX_S: Final = 30.0
CONFLICTS_MAX: Final = 8  # times that a transaction is endorsed anew because others wrote of the same things before it
CONFLICTS: Final = frozenset({"MVCC_READ_CONFLICT", "PHANTOM_READ_CONFLICT"})
_FINAL: Final = frozenset({codes.DENIED, codes.REJECTED, codes.MALFORMED, codes.UNSIGNED})
LOG: Final = logging.getLogger(__name__)


class Ordering:
    """The orderers, by way of the organisation's own peer."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def commit(self, transaction: Transaction) -> CommitStatus:
        """Send ``transaction``, as often as need be, until it is in a block; valid or not.

        Raises ``Problem`` (CAPTURE_INTERRUPTED) when that is not known in the end, and ``GatewayError`` when it can't.
        """
        for attempt in range(SENDINGS_MAX):
            try:
                await self._ledger.submit(transaction)
            except CommitStatusError:
                pass  # the answer was lost, so the orderers may have it: ask
            except (SubmitError, GatewayBusy, GatewayUnreachable) as error:
                if error.code in _FINAL:
                    raise
                await _pause(attempt, error)
                continue
            try:
                return await self._ledger.status(transaction)
            except (CommitStatusError, GatewayBusy, GatewayUnreachable) as error:
                await _pause(attempt, error)
        raise Problem("CAPTURE_INTERRUPTED", f"it is not known whether transaction {transaction.tx_id} took effect")


async def _pause(attempt: int, error: GatewayError) -> None:
    LOG.warning("the ledger did not take it; trying again", extra={"code": error.code, "attempt": attempt})
    await asyncio.sleep(min(PAUSE_INITIAL_S * 2 ** min(attempt, 10), PAUSE_MAX_S))
