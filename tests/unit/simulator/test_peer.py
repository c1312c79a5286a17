"""What a peer refuses before it calls the chaincode, and what tests can make it do wrong."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from fairledger_chaincode import Context, Contract, transaction
from fairledger_chaincode.simulator import (
    CertificateAuthority,
    ChaincodeFailed,
    LedgerSimulator,
    PolicyUnsatisfiable,
    ProposalRefused,
    SimulatedIdentity,
)
from fairledger_chaincode.simulator.proposal import make_proposal

A, B = "AMSP", "BMSP"


class Shelf(Contract):
    """Reads, ranges and writes one key after the other, so that faults have where to strike."""

    name = "shelf"

    @transaction
    async def move(self, ctx: Context, key: str) -> str:
        old = await ctx.stub.get_state(key)
        found = [item.key async for item in ctx.stub.get_state_by_range("", "")]
        await ctx.stub.put_state(key, b"new")
        return f"{old!r} {found}"


@pytest.fixture
async def ledger() -> AsyncIterator[LedgerSimulator]:
    async with LedgerSimulator([Shelf()], (A, B), replicas=1) as ledger:
        yield ledger


@pytest.fixture
def alice(ledger: LedgerSimulator) -> SimulatedIdentity:
    return ledger.identity(A, "alice")


async def test_a_certificate_of_another_authority_is_no_identity(ledger: LedgerSimulator) -> None:
    for stranger in (CertificateAuthority(A).issue("alice"), CertificateAuthority("CMSP").issue("alice")):
        with pytest.raises(ProposalRefused, match=r"access denied: channel \[channel\] creator org") as refusal:
            await ledger.evaluate(stranger, "move", "k", organization=A)
        assert refusal.value.stage == "proposal"


async def test_an_expired_certificate_is_no_identity(ledger: LedgerSimulator, alice: SimulatedIdentity) -> None:
    ledger.clock.set(datetime.now(tz=UTC) + timedelta(days=400))

    with pytest.raises(ProposalRefused, match="access denied"):
        await ledger.evaluate(alice, "move", "k")


async def test_a_proposal_signed_by_somebody_else_is_refused(ledger: LedgerSimulator, alice: SimulatedIdentity) -> None:
    bob = ledger.identity(A, "bob")

    with pytest.raises(ProposalRefused, match="access denied"):
        await ledger.evaluate(replace(alice, private_key=bob.private_key), "move", "k")


async def test_a_proposal_is_for_this_channel(ledger: LedgerSimulator, alice: SimulatedIdentity) -> None:
    proposal = make_proposal(alice, "other", "chaincode", [b"move"], time=ledger.clock.now(), transient={})

    with pytest.raises(ProposalRefused, match="channel 'other' not found"):
        await ledger.peer(A).process(proposal, "evaluate")


async def test_a_transaction_id_follows_from_nonce_and_creator(
    ledger: LedgerSimulator, alice: SimulatedIdentity
) -> None:
    proposal = make_proposal(
        alice, "channel", "chaincode", [b"move"], time=ledger.clock.now(), transient={}, tx_id="mine"
    )

    with pytest.raises(ProposalRefused, match="incorrectly computed txid"):
        await ledger.peer(A).process(proposal, "evaluate")


async def test_a_committed_proposal_is_not_endorsed_again(ledger: LedgerSimulator, alice: SimulatedIdentity) -> None:
    proposal = make_proposal(alice, "channel", "chaincode", [b"move", b"k"], time=ledger.clock.now(), transient={})
    peer = ledger.peer(A)
    endorsement = await peer.process(proposal, "endorse")
    committed = await ledger.submit(alice, "move", "k")
    assert ledger.ledger.knows(committed.tx_id)
    ledger.ledger._tx_ids.add(proposal.tx_id)

    assert endorsement.payload == b"None []"
    with pytest.raises(ProposalRefused, match="duplicate transaction found"):
        await peer.process(proposal, "endorse")


async def test_a_chaincode_that_is_not_defined(ledger: LedgerSimulator, alice: SimulatedIdentity) -> None:
    with pytest.raises(ChaincodeFailed) as failure:
        await ledger.evaluate(alice, "move", "k", chaincode="nobody")

    assert failure.value.message == (
        "make sure the chaincode nobody has been successfully defined on channel channel and try again: "
        "chaincode nobody not found"
    )


# Faults


@pytest.mark.parametrize("kind", ["GET_STATE", "GET_STATE_BY_RANGE", "PUT_STATE"])
async def test_a_peers_error_fails_the_transaction_once(
    ledger: LedgerSimulator, alice: SimulatedIdentity, kind: str
) -> None:
    ledger.peer(A).faults.refuse_next(kind, "disk full")

    with pytest.raises(ChaincodeFailed) as failure:
        await ledger.submit(alice, "move", "k", organizations=[A])
    assert failure.value.code == "CHAINCODE_PEER"
    assert f"{kind} failed: transaction ID: " in failure.value.message
    assert failure.value.message.endswith("disk full")
    assert ledger.state("k") is None
    assert (await ledger.submit(alice, "move", "k")).result == b"None []"


@pytest.mark.parametrize("kind", ["GET_STATE", "GET_STATE_BY_RANGE", "PUT_STATE"])
async def test_a_stream_that_breaks_fails_what_runs_and_the_next_call_works(
    ledger: LedgerSimulator, alice: SimulatedIdentity, kind: str
) -> None:
    peer = ledger.peer(A)
    peer.faults.drop_at_next(kind)

    with pytest.raises(ChaincodeFailed, match="chaincode stream terminated"):
        await ledger.submit(alice, "move", "k", organizations=[A])
    assert ledger.state("k") is None
    assert await ledger.evaluate(alice, "move", "k") == b"None []"


async def test_a_stream_that_breaks_fails_all_that_run_on_it(ledger: LedgerSimulator, alice: SimulatedIdentity) -> None:
    await ledger.evaluate(alice, "move", "k")
    ledger.peer(A).faults.drop_at_next("PUT_STATE")
    calls = (ledger.evaluate(alice, "move", str(n)) for n in range(20))
    answers = await asyncio.gather(*calls, return_exceptions=True)

    assert [type(answer) for answer in answers] == [ChaincodeFailed] * 20


async def test_requests_are_counted(ledger: LedgerSimulator, alice: SimulatedIdentity) -> None:
    await ledger.evaluate(alice, "move", "k")

    connection = await ledger.peer(A).connection("chaincode")
    assert connection.requests == {"GET_STATE": 1, "GET_STATE_BY_RANGE": 1, "PUT_STATE": 1}
    assert connection.chaincode_id == "chaincode:simulated"


async def test_there_is_no_fault_for_what_is_no_request(ledger: LedgerSimulator) -> None:
    with pytest.raises(ValueError, match="GET_EVERYTHING"):
        ledger.peer(A).faults.refuse_next("GET_EVERYTHING", "no")


# Peers that are away


async def test_a_stopped_peer_answers_nothing(ledger: LedgerSimulator, alice: SimulatedIdentity) -> None:
    ledger.peer(A).is_running = False

    with pytest.raises(PolicyUnsatisfiable, match=r"no peers available of AMSP: peer0\.AMSP is stopped"):
        await ledger.evaluate(alice, "move", "k")
    assert await ledger.evaluate(alice, "move", "k", organization=B) == b"None []"


async def test_a_missing_peer_is_named_when_the_policy_needs_it(
    ledger: LedgerSimulator, alice: SimulatedIdentity
) -> None:
    ledger.peer(B).is_running = False

    with pytest.raises(PolicyUnsatisfiable, match=r"peers asked: peer0\.AMSP$"):
        await ledger.endorse(alice, "move", "k")
