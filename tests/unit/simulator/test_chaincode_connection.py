"""The peer's side of the protocol, towards a chaincode that does not always behave."""

import asyncio
import logging
from unittest.mock import Mock

import pytest
from fabric_protos.peer.chaincode_pb2 import ChaincodeID, ChaincodeInput, ChaincodeSpec
from fabric_protos.peer.chaincode_shim_pb2 import (
    ChaincodeMessage,
    GetQueryResult,
    GetState,
    GetStateByRange,
    PutState,
    QueryMetadata,
    QueryResponse,
    QueryStateClose,
    QueryStateNext,
)
from fabric_protos.peer.proposal_pb2 import SignedProposal

from fairledger_chaincode.simulator import ChaincodeFailed, LedgerSimulator
from fairledger_chaincode.simulator.chaincode_connection import ChaincodeConnection, RunningTransaction
from fairledger_chaincode.simulator.errors import LedgerRefusal
from fairledger_chaincode.simulator.faults import Faults
from fairledger_chaincode.simulator.memory_stream import MemoryStream
from tests.unit.simulator.raw_chaincode import Behaviour, RawChaincode, RawReplicas

ORGANIZATION = "AMSP"


async def evaluate(*behaviours: Behaviour, calls: int = 1, execute_max_s: float = 5.0) -> list[bytes | ChaincodeFailed]:
    """Call a chaincode of these behaviours, one for each connection; returns answers and failures."""
    replicas = RawReplicas(*behaviours)
    async with LedgerSimulator(
        organizations=[ORGANIZATION], connect=replicas.connect, execute_max_s=execute_max_s
    ) as ledger:
        alice = ledger.identity(ORGANIZATION, "alice")
        answers: list[bytes | ChaincodeFailed] = []
        for _ in range(calls):
            try:
                answers.append(await ledger.evaluate(alice, "function", "argument"))
            except ChaincodeFailed as failure:
                answers.append(failure)
    for task in replicas.tasks:
        await task  # a behaviour that asserts wrongly fails the test
    return answers


async def test_a_chaincode_registers_is_called_and_answers() -> None:
    async def behave(raw: RawChaincode) -> None:
        await raw.begin()
        assert raw.transaction.proposal.signature != b""
        raw.answer(b"done")

    assert await evaluate(behave) == [b"done"]


async def test_keep_alive_is_for_both_sides_and_answers_nothing() -> None:
    async def behave(raw: RawChaincode) -> None:
        await raw.begin()
        raw.send(ChaincodeMessage.KEEPALIVE)
        raw.answer(b"done")
        assert await raw.kind() == "KEEPALIVE"

    replicas = RawReplicas(behave)
    async with LedgerSimulator(organizations=[ORGANIZATION], connect=replicas.connect) as ledger:
        assert await ledger.evaluate(ledger.identity(ORGANIZATION, "alice"), "f") == b"done"
        (await ledger.peer(ORGANIZATION).connection("chaincode")).keep_alive()
        await replicas.tasks[0]


async def test_what_does_not_register_is_dropped_and_the_next_call_connects_anew() -> None:
    async def impatient(raw: RawChaincode) -> None:
        raw.send(ChaincodeMessage.GET_STATE)
        assert await raw.stream.receive() is None

    async def nameless(raw: RawChaincode) -> None:
        raw.send(ChaincodeMessage.REGISTER)
        assert await raw.stream.receive() is None

    async def proper(raw: RawChaincode) -> None:
        await raw.begin()
        raw.answer(b"done")

    first, second, third = await evaluate(impatient, nameless, proper, calls=3)

    assert [str(lost).rpartition(": ")[2] for lost in (first, second)] == ["chaincode stream terminated"] * 2
    assert third == b"done"


async def test_a_stream_that_ends_in_mid_transaction_fails_it_at_once() -> None:
    async def crash(raw: RawChaincode) -> None:
        await raw.begin()
        raw.stream.close()

    async def proper(raw: RawChaincode) -> None:
        await raw.begin()
        raw.answer(b"again")

    lost, again = await evaluate(crash, proper, calls=2)

    assert isinstance(lost, ChaincodeFailed)
    assert lost.message.endswith("error sending: chaincode stream terminated")
    assert (lost.stage, lost.status, lost.code, lost.peer) == ("evaluate", 500, "", "peer0.AMSP")
    assert again == b"again"


async def test_a_chaincode_that_takes_too_long_is_given_up() -> None:
    async def sleep(raw: RawChaincode) -> None:
        await raw.begin()

    (failure,) = await evaluate(sleep, execute_max_s=1.0)  # to register, too, which is over soon

    assert isinstance(failure, ChaincodeFailed)
    assert failure.message.endswith("timeout expired while executing transaction")


async def test_a_chaincode_that_does_not_register_in_time_is_given_up() -> None:
    async def sleep(raw: RawChaincode) -> None:
        assert await raw.stream.receive() is None

    (failure,) = await evaluate(sleep, execute_max_s=0.05)

    assert isinstance(failure, ChaincodeFailed)
    assert failure.message.endswith("timeout expired while starting chaincode")


async def test_nobody_to_connect_to() -> None:
    (failure,) = await evaluate()

    assert isinstance(failure, ChaincodeFailed)
    assert failure.message.endswith("could not launch chaincode chaincode: nobody listens")


async def test_an_error_message_fails_the_transaction_with_its_text() -> None:
    async def fail(raw: RawChaincode) -> None:
        await raw.begin()
        raw.send(ChaincodeMessage.ERROR, b"no such function")

    (failure,) = await evaluate(fail)

    assert isinstance(failure, ChaincodeFailed)
    assert failure.message == "error in simulation: transaction returned with failure: no such function"


async def test_an_answer_that_is_no_response() -> None:
    async def babble(raw: RawChaincode) -> None:
        await raw.begin()
        raw.send(ChaincodeMessage.COMPLETED, b"\xff\xff")

    (failure,) = await evaluate(babble)

    assert isinstance(failure, ChaincodeFailed)
    assert failure.message.startswith("error in simulation: failed to unmarshal response for transaction ")


@pytest.mark.parametrize(("status", "endorsed"), [(199, False), (200, True), (399, True), (400, False), (500, False)])
async def test_which_responses_are_endorsed(status: int, endorsed: bool) -> None:
    async def behave(raw: RawChaincode) -> None:
        await raw.begin()
        raw.answer(b"payload", status, "SOME_CODE: because")

    (answer,) = await evaluate(behave)

    if endorsed:
        assert answer == b"payload"
    else:
        assert isinstance(answer, ChaincodeFailed)
        assert (answer.status, answer.code, answer.message) == (status, "SOME_CODE", "SOME_CODE: because")


async def test_a_request_outside_of_a_transaction_is_an_error() -> None:
    async def behave(raw: RawChaincode) -> None:
        await raw.begin()
        raw.send(ChaincodeMessage.GET_STATE, GetState(key="k").SerializeToString(), txid="other")
        reply = await raw.receive()
        assert reply.type == ChaincodeMessage.ERROR
        assert reply.payload == b"GET_STATE failed: transaction ID: other: no ledger context"
        raw.answer()

    assert await evaluate(behave) == [b""]


async def test_an_answer_to_no_transaction_is_ignored() -> None:
    async def behave(raw: RawChaincode) -> None:
        await raw.begin()
        raw.send(ChaincodeMessage.COMPLETED, txid="other")
        raw.answer(b"right")
        raw.answer(b"late")

    assert await evaluate(behave) == [b"right"]


@pytest.mark.parametrize("kind", [ChaincodeMessage.READY, ChaincodeMessage.GET_STATE_MULTIPLE, 99])
async def test_the_peer_ends_a_stream_on_a_message_that_it_does_not_know(kind: int) -> None:
    async def behave(raw: RawChaincode) -> None:
        await raw.begin()
        raw.send(kind)
        assert await raw.stream.receive() is None

    (failure,) = await evaluate(behave)

    assert isinstance(failure, ChaincodeFailed)
    assert failure.message.endswith("chaincode stream terminated")


async def test_a_second_request_while_one_is_pending_is_dropped(caplog: pytest.LogCaptureFixture) -> None:
    async def behave(raw: RawChaincode) -> None:
        await raw.begin()
        raw.send(ChaincodeMessage.INVOKE_CHAINCODE)
        raw.send(ChaincodeMessage.GET_STATE, GetState(key="k").SerializeToString())
        reply = await raw.receive()
        assert reply.payload.startswith(b"INVOKE_CHAINCODE failed")
        raw.answer()

    with caplog.at_level(logging.WARNING):
        assert await evaluate(behave) == [b""]
    assert "a peer drops the second" in caplog.text


async def test_queries_that_are_not_there() -> None:
    async def behave(raw: RawChaincode) -> None:
        await raw.begin()
        raw.send(ChaincodeMessage.QUERY_STATE_NEXT, QueryStateNext(id="query-1").SerializeToString())
        assert b"query iterator not found" in (await raw.receive()).payload
        raw.send(ChaincodeMessage.QUERY_STATE_CLOSE, QueryStateClose(id="query-1").SerializeToString())
        assert QueryResponse.FromString((await raw.receive()).payload) == QueryResponse(id="query-1")
        raw.answer()

    assert await evaluate(behave) == [b""]


async def test_rich_queries_are_not_for_this_state_database() -> None:
    async def behave(raw: RawChaincode) -> None:
        await raw.begin()
        paging = QueryMetadata(pageSize=2).SerializeToString()
        for request, reason in (
            (GetQueryResult(query="{}"), b"ExecuteQuery not supported for leveldb"),
            (GetQueryResult(query="{}", metadata=paging), b"ExecuteQueryWithMetadata not supported for leveldb"),
            (GetQueryResult(query="{}", collection="c"), b"collection channel/chaincode/c could not be found"),
        ):
            raw.send(ChaincodeMessage.GET_QUERY_RESULT, request.SerializeToString())
            reply = await raw.receive()
            assert reply.type == ChaincodeMessage.ERROR
            assert reason in reply.payload
        raw.answer()

    assert await evaluate(behave) == [b""]


async def test_a_purge_without_collection_is_refused() -> None:
    async def behave(raw: RawChaincode) -> None:
        await raw.begin()
        raw.send(ChaincodeMessage.PURGE_PRIVATE_DATA)
        assert b"only applicable for private data" in (await raw.receive()).payload
        raw.answer()

    assert await evaluate(behave) == [b""]


async def test_a_query_left_open_is_counted() -> None:
    async def fill(raw: RawChaincode) -> None:
        await raw.begin()
        for number in range(150):
            put = PutState(key=f"{number:03}", value=b"v").SerializeToString()
            raw.send(ChaincodeMessage.PUT_STATE, put)
            assert await raw.kind() == "RESPONSE"
        raw.answer()
        raw.transaction = await raw.receive()
        raw.send(ChaincodeMessage.GET_STATE_BY_RANGE, GetStateByRange().SerializeToString())
        batch = QueryResponse.FromString((await raw.receive()).payload)
        assert (len(batch.results), batch.has_more) == (100, True)
        raw.answer()

    replicas = RawReplicas(fill)
    async with LedgerSimulator(organizations=[ORGANIZATION], connect=replicas.connect, replicas=1) as ledger:
        alice = ledger.identity(ORGANIZATION, "alice")
        await ledger.submit(alice, "fill")
        endorsed = await ledger.endorse(alice, "range")
        assert endorsed.agreed.queries_left_open == 1
        await asyncio.gather(*replicas.tasks)


async def test_an_invoked_chaincode_is_forgotten_with_its_caller() -> None:
    begun = asyncio.Event()

    async def caller(raw: RawChaincode) -> None:
        await raw.begin()
        spec = ChaincodeSpec(chaincode_id=ChaincodeID(name="callee"), input=ChaincodeInput(args=[b"f"]))
        raw.send(ChaincodeMessage.INVOKE_CHAINCODE, spec.SerializeToString())
        await begun.wait()
        raw.stream.close()

    async def callee(raw: RawChaincode) -> None:
        await raw.begin()
        begun.set()
        assert await raw.stream.receive() is None

    replicas, callees = RawReplicas(caller), RawReplicas(callee)
    async with LedgerSimulator(organizations=[ORGANIZATION], connect=replicas.connect) as ledger:
        ledger.add_chaincode("callee", connect=callees.connect)
        with pytest.raises(ChaincodeFailed, match="chaincode stream terminated"):
            await ledger.evaluate(ledger.identity(ORGANIZATION, "alice"), "f")
        await asyncio.sleep(0)
        assert (await ledger.peer(ORGANIZATION).connection("callee"))._running == {}
    await asyncio.gather(*replicas.tasks, *callees.tasks)


async def test_nothing_is_executed_on_a_lost_stream() -> None:
    async def leave(raw: RawChaincode) -> None:
        await raw.register()
        raw.stream.close()

    replicas = RawReplicas(leave)
    connection = ChaincodeConnection(await replicas.connect(), Faults(), execute_max_s=5.0)
    assert await connection.registered() == "raw:1"
    await replicas.tasks[0]
    await connection.close()

    loop = asyncio.get_running_loop()
    with pytest.raises(LedgerRefusal, match="error sending: chaincode stream terminated"):
        await connection.execute(
            RunningTransaction("id", "channel", Mock(), Mock(), loop.create_future()), b"", SignedProposal()
        )
    with pytest.raises(LedgerRefusal, match="chaincode stream terminated"):
        await ChaincodeConnection(closed_stream(), Faults(), execute_max_s=5.0).registered()


def closed_stream() -> MemoryStream:
    """The end of a stream that the other side has closed."""
    one, other = MemoryStream.pair()
    other.close()
    return one


async def test_a_memory_stream_ends_once_and_for_ever() -> None:
    one, other = MemoryStream.pair()
    one.send(ChaincodeMessage(txid="1"))
    one.close()
    one.send(ChaincodeMessage(txid="2"))
    other.send(ChaincodeMessage(txid="3"))
    await other.drain()

    first = await other.receive()
    assert first is not None
    assert first.txid == "1"
    assert [await other.receive() for _ in range(2)] == [None, None]
    assert await one.receive() is None
