"""The chaincode's side of the protocol, message by message."""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from fabric_protos.msp.identities_pb2 import SerializedIdentity
from fabric_protos.peer.chaincode_pb2 import ChaincodeID
from fabric_protos.peer.chaincode_shim_pb2 import ChaincodeMessage, GetState, PutState

from fairledger_chaincode import ChaincodeHandler, Context, Contract, ContractError, Limits, query, transaction
from tests.unit.chaincode.certificates import common_name, issue
from tests.unit.chaincode.scripted_peer import (
    CHANNEL,
    NOW,
    Answer,
    ScriptedPeer,
    answer_to,
    refusal_of,
    response_of,
    result_of,
    signed_proposal,
    transaction_message,
)

LIMITS = Limits(transactions_max=3, stop_max_s=0.2, message_max_bytes=70_000, argument_max_bytes=1_000)


class Probe(Contract):
    name = "probe"

    @query
    async def get(self, ctx: Context, key: str) -> bytes:
        return await ctx.stub.get_state(key) or b""

    @transaction
    async def put(self, ctx: Context, key: str, value: bytes) -> None:
        await ctx.stub.put_state(key, value)

    @transaction
    async def copy(self, ctx: Context, source: str, target: str) -> str:
        await ctx.stub.put_state(target, await ctx.stub.get_state(source) or b"")
        ctx.set_event("copied", {"to": target})
        return "done"

    @query
    async def swallow(self, ctx: Context, key: str) -> str:
        try:
            await ctx.stub.get_state(key)
        except ContractError:
            return "as if nothing had happened"
        return "value"

    @transaction
    async def refuse(self, ctx: Context) -> None:
        ctx.set_event("refused", b"")
        raise ContractError("PROBE_NO", "not today")

    @transaction
    async def fail(self, _ctx: Context, secret: str) -> None:
        raise ValueError(secret)

    @query
    async def write(self, ctx: Context) -> None:
        await ctx.stub.put_state("k", b"v")

    @query
    async def when(self, ctx: Context) -> str:
        return ctx.time.isoformat()

    @query
    async def who(self, ctx: Context) -> str:
        return ctx.caller.id

    @query
    async def large(self, _ctx: Context, size: int) -> bytes:
        return bytes(size)

    @query
    async def summary(self, ctx: Context) -> list[str]:
        return [ctx.tx_id, ctx.channel_id, ctx.contract, ctx.function, *sorted(ctx.transient)]


def handler(limits: Limits = LIMITS) -> ChaincodeHandler:
    return ChaincodeHandler([Probe()], "credit:1234", limits, clock=NOW.timestamp)


@pytest.fixture
async def peer() -> AsyncIterator[ScriptedPeer]:
    peer = ScriptedPeer()
    await peer.attach(handler())
    yield peer
    await peer.close()


# registering


async def test_the_first_word_is_register_with_the_package_id() -> None:
    peer = ScriptedPeer()
    register = await peer.attach(handler())
    assert register.type == ChaincodeMessage.REGISTER
    assert ChaincodeID.FromString(register.payload).name == "credit:1234"
    await peer.close()


@pytest.mark.parametrize("kind", [ChaincodeMessage.READY, ChaincodeMessage.TRANSACTION, ChaincodeMessage.RESPONSE])
async def test_a_peer_that_breaks_the_greeting_is_told_and_left(kind: int) -> None:
    peer = ScriptedPeer()
    running = asyncio.create_task(handler().run(peer))
    await peer.next()
    peer.tell(ChaincodeMessage(type=kind, txid="tx1"))
    told = await peer.next()
    assert (told.type, told.txid) == (ChaincodeMessage.ERROR, "tx1")
    await asyncio.wait_for(running, 20)


async def test_keepalive_is_echoed_at_any_time(peer: ScriptedPeer) -> None:
    peer.tell(ChaincodeMessage(type=ChaincodeMessage.KEEPALIVE))
    assert (await peer.next()).type == ChaincodeMessage.KEEPALIVE


async def test_a_message_that_is_not_for_a_chaincode_changes_nothing(peer: ScriptedPeer) -> None:
    peer.tell(ChaincodeMessage(type=ChaincodeMessage.GET_STATE))
    peer.tell(ChaincodeMessage(type=ChaincodeMessage.REGISTERED))
    assert result_of(await peer.transact("get", "k", answers=lambda _request: b"v")) == b"v"


# transactions


async def test_a_transaction_reads_writes_and_tells(peer: ScriptedPeer) -> None:
    requests: list[ChaincodeMessage] = []

    def answers(request: ChaincodeMessage) -> Answer:
        requests.append(request)
        return b"value" if request.type == ChaincodeMessage.GET_STATE else b""

    completed = await peer.transact("probe:copy", "a", "b", answers=answers)
    assert result_of(completed) == b"done"
    assert (completed.txid, completed.channel_id) == ("tx1", CHANNEL)
    assert completed.chaincode_event.event_name == "copied"
    assert completed.chaincode_event.payload == b'{"to":"b"}'
    assert GetState.FromString(requests[0].payload).key == "a"
    assert PutState.FromString(requests[1].payload) == PutState(key="b", value=b"value")


async def test_a_transaction_without_event_has_none(peer: ScriptedPeer) -> None:
    assert not (await peer.transact("put", "k", b"v")).HasField("chaincode_event")


async def test_transactions_run_at_the_same_time_and_get_their_own_answers(peer: ScriptedPeer) -> None:
    for number in range(3):
        peer.tell(transaction_message(f"tx{number}", "get", f"k{number}"))
    requests = [await peer.next() for _ in range(3)]
    for request in reversed(requests):
        peer.tell(answer_to(request, GetState.FromString(request.payload).key.encode()))
    answered = {message.txid: result_of(message) for message in [await peer.next() for _ in range(3)]}
    assert answered == {"tx0": b"k0", "tx1": b"k1", "tx2": b"k2"}


async def test_the_same_transaction_id_on_two_channels_is_two_transactions(peer: ScriptedPeer) -> None:
    for channel in ("one", "two"):
        message = transaction_message("tx", "get", "k")
        message.channel_id = channel
        peer.tell(message)
    requests = [await peer.next() for _ in range(2)]
    for request in requests:
        peer.tell(answer_to(request, request.channel_id.encode()))
    answered = {message.channel_id: result_of(message) for message in [await peer.next() for _ in range(2)]}
    assert answered == {"one": b"one", "two": b"two"}


async def test_an_answer_that_nobody_waits_for_harms_nobody(peer: ScriptedPeer) -> None:
    peer.tell(ChaincodeMessage(type=ChaincodeMessage.RESPONSE, txid="unknown", channel_id=CHANNEL, payload=b"x"))
    peer.tell(transaction_message("tx", "get", "k"))
    request = await peer.next()
    peer.tell(answer_to(request, b"first"))
    peer.tell(answer_to(request, b"late"))
    assert result_of(await peer.next()) == b"first"
    peer.tell(answer_to(request, RuntimeError("later still")))
    assert result_of(await peer.transact("get", "k", answers=lambda _request: b"v")) == b"v"


async def test_a_transaction_that_is_already_running_is_not_started_again(peer: ScriptedPeer) -> None:
    peer.tell(transaction_message("tx", "get", "k"))
    peer.tell(transaction_message("tx", "get", "other"))
    request = await peer.next()
    peer.tell(answer_to(request, b"v"))
    assert result_of(await peer.next()) == b"v"
    assert peer.nothing_said


# what goes wrong


@pytest.mark.parametrize("function", ["get", "swallow"])
async def test_the_peers_error_fails_the_transaction_whatever_the_contract_makes_of_it(
    peer: ScriptedPeer, function: str
) -> None:
    failed = await peer.transact(function, "k", answers=lambda _request: RuntimeError("no read access"))
    assert refusal_of(failed) == "CHAINCODE_PEER: no read access"


async def test_a_refusal_travels_with_its_code_and_without_an_event(peer: ScriptedPeer) -> None:
    refused = await peer.transact("refuse")
    assert refusal_of(refused) == "PROBE_NO: not today"
    assert not refused.HasField("chaincode_event")


async def test_an_unexpected_exception_is_named_by_its_type_only(
    peer: ScriptedPeer, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, "fairledger_chaincode"):
        assert refusal_of(await peer.transact("fail", "SECRET")) == "CHAINCODE_INTERNAL: fail failed with ValueError"
    assert "SECRET" not in caplog.text
    (record,) = [record for record in caplog.records if record.levelname == "ERROR"]
    assert vars(record)["exception"] == "ValueError"
    assert any("test_handler.py" in place for place in vars(record)["places"])
    assert record.exc_info is None


@pytest.mark.parametrize(
    ("call", "code"),
    [
        ((), "CHAINCODE_FUNCTION_UNKNOWN"),
        (("nothing",), "CHAINCODE_FUNCTION_UNKNOWN"),
        (("other:get", "k"), "CHAINCODE_FUNCTION_UNKNOWN"),
        ((b"\xff",), "CHAINCODE_FUNCTION_UNKNOWN"),
        (("get",), "CHAINCODE_ARGUMENTS"),
        (("get", "k", "extra"), "CHAINCODE_ARGUMENTS"),
        (("get", b"\xff"), "CHAINCODE_ARGUMENTS"),
        (("large", "{"), "CHAINCODE_ARGUMENTS"),
        (("large", '"1"'), "CHAINCODE_ARGUMENTS"),
        (("get", "k" * 1_001), "CHAINCODE_ARGUMENT_TOO_LARGE"),
        (("get", ""), "CHAINCODE_KEY"),
        (("get", "a\x00b"), "CHAINCODE_KEY"),
        (("write",), "CHAINCODE_READ_ONLY"),
        (("who",), "CHAINCODE_IDENTITY"),
        (("large", "4465"), "CHAINCODE_MESSAGE_TOO_LARGE"),
    ],
)
async def test_what_can_not_be_done_is_refused_at_once(
    peer: ScriptedPeer, call: tuple[str | bytes, ...], code: str
) -> None:
    refused = await peer.transact(*call)
    assert refusal_of(refused).partition(": ")[0] == code
    assert peer.nothing_said


async def test_a_result_up_to_the_limit_passes(peer: ScriptedPeer) -> None:
    assert result_of(await peer.transact("large", "4464")) == bytes(4464)


@pytest.mark.parametrize("payload", [b"\xff"])
async def test_a_call_that_can_not_be_read_is_refused(peer: ScriptedPeer, payload: bytes) -> None:
    message = transaction_message("tx", "get", "k")
    message.payload = payload
    peer.tell(message)
    assert refusal_of(await peer.next()).startswith("CHAINCODE_ARGUMENTS: ")


# the clock


@pytest.mark.parametrize("skew_s", [-120, -1, 0, 120])
async def test_a_proposal_of_about_now_passes(peer: ScriptedPeer, skew_s: float) -> None:
    at = NOW + timedelta(seconds=skew_s)
    assert result_of(await peer.transact("when", proposal=signed_proposal(at=at))) == at.isoformat().encode()


@pytest.mark.parametrize(
    "skew", [timedelta(seconds=121), timedelta(minutes=-5), timedelta(days=-2000), timedelta(days=9000)]
)
@pytest.mark.parametrize("function", ["when", "refuse"])
async def test_a_proposal_of_another_time_is_refused(peer: ScriptedPeer, skew: timedelta, function: str) -> None:
    refused = await peer.transact(function, proposal=signed_proposal(at=NOW + skew))
    assert refusal_of(refused).startswith("CHAINCODE_CLOCK: ")


async def test_a_proposal_without_a_time_is_refused(peer: ScriptedPeer) -> None:
    assert refusal_of(await peer.transact("when", proposal=signed_proposal(at=None))).startswith("CHAINCODE_CLOCK: ")


# the context


async def test_the_context_tells_of_the_call(peer: ScriptedPeer) -> None:
    proposal = signed_proposal(transient={"b": b"", "a": b""})
    summary = result_of(await peer.transact("summary", proposal=proposal))
    assert summary == b'["tx1","credit-channel","probe","summary","a","b"]'


async def test_the_caller_is_read_from_the_creator(peer: ScriptedPeer) -> None:
    certificate = issue(common_name("alice")).certificate_pem
    creator = SerializedIdentity(mspid="M", id_bytes=certificate).SerializeToString()
    caller = result_of(await peer.transact("who", proposal=signed_proposal(creator=creator)))
    assert caller == b"eDUwOTo6Q049YWxpY2U6OkNOPWFsaWNl"  # x509::CN=alice::CN=alice


# init


async def test_an_init_without_arguments_succeeds(peer: ScriptedPeer) -> None:
    assert result_of(await peer.transact(kind=ChaincodeMessage.INIT)) == b""


async def test_an_init_calls_a_function(peer: ScriptedPeer) -> None:
    assert result_of(await peer.transact("copy", "a", "b", kind=ChaincodeMessage.INIT)) == b"done"


async def test_an_init_that_is_refused_is_an_error(peer: ScriptedPeer) -> None:
    refused = await peer.transact("refuse", kind=ChaincodeMessage.INIT)
    assert (refused.type, refused.payload) == (ChaincodeMessage.ERROR, b"PROBE_NO: not today")


# bounds and endings


async def test_more_transactions_than_permitted_are_refused_and_the_others_go_on(peer: ScriptedPeer) -> None:
    for number in range(4):
        peer.tell(transaction_message(f"tx{number}", "get", "k"))
    said = [await peer.next() for _ in range(4)]
    (refused,) = [message for message in said if message.type == ChaincodeMessage.COMPLETED]
    assert refused.txid == "tx3"
    assert refusal_of(refused).startswith("CHAINCODE_BUSY: ")
    for request in said:
        if request is not refused:
            peer.tell(answer_to(request, b"v"))
    assert [result_of(await peer.next()) for _ in range(3)] == [b"v"] * 3
    assert result_of(await peer.transact("get", "k")) == b""


async def test_running_transactions_end_with_the_stream() -> None:
    peer = ScriptedPeer()
    await peer.attach(handler())
    peer.tell(transaction_message("tx", "get", "k"))
    await peer.next()
    await peer.close()
    assert peer.nothing_said


async def test_a_handler_that_stops_finishes_what_runs_and_takes_nothing_new() -> None:
    peer, serving = ScriptedPeer(), handler()
    await peer.attach(serving)
    peer.tell(transaction_message("tx", "get", "k"))
    request = await peer.next()
    stopping = asyncio.create_task(serving.stop())
    await asyncio.sleep(0)
    assert refusal_of(await peer.transact("get", "k")).startswith("CHAINCODE_STOPPING: ")
    peer.tell(answer_to(request, b"v"))
    assert result_of(await peer.next()) == b"v"
    await stopping
    late = ScriptedPeer()
    await late.attach(serving)
    assert refusal_of(await late.transact("get", "k")).startswith("CHAINCODE_STOPPING: ")
    await late.close()
    await peer.close()


async def test_a_handler_that_stops_does_not_wait_for_ever() -> None:
    peer, serving = ScriptedPeer(), handler()
    await peer.attach(serving)
    peer.tell(transaction_message("tx", "get", "k"))
    await peer.next()
    await asyncio.wait_for(serving.stop(), 20)
    await peer.close()


async def test_metadata_is_answered_under_its_conventional_name(peer: ScriptedPeer) -> None:
    metadata = response_of(await peer.transact("org.hyperledger.fabric:GetMetadata"))
    assert metadata.status == 200
    assert b'"name":"probe"' in metadata.payload
