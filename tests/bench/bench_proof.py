"""How long it takes to verify a proof, without the start of a program: on a channel of real certificates made here.

What a bundle costs depends on what else is in the record's block, and on how many blocks came since the config block.
"""

import asyncio
import statistics
import time
from dataclasses import dataclass
from typing import Final

from fairledger.proof import verify
from fairledger.proof.export import prove_events
from tests.support.proofs import GARBAGE, ProvedChannel

EPC: Final = "urn:epc:id:sgtin:9521000.012345.1"
BLOCK_TRANSACTIONS: Final = 10
ROUNDS: Final = 200
MEDIAN_MS_MAX: Final = 20.0  # of the proof of a lone event


@dataclass(frozen=True)
class Verified:
    """A bundle: what is in it, its size as a file, and the time of its verification."""

    events: int
    blocks: int
    size_bytes: int
    median_ms: float
    p95_ms: float


async def measure(*, events: int, blocks: int, rounds: int = ROUNDS) -> Verified:
    """A proof of an item with ``events``, each in a block of its own, ``blocks`` after the config block."""
    channel = ProvedChannel()
    channel.configure()
    for _ in range(blocks):
        channel.add([GARBAGE])
    recorded = []
    for number in range(events):
        event, envelope = channel.capture(number, epcs=[EPC])
        others = [channel.capture(1_000 + BLOCK_TRANSACTIONS * number + i)[1] for i in range(1, BLOCK_TRANSACTIONS)]
        channel.add([envelope, *others])
        recorded.append(event)
    data = (await prove_events(channel, "item", EPC, recorded)).to_bytes()
    taken_ms = []
    for _ in range(rounds):
        began_s = time.perf_counter()
        steps = list(verify(data, channel.roots))
        taken_ms.append(1_000 * (time.perf_counter() - began_s))
        assert len(steps) == 11
    ordered_ms = sorted(taken_ms)
    return Verified(
        events=events,
        blocks=blocks,
        size_bytes=len(data),
        median_ms=statistics.median(ordered_ms),
        p95_ms=ordered_ms[max(0, int(0.95 * rounds) - 1)],
    )


def report(each: Verified) -> str:
    """The figures as a line of text."""
    return (
        f"{each.events:3d} event(s), {each.blocks:5d} blocks after the config block: {each.size_bytes / 1_000:7.1f} kB,"
        f" verified in {each.median_ms:6.1f} ms (p95 {each.p95_ms:6.1f} ms)"
    )


def main() -> int:
    """Print the figures; 1 when the bound for a lone event is missed."""
    lone = asyncio.run(measure(events=1, blocks=0))
    print(report(lone))
    print(report(asyncio.run(measure(events=20, blocks=0, rounds=ROUNDS // 4))))
    print(report(asyncio.run(measure(events=1, blocks=5_000, rounds=ROUNDS // 4))))
    return int(lone.median_ms > MEDIAN_MS_MAX)
