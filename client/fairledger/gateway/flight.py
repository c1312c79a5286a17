"""The bound on what is in flight: back-pressure here, before the peer has to refuse."""

import asyncio
from types import TracebackType

from fairledger.gateway import codes
from fairledger.gateway.errors import GatewayBusy
from fairledger.gateway.limits import Limits


class Flight:
    """``async with flight:`` holds one of ``limits.in_flight_max`` places, first come, first served.

    Raises ``GatewayBusy`` (GATEWAY_BUSY) when the queue for a place is full, or the wait in it too long.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._places = asyncio.Semaphore(limits.in_flight_max)
        self._waiting = 0

    async def __aenter__(self) -> None:
        if not self._places.locked():
            await self._places.acquire()
            return
        if self._waiting >= self._limits.waiting_max:
            raise GatewayBusy(codes.BUSY, f"{self._waiting} are waiting already for one of {self._bound}")
        self._waiting += 1
        try:
            async with asyncio.timeout(self._limits.waiting_deadline_s):
                await self._places.acquire()
        except TimeoutError as error:
            waited = f"waited {self._limits.waiting_deadline_s} s"
            raise GatewayBusy(codes.BUSY, f"{waited} for one of {self._bound}") from error
        finally:
            self._waiting -= 1

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._places.release()

    @property
    def _bound(self) -> str:
        return f"{self._limits.in_flight_max} places in flight"
