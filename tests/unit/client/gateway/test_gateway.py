"""Opening and closing a gateway, and each stage of a transaction, against a peer that answers as told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import grpc
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fabric_protos.gateway import gateway_pb2

from fairledger.gateway import ClientTls, Gateway, Limits
from fairledger.gateway.errors import (
    CommitError,
    CommitStatusError,
    EndorseError,
    EvaluateError,
    GatewayBusy,
    GatewayRefused,
    GatewayUnreachable,
    NodeDetail,
    SubmitError,
    SubmitUnknown,
)
from fairledger.gateway.transport import RECONNECT_BACKOFF_MS
from fairledger.profile import Node
from tests.unit.client.gateway.fake_peer import BUSY, GONE, FakePeer, Fault, profile_of
from tests.unit.client.gateway.people import key_pem, person, self_signed

ALICE, ALICE_SIGNER = person("alice")
DOWN = Node("peer1.PlatformA", "PlatformAMSP", "127.0.0.1:1", None)
CODES = grpc.StatusCode


def connect(*peers: FakePeer | Node, limits: Limits, **options: Any) -> Gateway:
    nodes = [peer.node if isinstance(peer, FakePeer) else peer for peer in peers]
    return Gateway.connect(profile_of(*nodes), ALICE, options.pop("signer", ALICE_SIGNER), limits=limits, **options)


def contract(gateway: Gateway) -> Any:
    return gateway.network("credit-channel").contract("credit", "trace")


async def test_opening_fails_with_what_each_peer_said(quick: Limits) -> None:
    with pytest.raises(GatewayUnreachable) as refusal:
        async with connect(DOWN, limits=quick):
            pytest.fail("opened without a peer")
    assert refusal.value.code == "GATEWAY_UNREACHABLE"
    (said,) = refusal.value.details
    assert (said.address, said.msp_id) == ("127.0.0.1:1", "PlatformAMSP")
    assert said.message.startswith("UNAVAILABLE: ")


async def test_opening_fails_when_the_peer_has_no_gateway_service(peer: FakePeer, quick: Limits) -> None:
    peer.then("probe", Fault(CODES.UNIMPLEMENTED, "unknown service gateway.Gateway"))
    with pytest.raises(GatewayUnreachable, match="unknown service"):
        async with connect(peer, limits=quick):
            pytest.fail("opened without a gateway service")


async def test_a_busy_peer_is_there(peer: FakePeer, quick: Limits) -> None:
    peer.then("probe", BUSY)
    async with connect(peer, limits=quick) as gateway:
        assert await contract(gateway).evaluate("event") == b"done"


async def test_one_peer_of_several_is_enough(peer: FakePeer, quick: Limits) -> None:
    async with connect(DOWN, peer, limits=quick) as gateway:
        assert await contract(gateway).evaluate("event") == b"done"


async def test_tls_checks_the_name_in_the_certificate(quick: Limits) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    root = self_signed("peer", key, host="peer0.platforma")
    fake = FakePeer()
    await fake.start(tls=(key_pem(key), root))
    named = Node("peer0", "PlatformAMSP", fake.endpoint, root, "peer0.platforma")
    other = Node("peer0", "PlatformAMSP", fake.endpoint, root, "elsewhere.platforma")
    try:
        async with connect(named, limits=quick) as gateway:
            assert await contract(gateway).evaluate("event") == b"done"
        with pytest.raises(GatewayUnreachable):
            async with connect(other, limits=quick):
                pytest.fail("accepted a certificate of another name")
    finally:
        await fake.stop()


async def test_a_peer_may_take_its_time_until_it_answers_the_handshake(quick: Limits) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    root = self_signed("peer", key, host="peer0.platforma")
    fake = FakePeer()
    await fake.start(tls=(key_pem(key), root))
    longer_s = RECONNECT_BACKOFF_MS[1] / 1_000 + 0.2
    try:
        async with slow_to_answer(fake.port, longer_s) as endpoint:
            slow = Node("peer0", "PlatformAMSP", endpoint, root, "peer0.platforma")
            async with connect(slow, limits=quick) as gateway:
                assert await contract(gateway).evaluate("event") == b"done"
    finally:
        await fake.stop()


@asynccontextmanager
async def slow_to_answer(port: int, seconds: float) -> AsyncIterator[str]:
    """The endpoint of a server that takes connections at once, and hands them on to ``port`` some time later."""

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
        writer.close()

    async def taken(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(seconds)
        onward, back = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(pump(reader, back), pump(onward, writer), return_exceptions=True)

    async with await asyncio.start_server(taken, "127.0.0.1", 0) as server:
        host, bound = server.sockets[0].getsockname()
        yield f"{host}:{bound}"


async def test_requests_are_bound_to_the_clients_tls_certificate(peer: FakePeer, quick: Limits) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    tls = ClientTls(self_signed("client", key), key_pem(key))
    async with connect(peer, limits=quick, client_tls=tls) as gateway:
        content = contract(gateway).new_proposal("event").content
    assert x509.load_pem_x509_certificate(tls.certificate_pem).fingerprint(SHA256()) in content
    assert "PRIVATE" not in repr(tls)


async def test_who_asks_for_a_commit_says_how_long_they_wait(peer: FakePeer, quick: Limits) -> None:
    async with connect(peer, limits=quick) as gateway:
        transaction = await gateway.endorse(contract(gateway).new_proposal("event"))
        commit = await gateway.submit(transaction)
        never = asyncio.Event()
        peer.then("commit_status", lambda _request: never.wait())
        with pytest.raises(CommitStatusError) as refusal:
            await gateway.commit_status(commit, deadline_s=0.2)
        assert refusal.value.code == "GATEWAY_DEADLINE"
        assert (await gateway.commit_status(commit)).successful


async def test_a_closed_gateway_says_so(peer: FakePeer, quick: Limits) -> None:
    async with connect(peer, limits=quick) as gateway:
        pass
    with pytest.raises(EvaluateError) as refusal:
        await contract(gateway).evaluate("event")
    assert refusal.value.code == "GATEWAY_CLOSED"


async def test_closing_ends_calls_under_way_as_failures_not_as_cancelled_tasks(peer: FakePeer, quick: Limits) -> None:
    peer.delay_s = 60.0
    gateway = connect(peer, limits=quick)
    call = asyncio.create_task(contract(gateway).evaluate("event"))
    await peer.asked.wait()
    await gateway.close()
    with pytest.raises(EvaluateError) as refusal:
        await call
    assert refusal.value.code == "GATEWAY_CLOSED"


async def test_cancelling_the_caller_cancels_the_call(peer: FakePeer, quick: Limits) -> None:
    async with connect(peer, limits=quick) as gateway:
        peer.delay_s = 60.0
        call = asyncio.create_task(contract(gateway).evaluate("event"))
        await peer.asked.wait()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call


async def test_a_query_names_its_function_and_gives_its_result(peer: FakePeer, quick: Limits) -> None:
    peer.result = b"\x00\xff"
    async with connect(peer, limits=quick) as gateway:
        assert await contract(gateway).evaluate("event", "e1") == b"\x00\xff"
        assert await gateway.network("credit-channel").contract("credit").evaluate("event") == b"\x00\xff"
    with_name, without = peer.requests["evaluate"]
    assert b"trace:event" in with_name.proposed_transaction.proposal_bytes
    assert b"trace:" not in without.proposed_transaction.proposal_bytes
    assert with_name.channel_id == "credit-channel"


async def test_a_query_that_the_chaincode_refuses_has_its_code_and_who_said_so(peer: FakePeer, quick: Limits) -> None:
    said = "chaincode response 500, TRACE_UNKNOWN: no such event"
    peer.then("evaluate", Fault(CODES.UNKNOWN, f"evaluate call failed: {said}", (("peer:1", "PlatformAMSP", said),)))
    async with connect(peer, limits=quick) as gateway:
        with pytest.raises(EvaluateError) as refusal:
            await contract(gateway).evaluate("event", "e1")
    assert refusal.value.code == "TRACE_UNKNOWN"
    assert refusal.value.message == "no such event"
    assert refusal.value.details == (NodeDetail("peer:1", "PlatformAMSP", said),)
    assert refusal.value.tx_id == peer.requests["evaluate"][0].transaction_id
    assert "peer:1 (PlatformAMSP)" in str(refusal.value)


async def test_a_transaction_is_endorsed_ordered_and_waited_for(peer: FakePeer, quick: Limits) -> None:
    async with connect(peer, limits=quick) as gateway:
        result = await contract(gateway).submit("capture", "doc", endorsing_organizations=["PlatformAMSP"])
    assert result == b"done"
    (endorse,), (submit,), (status,) = (peer.requests[name] for name in ("endorse", "submit", "commit_status"))
    assert list(endorse.endorsing_organizations) == ["PlatformAMSP"]
    assert endorse.transaction_id == submit.transaction_id
    assert gateway_pb2.CommitStatusRequest.FromString(status.request).transaction_id == submit.transaction_id


async def test_one_that_is_not_waited_for_tells_its_status_later(peer: FakePeer, quick: Limits) -> None:
    async with connect(peer, limits=quick) as gateway:
        submitted = await contract(gateway).submit_async("capture", "doc")
        assert peer.requests["commit_status"] == []
        status = await submitted.status()
    assert submitted.result == b"done"
    assert (status.tx_id, status.name, status.block_number) == (submitted.tx_id, "VALID", 7)


async def test_failed_committed_as_invalid_and_unknown_are_three_errors(peer: FakePeer, quick: Limits) -> None:
    async with connect(peer, limits=quick) as gateway:
        peer.then("submit", Fault(CODES.ABORTED, "received unsuccessful response from orderer: status=FORBIDDEN"))
        with pytest.raises(SubmitError) as failed:
            await contract(gateway).submit("capture")
        peer.then("commit_status", gateway_pb2.CommitStatusResponse(result=10, block_number=9))
        with pytest.raises(CommitError) as invalid:
            await contract(gateway).submit("capture")
        peer.then("commit_status", Fault(CODES.ABORTED, "ledger closed"))
        with pytest.raises(CommitStatusError) as unknown:
            await contract(gateway).submit("capture")
        assert (await gateway.commit_status(unknown.value.commit)).successful
    assert failed.value.code == "GATEWAY_REJECTED"
    assert (invalid.value.code, invalid.value.validation_code) == (
        "GATEWAY_COMMITTED_INVALID",
        "ENDORSEMENT_POLICY_FAILURE",
    )
    assert invalid.value.status.block_number == 9
    assert not isinstance(unknown.value, SubmitUnknown)


@pytest.mark.parametrize(
    ("stage", "error"),
    [
        ("evaluate", EvaluateError),
        ("endorse", EndorseError),
        ("submit", SubmitUnknown),
        ("commit_status", CommitStatusError),
    ],
)
async def test_each_stage_has_a_deadline(peer: FakePeer, stage: str, error: type[Exception]) -> None:
    async def sleep(_: object) -> None:
        await asyncio.sleep(60)

    peer.then(stage, *[sleep] * 2)
    if stage == "submit":
        peer.then("commit_status", *[sleep] * 2)
    short: dict[str, Any] = {f"{stage}_deadline_s": 0.2, "recovery_status_deadline_s": 0.2}
    limits = Limits(submit_attempts_max=2, **short)
    async with connect(peer, limits=limits) as gateway:
        with pytest.raises(error) as refusal:
            await (contract(gateway).evaluate("f") if stage == "evaluate" else contract(gateway).submit("f"))
    assert refusal.value.code == "GATEWAY_DEADLINE"  # type: ignore[attr-defined]


async def test_another_own_peer_takes_over_when_one_fails(peer: FakePeer, quick: Limits) -> None:
    async with FakePeer(name="peer1.PlatformA") as second, connect(peer, second, limits=quick) as gateway:
        asked = await first_asked(gateway, peer, second)
        other = second if asked is peer else peer
        for stage in ("evaluate", "endorse", "submit", "commit_status"):
            asked.then(stage, GONE)
        other.committed = asked.committed
        assert await contract(gateway).evaluate("event") == b"done"
        assert len(other.requests["evaluate"]) == 1
        assert await contract(gateway).submit("capture") == b"done"
        assert len(asked.requests["endorse"]) == 0  # who answered last is asked first


async def first_asked(gateway: Gateway, *peers: FakePeer) -> FakePeer:
    await contract(gateway).evaluate("event")
    (asked,) = (peer for peer in peers if peer.requests["evaluate"])
    asked.requests["evaluate"].clear()
    return asked


async def test_a_peer_that_is_too_busy_is_asked_again_later(peer: FakePeer, quick: Limits) -> None:
    async with connect(peer, limits=quick) as gateway:
        for stage in ("evaluate", "endorse", "submit", "commit_status"):
            peer.then(stage, BUSY, BUSY)
        assert await contract(gateway).evaluate("event") == b"done"
        assert await contract(gateway).submit("capture") == b"done"
        assert [len(peer.requests[stage]) for stage in ("evaluate", "endorse", "submit")] == [3, 3, 3]


@pytest.mark.parametrize("stage", ["evaluate", "endorse", "submit"])
async def test_a_peer_that_stays_busy_is_reported_as_busy(peer: FakePeer, quick: Limits, stage: str) -> None:
    peer.then(stage, *[BUSY] * quick.busy_attempts_max)
    async with connect(peer, limits=quick) as gateway:
        with pytest.raises(GatewayBusy) as refusal:
            await (contract(gateway).evaluate("f") if stage == "evaluate" else contract(gateway).submit("f"))
    assert refusal.value.code == "GATEWAY_BUSY"
    assert len(peer.requests[stage]) == quick.busy_attempts_max


BEHIND = Fault(
    CODES.ABORTED,
    "failed to collect enough transaction endorsements, see attached details for more info",
    (("127.0.0.1:7052", "AssociationMSP", "chaincode response 500, NOTE_UNKNOWN: no such note"),),
)


async def test_what_a_peer_refuses_that_is_behind_is_endorsed_when_it_is_not(peer: FakePeer, quick: Limits) -> None:
    peer.then("endorse", BEHIND, BEHIND)
    async with connect(peer, limits=quick) as gateway:
        assert await contract(gateway).submit("pay") == b"done"
    first, *again = peer.requests["endorse"]
    assert again == [first, first]


async def test_endorsers_that_stay_divided_are_asked_a_bounded_number_of_times(peer: FakePeer, quick: Limits) -> None:
    peer.then("endorse", *[BEHIND] * quick.divided_attempts_max)
    async with connect(peer, limits=quick) as gateway:
        with pytest.raises(EndorseError) as refusal:
            await contract(gateway).submit("pay")
    assert refusal.value.code == "NOTE_UNKNOWN"
    assert len(peer.requests["endorse"]) == quick.divided_attempts_max
    assert peer.requests["submit"] == []


async def test_what_all_refuse_is_asked_once(peer: FakePeer, quick: Limits) -> None:
    peer.then("endorse", Fault(BEHIND.code, "failed to endorse transaction, see attached details", BEHIND.details))
    async with connect(peer, limits=quick) as gateway:
        with pytest.raises(EndorseError, match="NOTE_UNKNOWN"):
            await contract(gateway).submit("pay")
    assert len(peer.requests["endorse"]) == 1


async def test_never_more_is_in_flight_than_the_bound(peer: FakePeer) -> None:
    peer.delay_s = 0.02  # long enough that seven are sent before one is answered
    async with connect(peer, limits=Limits(in_flight_max=7)) as gateway:
        calls = [contract(gateway).submit("capture") for _ in range(40)]
        calls += [contract(gateway).evaluate("event") for _ in range(40)]
        assert await asyncio.gather(*calls) == [b"done"] * 80
    assert peer.in_flight_most == 7


async def test_a_peer_that_restarts_while_a_commit_is_waited_for_is_asked_again(peer: FakePeer, quick: Limits) -> None:
    peer.then("commit_status", GONE, GONE)
    async with connect(peer, limits=quick) as gateway:
        assert await contract(gateway).submit("capture") == b"done"
    assert len(peer.requests["commit_status"]) == 3


async def test_a_transaction_that_was_swapped_on_the_way_is_not_submitted(peer: FakePeer, quick: Limits) -> None:
    async def swapped(_: object) -> Any:
        return gateway_pb2.EndorseResponse()

    peer.then("endorse", swapped)
    async with connect(peer, limits=quick) as gateway:
        with pytest.raises(EndorseError) as refusal:
            await contract(gateway).submit("pay")
    assert refusal.value.code == "GATEWAY_TRANSACTION_ALTERED"
    assert peer.requests["submit"] == []


async def test_without_a_key_nothing_leaves(peer: FakePeer, quick: Limits) -> None:
    async with connect(peer, limits=quick, signer=None) as gateway:
        with pytest.raises(GatewayRefused) as refusal:
            await contract(gateway).submit("pay")
    assert refusal.value.code == "GATEWAY_UNSIGNED"
    assert peer.requests["endorse"] == []
