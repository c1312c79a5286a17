"""Private data: who may, who holds, what everybody sees, and when it is gone."""

from hashlib import sha256

import pytest

from tests.network.probe.script import Step
from tests.suite.endorsement import set_policy
from tests.suite.ledger import (
    ANOTHER,
    BRIEF,
    MEMBER,
    OPEN,
    OTHER_MEMBER,
    OUTSIDER,
    SHARED,
    LedgerUnderTest,
    Outcome,
    Refused,
    commit_valid,
    fresh,
    put,
    semantics,
    submit,
)

IMPLICIT = f"_implicit_org_{MEMBER}"


def keep(key: str, collection: str = SHARED.name) -> Step:
    return Step(do="put_private", collection=collection, key=key, value="value")


def look(key: str, collection: str = SHARED.name) -> Step:
    return Step(do="get_private", collection=collection, key=key)


def look_at_hash(key: str, collection: str = SHARED.name) -> Step:
    return Step(do="get_private_hash", collection=collection, key=key)


async def kept(ledger: LedgerUnderTest, key: str, value: str, collection: str = SHARED.name) -> Outcome:
    """Write a private value with one member's endorsement; the transaction is valid."""
    return await commit_valid(
        ledger, MEMBER, keep(key, collection), endorsers=[MEMBER], transient={"value": value.encode()}
    )


@semantics
async def a_members_endorsement_is_enough_and_every_member_holds_the_value(ledger: LedgerUnderTest) -> None:
    key = fresh()
    await kept(ledger, key, "secret")

    assert await ledger.evaluate(MEMBER, [look(key)]) == ["secret"]
    assert await ledger.evaluate(OTHER_MEMBER, [look(key)]) == ["secret"]


@semantics
async def a_private_value_is_not_read_back_in_its_own_transaction(ledger: LedgerUnderTest) -> None:
    key = fresh()
    outcome = await commit_valid(
        ledger, MEMBER, keep(key), look(key), look_at_hash(key), endorsers=[MEMBER], transient={"value": b"v"}
    )

    assert outcome.answers == (None, None, None)


@semantics
async def everybody_sees_the_hash(ledger: LedgerUnderTest) -> None:
    key = fresh()
    await kept(ledger, key, "secret")

    assert await ledger.evaluate(OUTSIDER, [look_at_hash(key)]) == [sha256(b"secret").hexdigest()]
    assert await ledger.evaluate(OUTSIDER, [look_at_hash(fresh())]) == [None]


@semantics
async def only_members_may_read(ledger: LedgerUnderTest) -> None:
    key = fresh()
    await kept(ledger, key, "secret")
    for at in (OUTSIDER, MEMBER):  # at a member's peer neither
        with pytest.raises(Refused) as refused:
            await ledger.evaluate(OUTSIDER, [look(key)], at=at)
        assert "tx creator does not have read access permission on privatedata" in refused.value.message
        assert "collectionName: shared" in refused.value.message
        assert refused.value.code == "CHAINCODE_PEER"


@semantics
async def only_members_may_write(ledger: LedgerUnderTest) -> None:
    key = fresh()
    for step in (
        keep(key),
        Step(do="delete_private", collection=SHARED.name, key=key),
        Step(do="purge_private", collection=SHARED.name, key=key),
    ):
        with pytest.raises(Refused) as refused:
            await ledger.endorse(OUTSIDER, [step], endorsers=[MEMBER], transient={"value": b"v"})
        assert "tx creator does not have write access permission on privatedata" in refused.value.message


@semantics
async def a_member_finds_nothing_at_a_peer_that_does_not_hold_the_value(ledger: LedgerUnderTest) -> None:
    key = fresh()
    missing = await ledger.evaluate(MEMBER, [look(fresh())], at=OUTSIDER)
    written = await kept(ledger, key, "secret")
    with pytest.raises(Refused) as refused:
        await ledger.evaluate(MEMBER, [look(key)], at=OUTSIDER)

    assert missing == [None]
    assert (
        "private data matching public hash version is not available. "
        f"Public hash version = {{BlockNum: {written.block_number}, TxNum: 0}}, Private data version = <nil>"
    ) in refused.value.message


@semantics
async def an_open_collection_is_read_by_whoever_asks_a_member(ledger: LedgerUnderTest) -> None:
    key = fresh()
    await commit_valid(
        ledger, OUTSIDER, keep(key, OPEN.name), endorsers=[MEMBER, OTHER_MEMBER], transient={"value": b"v"}
    )

    assert await ledger.evaluate(OUTSIDER, [look(key, OPEN.name)], at=MEMBER) == ["v"]


@semantics
async def outsiders_can_not_endorse_what_the_collections_policy_does_not_let_them(ledger: LedgerUnderTest) -> None:
    key = fresh()
    outcome = await submit(ledger, MEMBER, keep(key), endorsers=[OUTSIDER, ANOTHER], transient={"value": b"fake"})

    assert outcome.code == "ENDORSEMENT_POLICY_FAILURE"
    assert await ledger.evaluate(MEMBER, [look(key), look_at_hash(key)]) == [None, None]


@semantics
async def a_collection_without_policy_has_the_chaincodes_even_by_outsiders(ledger: LedgerUnderTest) -> None:
    """Why every collection should have a policy of its own."""
    key = fresh()
    lonely = await submit(ledger, MEMBER, keep(fresh(), OPEN.name), endorsers=[MEMBER], transient={"value": b"v"})
    fake = await submit(
        ledger, OUTSIDER, keep(key, OPEN.name), endorsers=[OUTSIDER, ANOTHER], transient={"value": b"fake"}
    )

    assert [lonely.code, fake.code] == ["ENDORSEMENT_POLICY_FAILURE", "VALID"]
    assert await ledger.evaluate(MEMBER, [look_at_hash(key, OPEN.name)]) == [sha256(b"fake").hexdigest()]
    assert await ledger.evaluate(MEMBER, [look(key, OPEN.name)]) == ["fake"]


@semantics
async def public_and_private_writes_together_need_both_policies(ledger: LedgerUnderTest) -> None:
    lonely = await submit(
        ledger, MEMBER, keep(fresh()), put(fresh(), "1"), endorsers=[MEMBER], transient={"value": b"v"}
    )
    both = await submit(
        ledger, MEMBER, keep(fresh()), put(fresh(), "1"), endorsers=[MEMBER, OUTSIDER], transient={"value": b"v"}
    )

    assert [lonely.code, both.code] == ["ENDORSEMENT_POLICY_FAILURE", "VALID"]


@semantics
async def private_readings_conflict_as_public_ones_do(ledger: LedgerUnderTest) -> None:
    key = fresh()
    await kept(ledger, key, "0")
    transactions = [
        await ledger.endorse(MEMBER, [look(key), keep(key)], endorsers=[MEMBER], transient={"value": value})
        for value in (b"a", b"b")
    ]
    outcomes = await ledger.commit(transactions)

    assert len({outcome.block_number for outcome in outcomes}) == 1
    assert [outcome.code for outcome in outcomes] == ["VALID", "MVCC_READ_CONFLICT"]
    assert await ledger.evaluate(OTHER_MEMBER, [look(key)]) == ["a"]


@semantics
async def reading_a_hash_is_a_reading_too(ledger: LedgerUnderTest) -> None:
    key = fresh()
    late = await ledger.endorse(OUTSIDER, [look_at_hash(key), put(fresh(), "x")])
    await kept(ledger, key, "v")
    (outcome,) = await ledger.commit([late])

    assert outcome.code == "MVCC_READ_CONFLICT"


@semantics
async def a_private_range_shows_what_the_members_peer_holds(ledger: LedgerUnderTest) -> None:
    prefix = fresh()
    for n in (2, 1):
        await kept(ledger, f"{prefix}{n}", str(n))
    whole = Step(do="private_range", collection=SHARED.name, start=prefix, end=prefix + "~")

    assert await ledger.evaluate(MEMBER, [whole]) == [[[f"{prefix}1", "1"], [f"{prefix}2", "2"]]]
    assert await ledger.evaluate(MEMBER, [whole], at=OUTSIDER) == [[]]


@semantics
async def a_transaction_with_a_private_range_can_not_write(ledger: LedgerUnderTest) -> None:
    whole = Step(do="private_range", collection=SHARED.name, start="a", end="b")
    with pytest.raises(Refused, match=r"already performed queries on pvt data\. Writes are not allowed"):
        await ledger.endorse(MEMBER, [whole, put(fresh(), "1")], endorsers=[MEMBER])
    with pytest.raises(Refused, match="Queries on pvt data is supported only in a read-only transaction"):
        await ledger.endorse(MEMBER, [put(fresh(), "1"), whole], endorsers=[MEMBER])


@semantics
async def deleting_takes_value_and_hash(ledger: LedgerUnderTest) -> None:
    key = fresh()
    await kept(ledger, key, "v")
    await commit_valid(ledger, MEMBER, Step(do="delete_private", collection=SHARED.name, key=key), endorsers=[MEMBER])

    assert await ledger.evaluate(OTHER_MEMBER, [look(key), look_at_hash(key)]) == [None, None]


@semantics
async def purging_takes_value_and_hash_and_the_key_can_be_written_again(ledger: LedgerUnderTest) -> None:
    key = fresh()
    await kept(ledger, key, "v")
    await commit_valid(ledger, MEMBER, Step(do="purge_private", collection=SHARED.name, key=key), endorsers=[MEMBER])
    gone = await ledger.evaluate(OTHER_MEMBER, [look(key), look_at_hash(key)])
    await kept(ledger, key, "new")

    assert gone == [None, None]
    assert await ledger.evaluate(OTHER_MEMBER, [look(key)]) == ["new"]


@semantics
async def a_value_lives_for_its_blocks(ledger: LedgerUnderTest) -> None:
    key = fresh()
    written = await kept(ledger, key, "v", BRIEF.name)
    seen = {}
    number = written.block_number
    while number <= written.block_number + BRIEF.block_to_live:
        number = (await commit_valid(ledger, MEMBER, put(fresh(), "x"))).block_number
        (hashed,) = await ledger.evaluate(MEMBER, [look_at_hash(key, BRIEF.name)])
        (value,) = await ledger.evaluate(MEMBER, [look(key, BRIEF.name)])
        seen[number - written.block_number] = (value, hashed is not None)

    assert seen == {1: ("v", True), 2: ("v", True), 3: (None, False)}


@semantics
async def writing_again_begins_a_new_life(ledger: LedgerUnderTest) -> None:
    key = fresh()
    written = await kept(ledger, key, "old", BRIEF.name)
    again = await kept(ledger, key, "new", BRIEF.name)
    number = again.block_number
    while number < written.block_number + BRIEF.block_to_live + 1:
        number = (await commit_valid(ledger, MEMBER, put(fresh(), "x"))).block_number
    after_the_first = await ledger.evaluate(OTHER_MEMBER, [look(key, BRIEF.name)])
    while number < again.block_number + BRIEF.block_to_live + 1:
        number = (await commit_valid(ledger, MEMBER, put(fresh(), "x"))).block_number
    after_the_second = await ledger.evaluate(OTHER_MEMBER, [look(key, BRIEF.name)])

    assert after_the_first == ["new"]
    assert after_the_second == [None]


@semantics
async def a_value_that_was_read_and_expires_is_a_conflict(ledger: LedgerUnderTest) -> None:
    key = fresh()
    written = await kept(ledger, key, "v", BRIEF.name)
    late = await ledger.endorse(MEMBER, [look(key, BRIEF.name), put(fresh(), "x")], endorsers=[MEMBER, OTHER_MEMBER])
    number = written.block_number
    while number < written.block_number + BRIEF.block_to_live + 1:
        number = (await commit_valid(ledger, MEMBER, put(fresh(), "x"))).block_number
    (outcome,) = await ledger.commit([late])

    assert outcome.code == "MVCC_READ_CONFLICT"


@semantics
async def the_gateway_asks_members_where_private_data_were_read(ledger: LedgerUnderTest) -> None:
    key = fresh()
    await kept(ledger, key, "v")
    outcome = await submit(ledger, MEMBER, look(key), put(fresh(), "x"))

    assert (outcome.code, outcome.answers) == ("VALID", ("v", None))


@semantics
async def a_private_key_can_have_a_policy_of_its_own(ledger: LedgerUnderTest) -> None:
    key = fresh()
    transient = {"value": b"v"}
    policy = set_policy(key, f"OR('{OTHER_MEMBER}.peer')", SHARED.name)
    await commit_valid(ledger, MEMBER, keep(key), policy, endorsers=[MEMBER], transient=transient)
    first = await submit(ledger, MEMBER, keep(key), endorsers=[MEMBER], transient=transient)
    second = await submit(ledger, MEMBER, keep(key), endorsers=[OTHER_MEMBER], transient=transient)
    read = Step(do="get_policy", collection=SHARED.name, key=key)

    assert [first.code, second.code] == ["ENDORSEMENT_POLICY_FAILURE", "VALID"]
    assert await ledger.evaluate(MEMBER, [read]) == [policy.policy]


@semantics
async def a_new_policy_of_a_private_key_leaves_its_value_readable(ledger: LedgerUnderTest) -> None:
    key = fresh()
    await kept(ledger, key, "v")
    await commit_valid(ledger, MEMBER, set_policy(key, f"OR('{MEMBER}.peer')", SHARED.name), endorsers=[MEMBER])

    assert await ledger.evaluate(MEMBER, [look(key)]) == ["v"]
    assert await ledger.evaluate(OTHER_MEMBER, [look(key)]) == ["v"]


@semantics
async def an_unknown_collection_is_refused(ledger: LedgerUnderTest) -> None:
    with pytest.raises(Refused, match="/probe/nowhere could not be found"):
        await ledger.evaluate(MEMBER, [look("k", "nowhere")])
    with pytest.raises(Refused, match=r"collection \[nowhere\] not defined in the collection config"):
        await ledger.evaluate(MEMBER, [look_at_hash("k", "nowhere")])


@semantics
async def every_organisation_has_a_collection_of_its_own(ledger: LedgerUnderTest) -> None:
    key = fresh()
    await commit_valid(ledger, MEMBER, keep(key, IMPLICIT), endorsers=[MEMBER, OTHER_MEMBER], transient={"value": b"v"})

    assert await ledger.evaluate(MEMBER, [look(key, IMPLICIT)]) == ["v"]
    with pytest.raises(Refused, match="private data matching public hash version is not available"):
        await ledger.evaluate(OTHER_MEMBER, [look(key, IMPLICIT)])
