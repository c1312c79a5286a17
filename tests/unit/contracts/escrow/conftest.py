"""The contract ``escrow`` on a simulated ledger, with the first standard in force."""

from collections.abc import AsyncIterator

import pytest

from tests.support.escrow import EscrowLedger, ledger_with_escrow


@pytest.fixture
async def escrow() -> AsyncIterator[EscrowLedger]:
    async with ledger_with_escrow() as ledger:
        people = EscrowLedger(ledger)
        await people.found()
        yield people
