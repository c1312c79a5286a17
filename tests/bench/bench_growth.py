"""Whether a capture costs the same on a large ledger as on a small one.

Documents of 500 events are captured until the ledger holds each of ``SIZES`` events; at each size a round is measured.
What it prints are ratios to the first size. It takes a quarter of an hour, so it runs only when it is asked for.
"""

import asyncio
import time
from dataclasses import dataclass
from itertools import islice

import psutil

from fairledger.gateway import Contract, Gateway
from fairledger.profile import ConnectionProfile
from fairledger.wallet import Wallet
from fairledger_network.site import Site
from tests.bench.bench_capture import EVENTS, TRACE, cpu_s, load
from tests.bench.capture_load import documents
from tests.bench.consortium import running_consortium

SIZES = (10_000, 100_000, 1_000_000)  # events on the ledger before each measured round
ROUND_DOCUMENTS = 40
IN_FLIGHT = 12
BATCH = 100  # documents that are made at a time
GROWTH_MAX = 1.25  # of the cost of an event from the first size to the last; noise is some 10 %
GIBIBYTE = 1024**3


@dataclass(frozen=True)
class Round:
    """One measured round on a ledger of ``events`` events."""

    events: int
    rate: float
    cpu_ms: float
    memory_bytes: int
    disk_bytes: int


def main() -> int:
    """Run the bench; returns the exit status: 1 when the cost of an event grew beyond ``GROWTH_MAX``."""
    with running_consortium() as site:
        rounds = asyncio.run(_measure(site))
    first = rounds[0]
    print(f"\n{'events':>10} {'events/s':>9} {'cpu ms/event':>13} {'x first':>8} {'memory GiB':>11} {'disk GiB':>9}")
    for each in rounds:
        sizes = f"{each.memory_bytes / GIBIBYTE:11.2f} {each.disk_bytes / GIBIBYTE:9.2f}"
        print(f"{each.events:10,} {each.rate:9.0f} {each.cpu_ms:13.3f} {each.cpu_ms / first.cpu_ms:8.2f} {sizes}")
    return 0 if rounds[-1].cpu_ms <= first.cpu_ms * GROWTH_MAX else 1


async def _measure(site: Site) -> list[Round]:
    entry = Wallet(site.layout.wallet("PlatformA")).get("producer")
    profile = ConnectionProfile.load(site.layout.profile("PlatformA"))
    rounds: list[Round] = []
    captured = 0
    async with Gateway.connect(profile, entry.identity, entry.signer) as gateway:
        contract = gateway.network(site.consortium.channel.name).contract("credit", "trace")
        for size in SIZES:
            captured += await _grow(contract, size - captured)
            rounds.append(await _round(site, contract, captured))
            captured += ROUND_DOCUMENTS * EVENTS
            print(f"  at {size:,} events: {rounds[-1].rate:.0f} events/s", flush=True)
    return rounds


async def _grow(contract: Contract, events: int) -> int:
    """Capture until there are ``events`` more; returns how many that were."""
    left = max(0, events) // EVENTS
    grown = left * EVENTS
    while left:
        given = documents(min(BATCH, left), EVENTS, "in sequence")
        await load(contract, TRACE.partition(":")[2], given, IN_FLIGHT)
        left -= len(given)
    return grown


async def _round(site: Site, contract: Contract, captured: int) -> Round:
    given = documents(ROUND_DOCUMENTS, EVENTS, "in sequence")
    before_s, begun = cpu_s(site), time.perf_counter()
    await load(contract, TRACE.partition(":")[2], given, IN_FLIGHT)
    seconds, used_s = time.perf_counter() - begun, cpu_s(site) - before_s
    events = len(given) * EVENTS
    return Round(captured, events / seconds, 1_000 * used_s / events, _memory(site), _disk(site))


def _memory(site: Site) -> int:
    running = (site.supervisor.process(node.name) for node in site.nodes)
    return sum(psutil.Process(process.pid).memory_info().rss for process in running if process is not None)


def _disk(site: Site) -> int:
    return sum(file.stat().st_size for file in islice(site.layout.root.rglob("*"), 1_000_000) if file.is_file())
