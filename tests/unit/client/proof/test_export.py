"""A bundle is made of few requests to a peer, however many blocks the channel has."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import pytest

from fairledger.proof import ProofError, verify
from fairledger.proof.export import IN_FLIGHT_MAX, prove_events, prove_transaction
from fairledger_contracts.records import RecordedEvent
from tests.support.bundles import EPC, proved
from tests.support.proofs import ProvedChannel


class CountedChannel(ProvedChannel):
    """What is asked for: how many blocks by transaction, how many of them at once, and which blocks as streams."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = self.in_flight = self.in_flight_most = 0
        self.streams: list[tuple[int, int]] = []

    async def block_by_tx_id(self, tx_id: str) -> Any:
        self.asked += 1
        self.in_flight += 1
        self.in_flight_most = max(self.in_flight_most, self.in_flight)
        await asyncio.sleep(0)
        self.in_flight -= 1
        return await super().block_by_tx_id(tx_id)

    def block_events(self, start_block: int, *, stop_block: int) -> AsyncGenerator[Any, None]:
        self.streams.append((start_block, stop_block))
        return super().block_events(start_block, stop_block=stop_block)


async def item_with(channel: CountedChannel, events: int) -> list[RecordedEvent]:
    """As many events of one item, two in each block."""
    channel.configure()
    captured = [channel.capture(number, epcs=[EPC]) for number in range(1, events + 1)]
    for i in range(0, events, 2):
        channel.add([envelope for _, envelope in captured[i : i + 2]])
    return [recorded for recorded, _ in captured]


async def test_blocks_are_asked_for_together_but_not_all_at_once() -> None:
    channel = CountedChannel()
    events = await item_with(channel, 3 * IN_FLIGHT_MAX)

    bundle = await prove_events(channel, "item", EPC, events)

    assert (channel.asked, channel.in_flight_most) == (3 * IN_FLIGHT_MAX, IN_FLIGHT_MAX)
    assert len(bundle.blocks) == 3 * IN_FLIGHT_MAX // 2
    assert len(list(verify(bundle.to_bytes(), channel.roots))) == 11


async def test_blocks_in_between_come_as_one_stream_for_each_configuration() -> None:
    channel = CountedChannel()
    events = await item_with(channel, 8)
    channel.configure()
    recorded, envelope = channel.capture(9, epcs=[EPC])
    channel.add([channel.capture(10)[1]])
    channel.add([envelope])

    await prove_events(channel, "item", EPC, [*events, recorded])
    await prove_events(channel, "item", EPC, [*events, recorded], from_genesis=True)
    await prove_events(channel, "item", EPC, [recorded])
    await prove_events(channel, "item", EPC, [recorded], from_genesis=True)

    assert channel.streams == [(0, 3), (5, 6), (0, 3), (5, 6), (5, 6), (0, 6)]


async def test_what_a_peer_found_invalid_is_not_exported() -> None:
    channel = ProvedChannel()
    await proved(channel)
    channel.blocks[3].metadata.metadata[2] = bytes([0, 11, 2])

    with pytest.raises(ProofError) as caught:
        await prove_transaction(channel, channel.tx_id(1))

    assert caught.value.code == "PROOF_NOT_VALID"


async def test_of_nothing_there_is_no_proof() -> None:
    with pytest.raises(ProofError) as caught:
        await prove_events(ProvedChannel(), "item", EPC, [])

    assert caught.value.code == "PROOF_SUBJECT"
