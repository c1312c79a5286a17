"""The shared suite, held against real peers. tests/unit/simulator/test_semantics.py holds it against the simulator."""

from collections.abc import AsyncIterator

import pytest

from fairledger_network.site import Site
from tests.suite import CHECKS
from tests.suite.ledger import Check
from tests.suite.real_ledger import NotTogether, RealLedger, real_ledger

ATTEMPTS_MAX = 20  # the orderers may cut a block just between two transactions


@pytest.fixture(scope="module")
async def ledger(consortium: Site) -> AsyncIterator[RealLedger]:
    async with real_ledger(consortium.layout.root) as ledger:
        yield ledger


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
async def test_the_real_peers(check: Check, ledger: RealLedger) -> None:
    for _ in range(ATTEMPTS_MAX - 1):
        try:
            await check(ledger)
        except NotTogether:
            continue
        return
    await check(ledger)
