"""Asking all organisations' services for their height, and for blocks that all who have them should hold alike."""

import asyncio
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import httpx
from fabric_protos.common import common_pb2
from google.protobuf.message import DecodeError

from fairledger.gateway import block_hash
from fairledger.watch.findings import SeenBlock, Sighting, common_height
from fairledger_contracts.records.standard import PARAMETER_MAX

ASK_DEADLINE_S = 5.0
BETWEEN_ASKS_S = 1.0
HEIGHT_MAX = PARAMETER_MAX  # no ledger is so high, and records tell no more

Keep = Callable[[bytes], str]  # keeps an answer as evidence; returns its SHA-256


def forget(answer: bytes) -> str:
    """Keep nothing but the hash."""
    return hashlib.sha256(answer).hexdigest()


async def sight(
    services: Mapping[str, str], rounds: int, client: httpx.AsyncClient, keep: Keep = forget
) -> list[Sighting]:
    """Each service's height, asked up to ``rounds`` times; and each node's newest block, from all who have it."""
    told = await asyncio.gather(*(_height(name, url, rounds, client, keep) for name, url in services.items()))
    common = common_height(told)
    numbers = sorted({min(each.height, common) - 1 for each in told if each.height})
    return list(await asyncio.gather(*(_blocks(each, services[each.node], numbers, client, keep) for each in told)))


async def _height(name: str, url: str, rounds: int, client: httpx.AsyncClient, keep: Keep) -> Sighting:
    """The height that ``/readyz`` tells; a service that is up but not ready has none, nor one that talks nonsense."""
    for asked in range(max(1, rounds)):
        if asked:
            await asyncio.sleep(BETWEEN_ASKS_S)
        try:
            answer = await client.get(f"{url}/readyz", timeout=ASK_DEADLINE_S)
            height = int(answer.json()["gateway"]["height"])
        except (httpx.HTTPError, ValueError, KeyError, TypeError, OverflowError):
            continue  # it counts as no answer
        if 0 < height < HEIGHT_MAX:
            return Sighting(name, height, keep(answer.content))
    return Sighting(name, None)


async def _blocks(
    sighting: Sighting, url: str, numbers: Sequence[int], client: httpx.AsyncClient, keep: Keep
) -> Sighting:
    """The sighting with those of the blocks that the node says it has and gives."""
    seen: dict[int, SeenBlock] = {}
    for number in numbers:
        if sighting.height is None or number >= sighting.height:
            continue
        try:
            answer = await client.get(f"{url}/ledger/blocks/{number}", timeout=ASK_DEADLINE_S)
            answer.raise_for_status()
            header = common_pb2.Block.FromString(answer.content).header
        except (httpx.HTTPError, DecodeError):
            continue  # what is not given is not compared; a node that gives nothing is not seen to agree
        seen[number] = SeenBlock(block_hash(header).hex(), keep(answer.content))
    return replace(sighting, blocks=seen)
