"""Many transactions simulate at once, or one block commits: a simulation sees one state from its start to its end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class LedgerLock:
    """A lock of many readers or one writer; readers that come after a waiting writer wait for it."""

    def __init__(self) -> None:
        self._readers = 0
        self._writer = asyncio.Lock()
        self._idle = asyncio.Event()
        self._idle.set()

    @asynccontextmanager
    async def simulating(self) -> AsyncIterator[None]:
        """Hold the state still for one simulation."""
        async with self._writer:
            self._readers += 1
            self._idle.clear()
        try:
            yield
        finally:
            self._readers -= 1
            if not self._readers:
                self._idle.set()

    @asynccontextmanager
    async def committing(self) -> AsyncIterator[None]:
        """Wait until no simulation runs, and let none begin."""
        async with self._writer:
            await self._idle.wait()
            yield
