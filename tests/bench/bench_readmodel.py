"""How fast the read model is, on SQLite and on PostgreSQL: its lag behind the commit, and the rate of a rebuild.

On a running consortium it captures documents of events with the wallet's ``producer`` and follows the channel with a
projector of its own, so it adds events to the channel.
"""

import asyncio
import secrets
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Mapping, Sequence
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
from tests.support.postgres import running_postgres

CHANNEL, CHAINCODE, CONTRACT = "credit-channel", "credit", "trace"
PROJECTED_DEADLINE_S = 60.0
LAG_P95_MS_MAX = 150.0
REBUILD_EVENTS_A_SECOND_MIN = 5_000
REBUILDS = 3


@dataclass(frozen=True)
class Lag:
    """Milliseconds from the commit, as the peer's gateway confirms it, until the read model has the transaction."""

    captures: int
    events_each: int
    p50_ms: float
    p95_ms: float


@dataclass(frozen=True)
class RebuildRate:
    """Rebuilds from block 0: what was read, and how long the one in the middle took."""

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


@dataclass(frozen=True)
class Measured:
    """One database: lone captures of one event, large documents under load, and a rebuild after them."""

    lone: Lag
    loaded: Lag
    rate: RebuildRate

    @property
    def missed(self) -> list[str]:
        """The aims that were missed, in words."""
        lags = [
            f"p95 {lag.p95_ms:.1f} ms > {LAG_P95_MS_MAX:g} ms ({lag.events_each} events)"
            for lag in (self.lone, self.loaded)
            if lag.p95_ms > LAG_P95_MS_MAX
        ]
        slow = self.rate.events_per_s < REBUILD_EVENTS_A_SECOND_MIN
        return [*lags, *([f"rebuild < {REBUILD_EVENTS_A_SECOND_MIN:,} events/s"] if slow else [])]


async def measure_lag(gateway: Gateway, url: str, *, captures: int, events_each: int, in_flight: int) -> Lag:
    """Capture documents, ``in_flight`` at a time, while a projector in this process follows the channel."""
    network = gateway.network(CHANNEL)
    contract = network.contract(CHAINCODE, CONTRACT)
    database = Database.open(url)
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


async def measure_rebuild(gateway: Gateway, urls: Sequence[str]) -> RebuildRate:
    """Build a read model of all blocks at each of ``urls``; what the peer takes to deliver them is counted too."""
    network = gateway.network(CHANNEL)
    height = (await network.chain_info()).height
    rates: list[RebuildRate] = []
    for url in urls:
        database = Database.open(url)
        try:
            rates.append(await timed_rebuild(database, network.block_events(0), height))
        finally:
            database.close()
    return sorted(rates, key=lambda rate: rate.seconds)[len(rates) // 2]


async def timed_rebuild(database: Database, blocks: AsyncIterator[common_pb2.Block], height: int) -> RebuildRate:
    """Build the read model from ``blocks`` and say how long it took."""
    began_s = time.perf_counter()
    rebuilt = await rebuild(database, blocks, height)
    return RebuildRate(blocks=rebuilt.blocks, events=rebuilt.events, seconds=time.perf_counter() - began_s)


async def measure(profile: Path, wallet: Path, captures: int, events_each: int) -> dict[str, Measured]:
    """Measure both databases, each with tables of its own."""
    entry = Wallet(wallet).get("producer")
    async with Gateway.connect(ConnectionProfile.load(profile), entry.identity, entry.signer) as gateway:
        measured = {}
        with tempfile.TemporaryDirectory() as folder, running_postgres(settings=()) as postgres:
            urls = {
                "SQLite": [sqlite_url(Path(folder) / f"{number}.sqlite") for number in range(2 + REBUILDS)],
                "PostgreSQL": [postgres.new_url() for _ in range(2 + REBUILDS)],
            }
            for name, (lone, loaded, *rebuilt) in urls.items():
                measured[name] = Measured(
                    await measure_lag(gateway, lone, captures=20, events_each=1, in_flight=1),
                    await measure_lag(gateway, loaded, captures=captures, events_each=events_each, in_flight=4),
                    await measure_rebuild(gateway, rebuilt),
                )
        return measured


def report(measured: Mapping[str, Measured]) -> bool:
    """Print the figures beside the aims; True when all aims are met."""
    print(f"aims: lag p95 at most {LAG_P95_MS_MAX:g} ms, rebuild at least {REBUILD_EVENTS_A_SECOND_MIN:,} events/s")
    for name, each in measured.items():
        for what, lag in (("lone captures of 1 event", each.lone), (f"4 times {each.loaded.events_each}", each.loaded)):
            print(f"{name:10}  lag, {what:24}  p50 {lag.p50_ms:6.1f} ms, p95 {lag.p95_ms:6.1f} ms")
        rate = each.rate
        told = f"{rate.events} events in {rate.blocks} blocks, {rate.events_per_s:,.0f} events/s (median of {REBUILDS})"
        print(f"{name:10}  rebuild: {told}")
        print(f"{name:10}  aims missed: {'; '.join(each.missed) or 'none'}")
    return not any(each.missed for each in measured.values())
