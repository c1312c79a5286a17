"""When answers are lost a transaction has exactly one effect, and conflicts are retried only if asked for."""

from typing import Any

import grpc
import pytest
from fabric_protos.gateway import gateway_pb2

from fairledger.gateway import ConflictRetry, Gateway, Limits
from fairledger.gateway.errors import CommitError, GatewayBusy, SubmitError, SubmitUnknown
from tests.unit.client.gateway.fake_peer import BUSY, GONE, FakePeer, Fault, profile_of
from tests.unit.client.gateway.people import person

ALICE, ALICE_SIGNER = person("alice")
CODES = grpc.StatusCode
LOST = Fault(CODES.DEADLINE_EXCEEDED, "submit timeout expired while broadcasting to ordering service")
UNSEEN = Fault(CODES.DEADLINE_EXCEEDED, "context deadline exceeded")
REFUSED = Fault(CODES.ABORTED, "received unsuccessful response from orderer: status=BAD_REQUEST")


def contract(gateway: Gateway) -> Any:
    return gateway.network("credit-channel").contract("credit", "escrow")


def connect(peer: FakePeer, limits: Limits) -> Gateway:
    return Gateway.connect(profile_of(peer.node), ALICE, ALICE_SIGNER, limits=limits)


def envelopes(peer: FakePeer) -> set[bytes]:
    return {request.prepared_transaction.SerializeToString() for request in peer.requests["submit"]}


async def test_when_the_answer_is_lost_the_commit_is_asked_for_before_anything_is_sent_again(
    peer: FakePeer, quick: Limits
) -> None:
    peer.then("submit", LOST)
    async with connect(peer, quick) as gateway:
        assert await contract(gateway).submit("pay") == b"done"
    assert len(peer.requests["endorse"]) == 1
    assert len(peer.requests["submit"]) == 1


@pytest.mark.parametrize("lost", [LOST, GONE])
async def test_when_it_is_not_committed_either_the_same_envelope_goes_out_again(
    peer: FakePeer, quick: Limits, lost: Fault
) -> None:
    peer.then("submit", lost)
    peer.then("commit_status", UNSEEN)
    async with connect(peer, quick) as gateway:
        assert await contract(gateway).submit("pay") == b"done"
    assert len(peer.requests["endorse"]) == 1
    assert len(peer.requests["submit"]) == 2
    assert len(envelopes(peer)) == 1


async def test_when_it_stays_open_the_caller_has_the_means_to_go_on(peer: FakePeer, quick: Limits) -> None:
    peer.then("submit", *[LOST] * quick.submit_attempts_max)
    peer.then("commit_status", *[UNSEEN] * quick.submit_attempts_max)
    async with connect(peer, quick) as gateway:
        with pytest.raises(SubmitUnknown) as unknown:
            await contract(gateway).submit("pay")
        assert len(peer.requests["submit"]) == quick.submit_attempts_max
        assert (unknown.value.code, unknown.value.tx_id) == ("GATEWAY_DEADLINE", unknown.value.transaction.tx_id)

        commit = await gateway.submit(unknown.value.transaction)
        assert (await gateway.commit_status(commit)).successful
        assert (await gateway.commit_status(unknown.value.commit)).tx_id == unknown.value.tx_id
    assert len(envelopes(peer)) == 1


async def test_a_refusal_after_a_lost_answer_proves_nothing(peer: FakePeer, quick: Limits) -> None:
    peer.then("submit", LOST, REFUSED, REFUSED)
    peer.then("commit_status", *[UNSEEN] * 3)
    async with connect(peer, quick) as gateway:
        with pytest.raises(SubmitUnknown):
            await contract(gateway).submit("pay")


async def test_a_refusal_by_one_peer_after_another_went_away_proves_nothing(peer: FakePeer, quick: Limits) -> None:
    async with FakePeer(name="peer1.PlatformA") as second:
        profile = profile_of(peer.node, second.node)
        async with Gateway.connect(profile, ALICE, ALICE_SIGNER, limits=quick) as gateway:
            transaction = await gateway.endorse(contract(gateway).new_proposal("pay"))
            first, other = (peer, second) if peer.requests["endorse"] else (second, peer)
            first.then("submit", GONE)
            other.then("submit", REFUSED)
            with pytest.raises(SubmitUnknown):
                await gateway.submit(transaction)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (REFUSED, SubmitError),
        (Fault(CODES.UNAVAILABLE, "no orderer nodes available"), SubmitError),
        (BUSY, GatewayBusy),
    ],
)
async def test_a_clear_refusal_is_not_sent_again(
    peer: FakePeer, quick: Limits, answer: Fault, error: type[Exception]
) -> None:
    peer.then("submit", *[answer] * quick.busy_attempts_max)
    async with connect(peer, quick) as gateway:
        with pytest.raises(error):
            await contract(gateway).submit("pay")
    assert peer.requests["commit_status"] == []


async def test_a_status_found_while_recovering_is_not_asked_for_twice(peer: FakePeer, quick: Limits) -> None:
    peer.then("submit", LOST)
    async with connect(peer, quick) as gateway:
        submitted = await contract(gateway).submit_async("pay")
        assert (await submitted.status()).successful
    assert len(peer.requests["commit_status"]) == 1


def conflict(code: int) -> Any:
    return gateway_pb2.CommitStatusResponse(result=code, block_number=4)


MVCC_READ_CONFLICT, PHANTOM_READ_CONFLICT, ENDORSEMENT_POLICY_FAILURE = 11, 12, 10


async def test_a_conflict_is_reported_unless_a_retry_is_asked_for(peer: FakePeer, quick: Limits) -> None:
    peer.then("commit_status", conflict(MVCC_READ_CONFLICT))
    async with connect(peer, quick) as gateway:
        with pytest.raises(CommitError) as refusal:
            await contract(gateway).submit("pay")
    assert refusal.value.validation_code == "MVCC_READ_CONFLICT"
    assert len(peer.requests["endorse"]) == 1


async def test_a_retry_is_endorsed_anew_as_another_transaction(peer: FakePeer, quick: Limits) -> None:
    peer.then("commit_status", conflict(MVCC_READ_CONFLICT), conflict(PHANTOM_READ_CONFLICT))
    async with connect(peer, quick) as gateway:
        assert await contract(gateway).submit("pay", retry=ConflictRetry(attempts_max=3)) == b"done"
    assert len({request.transaction_id for request in peer.requests["endorse"]}) == 3


async def test_a_retry_is_bounded(peer: FakePeer, quick: Limits) -> None:
    peer.then("commit_status", *[conflict(MVCC_READ_CONFLICT) for _ in range(3)])
    async with connect(peer, quick) as gateway:
        with pytest.raises(CommitError):
            await contract(gateway).submit("pay", retry=ConflictRetry(attempts_max=3))
    assert len(peer.requests["submit"]) == 3


async def test_only_conflicts_are_retried(peer: FakePeer, quick: Limits) -> None:
    peer.then("commit_status", conflict(ENDORSEMENT_POLICY_FAILURE))
    async with connect(peer, quick) as gateway:
        with pytest.raises(CommitError):
            await contract(gateway).submit("pay", retry=ConflictRetry(attempts_max=3))
    assert len(peer.requests["submit"]) == 1
