"""The contract ``privacy`` on a simulated ledger."""

from collections.abc import AsyncIterator

import pytest

from tests.support.privacy import PrivacyLedger, privacy_ledger


@pytest.fixture
async def privacy() -> AsyncIterator[PrivacyLedger]:
    async with privacy_ledger() as ledger:
        yield ledger
