"""The simulated channel as a test of contracts uses it; what it shares with real peers is in test_semantics.py."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from fabric_protos.common.policies_pb2 import SignaturePolicyEnvelope

from fairledger_chaincode import Context, Contract, query, transaction
from fairledger_chaincode.simulator import (
    ChaincodeEvent,
    ChaincodeFailed,
    ChannelHalted,
    Collection,
    CommitInvalid,
    LedgerSimulator,
    PolicyMalformed,
    ProposalRefused,
    SimulatedIdentity,
)
from fairledger_chaincode.simulator.store import VersionedValue
from fairledger_chaincode.simulator.version import Version

A, B = "AMSP", "BMSP"
COLLECTIONS = [
    Collection("kept", "OR('AMSP.member')", endorsement_policy="OR('AMSP.peer')"),
    Collection("brief", "OR('AMSP.member')", endorsement_policy="OR('AMSP.peer')", block_to_live=1),
]


class Book(Contract):
    """A little of all."""

    name = "book"

    @transaction
    async def write(self, ctx: Context, key: str, value: str) -> None:
        await ctx.stub.put_state(key, value.encode())
        ctx.stub.set_event("written", key.encode())

    @query
    async def time(self, ctx: Context) -> str:
        return ctx.time.isoformat()

    @query
    async def call(self, ctx: Context, chaincode: str, channel: str) -> bytes:
        return await ctx.stub.invoke_chaincode(chaincode, ["time"], channel)

    @transaction
    async def keep(self, ctx: Context, collection: str, key: str) -> None:
        await ctx.stub.put_private_data(collection, key, ctx.transient["value"])

    @transaction
    async def delete(self, ctx: Context, collection: str, key: str) -> None:
        await ctx.stub.delete_private_data(collection, key)

    @transaction
    async def purge(self, ctx: Context, collection: str, key: str) -> None:
        await ctx.stub.purge_private_data(collection, key)

    @query
    async def look(self, ctx: Context, collection: str, key: str) -> bytes:
        return await ctx.stub.get_private_data(collection, key) or b""


@pytest.fixture
async def ledger() -> AsyncIterator[LedgerSimulator]:
    async with LedgerSimulator([Book()], (A, B), collections=COLLECTIONS) as ledger:
        yield ledger


@pytest.fixture
def alice(ledger: LedgerSimulator) -> SimulatedIdentity:
    return ledger.identity(A, "alice")


async def test_blocks_are_numbered_from_the_configuration_on(ledger: LedgerSimulator, alice: SimulatedIdentity) -> None:
    first = await ledger.submit(alice, "write", "k", "1")
    both = await ledger.commit([await ledger.endorse(alice, "write", key, "2") for key in ("k", "l")])

    assert (first.block_number, first.position) == (1, 0)
    assert [(one.block_number, one.position) for one in both] == [(2, 0), (2, 1)]
    assert [(block.number, len(block.transactions)) for block in ledger.blocks] == [(0, 0), (1, 1), (2, 2)]
    assert ledger.blocks[2].transactions == tuple(both)


async def test_what_was_committed_can_be_looked_up(ledger: LedgerSimulator, alice: SimulatedIdentity) -> None:
    await ledger.submit(alice, "write", "k", "1")

    assert ledger.state("k") == b"1"
    assert ledger.state("l") is None
    assert ledger.ledger.world.dump() == {"chaincode": {"k": VersionedValue(b"1", Version(1, 0))}}


async def test_submit_raises_for_what_is_invalid_in_its_block(
    ledger: LedgerSimulator, alice: SimulatedIdentity
) -> None:
    with pytest.raises(CommitInvalid) as invalid:
        await ledger.submit(alice, "write", "k", "1", organizations=[A])

    assert (invalid.value.code, invalid.value.block_number) == ("ENDORSEMENT_POLICY_FAILURE", 1)
    assert ledger.blocks[1].transactions[0].tx_id == invalid.value.tx_id
    assert ledger.events == ()


async def test_most_organisations_endorse_when_no_policy_is_given(
    ledger: LedgerSimulator, alice: SimulatedIdentity
) -> None:
    endorsed = await ledger.endorse(alice, "write", "k", "1")

    assert [signer.msp_id for signer in endorsed.endorsers] == [A, B]


async def test_events_so_far(ledger: LedgerSimulator, alice: SimulatedIdentity) -> None:
    one = await ledger.submit(alice, "write", "k", "1")
    two = await ledger.submit(alice, "write", "l", "2")

    assert ledger.events == (
        ChaincodeEvent(1, one.tx_id, "chaincode", "written", b"k"),
        ChaincodeEvent(2, two.tx_id, "chaincode", "written", b"l"),
    )
    assert one.events == ledger.events[:1]


async def test_an_event_stream_replays_and_waits(ledger: LedgerSimulator, alice: SimulatedIdentity) -> None:
    for key in "abc":
        await ledger.submit(alice, "write", key, "1")
    events = ledger.chaincode_events(start_block=2)
    replayed = [(await anext(events)).payload for _ in range(2)]
    waiting = asyncio.ensure_future(anext(events))
    await asyncio.sleep(0)
    waited = not waiting.done()
    await ledger.submit(alice, "write", "d", "1")

    assert replayed == [b"b", b"c"]
    assert waited
    assert (await waiting).payload == b"d"


# Time


async def test_a_proposal_is_dated_by_the_clock(ledger: LedgerSimulator, alice: SimulatedIdentity) -> None:
    noon = ledger.clock.now().replace(hour=12, minute=0, second=0, microsecond=0)
    ledger.clock.set(noon)

    assert await ledger.evaluate(alice, "time") == noon.isoformat().encode()


@pytest.mark.parametrize(("off_s", "accepted"), [(119, True), (-119, True), (121, False), (-121, False)])
async def test_a_proposal_far_off_the_endorsers_clock_is_refused(
    ledger: LedgerSimulator, alice: SimulatedIdentity, off_s: int, accepted: bool
) -> None:
    ledger.clock.set(ledger.clock.now())
    moment = ledger.clock.now() + timedelta(seconds=off_s)

    if accepted:
        assert await ledger.evaluate(alice, "time", at=moment) == moment.isoformat().encode()
    else:
        with pytest.raises(ChaincodeFailed) as refusal:
            await ledger.evaluate(alice, "time", at=moment)
        assert refusal.value.code == "CHAINCODE_CLOCK"


# Private data on disk


async def keep(ledger: LedgerSimulator, alice: SimulatedIdentity, collection: str, *values: bytes) -> None:
    for value in values:
        await ledger.submit(alice, "keep", collection, "k", transient={"value": value})


async def test_members_keep_every_copy_others_none(ledger: LedgerSimulator, alice: SimulatedIdentity) -> None:
    await keep(ledger, alice, "kept", b"1", b"2")

    assert ledger.private_copies(A, "kept", "k") == [b"1", b"2"]
    assert ledger.private_copies(B, "kept", "k") == []


async def test_a_delete_leaves_copies_and_a_purge_does_not(ledger: LedgerSimulator, alice: SimulatedIdentity) -> None:
    await keep(ledger, alice, "kept", b"1", b"2")
    await ledger.submit(alice, "delete", "kept", "k")
    after_delete = ledger.private_copies(A, "kept", "k")
    await ledger.submit(alice, "purge", "kept", "k")
    after_purge = ledger.private_copies(A, "kept", "k")
    await keep(ledger, alice, "kept", b"3")

    assert after_delete == [b"1", b"2"]
    assert after_purge == []
    assert ledger.private_copies(A, "kept", "k") == [b"3"]


async def test_a_purge_erases_the_current_value(ledger: LedgerSimulator, alice: SimulatedIdentity) -> None:
    await keep(ledger, alice, "kept", b"1")
    await ledger.submit(alice, "purge", "kept", "k")

    assert ledger.private_copies(A, "kept", "k") == []
    assert await ledger.evaluate(alice, "look", "kept", "k") == b""


async def test_what_is_written_in_the_block_of_a_purge_stays(ledger: LedgerSimulator, alice: SimulatedIdentity) -> None:
    await keep(ledger, alice, "kept", b"1")
    purge = await ledger.endorse(alice, "purge", "kept", "k")
    again = await ledger.endorse(alice, "keep", "kept", "k", transient={"value": b"2"})
    codes = [one.validation_code for one in await ledger.commit([purge, again])]

    assert codes == ["VALID", "VALID"]
    assert ledger.private_copies(A, "kept", "k") == [b"2"]
    assert await ledger.evaluate(alice, "look", "kept", "k") == b"2"


async def test_the_end_of_its_life_erases_a_value_and_leaves_newer_ones(
    ledger: LedgerSimulator, alice: SimulatedIdentity
) -> None:
    await keep(ledger, alice, "brief", b"1", b"2")
    await ledger.submit(alice, "write", "x", "1")
    after_first = ledger.private_copies(A, "brief", "k")
    await ledger.submit(alice, "write", "x", "2")

    assert after_first == [b"2"]
    assert ledger.private_copies(A, "brief", "k") == []
    assert ledger.ledger.world.hashed("chaincode", "brief").version(b"") is None
    assert len(ledger.ledger.world.hashed("chaincode", "brief")) == 0


# Other chaincodes, other policies


async def test_another_chaincode_is_called_by_its_name(ledger: LedgerSimulator, alice: SimulatedIdentity) -> None:
    ledger.add_chaincode("other", [Book()], policy="OR('AMSP.peer')")
    await ledger.submit(alice, "write", "k", "theirs", chaincode="other", organizations=[A])

    assert ledger.state("k") is None
    assert ledger.state("k", "other") == b"theirs"


async def test_only_this_channels_chaincodes_can_be_invoked(ledger: LedgerSimulator, alice: SimulatedIdentity) -> None:
    ledger.add_chaincode("other", [Book()])
    ledger.clock.set(ledger.clock.now())

    assert await ledger.evaluate(alice, "call", "other", "channel") == ledger.clock.now().isoformat().encode()
    with pytest.raises(ChaincodeFailed, match="failed to find ledger for channel: elsewhere"):
        await ledger.evaluate(alice, "call", "other", "elsewhere")


async def test_an_authority_issues_unusual_certificates(ledger: LedgerSimulator) -> None:
    late = ledger.authority(A).issue("late", not_before=ledger.clock.now() + timedelta(hours=1))
    with pytest.raises(ProposalRefused, match="access denied"):
        await ledger.evaluate(late, "time")
    ledger.clock.advance(timedelta(hours=2))

    assert await ledger.evaluate(late, "time") == ledger.clock.now().isoformat().encode()


def test_a_policy_without_sense_is_refused_at_once() -> None:
    with pytest.raises(PolicyMalformed):
        LedgerSimulator([Book()], policy="AND(")
    with pytest.raises(PolicyMalformed):
        LedgerSimulator([Book()], collections=[Collection("c", "nobody")])


async def test_a_keys_policy_that_can_not_be_read_would_stop_the_channel(
    ledger: LedgerSimulator, alice: SimulatedIdentity
) -> None:
    await ledger.submit(alice, "write", "k", "1")
    store = ledger.ledger.world.public("chaincode")
    store.put("k", VersionedValue(b"1", Version(1, 0), {"VALIDATION_PARAMETER": b"\xff"}))
    endorsed = await ledger.endorse(alice, "write", "k", "2", organizations=[A, B])

    with pytest.raises(ChannelHalted, match="a key of chaincode has an endorsement policy that can't be read"):
        await ledger.commit([endorsed])
    assert ledger.ledger.height == 2


async def test_an_empty_key_policy_is_none(ledger: LedgerSimulator, alice: SimulatedIdentity) -> None:
    await ledger.submit(alice, "write", "k", "1")
    empty = SignaturePolicyEnvelope().SerializeToString()
    store = ledger.ledger.world.public("chaincode")
    store.put("k", VersionedValue(b"1", Version(1, 0), {"VALIDATION_PARAMETER": empty}))

    assert (await ledger.submit(alice, "write", "k", "2")).validation_code == "VALID"


async def test_simulations_and_commits_do_not_mix() -> None:
    """Each transaction sees one state from its start to its end, and all of them end."""

    class Twice(Contract):
        name = "twice"

        @transaction
        async def bump(self, ctx: Context) -> str:
            before = await ctx.stub.get_state("k") or b"0"
            await asyncio.sleep(0)
            again = await ctx.stub.get_state("k") or b"0"
            await ctx.stub.put_state("k", str(int(before) + 1).encode())
            return f"{before!r} {again!r}"

    async with LedgerSimulator([Twice()], [A]) as ledger:
        alice = ledger.identity(A, "alice")

        async def one() -> tuple[str, bytes]:
            endorsed = await ledger.endorse(alice, "bump")
            (committed,) = await ledger.commit([endorsed])
            return committed.validation_code, committed.result

        outcomes = await asyncio.gather(*(one() for _ in range(40)))
        valid = [code for code, _ in outcomes].count("VALID")

        assert {code for code, _ in outcomes} <= {"VALID", "MVCC_READ_CONFLICT"}
        assert all(result.split()[0] == result.split()[1] for _, result in outcomes)
        assert valid >= 1
        assert ledger.state("k") == str(valid).encode()
        assert ledger.ledger.height == 41
