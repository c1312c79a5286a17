"""The gateway client when nodes of the real consortium go away, stop or come back."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from fairledger.gateway import Contract, FileCheckpointer, Limits, Network, Position, transactions
from fairledger.gateway.errors import CommitError, EndorseError, GatewayError, SubmitUnknown
from tests.network.ledger_load import CHANNEL
from tests.network.running_consortium import RunningConsortium
from tests.network.test_gateway import history_length, verdicts
from tests.suite.ledger import CALLEE, PROBE

OWN_PEER = "peer0.PlatformA"
ORDERERS = ("orderer0.PlatformA", "orderer0.Association", "orderer0.Regulator")
LONG_MS = "20000"  # a transaction that is still in its middle when its server is killed


@pytest.fixture
def key() -> str:
    return f"faults-{secrets.token_hex(8)}"


@asynccontextmanager
async def restored(consortium: RunningConsortium) -> AsyncIterator[None]:
    try:
        yield
    finally:
        await asyncio.to_thread(consortium.restore)


async def killed(consortium: RunningConsortium, node: str) -> None:
    await asyncio.to_thread(consortium.kill, node)
    await asyncio.sleep(0.5)  # the kernel takes a moment to close all of its sockets


@contextmanager
def paused(consortium: RunningConsortium, *nodes: str) -> Iterator[Any]:
    """The nodes stand still until the function given is called: they take what is sent to them, and answer nothing."""
    processes = [consortium.supervisor.process(node) for node in nodes]
    assert None not in processes

    def resume() -> None:
        for process in processes:
            process.resume()  # type: ignore[union-attr]

    for process in processes:
        process.suspend()  # type: ignore[union-attr]
    try:
        yield resume
    finally:
        resume()


async def put_until_accepted(calls: Contract, key: str, value: str) -> None:
    """Write once the consortium takes writes again."""
    for _ in range(100):
        try:
            await calls.submit("put", key, value)
        except GatewayError:
            await asyncio.sleep(0.2)
        else:
            return
    pytest.fail("the consortium does not come back")


async def others_noticed_the_absence_of(network: Network, msp_id: str) -> None:
    for _ in range(200):
        if msp_id not in {peer.msp_id for peer in await network.discover_peers()}:
            return
        await asyncio.sleep(0.5)
    pytest.fail(f"the peer of {msp_id} is still believed to be there")


async def test_a_server_killed_in_mid_transaction_is_an_error_at_once_and_leaves_no_trace(
    consortium: RunningConsortium, calls: Contract, key: str
) -> None:
    limits = Limits(endorse_deadline_s=10.0)  # "at once" is long before this deadline, or the code would be another
    async with consortium.gateway("PlatformA", "producer", limits=limits) as gateway:
        contract = gateway.network(CHANNEL).contract(PROBE, "calls")
        under_way = asyncio.create_task(contract.submit("wait_then_put", key, "1", LONG_MS))
        await asyncio.sleep(1.0)
        async with restored(consortium):
            await killed(consortium, "probe.PlatformA")
            with pytest.raises(EndorseError) as refusal:
                await under_way
    assert refusal.value.code == "GATEWAY_CHAINCODE_UNAVAILABLE"
    assert refusal.value.missing_organizations == ("PlatformAMSP",)
    assert await calls.evaluate("get", key) == b""
    await calls.submit("put", key, "2")
    assert await calls.evaluate("get", key) == b"2"


async def test_it_is_said_whose_endorsement_is_missing(
    consortium: RunningConsortium, network: Network, key: str
) -> None:
    guarded = network.contract(CALLEE, "calls")
    async with restored(consortium):
        await killed(consortium, "peer0.Association")
        for _ in range(2):
            with pytest.raises(EndorseError, match="the endorsement of AssociationMSP can't be had") as refusal:
                await guarded.submit("put", key, "1")
            assert refusal.value.code == "GATEWAY_ENDORSEMENT_MISSING"
            assert refusal.value.missing_organizations == ("AssociationMSP",)
            await others_noticed_the_absence_of(network, "AssociationMSP")
    assert await guarded.evaluate("get", key) == b""


async def test_a_submission_that_times_out_has_exactly_one_effect(consortium: RunningConsortium, key: str) -> None:
    limits = Limits(submit_deadline_s=0.5, recovery_status_deadline_s=0.3, submit_attempts_max=60)
    async with consortium.gateway("PlatformA", "producer", limits=limits) as gateway:
        network = gateway.network(CHANNEL)
        calls = network.contract(PROBE, "calls")
        with paused(consortium, *ORDERERS) as resume:
            under_way = asyncio.create_task(calls.submit_async("put", key, "1"))
            await asyncio.sleep(2.0)  # at least one sending and one question go unanswered
            assert not under_way.done()
            resume()
            submitted = await under_way
        assert (await submitted.status()).successful
        await put_until_accepted(calls, f"{key}-after", "1")

        assert await verdicts(network, submitted.tx_id) == ["VALID"] + ["DUPLICATE_TXID"] * (
            len(await verdicts(network, submitted.tx_id)) - 1
        )
        assert await history_length(calls, key) == 1


async def test_what_stays_unknown_can_be_asked_for_and_sent_again_later(
    consortium: RunningConsortium, key: str
) -> None:
    limits = Limits(submit_deadline_s=0.3, recovery_status_deadline_s=0.2, submit_attempts_max=2)
    async with consortium.gateway("PlatformA", "producer", limits=limits) as gateway:
        calls = gateway.network(CHANNEL).contract(PROBE, "calls")
        with paused(consortium, *ORDERERS), pytest.raises(SubmitUnknown) as unknown:
            await calls.submit("put", key, "1")
        assert unknown.value.code == "GATEWAY_DEADLINE"
        assert unknown.value.tx_id == unknown.value.transaction.tx_id
    async with consortium.gateway("PlatformA", "producer") as gateway:
        calls = gateway.network(CHANNEL).contract(PROBE, "calls")
        await put_until_accepted(calls, f"{key}-after", "1")
        await gateway.submit(unknown.value.transaction)
        assert (await gateway.commit_status(unknown.value.commit)).successful
        assert await history_length(calls, key) == 1


async def test_transient_data_does_not_pass_an_own_peer_that_is_not_named(
    consortium: RunningConsortium, calls: Contract
) -> None:
    async with restored(consortium):
        await killed(consortium, OWN_PEER)  # whatever went through it would fail
        facts = await calls.evaluate("call_facts", transient={"seen": b"1"}, endorsing_organizations=["RegulatorMSP"])
    assert b'"transient":"seen"' in facts


async def test_blocks_go_on_without_gap_or_repeat_when_the_peer_is_killed_and_restarted(
    consortium: RunningConsortium, network: Network, calls: Contract, key: str
) -> None:
    numbers: list[int] = []
    found: dict[str, str] = {}

    async def follow() -> None:
        async with aclosing(network.block_events(0)) as blocks:
            async for block in blocks:
                numbers.append(block.header.number)
                found.update({one.tx_id: one.code_name for one in transactions(block)})

    following = asyncio.create_task(follow())
    before = await calls.submit_async("put", key, "before")
    await before.status()
    async with restored(consortium):
        await killed(consortium, OWN_PEER)
    async with consortium.gateway("Regulator", "regulator") as regulators:  # whose peer was there all along
        theirs = regulators.network(CHANNEL).contract(PROBE, "calls")
        await put_until_accepted(theirs, key, "meanwhile")
    after = await calls.submit_async("put", key, "after")
    await after.status()
    while after.tx_id not in found:
        assert not following.done()
        await asyncio.sleep(0.05)
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)

    assert numbers == list(range(len(numbers)))
    assert (found[before.tx_id], found[after.tx_id]) == ("VALID", "VALID")


async def test_chaincode_events_go_on_without_gap_or_repeat_across_restarts_of_peer_and_client(
    consortium: RunningConsortium, network: Network, calls: Contract, key: str, tmp_path: Path
) -> None:
    checkpoint = FileCheckpointer(tmp_path / "position.json")
    start_block = (await network.chain_info()).height
    stream = network.chaincode_events(PROBE, start_block, checkpoint=checkpoint)

    async def emit(number: int) -> None:
        await calls.submit("emit", f'["{key}"]', str(number))

    async def next_number() -> int:
        event = await anext(stream)
        assert (event.name, event.chaincode) == (key, PROBE)
        await checkpoint.checkpoint_transaction(event.block_number, event.tx_id)
        return int(event.payload)

    await asyncio.gather(emit(0), emit(1))  # most likely of one block
    first = {await next_number(), await next_number()}
    async with restored(consortium):
        await killed(consortium, OWN_PEER)
    await put_until_accepted(calls, key, "the peer is back")
    await emit(2)
    after_restart_of_peer = await next_number()
    await stream.aclose()
    await emit(3)
    async with consortium.gateway("PlatformA", "producer") as gateway:
        stream = gateway.network(CHANNEL).chaincode_events(PROBE, start_block, checkpoint=checkpoint)
        after_restart_of_client = await next_number()
        await stream.aclose()

    assert (first, after_restart_of_peer, after_restart_of_client) == ({0, 1}, 2, 3)
    assert isinstance(await checkpoint.position(), Position)


async def test_the_event_of_an_invalid_transaction_is_not_told(network: Network, key: str) -> None:
    guarded = network.contract(CALLEE, "calls")
    async with aclosing(network.chaincode_events(CALLEE, (await network.chain_info()).height)) as stream:
        with pytest.raises(CommitError):
            await guarded.submit(
                "emit", f'["{key}"]', "invalid", endorsing_organizations=["PlatformAMSP", "PlatformBMSP"]
            )
        await guarded.submit("emit", f'["{key}"]', "valid")
        assert (await anext(stream)).payload == b"valid"
