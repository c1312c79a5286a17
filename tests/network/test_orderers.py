"""Orderers that go away: the leader under load, then the quorum, then one for good; and all come back."""

import asyncio
import secrets
import time
from collections.abc import Iterator

import pytest

from fairledger.gateway import Limits
from fairledger.gateway.errors import GatewayError
from fairledger_network.errors import NotReady
from fairledger_network.raft import ELECTION_DEADLINE_S, POLL_S, leader, wait_for_leader
from tests.network.ledger_load import Load, get, put, settled
from tests.network.running_consortium import RunningConsortium

IMPATIENT = Limits(submit_deadline_s=3, commit_status_deadline_s=3, submit_attempts_max=1)


@pytest.fixture
def whole(consortium: RunningConsortium) -> Iterator[RunningConsortium]:
    """The consortium; whatever the test did to it, everything runs afterwards."""
    yield consortium
    consortium.restore()


def wait_until_nobody_leads(consortium: RunningConsortium) -> None:
    """A leader that lost its followers notices after some heartbeats."""
    deadline = time.monotonic() + ELECTION_DEADLINE_S
    while leader(consortium) is not None:
        assert time.monotonic() < deadline, "an orderer leads without a quorum"
        time.sleep(POLL_S)


async def test_a_leader_lost_under_load_costs_no_acknowledged_commit(whole: RunningConsortium) -> None:
    first = await asyncio.to_thread(wait_for_leader, whole)

    async with Load(whole) as load:
        await load.wait_for(40)
        await asyncio.to_thread(whole.kill, first.name)
        second = await asyncio.to_thread(wait_for_leader, whole)
        await load.wait_for(40)
    await asyncio.to_thread(whole.start, first.name)
    await settled(whole)

    assert second.name != first.name
    assert await load.missing("PlatformB", "merchant") == []
    assert await load.missing("Association", "inspector") == []
    assert (await asyncio.to_thread(whole.verify)).sound


async def test_without_a_quorum_reads_go_on_and_writes_fail_and_with_it_writes_resume(whole: RunningConsortium) -> None:
    key = f"quorum-{secrets.token_hex(4)}"
    await put(whole, key, "before")
    lost = ("orderer0.PlatformA", "orderer0.Association")
    for orderer in lost:
        await asyncio.to_thread(whole.kill, orderer)

    with pytest.raises(GatewayError) as refused:
        await asyncio.wait_for(put(whole, key, "without a quorum", limits=IMPATIENT), timeout=60)
    assert refused.value.code.startswith("GATEWAY_")
    assert await get(whole, "Regulator", "regulator", key) == "before"
    await asyncio.to_thread(wait_until_nobody_leads, whole)

    for orderer in lost:
        await asyncio.to_thread(whole.start, orderer)
    await asyncio.to_thread(wait_for_leader, whole)
    await put(whole, key, "after")
    assert await get(whole, "Regulator", "regulator", key) == "after"
    assert (await asyncio.to_thread(whole.verify)).sound


@pytest.mark.parametrize("which", ["leader", "follower"])
async def test_an_orderer_that_lost_everything_is_healed_and_counts_again(whole: RunningConsortium, which: str) -> None:
    leads = await asyncio.to_thread(wait_for_leader, whole)
    orderers = [node.name for node in whole.of_kind("orderer")]
    healed = leads.name if which == "leader" else next(name for name in orderers if name != leads.name)
    await put(whole, "before the loss", which)

    await asyncio.to_thread(whole.heal, healed)

    await settled(whole)
    other = next(name for name in orderers if name != healed)
    await asyncio.to_thread(whole.kill, other)  # from here on, the healed one is needed for a quorum
    await asyncio.to_thread(wait_for_leader, whole)
    await put_with_two_orderers(whole, "counted", which)
    assert await get(whole, "Regulator", "regulator", "counted") == which


async def put_with_two_orderers(consortium: RunningConsortium, key: str, value: str) -> None:
    async with consortium.gateway("Regulator", "regulator") as gateway:
        await gateway.network("credit-channel").contract("probe", "calls").submit("put", key, value)


async def test_an_orderer_is_not_healed_while_another_is_away(whole: RunningConsortium) -> None:
    await asyncio.to_thread(whole.stop, "orderer0.Association")

    with pytest.raises(NotReady, match="can be healed only while 2 others run"):
        await asyncio.to_thread(whole.heal, "orderer0.Regulator")
    assert whole.runs(whole.node("orderer0.Regulator"))
