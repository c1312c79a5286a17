"""Chaincode events: every event once and in order, across broken streams."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import pytest

from fairledger.gateway import ChaincodeEvent, Gateway, InMemoryCheckpointer, Limits, Network
from fairledger.gateway.errors import EventsError
from tests.unit.client.gateway.fake_peer import GONE, FakePeer, Stream, events, profile_of
from tests.unit.client.gateway.people import person

ALICE, ALICE_SIGNER = person("alice")


@pytest.fixture
async def network(peer: FakePeer, quick: Limits) -> AsyncIterator[Network]:
    async with Gateway.connect(profile_of(peer.node), ALICE, ALICE_SIGNER, limits=quick) as gateway:
        yield gateway.network("credit-channel")


async def first(count: int, stream: Any) -> list[str]:
    seen = []
    async with aclosing(stream):
        async for event in stream:
            seen.append(event.tx_id)
            if len(seen) == count:
                break
    return seen


def asked(peer: FakePeer) -> list[tuple[int, str]]:
    return [
        (request.start_position.specified.number, request.after_transaction_id)
        for request in peer.requests["chaincode_events"]
    ]


async def test_an_event_says_what_happened_where(peer: FakePeer, network: Network) -> None:
    peer.then("chaincode_events", Stream([events(4, "t1")]))
    async with aclosing(network.chaincode_events("credit", 4)) as stream:
        assert await anext(stream) == ChaincodeEvent(4, "t1", "credit", "captured", b"t1")
    (request,) = peer.requests["chaincode_events"]
    assert (request.channel_id, request.chaincode_id) == ("credit-channel", "credit")
    assert request.identity == ALICE.serialized


async def test_a_broken_stream_goes_on_after_its_last_transaction(peer: FakePeer, network: Network) -> None:
    peer.then(
        "chaincode_events",
        Stream([events(4, "t1", "t2"), events(6, "t3")], GONE),
        Stream([]),  # the peer ends it without a word
        Stream([events(6, "t4"), events(7, "t5")]),
    )
    assert await first(5, network.chaincode_events("credit", 2)) == ["t1", "t2", "t3", "t4", "t5"]
    assert asked(peer) == [(2, ""), (6, "t3"), (6, "t3")]


async def test_a_checkpoint_goes_before_the_start(peer: FakePeer, network: Network) -> None:
    checkpoint = InMemoryCheckpointer()
    await checkpoint.checkpoint_transaction(6, "t3")
    peer.then("chaincode_events", Stream([events(6, "t4")]))
    assert await first(1, network.chaincode_events("credit", 0, checkpoint=checkpoint)) == ["t4"]
    assert asked(peer) == [(6, "t3")]


async def test_patience_is_bounded(peer: FakePeer, network: Network, quick: Limits) -> None:
    peer.then("chaincode_events", *[Stream([], GONE)] * 10)
    with pytest.raises(EventsError) as refusal:
        await first(1, network.chaincode_events("credit", 0))
    assert refusal.value.code == "GATEWAY_EVENTS_ENDED"
    assert len(peer.requests["chaincode_events"]) == quick.reconnect_attempts_max
