"""A service of PlatformA on a simulated ledger."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.simulated_service import RunningService, ServiceUnderTest


@pytest.fixture
async def under_test(tmp_path: Path) -> AsyncIterator[ServiceUnderTest]:
    service = ServiceUnderTest(tmp_path)
    yield service
    await service.ledger.simulator.close()


@pytest.fixture
async def running(under_test: ServiceUnderTest) -> AsyncIterator[RunningService]:
    async with under_test.running() as service:
        yield service
