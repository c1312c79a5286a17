"""The fake peer, against a chaincode server that listens: the simulator's peer side over a real connection."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from fairledger_chaincode import ChaincodeHandler, Context, Contract, transaction
from fairledger_chaincode.server import ChaincodeServer
from fairledger_chaincode.simulator import ChaincodeFailed, SimulatedIdentity
from tests.fakes.fake_peer import FakePeer

ORGANIZATION = "Org1MSP"


class Counter(Contract):
    """One key a number."""

    name = "counter"

    @transaction
    async def count(self, ctx: Context, number: int) -> int:
        await ctx.stub.put_state(f"{number:05}", b"x" * number)
        return number


@pytest.fixture
async def peer() -> AsyncIterator[FakePeer]:
    handler = ChaincodeHandler([Counter()], "counter:1")
    server = ChaincodeServer(handler.run, tls=None)
    port = await server.start("127.0.0.1", 0)
    async with FakePeer(f"127.0.0.1:{port}") as peer:
        yield peer
    await server.close()


def alice(peer: FakePeer) -> SimulatedIdentity:
    return peer.ledger.identity(ORGANIZATION, "alice")


async def test_two_hundred_transactions_at_once_on_one_stream(peer: FakePeer) -> None:
    caller = alice(peer)
    committed = await asyncio.gather(*(peer.ledger.submit(caller, "count", str(n)) for n in range(1, 201)))

    assert [int(one.result) for one in committed] == list(range(1, 201))
    assert {one.validation_code for one in committed} == {"VALID"}
    assert [len(peer.ledger.state(f"{n:05}") or b"") for n in range(1, 201)] == list(range(1, 201))
    assert peer.connections == 1


async def test_a_dropped_stream_is_opened_again(peer: FakePeer) -> None:
    caller = alice(peer)
    await peer.ledger.submit(caller, "count", "1")
    peer.ledger.peer(ORGANIZATION).faults.drop_at_next("PUT_STATE")
    with pytest.raises(ChaincodeFailed, match="chaincode stream terminated"):
        await peer.ledger.submit(caller, "count", "2")
    await peer.ledger.submit(caller, "count", "3")

    assert peer.connections == 2
    assert [peer.ledger.state(f"0000{n}") for n in (1, 2, 3)] == [b"x", None, b"xxx"]


async def test_nobody_listens() -> None:
    async with FakePeer("127.0.0.1:1", connect_max_s=0.3) as peer:
        with pytest.raises(
            ChaincodeFailed, match=r"could not launch chaincode chaincode: connection to 127\.0\.0\.1:1"
        ):
            await peer.ledger.evaluate(alice(peer), "count", "1")
