"""Standards: who proposes, how members vote, and which version counts when."""

from datetime import timedelta
from typing import Any

import pytest

from fairledger_contracts.records.ballot import Ballot, BallotState, outcome
from fairledger_contracts.records.member import Member
from fairledger_contracts.records.standard import Standard, in_force
from fairledger_contracts.records.standard_numbers import NUMBERS, OPTIONAL
from tests.support.supervised import STANDARDS, Supervised, parameters_of


async def test_association_and_regulator_adopt_the_first_standards_together(fresh: Supervised) -> None:
    proposed = await fresh.propose("complaints")
    assert (proposed.version, proposed.adopted_at, proposed.recorder.role) == ("0001", None, "officer")
    assert (await fresh.vote(proposed, fresh.officer)).state is BallotState.OPEN
    adopting = await fresh.vote(proposed, fresh.regulator)
    assert (adopting.state, adopting.electorate) == (BallotState.ADOPTED, ("AssociationMSP", "RegulatorMSP"))
    adopted = fresh.held(Standard, "complaints", "0001")
    assert adopted.model_copy(update={"adopted_at": None, "adopted_by": None}) == proposed
    assert adopted.adopted_by is not None
    assert (adopted.adopted_by.msp_id, adopting.decided_at) == ("RegulatorMSP", adopted.adopted_at)


async def test_a_standard_counts_from_its_day_on_and_not_before(fresh: Supervised) -> None:
    proposed = await fresh.propose("complaints", in_s=100)
    for voter in (fresh.officer, fresh.regulator):
        await fresh.vote(proposed, voter)
    assert await fresh.refused("disclosure:standard", "complaints", by=fresh.consumer) == "DISCLOSURE_STANDARD_UNKNOWN"
    fresh.wait(101)
    assert (await fresh.submit(Standard, "disclosure:standard", "complaints", by=fresh.consumer)).version == "0001"


async def test_a_majority_of_all_members_decides_each_with_one_vote(founded: Supervised) -> None:
    proposed = await founded.propose("complaints", answer_s=1)
    assert proposed.version == "0002"
    await founded.vote(proposed, founded.platform)
    twice = await founded.refused("disclosure:vote", "complaints", "0002", True, by=founded.platform)
    assert twice == "DISCLOSURE_VOTED"
    ballot = await founded.vote(proposed, founded.rival, approves=False)
    assert (ballot.state, len(ballot.votes)) == (BallotState.OPEN, 2)
    ballot = await founded.vote(proposed, founded.officer, approves=False)
    assert ballot.state is BallotState.REJECTED
    closed = await founded.refused("disclosure:vote", "complaints", "0002", True, by=founded.regulator)
    assert closed == "DISCLOSURE_BALLOT_CLOSED"
    assert founded.held(Standard, "complaints", "0002").adopted_at is None


@pytest.mark.parametrize(
    ("approving", "opposing", "electorate", "state"),
    [
        (1, 0, 2, BallotState.OPEN),
        (2, 0, 2, BallotState.ADOPTED),
        (0, 1, 2, BallotState.REJECTED),
        (2, 1, 4, BallotState.OPEN),
        (3, 0, 4, BallotState.ADOPTED),
        (2, 2, 4, BallotState.REJECTED),
        (3, 2, 5, BallotState.ADOPTED),
        (2, 2, 5, BallotState.OPEN),
        (2, 3, 5, BallotState.REJECTED),
    ],
)
def test_more_than_half_of_all_members_adopt(
    approving: int, opposing: int, electorate: int, state: BallotState
) -> None:
    assert outcome(approving, opposing, electorate) is state


async def test_who_joins_later_does_not_vote_on_what_was_proposed(fresh: Supervised) -> None:
    await fresh.propose("complaints")
    await fresh.raw("disclosure:enrol", "PlatformAMSP", "Shop A", by=fresh.officer)
    late = await fresh.refused("disclosure:vote", "complaints", "0001", True, by=fresh.platform)
    assert late == "DISCLOSURE_VOTE_DENIED"


async def test_anybody_closes_a_ballot_whose_time_is_over_and_nobody_before(fresh: Supervised) -> None:
    proposed = await fresh.propose("complaints", votes_s=60)
    again = await fresh.refused("disclosure:propose", fresh.proposal("complaints"), by=fresh.officer)
    assert again == "DISCLOSURE_BALLOT_OPEN"
    early = await fresh.refused("disclosure:close_ballot", "complaints", "0001", by=fresh.consumer)
    assert early == "DISCLOSURE_NOT_DUE"
    fresh.wait(61)
    late = await fresh.refused("disclosure:vote", "complaints", "0001", True, by=fresh.officer)
    assert late == "DISCLOSURE_BALLOT_CLOSED"
    lapsed = await fresh.submit(Ballot, "disclosure:close_ballot", "complaints", "0001", by=fresh.consumer)
    assert (lapsed.state, lapsed.recorder) == (BallotState.LAPSED, proposed.recorder)
    assert (await fresh.propose("complaints")).version == "0002"


@pytest.mark.parametrize(
    ("role", "msp_id"),
    [
        ("officer", "PlatformAMSP"),
        ("officer", "RegulatorMSP"),
        ("regulator", "AssociationMSP"),
        ("regulator", "RegulatorMSP"),
        ("platform-officer", "PlatformAMSP"),
        ("consumer", "AssociationMSP"),
        ("", "AssociationMSP"),
    ],
)
async def test_nobody_but_an_officer_proposes_and_enrols(fresh: Supervised, role: str, msp_id: str) -> None:
    by = fresh.person(role, msp_id)
    denied = "DISCLOSURE_ROLE_DENIED"
    assert await fresh.refused("disclosure:propose", fresh.proposal("complaints"), by=by) == denied
    assert await fresh.refused("disclosure:enrol", "PlatformAMSP", "x", by=by) == denied


@pytest.mark.parametrize(
    ("role", "msp_id"),
    [("platform-officer", "AssociationMSP"), ("platform-officer", "RegulatorMSP"), ("consumer", "PlatformAMSP")],
)
async def test_votes_are_for_those_who_speak_for_their_organisation(
    founded: Supervised, role: str, msp_id: str
) -> None:
    await founded.propose("complaints")
    by = founded.person(role, msp_id)
    assert await founded.refused("disclosure:vote", "complaints", "0002", True, by=by) == "DISCLOSURE_ROLE_DENIED"


async def test_members_are_struck_off_by_the_regulator_and_can_come_back(founded: Supervised) -> None:
    denied = await founded.refused("disclosure:strike", "PlatformBMSP", by=founded.officer)
    assert denied == "DISCLOSURE_ROLE_DENIED"
    struck = await founded.submit(Member, "disclosure:strike", "PlatformBMSP", by=founded.regulator)
    assert struck.left_at is not None
    assert (struck.belongs(struck.since), struck.belongs(struck.left_at)) == (True, False)
    gone = await founded.refused("disclosure:strike", "PlatformBMSP", by=founded.regulator)
    assert gone == "DISCLOSURE_MEMBER_UNKNOWN"
    proposed = await founded.propose("complaints")
    ballot = founded.held(Ballot, "complaints", proposed.version)
    assert ballot.electorate == ("AssociationMSP", "RegulatorMSP", "PlatformAMSP")
    founded.wait(1)
    back = await founded.submit(Member, "disclosure:enrol", "PlatformBMSP", "Shop B", by=founded.officer)
    assert (back.left_at, back.since > struck.since) == (None, True)
    twice = await founded.refused("disclosure:enrol", "PlatformBMSP", "Shop B", by=founded.officer)
    assert twice == "DISCLOSURE_MEMBER_ENROLLED"
    own = await founded.refused("disclosure:enrol", "RegulatorMSP", "x", by=founded.officer)
    assert own == "DISCLOSURE_MEMBER"


async def test_what_is_no_standard_is_refused(fresh: Supervised) -> None:
    good = fresh.proposal("complaints")
    past = (fresh.ledger.clock.now() - timedelta(seconds=1)).isoformat()
    refusals: dict[str, list[dict[str, Any]]] = {
        "DISCLOSURE_STANDARD_DATES": [{"effective_from": past}, {"votes_until": past}],
        "DISCLOSURE_PARAMETER_RANGE": [{"parameters": {"answer_s": -1}}, {"parameters": {"answer_s": 10**9 + 1}}],
        "DISCLOSURE_STANDARD_NUMBERS": [{"parameters": {"answer_s": 1}}],
        "CHAINCODE_ARGUMENTS": [
            {"name": "Complaints"},
            {"name": "a\x00b"},
            {"parameters": {}},
            {"parameters": {"answer_s": "1"}},
            {"parameters": {"Answer": 1}},
            {"text_sha256": "x"},
            {"effective_from": "2030-01-01T00:00:00"},
            {"version": "0009"},
        ],
    }
    for code, wrongs in refusals.items():
        for wrong in wrongs:
            assert await fresh.refused("disclosure:propose", {**good, **wrong}, by=fresh.officer) == code, wrong


async def test_no_later_version_takes_effect_before_an_earlier_one(fresh: Supervised) -> None:
    await fresh.adopt("complaints", in_s=10_000)
    sooner = await fresh.refused("disclosure:propose", fresh.proposal("complaints", in_s=5), by=fresh.officer)
    assert sooner == "DISCLOSURE_STANDARD_DATES"


async def test_the_version_in_force_is_the_last_that_took_effect(founded: Supervised) -> None:
    before = founded.ledger.clock.now()
    new = await founded.adopt("complaints", answer_s=5)
    old = founded.held(Standard, "complaints", "0001")
    assert in_force([old, new], before) == old
    assert in_force([old, new], founded.ledger.clock.now()) == new
    assert in_force([old, new], old.effective_from - timedelta(days=1)) is None


async def test_of_two_votes_in_one_block_one_is_cast_again(founded: Supervised) -> None:
    proposed = await founded.propose("complaints")
    arguments = ("disclosure:vote", proposed.name, proposed.version, "true")
    votes = [await founded.ledger.endorse(by, *arguments) for by in (founded.officer, founded.regulator)]
    codes = [each.validation_code for each in await founded.ledger.commit(votes)]
    assert codes == ["VALID", "MVCC_READ_CONFLICT"]
    assert (await founded.vote(proposed, founded.regulator)).state is BallotState.OPEN


@pytest.mark.parametrize(
    ("name", "changed", "code"),
    [
        ("privacy", {"retention_days": 10**9}, "DISCLOSURE_PARAMETER_RANGE"),
        ("privacy", {"warrant_days_max": 0}, "DISCLOSURE_PARAMETER_RANGE"),
        ("disclosure", {"figures_months": 0}, "DISCLOSURE_PARAMETER_RANGE"),
        ("disclosure", {"figures_months": 5}, "DISCLOSURE_PARAMETER_RANGE"),
        ("disclosure", {"rules_months": None}, "DISCLOSURE_STANDARD_NUMBERS"),
        ("complaints", {"answer_s": None}, "DISCLOSURE_STANDARD_NUMBERS"),
        ("complaints", {"anser_s": 5}, "DISCLOSURE_STANDARD_NUMBERS"),
        ("sanctions", {"fine_currency": 1}, "DISCLOSURE_PARAMETER_RANGE"),
        ("sanctions", {"late_disclosure": -1}, "DISCLOSURE_PARAMETER_RANGE"),
        ("supervision", {"complaints_permille": 1_001}, "DISCLOSURE_PARAMETER_RANGE"),
        ("escrow", {"panel_quorum": 0}, "DISCLOSURE_PARAMETER_RANGE"),
        ("escrow", {"lost_bond_permille": None}, "DISCLOSURE_STANDARD_NUMBERS"),
        ("escrow", {"ship_min_s": 60, "ship_max_s": 59}, "DISCLOSURE_PARAMETER_RANGE"),
    ],
)
async def test_no_standard_is_proposed_by_which_nothing_could_be_done(
    fresh: Supervised, name: str, changed: dict[str, int | None], code: str
) -> None:
    told = {**parameters_of(name), **changed}
    parameters = {each: number for each, number in told.items() if number is not None}
    proposal = {**fresh.proposal(name), "parameters": parameters}
    assert await fresh.refused("disclosure:propose", proposal, by=fresh.officer) == code


async def test_the_first_standards_have_the_numbers_that_contracts_read_and_no_others(fresh: Supervised) -> None:
    assert {file.stem for file in STANDARDS.glob("*.json")} == NUMBERS.keys()
    for name, numbers in NUMBERS.items():
        assert parameters_of(name).keys() == numbers.keys() - (OPTIONAL - parameters_of(name).keys())
        assert (await fresh.propose(name)).version == "0001"


async def test_a_standard_that_no_contract_reads_has_the_numbers_that_it_likes(fresh: Supervised) -> None:
    proposal = {**fresh.proposal("complaints"), "name": "house-rules", "parameters": {"bees": 3, "wait_s": 0}}
    assert (await fresh.submit(Standard, "disclosure:propose", proposal, by=fresh.officer)).parameters["bees"] == 3
    endless = {**proposal, "parameters": {"wait_s": 10**9 + 1}}
    assert await fresh.refused("disclosure:propose", {**endless, "name": "home-rules"}, by=fresh.officer) == (
        "DISCLOSURE_PARAMETER_RANGE"
    )
