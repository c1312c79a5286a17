"""Conflicts at commit: of two transactions that can't both be true, one is."""

from tests.network.probe.script import Step
from tests.suite.ledger import (
    MEMBER,
    OUTSIDER,
    Endorsed,
    LedgerUnderTest,
    Outcome,
    commit_valid,
    fresh,
    get,
    put,
    semantics,
    submit,
    value_of,
)


async def raced(ledger: LedgerUnderTest, first: list[Step], second: list[Step]) -> list[Outcome]:
    """Endorse both on the same state, commit both in one block, and check that it was one."""
    transactions = [await ledger.endorse(MEMBER, first), await ledger.endorse(OUTSIDER, second)]
    outcomes = await ledger.commit(transactions)
    assert len({outcome.block_number for outcome in outcomes}) == 1
    return outcomes


@semantics
async def of_two_changes_of_what_both_read_one_is_valid(ledger: LedgerUnderTest) -> None:
    key = fresh()
    await commit_valid(ledger, MEMBER, put(key, "0"))
    outcomes = await raced(ledger, [get(key), put(key, "a")], [get(key), put(key, "b")])

    assert [outcome.code for outcome in outcomes] == ["VALID", "MVCC_READ_CONFLICT"]
    assert await value_of(ledger, key) == "a"


@semantics
async def that_a_key_was_missing_is_a_reading_too(ledger: LedgerUnderTest) -> None:
    key = fresh()
    outcomes = await raced(ledger, [get(key), put(key, "a")], [get(key), put(key, "b")])

    assert [outcome.code for outcome in outcomes] == ["VALID", "MVCC_READ_CONFLICT"]
    assert await value_of(ledger, key) == "a"


@semantics
async def writes_alone_never_conflict(ledger: LedgerUnderTest) -> None:
    key = fresh()
    outcomes = await raced(ledger, [put(key, "a")], [put(key, "b")])

    assert [outcome.code for outcome in outcomes] == ["VALID", "VALID"]
    assert await value_of(ledger, key) == "b"


@semantics
async def a_reader_is_invalid_after_a_write_or_delete_in_an_earlier_block(ledger: LedgerUnderTest) -> None:
    written, deleted, untouched = fresh(), fresh(), fresh()
    await commit_valid(ledger, MEMBER, put(written, "0"), put(deleted, "0"), put(untouched, "0"))
    late = [await ledger.endorse(MEMBER, [get(key), put(fresh(), "x")]) for key in (written, deleted, untouched)]

    await commit_valid(ledger, MEMBER, put(written, "0"), Step(do="delete", key=deleted))  # the same value again
    codes = [(await ledger.commit([transaction]))[0].code for transaction in late]

    assert codes == ["MVCC_READ_CONFLICT", "MVCC_READ_CONFLICT", "VALID"]


@semantics
async def an_invalid_transaction_leaves_nothing(ledger: LedgerUnderTest) -> None:
    key, other = fresh(), fresh()
    event = Step(do="event", key="told", value="it")
    outcomes = await raced(ledger, [get(key), put(key, "a"), event], [get(key), put(key, "b"), put(other, "b"), event])
    (history,) = await ledger.evaluate(MEMBER, [Step(do="history", key=key)])

    assert [outcome.code for outcome in outcomes] == ["VALID", "MVCC_READ_CONFLICT"]
    assert await value_of(ledger, other) is None
    assert history == [[outcomes[0].tx_id, "a"]]
    assert await ledger.events(outcomes) == [(outcomes[0].tx_id, "told", b"it")]


@semantics
async def an_invalid_transaction_stands_in_nobodys_way(ledger: LedgerUnderTest) -> None:
    key, other = fresh(), fresh()
    transactions = [
        await ledger.endorse(MEMBER, [get(key), put(key, "a")]),
        await ledger.endorse(MEMBER, [get(key), put(key, "b"), put(other, "b")]),
        await ledger.endorse(MEMBER, [get(other), put(other, "c")]),
    ]
    outcomes = await ledger.commit(transactions)

    assert [outcome.code for outcome in outcomes] == ["VALID", "MVCC_READ_CONFLICT", "VALID"]
    assert await value_of(ledger, other) == "c"


@semantics
async def a_history_is_not_checked_at_commit(ledger: LedgerUnderTest) -> None:
    key = fresh()
    await commit_valid(ledger, MEMBER, put(key, "1"))
    late = await ledger.endorse(MEMBER, [Step(do="history", key=key), put(fresh(), "x")])
    await commit_valid(ledger, MEMBER, put(key, "2"))

    assert [outcome.code for outcome in await ledger.commit([late])] == ["VALID"]


async def ranges_then(ledger: LedgerUnderTest, keys: list[str], reading: Step, change: Step) -> str:
    """Return the code of a transaction that read a range over ``keys`` before ``change`` was committed."""
    await commit_valid(ledger, MEMBER, *(put(key, "v") for key in keys))
    late: Endorsed = await ledger.endorse(MEMBER, [reading, put(fresh(), "x")])
    await commit_valid(ledger, MEMBER, change)
    (outcome,) = await ledger.commit([late])
    return outcome.code


@semantics
async def what_appears_changes_or_goes_in_a_range_is_a_phantom(ledger: LedgerUnderTest) -> None:
    codes = []
    for tail, delete in (
        ("1x", False),
        ("1", False),
        ("1", True),
        ("2", True),
        ("3", False),
        ("", False),
        ("~", False),
    ):
        prefix = fresh()
        keys = [f"{prefix}{n}" for n in range(3)]
        reading = Step(do="range", start=f"{prefix}0", end=f"{prefix}3")
        change = Step(do="delete", key=prefix + tail) if delete else put(prefix + tail, "new")
        codes.append(await ranges_then(ledger, keys, reading, change))

    phantom = "PHANTOM_READ_CONFLICT"
    assert codes == [phantom, phantom, phantom, phantom, "VALID", "VALID", "VALID"]


@semantics
async def an_empty_range_is_a_reading_too(ledger: LedgerUnderTest) -> None:
    prefix = fresh()
    reading = Step(do="range", start=prefix, end=prefix + "~")

    assert await ranges_then(ledger, [fresh()], reading, put(prefix + "1", "v")) == "PHANTOM_READ_CONFLICT"


@semantics
async def a_range_left_early_counts_as_far_as_the_peer_went(ledger: LedgerUnderTest) -> None:
    """The peer reads a batch of a hundred and one ahead; a shorter range is read to its end."""
    codes = []
    for count, tail in ((5, "4x"), (150, "100x"), (150, "099x")):
        prefix = fresh()
        keys = [f"{prefix}{n:03}" if count > 5 else f"{prefix}{n}" for n in range(count)]
        reading = Step(do="range", start=prefix, end=prefix + "~", limit=2)
        codes.append(await ranges_then(ledger, keys, reading, put(prefix + tail, "new")))

    assert codes == ["PHANTOM_READ_CONFLICT", "VALID", "PHANTOM_READ_CONFLICT"]


@semantics
async def a_range_conflicts_within_one_block(ledger: LedgerUnderTest) -> None:
    prefix = fresh()
    reading = Step(do="range", start=prefix, end=prefix + "~")
    outcomes = await raced(ledger, [put(prefix + "1", "v")], [reading, put(fresh(), "x")])

    assert [outcome.code for outcome in outcomes] == ["VALID", "PHANTOM_READ_CONFLICT"]


@semantics
async def the_same_transaction_twice_takes_effect_once(ledger: LedgerUnderTest) -> None:
    key = fresh()
    transaction = await ledger.endorse(MEMBER, [put(key, "1")])
    first, again = await ledger.commit([transaction, transaction])
    await commit_valid(ledger, MEMBER, put(key, "2"))
    (late,) = await ledger.commit([transaction])

    assert [first.code, again.code, late.code] == ["VALID", "DUPLICATE_TXID", "DUPLICATE_TXID"]
    assert await value_of(ledger, key) == "2"


@semantics
async def a_lost_race_can_be_run_again(ledger: LedgerUnderTest) -> None:
    key = fresh()
    outcomes = await raced(ledger, [get(key), put(key, "a")], [get(key), put(key, "b")])
    again = await submit(ledger, OUTSIDER, get(key), put(key, "b"))

    assert [outcome.code for outcome in outcomes] == ["VALID", "MVCC_READ_CONFLICT"]
    assert (again.code, again.answers) == ("VALID", ("a", None))
