"""A desk with people who trade."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.trading import Trade, trade


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Trade]:
    async with trade(tmp_path) as running:
        yield running
