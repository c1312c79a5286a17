"""Public state: what a transaction reads, in which order, in which portions."""

import pytest

from tests.network.probe.script import Step
from tests.suite.ledger import (
    MEMBER,
    OUTSIDER,
    LedgerUnderTest,
    Refused,
    commit_valid,
    fresh,
    get,
    put,
    semantics,
    value_of,
)

# in the order of their UTF-8 bytes; UTF-16 would put the last two the other way round
TAILS = ("", "\t", "A", "a", "aa", "b", "é", "木", "\uffee", "\U0001f33e")


@semantics
async def a_transaction_reads_the_state_before_it(ledger: LedgerUnderTest) -> None:
    key = fresh()
    first = await commit_valid(ledger, MEMBER, get(key), put(key, "1"), get(key))
    second = await commit_valid(ledger, MEMBER, put(key, "2"), get(key))

    assert first.answers == (None, None, None)
    assert second.answers == (None, "1")
    assert await value_of(ledger, key) == "2"


@semantics
async def the_last_write_of_a_key_in_a_transaction_counts(ledger: LedgerUnderTest) -> None:
    key, gone = fresh(), fresh()
    await commit_valid(ledger, MEMBER, put(key, "1"), put(key, "2"), put(gone, "1"), Step(do="delete", key=gone))

    assert await value_of(ledger, key) == "2"
    assert await value_of(ledger, gone) is None


@semantics
async def an_empty_value_is_none(ledger: LedgerUnderTest) -> None:
    key = fresh()
    await commit_valid(ledger, MEMBER, put(key, "1"))
    emptied = await commit_valid(ledger, MEMBER, put(key, ""))
    (history,) = await ledger.evaluate(MEMBER, [Step(do="history", key=key)])

    assert await value_of(ledger, key) is None
    assert history[0] == [emptied.tx_id, None]


@semantics
async def history_is_newest_first_and_knows_deletes(ledger: LedgerUnderTest) -> None:
    key = fresh()
    one = await commit_valid(ledger, MEMBER, put(key, "1"))
    two = await commit_valid(ledger, OUTSIDER, Step(do="delete", key=key))
    three = await commit_valid(ledger, MEMBER, put(key, "3"), Step(do="history", key=key))
    (history,) = await ledger.evaluate(MEMBER, [Step(do="history", key=key)])

    assert three.answers == (None, [[two.tx_id, None], [one.tx_id, "1"]])
    assert history == [[three.tx_id, "3"], [two.tx_id, None], [one.tx_id, "1"]]


@semantics
async def deleting_what_is_not_there_is_no_error(ledger: LedgerUnderTest) -> None:
    key = fresh()
    deleted = await commit_valid(ledger, MEMBER, Step(do="delete", key=key))
    (history,) = await ledger.evaluate(MEMBER, [Step(do="history", key=key)])

    assert history == [[deleted.tx_id, None]]


@semantics
async def ranges_are_in_byte_order_from_start_to_before_end(ledger: LedgerUnderTest) -> None:
    prefix = fresh()
    await commit_valid(ledger, MEMBER, *(put(prefix + tail, str(n)) for n, tail in reversed(list(enumerate(TAILS)))))
    whole, part, one, none, upside_down = await ledger.evaluate(
        MEMBER,
        [
            Step(do="range", start=prefix, end=prefix + "\U0010fffd"),
            Step(do="range", start=prefix + "a", end=prefix + "é"),
            Step(do="range", start=prefix + "木", end=prefix + "木a"),
            Step(do="range", start=prefix + "a", end=prefix + "a"),
            Step(do="range", start=prefix + "é", end=prefix + "a"),
        ],
    )

    assert whole == [[prefix + tail, str(n)] for n, tail in enumerate(TAILS)]
    assert part == [[prefix + "a", "3"], [prefix + "aa", "4"], [prefix + "b", "5"]]
    assert one == [[prefix + "木", "7"]]
    assert none == []
    assert upside_down == []


@semantics
async def a_range_does_not_see_the_transactions_own_writes(ledger: LedgerUnderTest) -> None:
    prefix = fresh()
    await commit_valid(ledger, MEMBER, put(prefix + "1", "old"))
    outcome = await commit_valid(
        ledger,
        MEMBER,
        put(prefix + "1", "new"),
        put(prefix + "2", "new"),
        Step(do="range", start=prefix, end=prefix + "~"),
    )

    assert outcome.answers[2] == [[prefix + "1", "old"]]


@semantics
async def long_ranges_and_histories_come_complete(ledger: LedgerUnderTest) -> None:
    prefix = fresh()
    keys = [f"{prefix}{n:03}" for n in range(250)]
    await commit_valid(ledger, MEMBER, *(put(key, "v") for key in keys))
    everything, first, hundred = await ledger.evaluate(
        MEMBER,
        [
            Step(do="range", start=prefix, end=prefix + "~"),
            Step(do="range", start=prefix, end=prefix + "~", limit=101),
            Step(do="range", start=prefix, end=keys[100]),
        ],
    )

    assert [key for key, _ in everything] == keys
    assert [key for key, _ in first] == keys[:101]
    assert [key for key, _ in hundred] == keys[:100]


@semantics
async def composite_keys_are_found_by_their_first_parts_and_not_among_simple_keys(ledger: LedgerUnderTest) -> None:
    kind, first = fresh("kind"), fresh("part")
    parts = [(first, "1"), (first, "10"), (first, "2"), (first + "x", "1")]
    await commit_valid(ledger, MEMBER, *(put("\0" + "\0".join((kind, *part)) + "\0", part[1]) for part in parts))
    simple, of_first, exact = await ledger.evaluate(
        MEMBER,
        [
            Step(do="range", start="", end="\x02"),
            Step(do="composite_range", key=kind, attributes=(first,)),
            Step(do="composite_range", key=kind, attributes=(first, "1")),
        ],
    )

    assert simple == []
    assert of_first == [[[first, "1"], "1"], [[first, "10"], "10"], [[first, "2"], "2"]]
    assert exact == [[[first, "1"], "1"]]  # not "10": a part is whole


@semantics
async def pages_continue_at_their_bookmark(ledger: LedgerUnderTest) -> None:
    prefix = fresh()
    keys = [f"{prefix}{n}" for n in range(5)]
    await commit_valid(ledger, MEMBER, *(put(key, "v") for key in keys))

    def page(size: int, bookmark: str = "") -> Step:
        return Step(do="page", start=prefix, end=prefix + "~", page_size=size, bookmark=bookmark)

    one, two, three, exact, more = await ledger.evaluate(
        MEMBER, [page(2), page(2, keys[2]), page(2, keys[4]), page(5), page(6)]
    )

    assert one == [[[keys[0], "v"], [keys[1], "v"]], keys[2]]
    assert two == [[[keys[2], "v"], [keys[3], "v"]], keys[4]]
    assert three == [[[keys[4], "v"]], ""]
    assert exact == [[[key, "v"] for key in keys], ""]
    assert more == exact


@semantics
async def a_page_can_be_longer_than_a_batch(ledger: LedgerUnderTest) -> None:
    prefix = fresh()
    keys = [f"{prefix}{n:03}" for n in range(130)]
    await commit_valid(ledger, MEMBER, *(put(key, "v") for key in keys))
    ((items, bookmark),) = await ledger.evaluate(
        MEMBER, [Step(do="page", start=prefix, end=prefix + "~", page_size=120)]
    )

    assert [key for key, _ in items] == keys[:120]
    assert bookmark == keys[120]


@semantics
async def a_transaction_that_pages_can_not_write(ledger: LedgerUnderTest) -> None:
    key = fresh()
    page = Step(do="page", start=key, end=key + "~", page_size=2)
    with pytest.raises(Refused) as wrote_after:
        await ledger.endorse(MEMBER, [page, put(key, "1")])
    with pytest.raises(Refused) as paged_after:
        await ledger.endorse(MEMBER, [put(key, "1"), page])

    assert "Transaction has already performed a paginated query. Writes are not allowed" in wrote_after.value.message
    assert "Paginated queries are supported only in a read-only transaction" in paged_after.value.message
    assert wrote_after.value.code == paged_after.value.code == "CHAINCODE_PEER"


@semantics
async def a_paged_read_can_be_committed(ledger: LedgerUnderTest) -> None:
    prefix = fresh()
    await commit_valid(ledger, MEMBER, *(put(f"{prefix}{n}", "v") for n in range(3)))
    page = Step(do="page", start=prefix, end=prefix + "~", page_size=2)
    outside = await ledger.endorse(MEMBER, [page])
    inside = await ledger.endorse(MEMBER, [page])

    await commit_valid(ledger, MEMBER, put(f"{prefix}2", "new"))
    (untouched,) = await ledger.commit([outside])
    await commit_valid(ledger, MEMBER, put(f"{prefix}1", "new"))
    (touched,) = await ledger.commit([inside])

    assert untouched.code == "VALID"
    assert touched.code == "PHANTOM_READ_CONFLICT"
