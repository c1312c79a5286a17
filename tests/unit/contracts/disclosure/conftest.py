"""The contract ``disclosure`` on a simulated ledger."""

from collections.abc import AsyncIterator

import pytest

from fairledger_chaincode.simulator import LedgerSimulator
from fairledger_contracts.disclosure.contract import DisclosureContract
from fairledger_contracts.escrow.contract import Escrow
from fairledger_contracts.supervision.contract import Supervision
from tests.support.supervised import ORGANIZATIONS, POLICY, Supervised


@pytest.fixture
async def fresh() -> AsyncIterator[Supervised]:
    """Nobody is a member yet, and no standard is in force."""
    async with LedgerSimulator([DisclosureContract(), Escrow(), Supervision()], ORGANIZATIONS, policy=POLICY) as ledger:
        yield Supervised(ledger)


@pytest.fixture
async def founded(fresh: Supervised) -> Supervised:
    """Both platforms are members, and the example standards in force."""
    return fresh.founded()
