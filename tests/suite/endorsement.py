"""Endorsement: policies of the chaincode and of single keys, agreement of the endorsers, calls between chaincodes."""

import pytest

from fairledger_chaincode.simulator import parse_policy
from tests.network.probe.script import Step
from tests.suite.conflicts import raced
from tests.suite.ledger import (
    ANOTHER,
    CALLEE,
    MEMBER,
    OTHER_MEMBER,
    OUTSIDER,
    PROBE,
    ROLES,
    LedgerUnderTest,
    Refused,
    commit_valid,
    fresh,
    get,
    put,
    semantics,
    submit,
    value_of,
)


def set_policy(key: str, expression: str, collection: str = "") -> Step:
    """A step that gives ``key`` an endorsement policy of its own."""
    policy = Step.text(parse_policy(expression).SerializeToString())
    return Step(do="set_policy", key=key, policy=policy, collection=collection)


@semantics
async def too_few_endorsements_are_a_policy_failure(ledger: LedgerUnderTest) -> None:
    key = fresh()
    outcome = await submit(ledger, MEMBER, put(key, "1"), endorsers=[MEMBER])

    assert outcome.code == "ENDORSEMENT_POLICY_FAILURE"
    assert await value_of(ledger, key) is None


@semantics
async def a_transaction_that_writes_nothing_needs_the_policy_too(ledger: LedgerUnderTest) -> None:
    key = fresh()
    lonely = await submit(ledger, MEMBER, get(key), endorsers=[MEMBER])
    proper = await submit(ledger, MEMBER, get(key), endorsers=[MEMBER, OUTSIDER])

    assert [lonely.code, proper.code] == ["ENDORSEMENT_POLICY_FAILURE", "VALID"]


@semantics
async def endorsers_that_disagree_are_found_out(ledger: LedgerUnderTest) -> None:
    with pytest.raises(Refused, match=r"(?i)do not match|differs"):
        await ledger.endorse(MEMBER, [Step(do="dice")], endorsers=[MEMBER, OUTSIDER])


@semantics
async def a_refusal_reaches_the_caller_with_its_code_and_writes_nothing(ledger: LedgerUnderTest) -> None:
    key = fresh()
    with pytest.raises(Refused) as refused:
        await ledger.endorse(MEMBER, [put(key, "1"), Step(do="refuse", key="PROBE_REFUSED", value="because")])
    with pytest.raises(Refused) as evaluated:
        await ledger.evaluate(MEMBER, [Step(do="refuse", key="PROBE_REFUSED", value="because")])

    assert refused.value.code == evaluated.value.code == "PROBE_REFUSED"
    assert "PROBE_REFUSED: because" in refused.value.message
    assert "PROBE_REFUSED: because" in evaluated.value.message
    assert await value_of(ledger, key) is None


@semantics
async def an_unexpected_exception_does_not_tell_its_values(ledger: LedgerUnderTest) -> None:
    with pytest.raises(Refused) as refused:
        await ledger.endorse(MEMBER, [Step(do="raise", value="the secret")])

    assert refused.value.code == "CHAINCODE_INTERNAL"
    assert "ArithmeticError" in refused.value.message
    assert "secret" not in refused.value.message


@semantics
async def a_contract_sees_who_calls(ledger: LedgerUnderTest) -> None:
    for msp_id, role in ROLES.items():
        answers = await ledger.evaluate(msp_id, [Step(do="caller", attributes=("role", "nothing"))])
        assert answers == [[msp_id, role, None]]


@semantics
async def one_event_a_transaction_and_the_last_counts(ledger: LedgerUnderTest) -> None:
    outcome = await commit_valid(
        ledger,
        MEMBER,
        Step(do="event", key="first", value="1"),
        Step(do="event", key="second", value="2"),
    )

    assert await ledger.events([outcome]) == [(outcome.tx_id, "second", b"2")]


# A key's own policy


@semantics
async def a_keys_own_policy_replaces_the_chaincodes(ledger: LedgerUnderTest) -> None:
    key = fresh()
    await commit_valid(ledger, MEMBER, put(key, "0"), set_policy(key, f"OR('{ANOTHER}.peer')"))
    without = await submit(ledger, MEMBER, put(key, "1"), endorsers=[MEMBER, OUTSIDER])
    alone = await submit(ledger, MEMBER, put(key, "2"), endorsers=[ANOTHER])

    assert [without.code, alone.code] == ["ENDORSEMENT_POLICY_FAILURE", "VALID"]
    assert await value_of(ledger, key) == "2"


@semantics
async def the_gateway_asks_whom_the_keys_policy_names(ledger: LedgerUnderTest) -> None:
    key = fresh()
    await commit_valid(
        ledger,
        MEMBER,
        put(key, "0"),
        set_policy(key, f"AND('{ANOTHER}.peer', '{OUTSIDER}.peer', '{OTHER_MEMBER}.peer')"),
    )
    outcome = await submit(ledger, MEMBER, put(key, "1"))

    assert outcome.code == "VALID"


@semantics
async def other_keys_of_the_transaction_keep_the_chaincodes_policy(ledger: LedgerUnderTest) -> None:
    key, plain = fresh(), fresh()
    await commit_valid(ledger, MEMBER, put(key, "0"), set_policy(key, f"OR('{ANOTHER}.peer')"))
    outcome = await submit(ledger, MEMBER, put(key, "1"), put(plain, "1"), endorsers=[ANOTHER])

    assert outcome.code == "ENDORSEMENT_POLICY_FAILURE"


@semantics
async def a_keys_policy_is_read_back_outlives_writes_and_goes_with_the_key(ledger: LedgerUnderTest) -> None:
    key = fresh()
    policy = set_policy(key, f"OR('{MEMBER}.peer')")
    read = Step(do="get_policy", key=key)
    await commit_valid(ledger, MEMBER, put(key, "0"), policy)
    await commit_valid(ledger, MEMBER, put(key, "1"))
    after_write = await ledger.evaluate(OUTSIDER, [read])
    await commit_valid(ledger, MEMBER, Step(do="delete", key=key))
    await commit_valid(ledger, MEMBER, put(key, "2"))
    after_delete = await ledger.evaluate(OUTSIDER, [read])

    assert after_write == [policy.policy]
    assert after_delete == [None]


@semantics
async def a_policy_for_a_key_that_is_missing_is_lost(ledger: LedgerUnderTest) -> None:
    key = fresh()
    await commit_valid(ledger, MEMBER, set_policy(key, f"OR('{MEMBER}.peer')"))
    await commit_valid(ledger, MEMBER, put(key, "1"))

    assert await ledger.evaluate(MEMBER, [Step(do="get_policy", key=key)]) == [None]


@semantics
async def to_change_a_keys_policy_needs_that_policy(ledger: LedgerUnderTest) -> None:
    key = fresh()
    await commit_valid(ledger, MEMBER, put(key, "0"), set_policy(key, f"OR('{ANOTHER}.peer')"))
    outcome = await submit(ledger, MEMBER, set_policy(key, f"OR('{MEMBER}.peer')"), endorsers=[MEMBER, OUTSIDER])

    assert outcome.code == "ENDORSEMENT_POLICY_FAILURE"


@semantics
async def a_new_policy_changes_the_keys_version_but_not_its_value(ledger: LedgerUnderTest) -> None:
    key = fresh()
    await commit_valid(ledger, MEMBER, put(key, "0"))
    late = await ledger.endorse(MEMBER, [get(key), put(fresh(), "x")])
    await commit_valid(ledger, MEMBER, set_policy(key, f"OR('{MEMBER}.peer')"))
    (outcome,) = await ledger.commit([late])

    assert outcome.code == "MVCC_READ_CONFLICT"
    assert await value_of(ledger, key) == "0"


@semantics
async def a_write_in_the_block_that_changes_the_keys_policy_is_a_policy_failure(ledger: LedgerUnderTest) -> None:
    key = fresh()
    await commit_valid(ledger, MEMBER, put(key, "0"))
    outcomes = await raced(ledger, [set_policy(key, f"OR('{MEMBER}.peer')")], [put(key, "1")])

    assert [outcome.code for outcome in outcomes] == ["VALID", "ENDORSEMENT_POLICY_FAILURE"]


# Calls between chaincodes


def invoke(*steps: Step, chaincode: str = CALLEE) -> Step:
    return Step(do="invoke", chaincode=chaincode, steps=steps)


@semantics
async def an_invoked_chaincode_writes_in_its_own_namespace_and_in_the_same_transaction(
    ledger: LedgerUnderTest,
) -> None:
    key = fresh()
    outcome = await commit_valid(
        ledger, MEMBER, put(key, "mine"), invoke(put(key, "its"), get(key)), endorsers=[MEMBER, OUTSIDER]
    )
    mine, its = await ledger.evaluate(MEMBER, [get(key), invoke(get(key))])

    assert outcome.answers == (None, "[null,null]")
    assert (mine, its) == ("mine", '["its"]')


@semantics
async def what_an_invoked_chaincode_writes_needs_its_policy_too(ledger: LedgerUnderTest) -> None:
    key = fresh()
    writes = await submit(ledger, MEMBER, invoke(put(key, "1")), endorsers=[MEMBER, ANOTHER])
    reads = await submit(ledger, MEMBER, put(key, "1"), invoke(get(key)), endorsers=[MEMBER, ANOTHER])

    assert [writes.code, reads.code] == ["ENDORSEMENT_POLICY_FAILURE", "VALID"]


@semantics
async def what_an_invoked_chaincode_read_is_checked_at_commit(ledger: LedgerUnderTest) -> None:
    key = fresh()
    late = await ledger.endorse(MEMBER, [invoke(get(key)), put(fresh(), "x")], endorsers=[MEMBER, OUTSIDER])
    await commit_valid(ledger, MEMBER, invoke(put(key, "1")), endorsers=[MEMBER, OUTSIDER])
    (outcome,) = await ledger.commit([late])

    assert outcome.code == "MVCC_READ_CONFLICT"


@semantics
async def the_event_of_an_invoked_chaincode_is_dropped(ledger: LedgerUnderTest) -> None:
    outcome = await commit_valid(
        ledger, MEMBER, invoke(Step(do="event", key="its", value="1")), endorsers=[MEMBER, OUTSIDER]
    )

    assert await ledger.events([outcome]) == []


@semantics
async def a_refusal_of_an_invoked_chaincode_is_the_callers(ledger: LedgerUnderTest) -> None:
    with pytest.raises(Refused) as refused:
        await ledger.evaluate(MEMBER, [invoke(Step(do="refuse", key="ITS_REFUSAL", value="because"))])

    assert refused.value.code == "CHAINCODE_CALL"
    assert "ITS_REFUSAL: because" in refused.value.message


@semantics
async def a_chaincode_that_is_not_there_can_not_be_invoked(ledger: LedgerUnderTest) -> None:
    with pytest.raises(Refused) as refused:
        await ledger.evaluate(MEMBER, [invoke(get("k"), chaincode="nobody")])

    assert refused.value.code == "CHAINCODE_PEER"
    assert "INVOKE_CHAINCODE failed: transaction ID: " in refused.value.message
    assert "chaincode nobody not found" in refused.value.message


@semantics
async def a_channel_that_is_not_there_is_out_of_reach(ledger: LedgerUnderTest) -> None:
    with pytest.raises(Refused) as refused:
        await ledger.evaluate(MEMBER, [invoke(get("k"), chaincode=f"{CALLEE}/elsewhere")])

    assert refused.value.code == "CHAINCODE_PEER"
    assert "INVOKE_CHAINCODE failed: transaction ID: " in refused.value.message


@semantics
async def a_chaincode_can_not_invoke_itself(ledger: LedgerUnderTest) -> None:
    with pytest.raises(Refused) as refused:
        await ledger.evaluate(MEMBER, [invoke(get("k"), chaincode=PROBE)])

    assert refused.value.code == "CHAINCODE_PEER"
    assert ") exists" in refused.value.message
