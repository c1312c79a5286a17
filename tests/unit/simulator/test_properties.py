"""Whatever is committed, it is as if the valid transactions had run one after the other, and it replays."""

from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Literal

from hypothesis import given, settings
from hypothesis import strategies as st

from fairledger_chaincode import Context, Contract, transaction
from fairledger_chaincode.simulator import Endorsed, LedgerSimulator, Signer
from fairledger_chaincode.simulator.definition import ChaincodeDefinition, Definitions
from fairledger_chaincode.simulator.ledger import Ledger
from fairledger_chaincode.simulator.policy import parse_policy

ORGANIZATION = "AMSP"
KEYS = "abcd"
Step = tuple[Literal["get", "put", "delete", "range"], str, str]
Program = list[Step]

steps = st.one_of(
    st.tuples(st.sampled_from(["get", "put", "delete"]), st.sampled_from(KEYS), st.just("")),
    st.tuples(st.just("range"), st.sampled_from(["", *KEYS]), st.sampled_from(["", *KEYS])),
)
histories = st.lists(st.lists(st.lists(steps, min_size=1, max_size=5), min_size=1, max_size=4), max_size=5)


def digest(seen: list[str]) -> str:
    return sha256("|".join(seen).encode()).hexdigest()[:12]


class Programs(Contract):
    """Runs a program; what it writes depends on all that it read."""

    name = "programs"

    @transaction
    async def run(self, ctx: Context, program: list[tuple[str, str, str]]) -> str:
        seen: list[str] = []
        for kind, key, end in program:
            match kind:
                case "get":
                    seen.append(repr(await ctx.stub.get_state(key)))
                case "range":
                    seen += [f"{item.key}={item.value!r}" async for item in ctx.stub.get_state_by_range(key, end)]
                case "put":
                    await ctx.stub.put_state(key, digest(seen).encode())
                case _:
                    await ctx.stub.delete_state(key)
        return digest(seen)


def run_serially(program: Program, state: dict[str, bytes]) -> str:
    """Do the same on a dictionary: reads see the state before, writes take effect at the end."""
    seen: list[str] = []
    writes: dict[str, bytes | None] = {}
    for kind, key, end in program:
        match kind:
            case "get":
                seen.append(repr(state.get(key)))
            case "range":
                inside = [k for k in sorted(state) if k >= key and (not end or k < end)]
                seen += [f"{k}={state[k]!r}" for k in inside]
            case "put":
                writes[key] = digest(seen).encode()
            case _:
                writes[key] = None
    for key, value in writes.items():
        if value is None:
            state.pop(key, None)
        else:
            state[key] = value
    return digest(seen)


def program_argument(program: Program) -> str:
    return "[" + ",".join(f'["{kind}","{key}","{end}"]' for kind, key, end in program) + "]"


def on_a_fresh_ledger(history: list[list[Endorsed]], chaincode: str = "chaincode") -> Ledger:
    """Commit endorsed transactions, block by block, to a ledger that has nothing yet."""
    definition = ChaincodeDefinition(chaincode, parse_policy(f"OR('{ORGANIZATION}.peer')"))
    ledger = Ledger(Definitions([definition]), {ORGANIZATION: Signer(ORGANIZATION, "peer", "peer0")})
    for block in history:
        ledger.commit(block)
    return ledger


async def run(history: list[list[Program]], check: Callable[[LedgerSimulator, list[list[Endorsed]]], None]) -> None:
    """Endorse each block's programs on the same state, commit them together, and check what came of it."""
    async with LedgerSimulator([Programs()], [ORGANIZATION], replicas=1) as ledger:
        alice = ledger.identity(ORGANIZATION, "alice")
        committed: list[list[Endorsed]] = []
        for block in history:
            committed.append([await ledger.endorse(alice, "run", program_argument(program)) for program in block])
            await ledger.commit(committed[-1])
        check(ledger, committed)


def values(ledger: LedgerSimulator) -> Mapping[str, bytes]:
    return {key: held.value for key, held in ledger.ledger.world.public("chaincode").items()}


@settings(max_examples=60, deadline=None)
@given(histories)
async def test_valid_transactions_are_as_if_run_one_after_the_other(history: list[list[Program]]) -> None:
    def check(ledger: LedgerSimulator, _: list[list[Endorsed]]) -> None:
        state: dict[str, bytes] = {}
        for block, programs in zip(ledger.blocks[1:], history, strict=True):
            for outcome, program in zip(block.transactions, programs, strict=True):
                if outcome.is_valid:
                    assert outcome.result.decode() == run_serially(program, state)
        assert values(ledger) == state

    await run(history, check)


@settings(max_examples=25, deadline=None)
@given(histories)
async def test_the_first_transaction_of_a_block_is_valid(history: list[list[Program]]) -> None:
    def check(ledger: LedgerSimulator, _: list[list[Endorsed]]) -> None:
        assert [block.transactions[0].validation_code for block in ledger.blocks[1:]] == ["VALID"] * len(history)

    await run(history, check)


@settings(max_examples=25, deadline=None)
@given(histories)
async def test_blocks_replay_to_the_same_codes_and_the_same_state(history: list[list[Program]]) -> None:
    def check(ledger: LedgerSimulator, committed: list[list[Endorsed]]) -> None:
        replayed = on_a_fresh_ledger(committed)

        assert tuple(replayed.blocks) == ledger.blocks
        assert replayed.world.dump() == ledger.ledger.world.dump()
        for key in KEYS:
            assert list(replayed.world.history("chaincode", key)) == list(ledger.ledger.world.history("chaincode", key))

    await run(history, check)


@settings(max_examples=25, deadline=None)
@given(histories)
async def test_history_ends_with_the_current_value(history: list[list[Program]]) -> None:
    def check(ledger: LedgerSimulator, _: list[list[Endorsed]]) -> None:
        for key in KEYS:
            newest = next(ledger.ledger.world.history("chaincode", key), None)
            assert (None if newest is None else newest.value) == ledger.state(key)

    await run(history, check)


async def test_a_chaincode_that_the_channel_does_not_know_is_invalid() -> None:
    def check(ledger: LedgerSimulator, committed: list[list[Endorsed]]) -> None:
        replayed = on_a_fresh_ledger(committed, chaincode="another")

        assert [one.validation_code for one in replayed.blocks[1].transactions] == ["INVALID_CHAINCODE"]
        assert replayed.world.dump() == {}
        assert values(ledger) == {"a": digest([]).encode()}

    await run([[[("put", "a", "")]]], check)
