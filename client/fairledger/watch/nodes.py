"""Asking all organisations' services for their height, and for one block that all should hold alike."""

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import replace

import httpx
from fabric_protos.common import common_pb2
from google.protobuf.message import DecodeError

from fairledger.gateway import block_hash
from fairledger.watch.findings import Sighting

ASK_DEADLINE_S = 5.0
BETWEEN_ASKS_S = 1.0


async def sight(services: Mapping[str, str], rounds: int, client: httpx.AsyncClient) -> list[Sighting]:
    """Each service's height, asked up to ``rounds`` times, and the hash of the newest block that all hold."""
    sightings = await asyncio.gather(*(_height(name, url, rounds, client) for name, url in services.items()))
    heights = [each.height for each in sightings if each.height]
    if not heights:
        return list(sightings)
    block = min(heights) - 1
    return list(await asyncio.gather(*(_block(each, services[each.node], block, client) for each in sightings)))


async def _height(name: str, url: str, rounds: int, client: httpx.AsyncClient) -> Sighting:
    """The height that ``/readyz`` tells; a service that is up but not ready has none."""
    for asked in range(max(1, rounds)):
        if asked:
            await asyncio.sleep(BETWEEN_ASKS_S)
        try:
            answer = await client.get(f"{url}/readyz", timeout=ASK_DEADLINE_S)
            return Sighting(name, int(answer.json()["gateway"]["height"]))
        except (httpx.HTTPError, ValueError, KeyError, TypeError):
            continue  # it counts as no answer
    return Sighting(name, None)


async def _block(sighting: Sighting, url: str, number: int, client: httpx.AsyncClient) -> Sighting:
    if sighting.height is None:
        return sighting
    try:
        answer = await client.get(f"{url}/ledger/blocks/{number}", timeout=ASK_DEADLINE_S)
        answer.raise_for_status()
        header = common_pb2.Block.FromString(answer.content).header
    except (httpx.HTTPError, DecodeError):
        return sighting
    evidence = hashlib.sha256(answer.content).hexdigest()
    return replace(sighting, block=number, hash=block_hash(header).hex(), block_sha256=evidence)
