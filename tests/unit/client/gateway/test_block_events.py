"""Block events: every block once and in order, across broken streams, and none that was tampered with."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import grpc
import pytest
from fabric_protos.common import ledger_pb2
from fabric_protos.gateway import gateway_pb2
from fabric_protos.peer import proposal_response_pb2

from fairledger.gateway import Gateway, InMemoryCheckpointer, Limits, Network
from fairledger.gateway.errors import BlockBroken, EventsError
from tests.unit.client.gateway.fake_peer import GONE, FakePeer, Fault, Stream, chain, delivered, ended, profile_of
from tests.unit.client.gateway.people import person

ALICE, ALICE_SIGNER = person("alice")
BLOCKS = chain(10)


@pytest.fixture
async def network(peer: FakePeer, quick: Limits) -> AsyncIterator[Network]:
    async with Gateway.connect(profile_of(peer.node), ALICE, ALICE_SIGNER, limits=quick) as gateway:
        yield gateway.network("credit-channel")


async def numbers(blocks: Any) -> list[int]:
    return [block.header.number async for block in blocks]


def asked(peer: FakePeer) -> list[int]:
    return [request.start.specified.number for request in peer.requests["deliver"]]


async def test_blocks_come_from_start_to_stop(peer: FakePeer, network: Network) -> None:
    peer.then("deliver", Stream([*delivered(BLOCKS[2:5]), ended("SUCCESS")]))
    assert await numbers(network.block_events(2, stop_block=4)) == [2, 3, 4]
    (request,) = peer.requests["deliver"]
    assert (request.start.specified.number, request.stop.specified.number) == (2, 4)


async def test_without_a_start_the_next_block_is_awaited(peer: FakePeer, network: Network) -> None:
    info = ledger_pb2.BlockchainInfo(height=7).SerializeToString()
    peer.then("evaluate", gateway_pb2.EvaluateResponse(result=proposal_response_pb2.Response(payload=info)))
    peer.then("deliver", Stream([], GONE), Stream(delivered(BLOCKS[7:])))
    assert await numbers(network.block_events(stop_block=9)) == [7, 8, 9]
    assert asked(peer) == [7, 7]


async def test_a_checkpoint_goes_before_the_start(peer: FakePeer, network: Network) -> None:
    checkpoint = InMemoryCheckpointer()
    await checkpoint.checkpoint_block(5)
    peer.then("deliver", Stream(delivered(BLOCKS[6:])))
    assert await numbers(network.block_events(0, stop_block=9, checkpoint=checkpoint)) == [6, 7, 8, 9]


async def test_an_empty_checkpoint_leaves_the_start(peer: FakePeer, network: Network) -> None:
    peer.then("deliver", Stream(delivered(BLOCKS[:1])))
    assert await numbers(network.block_events(0, stop_block=0, checkpoint=InMemoryCheckpointer())) == [0]


async def test_a_broken_stream_goes_on_after_its_last_block(peer: FakePeer, network: Network) -> None:
    peer.then(
        "deliver",
        Stream(delivered(BLOCKS[0:2]), GONE),
        Stream([], GONE),
        Stream([ended("SERVICE_UNAVAILABLE")]),
        Stream(delivered(BLOCKS[2:3])),  # the peer ends it without a word
        Stream(delivered(BLOCKS[3:])),
    )
    assert await numbers(network.block_events(0, stop_block=9)) == list(range(10))
    assert asked(peer) == [0, 2, 2, 2, 3]


async def test_a_peer_that_loses_the_channel_is_waited_for(peer: FakePeer, network: Network) -> None:
    peer.then(
        "deliver", Stream(delivered(BLOCKS[:4]), GONE), Stream([ended("NOT_FOUND")]), Stream(delivered(BLOCKS[4:]))
    )
    assert await numbers(network.block_events(0, stop_block=9)) == list(range(10))


async def test_patience_starts_anew_with_each_block(peer: FakePeer, network: Network, quick: Limits) -> None:
    for block in BLOCKS:
        peer.then("deliver", *[Stream([], GONE)] * (quick.reconnect_attempts_max - 2))
        peer.then("deliver", Stream(delivered([block]), GONE))
    assert await numbers(network.block_events(0, stop_block=9)) == list(range(10))


async def test_patience_is_bounded(peer: FakePeer, network: Network, quick: Limits) -> None:
    peer.then("deliver", *[Stream([], GONE)] * 10)
    with pytest.raises(EventsError, match="gave up after 4 attempts: socket closed") as refusal:
        await numbers(network.block_events(0))
    assert refusal.value.code == "GATEWAY_EVENTS_ENDED"
    assert len(peer.requests["deliver"]) == quick.reconnect_attempts_max


@pytest.mark.parametrize(
    ("stream", "code"),
    [
        (Stream([ended("FORBIDDEN")]), "GATEWAY_DENIED"),
        (Stream([ended("BAD_REQUEST")]), "GATEWAY_REJECTED"),
        (Stream([ended("NOT_FOUND")]), "GATEWAY_NOT_FOUND"),
        (Stream([], Fault(grpc.StatusCode.PERMISSION_DENIED, "no")), "GATEWAY_DENIED"),
    ],
)
async def test_a_refusal_ends_the_stream_at_once(peer: FakePeer, network: Network, stream: Stream, code: str) -> None:
    peer.then("deliver", stream)
    with pytest.raises(EventsError) as refusal:
        await numbers(network.block_events(0))
    assert refusal.value.code == code
    assert len(peer.requests["deliver"]) == 1


@pytest.mark.parametrize("sent", [[BLOCKS[0], BLOCKS[2]], [BLOCKS[0], BLOCKS[0]], [BLOCKS[0], chain(3)[1]]])
async def test_a_gap_a_repeat_or_a_forgery_ends_the_stream(peer: FakePeer, network: Network, sent: list[Any]) -> None:
    if sent[1].header.number == 1:
        sent[1].data.data[0] += b"x"
    peer.then("deliver", Stream(delivered(sent)))
    stream = network.block_events(0)
    assert (await anext(stream)).header.number == 0
    with pytest.raises(BlockBroken, match="block 1 "):
        await anext(stream)


async def test_leaving_the_loop_ends_the_call(peer: FakePeer, network: Network) -> None:
    peer.then("deliver", Stream(delivered(BLOCKS), silent=True))
    async with aclosing(network.block_events(0)) as blocks:
        async for block in blocks:
            if block.header.number == 3:
                break
    peer.then("deliver", Stream(delivered(BLOCKS[4:])))
    assert await numbers(network.block_events(4, stop_block=9)) == [4, 5, 6, 7, 8, 9]


async def test_cancelling_who_follows_ends_the_call(peer: FakePeer, network: Network) -> None:
    peer.then("deliver", Stream(delivered(BLOCKS[:1]), silent=True))
    stream = network.block_events(0)
    assert (await anext(stream)).header.number == 0
    waiting = asyncio.create_task(anext(stream))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_a_gateway_that_is_closed_ends_its_streams(peer: FakePeer, quick: Limits) -> None:
    peer.then("deliver", Stream(delivered(BLOCKS[:1]), silent=True))
    gateway = Gateway.connect(profile_of(peer.node), ALICE, ALICE_SIGNER, limits=quick)
    stream = gateway.network("credit-channel").block_events(0)
    assert (await anext(stream)).header.number == 0
    await gateway.close()
    with pytest.raises(EventsError) as refusal:
        await anext(stream)
    assert refusal.value.code == "GATEWAY_CLOSED"


async def test_another_own_peer_goes_on(peer: FakePeer, quick: Limits) -> None:
    async with FakePeer(name="peer1.PlatformA") as second:
        profile = profile_of(peer.node, second.node)
        for fake in (peer, second):
            fake.then("deliver", Stream(delivered(BLOCKS[:3]), GONE), Stream([], GONE))
        async with Gateway.connect(profile, ALICE, ALICE_SIGNER, limits=quick) as gateway:
            first, other = (peer, second) if first_in(gateway) == peer.node else (second, peer)
            other.script["deliver"].clear()
            other.then("deliver", Stream(delivered(BLOCKS[3:])))
            first.script["deliver"].pop()
            first.then("deliver", Stream([], GONE))
            assert await numbers(gateway.network("credit-channel").block_events(0, stop_block=9)) == list(range(10))
        assert asked(other) == [3]


def first_in(gateway: Gateway) -> Any:
    return gateway._core.peers.own()[0].node
