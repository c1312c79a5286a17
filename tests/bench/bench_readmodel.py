"""How fast the read model is: its lag behind the commit, and the rate of a rebuild, on a running consortium.

It captures documents of events with the wallet's ``producer`` and follows the channel with a projector of its own, so
it adds events to the channel.
"""

import asyncio
import secrets
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from fabric_protos.common import common_pb2

from fairledger.gateway import Gateway
from fairledger.profile import ConnectionProfile
from fairledger.readmodel.database import Database, sqlite_url
from fairledger.readmodel.follower import Follower
from fairledger.readmodel.projector import Projector
from fairledger.readmodel.rebuild import rebuild
from fairledger.trace import prepare
from fairledger.wallet import Wallet
from tests.support.captures import document, event

CHANNEL, CHAINCODE, CONTRACT = "credit-channel", "credit", "trace"
PROJECTED_DEADLINE_S = 60.0


@dataclass(frozen=True)
class Lag:
    """Milliseconds from the commit, as the peer's gateway confirms it, until the read model has the transaction."""

    captures: int
    events_each: int
    p50_ms: float
    p95_ms: float


@dataclass(frozen=True)
class RebuildRate:
    """A rebuild from block 0: what was read, and how long it took."""

    blocks: int
    events: int
    seconds: float

    @property
    def events_per_s(self) -> float:
        """Events projected a second."""
        return self.events / self.seconds


def fresh_document(events: int) -> str:
    """A capture document of events that nobody captured before, in canonical form."""
    run = secrets.randbelow(10**8)
    made = [
        {**event(number), "eventID": f"urn:uuid:{run:08d}-0000-4000-8000-{number:012d}"} for number in range(events)
    ]
    return prepare(document(*made)).chunks[0].text


async def measure_lag(gateway: Gateway, *, captures: int, events_each: int, in_flight: int) -> Lag:
    """Capture documents, ``in_flight`` at a time, while a projector in this process follows the channel."""
    network = gateway.network(CHANNEL)
    contract = network.contract(CHAINCODE, CONTRACT)
    with tempfile.TemporaryDirectory() as folder:
        database = Database.open(sqlite_url(Path(folder) / "readmodel.sqlite"))
        follower = Follower(Projector(database), network.block_events)
        following = asyncio.create_task(follower.run())
        lags_s: list[float] = []
        documents = [fresh_document(events_each) for _ in range(captures)]
        places = asyncio.Semaphore(in_flight)

        async def capture(text: str) -> None:
            async with places:
                submitted = await contract.submit_async("capture", text)
                status = await submitted.status()
                confirmed_s = time.perf_counter()
                await follower.wait_for_block(status.block_number, PROJECTED_DEADLINE_S)
                lags_s.append(time.perf_counter() - confirmed_s)

        try:
            await follower.wait_for_block((await network.chain_info()).height - 1, PROJECTED_DEADLINE_S)
            await asyncio.gather(*(capture(text) for text in documents))
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)
            database.close()
    ordered_ms = sorted(1000 * lag_s for lag_s in lags_s)
    return Lag(
        captures=captures,
        events_each=events_each,
        p50_ms=statistics.median(ordered_ms),
        p95_ms=ordered_ms[max(0, int(0.95 * len(ordered_ms)) - 1)],
    )


async def measure_rebuild(gateway: Gateway) -> RebuildRate:
    """Build a read model of all blocks; what the peer takes to deliver them is counted too."""
    network = gateway.network(CHANNEL)
    height = (await network.chain_info()).height
    with tempfile.TemporaryDirectory() as folder:
        database = Database.open(sqlite_url(Path(folder) / "readmodel.sqlite"))
        try:
            return await timed_rebuild(database, network.block_events(0), height)
        finally:
            database.close()


async def timed_rebuild(database: Database, blocks: AsyncIterator[common_pb2.Block], height: int) -> RebuildRate:
    """Build the read model from ``blocks`` and say how long it took."""
    began_s = time.perf_counter()
    rebuilt = await rebuild(database, blocks, height)
    return RebuildRate(blocks=rebuilt.blocks, events=rebuilt.events, seconds=time.perf_counter() - began_s)


async def measure(profile: Path, wallet: Path, captures: int, events_each: int) -> tuple[Lag, Lag, RebuildRate]:
    """Lag of lone captures of one event, lag of large documents under load, and the rate of a rebuild after them."""
    entry = Wallet(wallet).get("producer")
    async with Gateway.connect(ConnectionProfile.load(profile), entry.identity, entry.signer) as gateway:
        lone = await measure_lag(gateway, captures=20, events_each=1, in_flight=1)
        loaded = await measure_lag(gateway, captures=captures, events_each=events_each, in_flight=4)
        return lone, loaded, await measure_rebuild(gateway)


def report(lone: Lag, loaded: Lag, rate: RebuildRate) -> str:
    """The figures as lines of text."""
    return (
        f"lag, lone captures of 1 event:       p50 {lone.p50_ms:6.1f} ms, p95 {lone.p95_ms:6.1f} ms\n"
        f"lag, documents of {loaded.events_each} events, 4 at once: p50 {loaded.p50_ms:6.1f} ms,"
        f" p95 {loaded.p95_ms:6.1f} ms\n"
        f"rebuild: {rate.events} events in {rate.blocks} blocks, {rate.events_per_s:,.0f} events/s"
    )
