"""The gateway client on the real consortium: queries, transactions, and what comes of them."""

import asyncio
import secrets
from datetime import UTC, datetime, timedelta

import pytest

from fairledger.gateway import (
    Commit,
    ConflictRetry,
    Contract,
    Gateway,
    Limits,
    Network,
    Proposal,
    Transaction,
    block_hash,
    transactions,
)
from fairledger.gateway.errors import CommitError, EndorseError, EvaluateError, GatewayRefused
from tests.network.ledger_load import CHANNEL
from tests.network.running_consortium import RunningConsortium
from tests.suite.ledger import CALLEE, PROBE, SHARED

IN_FLIGHT = 200
MSP_IDS = {"PlatformAMSP", "PlatformBMSP", "AssociationMSP", "RegulatorMSP"}


@pytest.fixture
def guarded(network: Network) -> Contract:
    """A contract whose every write the Association endorses."""
    return network.contract(CALLEE, "calls")


@pytest.fixture
def key() -> str:
    return f"gateway-{secrets.token_hex(8)}"


async def history_length(calls: Contract, key: str) -> int:
    return (await calls.evaluate("history", key)).count(b"tx_id")


async def verdicts(network: Network, tx_id: str) -> list[str]:
    """The validation codes of all transactions with that id, from the block that has the first on."""
    first = (await network.block_by_tx_id(tx_id)).header.number
    last = (await network.chain_info()).height - 1
    return [
        transaction.code_name
        async for block in network.block_events(first, stop_block=last)
        for transaction in transactions(block)
        if transaction.tx_id == tx_id
    ]


async def test_a_query_reads_what_a_transaction_wrote_byte_for_byte(calls: Contract, key: str) -> None:
    assert await calls.submit("put_then_get", key, b"\x00\xff") == b""
    assert await calls.evaluate("get", key) == b"\x00\xff"


async def test_the_contract_sees_who_signed(calls: Contract) -> None:
    caller = await calls.evaluate("caller")
    assert b'"msp_id":"PlatformAMSP"' in caller
    assert b'"role":"producer"' in caller


async def test_blocks_and_transactions_are_found_by_number_and_by_id(
    network: Network, calls: Contract, key: str
) -> None:
    submitted = await calls.submit_async("put", key, "1")
    status = await submitted.status()

    block = await network.block_by_number(status.block_number)
    assert await network.block_by_tx_id(submitted.tx_id) == block
    assert (submitted.tx_id, "VALID") in [(one.tx_id, one.code_name) for one in transactions(block)]
    processed = await network.transaction_by_id(submitted.tx_id)
    assert processed.transactionEnvelope.payload == submitted.transaction.payload
    assert processed.validationCode == status.code == 0
    info = await network.chain_info()
    assert info.height > status.block_number
    assert block_hash((await network.block_by_number(info.height - 1)).header) == info.current_block_hash


async def test_what_the_ledger_does_not_have_is_not_found(network: Network) -> None:
    height = (await network.chain_info()).height
    for call in (
        network.block_by_number(height + 1000),
        network.block_by_tx_id("none"),
        network.transaction_by_id("none"),
    ):
        with pytest.raises(EvaluateError) as refusal:
            await call
        assert refusal.value.code == "GATEWAY_NOT_FOUND"


async def test_discovery_says_who_is_up_and_whose_endorsement_is_needed(network: Network) -> None:
    peers = await network.discover_peers()
    assert {peer.msp_id for peer in peers} == MSP_IDS
    assert all(PROBE in peer.chaincodes for peer in peers)
    plan = await network.endorsement_plan(CALLEE)
    assert plan.always_needed == {"AssociationMSP"}
    assert {frozenset(layout) for layout in plan.layouts} == {
        frozenset({"AssociationMSP", other}) for other in MSP_IDS - {"AssociationMSP"}
    }
    assert (await network.endorsement_plan(PROBE, [SHARED.name])).layouts == ({"PlatformAMSP": 1}, {"RegulatorMSP": 1})


@pytest.mark.parametrize("stage", ["evaluate", "submit"])
async def test_an_unknown_chaincode_or_channel_is_told_as_such(gateway: Gateway, stage: str) -> None:
    for contract in (
        gateway.network(CHANNEL).contract("nothing"),
        gateway.network("no-channel").contract(PROBE),
    ):
        with pytest.raises((EvaluateError, EndorseError)) as refusal:
            await getattr(contract, stage)("get", "k")
        assert refusal.value.code == "GATEWAY_CHAINCODE_UNKNOWN"


async def test_two_hundred_in_flight_and_none_is_lost(consortium: RunningConsortium, key: str) -> None:
    async with consortium.gateway("PlatformA", "producer", limits=Limits(in_flight_max=IN_FLIGHT)) as gateway:
        calls = gateway.network(CHANNEL).contract(PROBE, "calls")
        keys = [f"{key}-{number}" for number in range(2 * IN_FLIGHT)]
        assert await asyncio.gather(*(calls.submit("put", one, one) for one in keys)) == [b""] * len(keys)
        read = await asyncio.gather(*(calls.evaluate("get", one) for one in keys))
    assert [value.decode() for value in read] == keys


async def test_a_refusal_has_the_chaincodes_code_and_names_the_node(calls: Contract) -> None:
    with pytest.raises(EndorseError) as refusal:
        await calls.submit("refuse", "NOTE_UNKNOWN")
    assert (refusal.value.code, refusal.value.message) == ("NOTE_UNKNOWN", "as asked")
    assert {detail.msp_id for detail in refusal.value.details} == {"PlatformAMSP"}
    assert len(refusal.value.tx_id) == 64


@pytest.mark.parametrize("off", [timedelta(days=-800), timedelta(minutes=-5), timedelta(minutes=5)])
async def test_a_proposal_of_another_time_is_refused(gateway: Gateway, calls: Contract, off: timedelta) -> None:
    proposal = calls.new_proposal("put", "k", "v", at=datetime.now(UTC) + off)
    with pytest.raises(EndorseError) as refusal:
        await gateway.endorse(proposal)
    assert refusal.value.code == "CHAINCODE_CLOCK"


async def test_endorsers_that_disagree_are_told_as_such(network: Network, key: str) -> None:
    with pytest.raises(EndorseError) as refusal:
        await network.contract(CALLEE, "misbehaviour").submit("chance", key)
    assert refusal.value.code == "GATEWAY_ENDORSERS_DISAGREE"
    assert "AssociationMSP computed another result" in refusal.value.message


async def test_endorsers_that_soon_agree_are_asked_again(network: Network, calls: Contract, key: str) -> None:
    """As when one does not have a block yet that the others have."""
    organizations = ["PlatformAMSP", "AssociationMSP"]
    await network.contract(PROBE, "misbehaviour").submit("unsettled", key, endorsing_organizations=organizations)
    assert await calls.evaluate("get", key) == b"settled"


async def test_the_same_envelope_twice_has_one_effect(
    gateway: Gateway, network: Network, calls: Contract, key: str
) -> None:
    endorsed = await gateway.endorse(calls.new_proposal("put", key, "1"))
    commits = [await gateway.submit(endorsed), await gateway.submit(endorsed)]
    assert [(await gateway.commit_status(commit)).name for commit in commits] == ["VALID", "VALID"]
    await calls.submit("put", f"{key}-after", "1")  # whatever was sent before is ordered by now

    assert await verdicts(network, endorsed.tx_id) == ["VALID", "DUPLICATE_TXID"]
    assert await history_length(calls, key) == 1


async def test_endorsements_of_the_wrong_organisations_are_committed_as_invalid(guarded: Contract, key: str) -> None:
    with pytest.raises(CommitError) as refusal:
        await guarded.submit("put", key, "1", endorsing_organizations=["PlatformAMSP", "PlatformBMSP"])
    assert refusal.value.validation_code == "ENDORSEMENT_POLICY_FAILURE"
    assert refusal.value.status.block_number > 0
    assert await guarded.evaluate("get", key) == b""


async def test_the_organisations_that_are_named_are_those_that_endorse(
    gateway: Gateway, guarded: Contract, key: str
) -> None:
    named = ["AssociationMSP", "RegulatorMSP"]
    endorsed = await gateway.endorse(guarded.new_proposal("put", key, "1", endorsing_organizations=named))
    assert sorted(endorsed.endorsed_by) == named


async def test_of_two_that_read_the_same_one_conflicts(gateway: Gateway, calls: Contract, key: str) -> None:
    await calls.submit("put", key, "note")
    endorsed = [await gateway.endorse(calls.new_proposal("move", key, f"{key}-{to}")) for to in ("a", "b")]
    commits = [await gateway.submit(transaction) for transaction in endorsed]
    names = sorted([(await gateway.commit_status(commit)).name for commit in commits])
    assert names == ["MVCC_READ_CONFLICT", "VALID"]


async def test_conflicts_are_reported_and_with_a_retry_all_get_through(calls: Contract, key: str) -> None:
    await calls.submit("put", key, "note")
    targets = [f"{key}-{number}" for number in range(8)]
    retry = ConflictRetry(attempts_max=12)
    await asyncio.gather(*(calls.submit("move", key, target, retry=retry) for target in targets))

    values = sorted(await asyncio.gather(*(calls.evaluate("get", target) for target in targets)))
    assert values == [b""] * 7 + [b"note"]


async def test_a_deadline_that_passes_is_the_stages_error(consortium: RunningConsortium, key: str) -> None:
    limits = Limits(evaluate_deadline_s=0.3, endorse_deadline_s=0.3)
    async with consortium.gateway("PlatformA", "producer", limits=limits) as gateway:
        calls = gateway.network(CHANNEL).contract(PROBE, "calls")
        for call in (
            calls.evaluate("wait_then_put", key, "1", "3000"),
            calls.submit("wait_then_put", key, "1", "3000"),
        ):
            with pytest.raises((EvaluateError, EndorseError)) as refusal:
                await call
            assert refusal.value.code == "GATEWAY_DEADLINE"
            assert refusal.value.tx_id


async def test_three_digests_out_three_signatures_in(consortium: RunningConsortium, key: str) -> None:
    entry = consortium.wallet("PlatformA").get("processor")  # the key is here, the gateway has none
    profile = consortium.profile("PlatformA")
    async with Gateway.connect(profile, entry.identity, None) as gateway:
        calls = gateway.network(CHANNEL).contract(PROBE, "calls")

        sent = calls.new_proposal("put", key, "1").to_bytes()
        proposal = Proposal.from_bytes(sent)
        sent = proposal.with_signature(entry.signer.sign(proposal.digest)).to_bytes()

        sent = (await gateway.endorse(Proposal.from_bytes(sent))).to_bytes()
        transaction = Transaction.from_bytes(sent)
        sent = transaction.with_signature(entry.signer.sign(transaction.digest)).to_bytes()

        sent = (await gateway.submit(Transaction.from_bytes(sent))).to_bytes()
        commit = Commit.from_bytes(sent)
        sent = commit.with_signature(entry.signer.sign(commit.digest)).to_bytes()

        status = await gateway.commit_status(Commit.from_bytes(sent))

        question = calls.new_proposal("get", key)
        value = await gateway.evaluate(question.with_signature(entry.signer.sign(question.digest)))
    assert (status.tx_id, status.name) == (proposal.tx_id, "VALID")
    assert value == b"1"


async def test_a_signature_by_another_key_is_refused(consortium: RunningConsortium, gateway: Gateway) -> None:
    other = consortium.wallet("PlatformA").get("processor")
    proposal = gateway.network(CHANNEL).contract(PROBE, "calls").new_proposal("put", "k", "v")
    with pytest.raises(EndorseError) as refusal:
        await gateway.endorse(proposal.with_signature(other.signer.sign(proposal.digest)))
    assert refusal.value.code == "GATEWAY_DENIED"


async def test_transient_data_reaches_the_collections_members(
    consortium: RunningConsortium, calls: Contract, key: str
) -> None:
    await calls.submit(
        "put_private", SHARED.name, key, transient={"value": b"12 yuan"}, endorsing_organizations=["PlatformAMSP"]
    )
    assert await calls.evaluate("get_private", SHARED.name, key) == b"12 yuan"
    async with consortium.gateway("Regulator", "regulator") as regulators:
        theirs = regulators.network(CHANNEL).contract(PROBE, "calls")
        assert await theirs.evaluate("get_private", SHARED.name, key) == b"12 yuan"


async def test_transient_data_without_organisations_is_refused(calls: Contract, key: str) -> None:
    for call in (calls.evaluate, calls.submit):
        with pytest.raises(GatewayRefused) as refusal:
            await call("put_private", SHARED.name, key, transient={"value": b"12 yuan"})
        assert refusal.value.code == "GATEWAY_TRANSIENT_WITHOUT_ORGANIZATIONS"
