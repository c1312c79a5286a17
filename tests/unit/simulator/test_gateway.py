"""Who is asked to endorse, and what happens when they do not agree."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from itertools import count

import pytest

from fairledger_chaincode import Context, Contract, transaction
from fairledger_chaincode.simulator import (
    Collection,
    EndorsementMismatch,
    LedgerSimulator,
    PolicyUnsatisfiable,
    Signer,
    SimulatedIdentity,
)
from fairledger_chaincode.simulator.gateway import check_agreement

A, B, C, D = ORGANIZATIONS = ("AMSP", "BMSP", "CMSP", "DMSP")
SECRETS = Collection("secrets", "OR('AMSP.member', 'DMSP.member')")


class Vault(Contract):
    """Public and private values."""

    name = "vault"

    @transaction
    async def put(self, ctx: Context, key: str) -> None:
        await ctx.stub.put_state(key, b"v")

    @transaction
    async def keep(self, ctx: Context, key: str) -> None:
        await ctx.stub.put_private_data("secrets", key, ctx.transient["value"])

    @transaction
    async def peek(self, ctx: Context, key: str) -> bytes:
        return await ctx.stub.get_private_data("secrets", key) or b""

    @transaction
    async def ignore(self, ctx: Context, key: str) -> None:
        await ctx.stub.put_state(key, ctx.transient.get("value", b"v"))


@pytest.fixture
async def make() -> AsyncIterator[Callable[..., LedgerSimulator]]:
    made: list[LedgerSimulator] = []

    def factory(policy: str, replicas: int = 1) -> LedgerSimulator:
        made.append(LedgerSimulator([Vault()], ORGANIZATIONS, policy=policy, collections=[SECRETS], replicas=replicas))
        return made[-1]

    yield factory
    for ledger in made:
        await ledger.close()


def alice(ledger: LedgerSimulator) -> SimulatedIdentity:
    return ledger.identity(A, "alice")


@pytest.mark.parametrize(
    ("policy", "endorsers"),
    [
        ("OR('AMSP.peer', 'BMSP.peer')", [A]),
        ("AND('AMSP.peer', 'CMSP.peer')", [A, C]),
        ("OutOf(2, 'AMSP.peer', 'BMSP.peer', 'CMSP.peer')", [A, B]),
        ("AND('BMSP.peer', OR('CMSP.peer', 'DMSP.peer'))", [A, B, C]),  # one's own peer is always asked first
    ],
)
async def test_as_few_are_asked_as_the_policy_needs(
    make: Callable[..., LedgerSimulator], policy: str, endorsers: list[str]
) -> None:
    ledger = make(policy)
    endorsed = await ledger.endorse(alice(ledger), "put", "k")

    assert [signer.msp_id for signer in endorsed.endorsers] == endorsers
    assert [one.validation_code for one in await ledger.commit([endorsed])] == ["VALID"]


async def test_transient_data_go_to_members_only(make: Callable[..., LedgerSimulator]) -> None:
    ledger = make("OutOf(2, 'AMSP.peer', 'BMSP.peer', 'CMSP.peer', 'DMSP.peer')")
    private = await ledger.endorse(alice(ledger), "keep", "k", transient={"value": b"v"})
    public = await ledger.endorse(alice(ledger), "ignore", "k", transient={"value": b"v"})

    assert [signer.msp_id for signer in private.endorsers] == [A, D]
    assert [signer.msp_id for signer in public.endorsers] == [A, B]


async def test_who_can_not_read_is_not_asked(make: Callable[..., LedgerSimulator]) -> None:
    ledger = make("OutOf(2, 'AMSP.peer', 'BMSP.peer', 'CMSP.peer', 'DMSP.peer')")
    endorsed = await ledger.endorse(alice(ledger), "peek", "k")

    assert [signer.msp_id for signer in endorsed.endorsers] == [A, D]


async def test_a_policy_that_members_alone_can_not_satisfy(make: Callable[..., LedgerSimulator]) -> None:
    ledger = make("AND('AMSP.peer', 'BMSP.peer')")

    with pytest.raises(
        PolicyUnsatisfiable, match=r"chaincode:chaincode; peers asked: peer0\.AMSP, peer0\.DMSP$"
    ) as failure:
        await ledger.endorse(alice(ledger), "peek", "k")
    assert failure.value.stage == "endorse"


async def test_further_replicas_are_of_the_organisations_that_endorse(make: Callable[..., LedgerSimulator]) -> None:
    ledger = make("AND('AMSP.peer', 'BMSP.peer')", replicas=5)
    endorsed = await ledger.endorse(alice(ledger), "put", "k")

    assert [signer.name for signer in endorsed.endorsers] == [
        "peer0.AMSP",
        "peer0.BMSP",
        "peer1.AMSP",
        "peer1.BMSP",
        "peer2.AMSP",
    ]


# Replicas that do not agree

REPLICAS = count()


class Moody(Contract):
    """Every replica is of another opinion: it numbers itself when it is made."""

    name = "moody"

    def __init__(self) -> None:
        self.mood = str(next(REPLICAS)).encode()

    @transaction
    async def differ(self, ctx: Context, how: str) -> bytes:  # noqa: C901 - one case for each way
        match how:
            case "payload":
                return self.mood
            case "write":
                await ctx.stub.put_state("k", self.mood)
            case "key":
                await ctx.stub.put_state(self.mood.decode(), b"v")
            case "delete":
                await ctx.stub.put_state("k", self.mood if int(self.mood) % 2 else b"")
            case "read":
                await ctx.stub.get_state(self.mood.decode())
            case "range":
                _ = [item async for item in ctx.stub.get_state_by_range(self.mood.decode(), "")]
            case "event":
                ctx.stub.set_event("mood", self.mood)
            case "no event" if int(self.mood) % 2:
                ctx.stub.set_event("mood", b"")
            case "namespace" if int(self.mood) % 2:
                await ctx.stub.put_private_data("secrets", "k", b"v")
            case "private":
                await ctx.stub.put_private_data("secrets", "k", self.mood)
            case "policy":
                await ctx.stub.set_state_validation_parameter("k", b"\x08" + bytes([int(self.mood) % 100]))
            case "long":
                return self.mood * 100
        return b""


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("payload", r"payload b'\d+' / b'\d+'"),
        ("write", r"write of 'k': b'\d+' / b'\d+'"),
        ("key", r"write of '\d+': b'v' / b'\(not written\)'"),
        ("delete", r"write of 'k': (deleted / b'\d+'|b'\d+' / deleted)"),
        ("read", r"read of '\d+' at None / not read"),
        ("range", "range reads in chaincode"),
        ("event", r"event 'mood' b'\d+' / 'mood' b'\d+'"),
        ("no event", r"event ('mood' b'' / none|none / 'mood' b'')"),
        ("namespace", "private data of collection secrets in chaincode"),
        ("private", "private data of collection secrets in chaincode"),
        ("policy", "metadata writes in chaincode"),
        ("long", r"payload b'[\d.]{63}' / b'[\d.]{63}'"),
    ],
)
async def test_a_mismatch_says_in_what(how: str, said: str) -> None:
    async with LedgerSimulator(lambda: [Moody()], [A], collections=[SECRETS]) as ledger:
        with pytest.raises(EndorsementMismatch, match=rf"^peer1.AMSP differs from peer0.AMSP: .*{said}") as mismatch:
            await ledger.endorse(alice(ledger), "differ", how)
        assert mismatch.value.differences[0] in str(mismatch.value)


async def test_a_mismatch_of_the_status() -> None:
    async with LedgerSimulator(lambda: [Moody()], [A], replicas=1) as ledger:
        first = (await ledger.endorse(alice(ledger), "differ", "nothing")).agreed
    other = replace(first, peer=Signer(A, "peer", "peer1.AMSP"), status=201, message="created")

    check_agreement([first, replace(first, peer=other.peer)])
    with pytest.raises(
        EndorsementMismatch, match=r"^peer1\.AMSP differs from peer0\.AMSP: response 200 '' / 201 'created'$"
    ):
        check_agreement([first, other])


async def test_one_replica_agrees_with_itself() -> None:
    async with LedgerSimulator(lambda: [Moody()], [A], replicas=1) as ledger:
        committed = await ledger.submit(alice(ledger), "differ", "payload")

    assert committed.result.isdigit()


async def test_contracts_given_as_objects_are_copied_for_each_replica() -> None:
    contract = Moody()
    async with LedgerSimulator([contract], [A], replicas=2) as ledger:
        committed = await ledger.submit(alice(ledger), "differ", "payload")

    assert committed.result == contract.mood  # a copy of the same number, so both agree
