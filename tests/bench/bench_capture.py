"""Capture on the real consortium: events a second, and what other layouts of the state would give.

``python -m tests.bench.bench_capture [--rounds 3] [--documents 20] [--in-flight 12] [--layouts]`` brings up a
consortium of its own, captures documents of 500 events with the contract ``trace`` beside a bare put of the same bytes
(with ``--layouts`` beside all layouts of ``tests/bench/layouts``), in turn, and prints events a second, processor time
an event over all processes, and the ratio to the bare put, which hardly depends on the machine. It ends with status 1
when a capture failed or the bound was missed.
"""

import argparse
import asyncio
import os
import platform
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psutil

from fairledger.gateway import Contract, Gateway
from fairledger.profile import ConnectionProfile
from fairledger.wallet import Wallet
from fairledger_network.site import Site
from tests.bench.capture_load import Serials, documents
from tests.bench.consortium import POLICY, running_consortium

CHAINCODE = "bench-layouts"
EVENTS = 500  # a document
EVENTS_A_SECOND_MIN = 2_000
BARE = "layouts:bare"
TRACE = "trace:capture"
LAYOUTS = ("layouts:whole", "layouts:blind", "layouts:event_keys", "layouts:item_entries", "layouts:item_heads")
TOLD = {
    BARE: "bare put of the document",
    "layouts:whole": "checked, in segments, nothing found again",
    "layouts:blind": "segments, a place an event, nothing looked up",
    "layouts:event_keys": "an event a key, looked up first, no items",
    "layouts:item_entries": "trace, but an entry a thing",
    "layouts:item_heads": "trace, but a head a thing, read and written",
    TRACE: "trace: segments, places written blindly, shelves",
}


@dataclass(frozen=True)
class Way:
    """One thing to measure: a contract's function, and how the things' serials are given."""

    function: str
    serials: Serials = "in sequence"

    @property
    def told(self) -> str:
        """For the table."""
        return TOLD[self.function] + ("" if self.serials == "in sequence" else f", {self.serials} serials")


@dataclass
class Measured:
    """Sums over all rounds of one way."""

    events: int = 0
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    best: float = 0.0  # events a second of the best round

    @property
    def rate(self) -> float:
        """Committed events a second."""
        return self.events / self.seconds

    @property
    def cpu_ms(self) -> float:
        """Processor time of all nodes, chaincode servers and this client, in ms an event."""
        return 1000 * self.cpu_seconds / self.events


def layouts() -> dict[str, Any]:
    """The chaincode that is measured, as consortium.yaml names it."""
    command = ["{python}", "-m", "tests.bench.layouts"]
    return {
        "name": CHAINCODE,
        "version": "1",
        "server": [*command, "serve"],
        "digest": [*command, "digest"],
        "policy": POLICY,
    }


def cpu_s(site: Site) -> float:
    """Processor time that all processes of the site and this one have used so far."""
    own = psutil.Process().cpu_times()
    used = own.user + own.system
    for node in site.nodes:
        process = site.supervisor.process(node.name)
        if process is not None:
            times = psutil.Process(process.pid).cpu_times()
            used += times.user + times.system
    return used


async def load(contract: Contract, function: str, given: list[str], in_flight: int) -> None:
    """Capture the documents, so many at a time; raises what a capture raises."""
    waiting = iter(given)

    async def worker() -> None:
        for document in waiting:
            await contract.submit(function, document)

    await asyncio.gather(*(worker() for _ in range(in_flight)))


async def measure(
    site: Site, ways: list[Way], *, rounds: int, documents_a_round: int, in_flight: int
) -> dict[Way, Measured]:
    """Measure all ways in turn, in every other round in the opposite order; a first document of each warms it up."""
    results = {way: Measured() for way in ways}
    entry = Wallet(site.layout.wallet("PlatformA")).get("producer")
    profile = ConnectionProfile.load(site.layout.profile("PlatformA"))
    async with Gateway.connect(profile, entry.identity, entry.signer) as gateway:
        network = gateway.network(site.consortium.channel.name)
        for number in range(rounds):
            for way in ways if number % 2 == 0 else ways[::-1]:
                contract_name, function = way.function.split(":")
                contract = network.contract(CHAINCODE, contract_name)
                if number == 0:
                    await load(contract, function, documents(1, EVENTS, way.serials), 1)
                given = documents(documents_a_round, EVENTS, way.serials)
                before_s, begun = cpu_s(site), time.perf_counter()
                await load(contract, function, given, in_flight)
                seconds = time.perf_counter() - begun
                _add(results[way], len(given) * EVENTS, seconds, cpu_s(site) - before_s)
                print(f"  round {number + 1} {way.told:48} {len(given) * EVENTS / seconds:7.0f} events/s", flush=True)
    return results


def _add(measured: Measured, events: int, seconds: float, cpu_seconds: float) -> None:
    measured.events += events
    measured.seconds += seconds
    measured.cpu_seconds += cpu_seconds
    measured.best = max(measured.best, events / seconds)


def report(results: dict[Way, Measured]) -> bool:
    """Print the figures; True when captures of things with serials in sequence reach the bound."""
    bare = results[Way(BARE)]
    print(f"\n{'layout':56} {'events/s':>8} {'best':>6} {'cpu ms/event':>13} {'x bare put':>10}")
    for way, measured in results.items():
        figures = f"{measured.rate:8.0f} {measured.best:6.0f} {measured.cpu_ms:13.3f}"
        print(f"{way.told:56} {figures} {measured.cpu_ms / bare.cpu_ms:10.2f}")
    print(
        f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()},"
        f" load {os.getloadavg()[0]:.1f}"
    )
    reached = results[Way(TRACE)].rate
    print(f"aim: {EVENTS_A_SECOND_MIN:,} events/s committed; {TOLD[TRACE]}: {reached:,.0f}")
    return reached >= EVENTS_A_SECOND_MIN


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the bench as ``arguments`` say (those of the process by default); returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--documents", type=int, default=20, help="a round and layout, of 500 events each")
    parser.add_argument("--in-flight", type=int, default=12)
    parser.add_argument("--layouts", action="store_true", help="measure all layouts, not only trace and a bare put")
    options = parser.parse_args(arguments)
    ways = [Way(BARE), *map(Way, LAYOUTS if options.layouts else ()), Way(TRACE), Way(TRACE, "random")]
    with running_consortium([layouts()]) as site:
        results = asyncio.run(
            measure(site, ways, rounds=options.rounds, documents_a_round=options.documents, in_flight=options.in_flight)
        )
    return 0 if report(results) else 1


if __name__ == "__main__":
    sys.exit(main())
