"""A fake peer of PlatformA, and gateways to it."""

from collections.abc import AsyncIterator

import pytest

from fairledger.gateway import Limits
from tests.unit.client.gateway.fake_peer import FakePeer

QUICK = Limits(
    connect_deadline_s=2.0,
    evaluate_deadline_s=1.0,
    endorse_deadline_s=1.0,
    submit_deadline_s=1.0,
    commit_status_deadline_s=1.0,
    discovery_deadline_s=1.0,
    recovery_status_deadline_s=0.2,
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
    """Limits for tests: what has to give up does so soon."""
    return QUICK
