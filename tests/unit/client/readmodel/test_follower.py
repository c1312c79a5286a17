"""The follower keeps up with the channel, lets callers wait for what they wrote, and stops with a reason."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from fairledger.gateway.errors import EventsError
from fairledger.readmodel import follower as follower_module
from fairledger.readmodel.database import Database
from fairledger.readmodel.errors import StoreError, WaitError
from fairledger.readmodel.follower import Follower
from fairledger.readmodel.projector import Projector
from tests.support.blocks import Chain, envelope


class Stream:
    """Blocks as they are put in; ``starts`` says from where it was asked."""

    def __init__(self, chain: Chain) -> None:
        self._chain = chain
        self._more = asyncio.Event()
        self._error: Exception | None = None
        self.starts: list[int] = []

    async def blocks(self, start: int) -> AsyncIterator[Any]:
        self.starts.append(start)
        number = start
        while True:
            while number < len(self._chain.blocks):
                yield self._chain.blocks[number]
                number += 1
            if self._error:
                raise self._error
            self._more.clear()
            await self._more.wait()

    def add(self, envelopes: list[bytes]) -> None:
        self._chain.add(envelopes)
        self._more.set()

    def fail(self, error: Exception) -> None:
        self._error = error
        self._more.set()


@pytest.fixture
def stream() -> Stream:
    return Stream(Chain())


def other(number: int) -> bytes:
    return envelope(f"{number:064x}", namespace="x")


async def test_it_projects_what_is_there_and_what_comes(database: Database, stream: Stream) -> None:
    follower = Follower(Projector(database), stream.blocks)
    running = asyncio.create_task(follower.run())
    await follower.wait_for_block(0, 30)

    waiting = asyncio.create_task(follower.wait_for_block(2, 30))
    stream.add([other(1)])
    stream.add([other(2)])
    await waiting

    assert follower.state.next_block == 3
    assert (follower.state.stopped, stream.starts) == ("", [0])
    running.cancel()


async def test_it_goes_on_after_the_checkpoint(database: Database, stream: Stream) -> None:
    Projector(database).apply(stream._chain.blocks[0])
    follower = Follower(Projector(database), stream.blocks)
    running = asyncio.create_task(follower.run())
    stream.add([other(1)])
    await follower.wait_for_block(1, 30)
    assert stream.starts == [1]
    running.cancel()


async def test_waiting_ends_at_its_deadline(database: Database, stream: Stream) -> None:
    follower = Follower(Projector(database), stream.blocks)
    running = asyncio.create_task(follower.run())
    with pytest.raises(WaitError) as refusal:
        await follower.wait_for_block(7, 0.05)
    assert refusal.value.code == "READMODEL_LAGS"
    running.cancel()


async def test_what_is_not_understood_stops_it_with_a_reason_that_waiters_hear(
    database: Database, stream: Stream, caplog: pytest.LogCaptureFixture
) -> None:
    follower = Follower(Projector(database), stream.blocks)
    running = asyncio.create_task(follower.run())
    waiting = asyncio.create_task(follower.wait_for_block(1, 30))
    stream.add([envelope("ab" * 32, {"\x00trace-novelty\x00x\x00": b"{}"})])

    with pytest.raises(WaitError) as refusal:
        await waiting
    await running

    assert refusal.value.code == "READMODEL_STOPPED"
    assert follower.state.stopped_code == "PROJECTION_RECORD"
    assert "a record of the unknown kind trace-novelty" in follower.state.stopped
    assert (follower.state.next_block, Projector(database).position().next_block) == (1, 1)
    assert [(record.levelname, record.message) for record in caplog.records] == [("CRITICAL", "the projector stopped")]


async def test_a_stream_that_gives_up_stops_it(database: Database, stream: Stream) -> None:
    follower = Follower(Projector(database), stream.blocks)
    running = asyncio.create_task(follower.run())
    await follower.wait_for_block(0, 30)
    stream.fail(EventsError("GATEWAY_UNREACHABLE", "no peer answers"))
    await running
    assert follower.state.stopped_code == "GATEWAY_UNREACHABLE"
    assert follower.state.stopped == "GATEWAY_UNREACHABLE: no peer answers"


async def test_an_unexpected_error_stops_it_without_its_text(database: Database, stream: Stream) -> None:
    follower = Follower(Projector(database), stream.blocks)
    running = asyncio.create_task(follower.run())
    await follower.wait_for_block(0, 30)
    stream.fail(RuntimeError("a person's name"))
    await running
    assert (follower.state.stopped_code, follower.state.stopped) == ("PROJECTOR_FAILED", "unexpected RuntimeError")


class RefusedOnce(Projector):
    """Can't write at first, as during a rebuild or while a database restarts."""

    def __init__(self, database: Database, refusal: StoreError) -> None:
        super().__init__(database)
        self._refusal: StoreError | None = refusal

    def apply(self, block: Any) -> bool:
        if self._refusal:
            refusal, self._refusal = self._refusal, None
            raise refusal
        return super().apply(block)


@pytest.mark.parametrize(
    "refusal",
    [StoreError("READMODEL_BUSY", "locked"), StoreError("READMODEL_SQL", "the connection is lost", lost=True)],
    ids=["busy", "lost"],
)
async def test_it_waits_while_a_rebuild_holds_the_lock_or_the_database_is_away(
    database: Database, stream: Stream, monkeypatch: pytest.MonkeyPatch, refusal: StoreError
) -> None:
    monkeypatch.setattr(follower_module, "BUSY_PAUSE_S", 0.001)
    follower = Follower(RefusedOnce(database, refusal), stream.blocks)
    running = asyncio.create_task(follower.run())
    await follower.wait_for_block(0, 30)
    assert follower.state.next_block == 1
    running.cancel()


async def test_a_database_that_refuses_stops_it(database: Database, stream: Stream) -> None:
    follower = Follower(RefusedOnce(database, StoreError("READMODEL_SQL", "refused")), stream.blocks)
    await follower.run()
    assert follower.state.stopped_code == "READMODEL_SQL"
