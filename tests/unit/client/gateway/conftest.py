"""A fake peer of PlatformA, and gateways to it."""

from collections.abc import AsyncIterator

import pytest

from fairledger.gateway import Limits
from tests.unit.client.gateway.fake_peer import FakePeer

QUICK = Limits(
    backoff_initial_s=0.001,
    backoff_max_s=0.005,
    reconnect_attempts_max=4,
)


@pytest.fixture
async def peer() -> AsyncIterator[FakePeer]:
    async with FakePeer() as fake:
        yield fake


@pytest.fixture
def quick() -> Limits:
    """Limits for tests: what is tried again is so soon, and not often."""
    return QUICK
