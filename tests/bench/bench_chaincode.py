"""The Python runtime against Fabric's Go shim: same network, same client, same run.

``python -m tests.bench.bench_chaincode [--rounds 5] [--transactions 2000] [--in-flight 200]`` brings up a consortium of
its own with both chaincodes, alternates between them, and prints rates, their ratio, and the servers' processor time
and memory. It ends with status 1 when a transaction failed or a bound was missed.
"""

import argparse
import asyncio
import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import psutil

from fairledger.gateway import Gateway
from fairledger.gateway.contract import Contract
from fairledger.profile import ConnectionProfile
from fairledger.wallet import Wallet
from fairledger_network.site import Site
from tests.bench.consortium import POLICY, ROOT, running_consortium, state_folder

GO, PYTHON = "bench-go", "bench-python"
FUNCTIONS = ("put", "get2put2event")
VALUE = b"v" * 100
WARM_UP = 200
RATIO_MIN = 0.97  # of the Go chaincode's rate
CPU_RATIO_MAX = 1.5  # of the Go chaincode's processor time a transaction
MEMORY_MAX_MB = 80.0  # one server


@dataclass
class Measured:
    """Sums over all rounds of one function of one chaincode."""

    transactions: int = 0
    failures: int = 0
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    latencies_s: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Committed transactions a second."""
        return (self.transactions - self.failures) / self.seconds

    @property
    def cpu_ms(self) -> float:
        """Processor time of all servers of the chaincode, in ms a transaction."""
        return 1000 * self.cpu_seconds / self.transactions

    @property
    def median_ms(self) -> float:
        """Median time from the call to the commit, in ms."""
        return 1000 * sorted(self.latencies_s)[len(self.latencies_s) // 2]


def chaincodes() -> list[dict[str, Any]]:
    """The two chaincodes that are compared, as consortium.yaml names them."""
    twin = ["{python}", "-m", "tests.bench.twin"]
    folder = state_folder()
    return [
        {
            "name": GO,
            "version": "1",
            "server": [str(build_go(folder.with_name(f"{folder.name}-go")))],
            "code": ["tests/bench/go_chaincode"],
            "policy": POLICY,
        },
        {"name": PYTHON, "version": "1", "server": [*twin, "serve"], "digest": [*twin, "digest"], "policy": POLICY},
    ]


def build_go(folder: Path) -> Path:
    """Build the Go chaincode; Go's own cache makes that quick when nothing changed."""
    go = shutil.which("go")
    if go is None:
        raise SystemExit("install Go: the bench compares with a Go chaincode")
    binary = folder / "go_chaincode"
    subprocess.run([go, "build", "-o", str(binary), "."], cwd=ROOT / "tests" / "bench" / "go_chaincode", check=True)
    return binary


def servers(site: Site, chaincode: str) -> list[psutil.Process]:
    """The running servers of a chaincode, one an organisation."""
    nodes = [node for node in site.of_kind("chaincode") if node.chaincode and node.chaincode.name == chaincode]
    processes = [site.supervisor.process(node.name) for node in nodes]
    return [psutil.Process(process.pid) for process in processes if process is not None]


def cpu_s(processes: list[psutil.Process]) -> float:
    """Processor time that they have used so far."""
    # the scheduler's own count, in ns: the usual one counts ticks of 10 ms, and favours who sleeps often
    threads = [
        Path(f"/proc/{process.pid}/task/{thread.id}/schedstat") for process in processes for thread in process.threads()
    ]
    return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9


async def load(contract: Contract, function: str, transactions: int, in_flight: int, measured: Measured) -> None:
    """Submit so many transactions on keys of their own, so many at a time."""
    numbers = iter(range(transactions))

    async def worker() -> None:
        for _number in numbers:
            key = f"k{next(KEYS)}"
            arguments = (key, VALUE) if function == "put" else (f"{key}a", f"{key}b", VALUE)
            begun = time.perf_counter()
            try:
                await contract.submit(function, *arguments)
            except Exception as error:  # noqa: BLE001 - counted and told, whatever it is
                measured.failures += 1
                measured.errors.append(f"{type(error).__name__}: {error}")
            measured.latencies_s.append(time.perf_counter() - begun)

    begun = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(in_flight)))
    measured.seconds += time.perf_counter() - begun
    measured.transactions += transactions


KEYS: Iterator[int] = count()


async def compare(site: Site, options: argparse.Namespace) -> dict[tuple[str, str], Measured]:
    """Run all rounds; in every other one the order is turned round, so that neither has the better half."""
    results = {(function, chaincode): Measured() for function in FUNCTIONS for chaincode in (GO, PYTHON)}
    entry = Wallet(site.layout.wallet("PlatformA")).get("producer")
    profile = ConnectionProfile.load(site.layout.profile("PlatformA"))
    async with Gateway.connect(profile, entry.identity, entry.signer) as gateway:
        network = gateway.network(site.consortium.channel.name)
        contracts = {chaincode: network.contract(chaincode) for chaincode in (GO, PYTHON)}
        for contract in contracts.values():
            await load(contract, "put", WARM_UP, options.in_flight, Measured())
        for number in range(options.rounds):
            for function in FUNCTIONS:
                for chaincode in (GO, PYTHON) if number % 2 == 0 else (PYTHON, GO):
                    measured, processes = results[function, chaincode], servers(site, chaincode)
                    before_s, done = cpu_s(processes), measured.seconds
                    await load(contracts[chaincode], function, options.transactions, options.in_flight, measured)
                    measured.cpu_seconds += cpu_s(processes) - before_s
                    rate = options.transactions / (measured.seconds - done)
                    print(f"  round {number + 1} {function:14} {chaincode:13} {rate:7.1f} tps", flush=True)
    return results


def report(site: Site, results: dict[tuple[str, str], Measured]) -> bool:
    """Print the figures; True when every bound is kept."""
    kept = True
    print(f"\n{'function':14} {'chaincode':13} {'tps':>7} {'p50 ms':>7} {'cpu ms/tx':>10} {'failed':>7}")
    for (function, chaincode), measured in results.items():
        figures = f"{measured.rate:7.1f} {measured.median_ms:7.0f} {measured.cpu_ms:10.3f} {measured.failures:7}"
        print(f"{function:14} {chaincode:13} {figures}")
        kept = kept and not measured.failures
        for error in sorted(set(measured.errors))[:3]:
            print(f"    {error}")
    for function in FUNCTIONS:
        go, python = results[function, GO], results[function, PYTHON]
        rate, cpu = python.rate / go.rate, python.cpu_ms / go.cpu_ms
        print(f"{function:14} rate {rate:.3f} of Go's (>= {RATIO_MIN}), processor time {cpu:.2f} (<= {CPU_RATIO_MAX})")
        kept = kept and rate >= RATIO_MIN and cpu <= CPU_RATIO_MAX
    for chaincode in (GO, PYTHON):
        memory = [process.memory_info().rss / 1e6 for process in servers(site, chaincode)]
        print(f"{chaincode:14} memory of its servers: {', '.join(f'{each:.0f}' for each in sorted(memory))} MB")
        kept = kept and (chaincode == GO or max(memory) <= MEMORY_MAX_MB)
    total = sum(measured.transactions for (_function, chaincode), measured in results.items() if chaincode == PYTHON)
    print(f"{total} transactions through the Python runtime")
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    return kept


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the bench as ``arguments`` say (those of the process by default); returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--transactions", type=int, default=2_000, help="a round, function and chaincode")
    parser.add_argument("--in-flight", type=int, default=200)
    options = parser.parse_args(arguments)
    with running_consortium(chaincodes()) as site:
        return 0 if report(site, asyncio.run(compare(site, options))) else 1


if __name__ == "__main__":
    sys.exit(main())
