"""``python -m tests.bench [PART...]``: the figures.

Parts: chaincode, capture, gateway, readmodel, service, proof, escrow; all of them when none is named. ``growth``
captures a million events, which takes a quarter of an hour, so it runs only when it is named.

Each part prints ratios of things measured in turn in the same run, so that they say something on any machine. The exit
status is 1 when a bound is missed.
"""

import asyncio
import os
import platform
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from fairledger.profile import ConnectionProfile
from fairledger.wallet import Wallet
from fairledger_network.programs import find_programs
from fairledger_network.site import modules_folder
from tests.bench import (
    bench_capture,
    bench_chaincode,
    bench_escrow,
    bench_gateway,
    bench_growth,
    bench_proof,
    bench_readmodel,
    bench_service,
)
from tests.bench.consortium import ROOT, running_consortium

CPU_INFO = Path("/proc/cpuinfo")
CALLS, IN_FLIGHT, ROUNDS = 3_000, 64, 3
CAPTURES, EVENTS_EACH = 20, 500


def machine() -> str:
    """What the figures were measured on."""
    described = CPU_INFO.read_text(encoding="utf-8") if CPU_INFO.exists() else ""
    named = re.search(r"model name\s*: (.*)", described)
    model = named.group(1) if named else platform.processor()
    programs = find_programs(modules_folder(ROOT), print)
    go = subprocess.run(["go", "version"], capture_output=True, text=True, check=True).stdout.split()[2]
    return (
        f"{model}, {os.cpu_count()} cores, {platform.platform()}, Python {platform.python_version()}, {go},"
        f" Fabric {programs.fabric_version}, load {os.getloadavg()[0]:.1f}"
    )


def gateway() -> int:
    """What the gateway client costs over a bare gRPC call."""
    with running_consortium() as site:
        cost = asyncio.run(
            bench_gateway.measure_gateway(
                ConnectionProfile.load(site.layout.profile("PlatformA")),
                Wallet(site.layout.wallet("PlatformA")).get("producer"),
                site.consortium.channel.name,
                calls=CALLS,
                in_flight=IN_FLIGHT,
                rounds=ROUNDS,
            )
        )
    print(bench_gateway.report(cost))
    return 0


def readmodel() -> int:
    """How far the read model is behind the commit, and how fast it is made again."""
    with running_consortium() as site:
        measured = asyncio.run(
            bench_readmodel.measure(
                site.layout.profile("PlatformA"), site.layout.wallet("PlatformA"), CAPTURES, EVENTS_EACH
            )
        )
    return 0 if bench_readmodel.report(measured) else 1


PARTS: dict[str, Callable[[], int]] = {
    "chaincode": lambda: bench_chaincode.main([]),
    "capture": lambda: bench_capture.main([]),
    "gateway": gateway,
    "readmodel": readmodel,
    "service": bench_service.main,
    "proof": bench_proof.main,
    "escrow": bench_escrow.main,
}
ON_DEMAND: dict[str, Callable[[], int]] = {"growth": bench_growth.main}


def main(chosen: list[str]) -> int:
    """Run the chosen parts; returns the exit status."""
    parts = PARTS | ON_DEMAND
    unknown = sorted(set(chosen) - set(parts))
    if unknown:
        print(f"no part {', '.join(unknown)}; there are {', '.join(parts)}", file=sys.stderr)
        return 2
    print(machine())
    missed = []
    for name in chosen or PARTS:
        print(f"\n== {name} ==", flush=True)
        if parts[name]() != 0:
            missed.append(name)
    print(f"\nbounds missed: {', '.join(missed) or 'none'}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
