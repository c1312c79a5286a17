"""Following the channel: the gateway's block stream into the projector, for as long as the service runs."""

import asyncio
import functools
import logging
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from fabric_protos.common import common_pb2

from fairledger.readmodel.errors import ReadModelError, StoreError, WaitError
from fairledger.readmodel.projector import Projector

_Result = TypeVar("_Result")
BUSY_PAUSE_S: Final = 1.0  # between tries while a rebuild holds the write lock, or the database restarts
LOG: Final = logging.getLogger(__name__)

BlockStream = Callable[[int], AsyncIterator[common_pb2.Block]]
"""Opens the channel's blocks from the given number on; it ends only by an error."""


@dataclass(frozen=True)
class FollowerState:
    """What ``/readyz`` tells. ``stopped`` is the reason why nothing more will be projected; empty while it goes on."""

    next_block: int
    stopped: str = ""
    stopped_code: str = ""
    last_block_at_s: float = 0.0  # time.monotonic() when the last block was projected


class Follower:
    """Keeps one read model at the channel's height, and lets callers wait for a position."""

    def __init__(self, projector: Projector, blocks: BlockStream) -> None:
        self._projector = projector
        self._blocks = blocks
        self._state = FollowerState(next_block=0)
        self._moved = asyncio.Event()

    @property
    def state(self) -> FollowerState:
        """How far it is, and whether it goes on."""
        return self._state

    async def run(self) -> None:
        """Project until cancelled, or until something can't be projected: then say so and return.

        Losing the peer is the stream's affair, which reconnects; when it gives up, that stops this too.
        """
        try:
            position = await _patiently(self._projector.position)
            self._move(position.next_block)
            async for block in self._blocks(position.next_block):
                await _patiently(functools.partial(self._projector.apply, block))
                self._move(block.header.number + 1)
        except Exception as error:
            reason = error if isinstance(error, ReadModelError) else None
            code = getattr(error, "code", "PROJECTOR_FAILED")
            message = str(error) if reason or hasattr(error, "code") else f"unexpected {type(error).__name__}"
            LOG.critical("the projector stopped", extra={"code": code, "reason": message}, exc_info=reason is None)
            self._state = replace(self._state, stopped=message, stopped_code=code)
            self._wake()

    async def wait_for_block(self, number: int, deadline_s: float) -> None:
        """Return when block ``number`` is projected.

        Raises ``WaitError`` after ``deadline_s``, or when it never will be.
        """
        ends_at_s = time.monotonic() + deadline_s
        while self._state.next_block <= number:
            if self._state.stopped:
                raise WaitError("READMODEL_STOPPED", f"nothing is projected any more: {self._state.stopped}")
            moved = self._moved
            try:
                await asyncio.wait_for(moved.wait(), ends_at_s - time.monotonic())
            except TimeoutError as error:
                raise WaitError(
                    "READMODEL_LAGS", f"block {number} is not projected after {deadline_s:g} s; try again"
                ) from error

    def _move(self, next_block: int) -> None:
        self._state = replace(self._state, next_block=next_block, last_block_at_s=time.monotonic())
        self._wake()

    def _wake(self) -> None:
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()


async def _patiently(work: Callable[[], _Result]) -> _Result:
    """What ``work`` returns, in a thread; tried again for as long as its refusal is one that passes."""
    while True:
        try:
            return await asyncio.to_thread(work)
        except StoreError as error:
            if not error.passing:
                raise
            LOG.warning("the read model can't be used now; waiting", extra={"code": error.code, "reason": str(error)})
        await asyncio.sleep(BUSY_PAUSE_S)
