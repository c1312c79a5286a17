"""Never more in flight than the bound; what waits is bounded too."""

import asyncio

import pytest

from fairledger.gateway import Limits
from fairledger.gateway.errors import GatewayBusy
from fairledger.gateway.flight import Flight


async def test_no_more_than_the_bound_is_in_flight_and_all_get_their_turn() -> None:
    flight, inside, most, order = Flight(Limits(in_flight_max=3)), 0, 0, []

    async def fly(number: int) -> None:
        nonlocal inside, most
        async with flight:
            inside += 1
            most = max(most, inside)
            order.append(number)
            await asyncio.sleep(0)
            inside -= 1

    await asyncio.gather(*(fly(number) for number in range(20)))

    assert most == 3
    assert order == list(range(20))


async def test_a_full_queue_refuses_at_once() -> None:
    flight = Flight(Limits(in_flight_max=1, waiting_max=1))
    async with flight:
        waiting = asyncio.create_task(flight.__aenter__())
        await asyncio.sleep(0)
        with pytest.raises(GatewayBusy, match="1 are waiting") as refusal:
            await flight.__aenter__()
        assert refusal.value.code == "GATEWAY_BUSY"
    await waiting


async def test_a_wait_that_is_too_long_ends_and_frees_its_place_in_the_queue() -> None:
    flight = Flight(Limits(in_flight_max=1, waiting_max=1, waiting_deadline_s=0.01))
    async with flight:
        for _ in range(3):
            with pytest.raises(GatewayBusy, match="waited"):
                await flight.__aenter__()


async def test_a_failure_inside_frees_the_place() -> None:
    flight = Flight(Limits(in_flight_max=1, waiting_deadline_s=0.01))
    for _ in range(3):
        with pytest.raises(RuntimeError):
            async with flight:
                raise RuntimeError
