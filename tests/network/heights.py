"""Waiting for the peers of several organisations: a commit is confirmed when the first of them has it."""

import asyncio
from collections.abc import Sequence
from typing import Final

from fairledger.gateway import Gateway
from tests.network.ledger_load import CHANNEL

POLL_S: Final = 0.02
COMMIT_MAX_S: Final = 60.0


async def reached(gateways: Sequence[Gateway], block_number: int) -> None:
    """Return when the peer of each gateway has a block: the next transaction may be endorsed by any."""
    async with asyncio.timeout(COMMIT_MAX_S):
        for gateway in gateways:
            while await _height(gateway) <= block_number:  # noqa: ASYNC110  another process
                await asyncio.sleep(POLL_S)


async def caught_up(gateways: Sequence[Gateway]) -> None:
    """Return when the peer of each gateway has what any of them has."""
    heights = [await _height(gateway) for gateway in gateways]
    await reached(gateways, max(heights) - 1)


async def _height(gateway: Gateway) -> int:
    return (await gateway.network(CHANNEL).chain_info()).height
