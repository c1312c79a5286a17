"""Proposing standards, voting on them, and who the members are."""

from collections.abc import AsyncIterator
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from fairledger_chaincode import Context
from fairledger_chaincode.errors import NotAllowed, NotFound, RuleBroken, WrongState
from fairledger_contracts.disclosure.callers import (
    ASSOCIATION,
    MEMBERS,
    OFFICER,
    REGULATOR,
    REGULATORS,
    anyone,
    official,
)
from fairledger_contracts.records.anchor import Sha256
from fairledger_contracts.records.ballot import Ballot, BallotState, Vote, outcome
from fairledger_contracts.records.member import Member
from fairledger_contracts.records.prose import PROSE
from fairledger_contracts.records.signatory import Signatory
from fairledger_contracts.records.standard import PARAMETER_MAX, ParameterName, Standard, StandardName
from fairledger_contracts.records.standard_numbers import check_numbers

PARAMETERS_MAX = 200
VERSIONS_MAX = 9_999


class NewStandard(BaseModel):
    """A version as it is proposed. It takes effect at ``effective_from`` if it is adopted by then, else when it is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: StandardName
    title: Annotated[str, Field(min_length=1, max_length=200, pattern=PROSE)]
    text_sha256: Sha256
    parameters: Annotated[
        dict[ParameterName, Annotated[int, Field(strict=True, ge=-PARAMETER_MAX, le=PARAMETER_MAX)]],
        Field(min_length=1, max_length=PARAMETERS_MAX),
    ]
    effective_from: AwareDatetime
    votes_until: AwareDatetime


async def enrol(ctx: Context, msp_id: str, name: str) -> Member:
    """Make a platform a member. Raises ``NotAllowed``, ``RuleBroken`` (DISCLOSURE_MEMBER), ``WrongState`` (…)."""
    officer = official(ctx, {OFFICER}, "members are enrolled")
    if msp_id in (ASSOCIATION, REGULATOR):
        raise RuleBroken("DISCLOSURE_MEMBER", "association and regulator are members by themselves")
    known = await ctx.ledger.find(Member, msp_id)
    if known is not None and known.belongs(ctx.time):
        raise WrongState("DISCLOSURE_MEMBER_ENROLLED", f"{msp_id} is a member since {known.since.isoformat()}")
    member = Member(
        msp_id=msp_id,
        name=name,
        since=ctx.time,
        recorder=known.recorder if known else officer,
        changed_by=officer if known else None,
    )
    await ctx.ledger.save(member)
    return member


async def strike(ctx: Context, msp_id: str) -> Member:
    """End a membership, as the regulator: who counts votes does not choose the voters.

    Raises ``NotAllowed``, ``NotFound`` (DISCLOSURE_MEMBER_UNKNOWN).
    """
    regulator = official(ctx, {REGULATORS}, "members are struck off")
    known = await ctx.ledger.find(Member, msp_id)
    if known is None or not known.belongs(ctx.time):
        raise NotFound("DISCLOSURE_MEMBER_UNKNOWN", f"{msp_id} is no member")
    struck = known.model_copy(update={"left_at": ctx.time, "changed_by": regulator})
    await ctx.ledger.save(struck)
    return struck


async def propose(ctx: Context, proposed: NewStandard) -> Standard:
    """Propose the next version.

    Raises ``NotAllowed``, ``RuleBroken`` (DISCLOSURE_STANDARD_DATES, …), ``WrongState``, and as ``check_numbers``.

    The name's last version must be decided, and no later one takes effect before an earlier one.
    """
    officer = official(ctx, {OFFICER}, "standards are proposed")
    earlier = [each async for each in ctx.ledger.range(Standard, proposed.name)]
    _check_dates(ctx, proposed, earlier)
    check_numbers(proposed.name, proposed.parameters)
    await _check_last(ctx, earlier)
    standard = Standard(
        **proposed.model_dump(exclude={"votes_until"}),
        version=f"{len(earlier) + 1:04}",
        proposed_at=ctx.time,
        recorder=officer,
    )
    electorate = (ASSOCIATION, REGULATOR, *[each.msp_id async for each in _members(ctx)])
    ballot = Ballot(
        name=standard.name,
        version=standard.version,
        electorate=electorate,
        closes_at=proposed.votes_until,
        state=BallotState.OPEN,
        recorder=officer,
    )
    await ctx.ledger.save(standard)
    await ctx.ledger.save(ballot)
    return standard


async def vote(ctx: Context, name: str, version: str, *, approves: bool) -> Ballot:
    """Cast the vote of the caller's organisation; the one that makes the majority adopts the version.

    Raises ``NotAllowed`` (DISCLOSURE_ROLE_DENIED, DISCLOSURE_VOTE_DENIED), ``NotFound`` (DISCLOSURE_BALLOT_UNKNOWN),
    ``WrongState`` (DISCLOSURE_BALLOT_CLOSED, DISCLOSURE_VOTED).
    """
    voter = official(ctx, MEMBERS, "votes are cast")
    ballot = await _open_ballot(ctx, name, version)
    if ctx.time >= ballot.closes_at:
        raise WrongState("DISCLOSURE_BALLOT_CLOSED", f"votes were taken until {ballot.closes_at.isoformat()}")
    if voter.msp_id not in ballot.electorate:
        raise NotAllowed("DISCLOSURE_VOTE_DENIED", f"{voter.msp_id} was no member when this was proposed")
    if any(cast.by.msp_id == voter.msp_id for cast in ballot.votes):
        raise WrongState("DISCLOSURE_VOTED", f"{voter.msp_id} has voted on this version")
    votes = (*ballot.votes, Vote(approves=approves, at=ctx.time, by=voter))
    approving = sum(cast.approves for cast in votes)
    state = outcome(approving, len(votes) - approving, len(ballot.electorate))
    decided = None if state is BallotState.OPEN else ctx.time
    after = ballot.model_copy(update={"votes": votes, "state": state, "decided_at": decided, "changed_by": voter})
    await ctx.ledger.save(after)
    if state is BallotState.ADOPTED:
        await _adopt(ctx, name, version, voter)
    return after


async def close(ctx: Context, name: str, version: str) -> Ballot:
    """Let a ballot lapse whose time is over; anyone may. Raises ``NotFound``, ``WrongState`` (DISCLOSURE_NOT_DUE)."""
    ballot = await _open_ballot(ctx, name, version)
    if ctx.time < ballot.closes_at:
        raise WrongState("DISCLOSURE_NOT_DUE", f"votes are taken until {ballot.closes_at.isoformat()}")
    lapsed = {"state": BallotState.LAPSED, "decided_at": ctx.time, "changed_by": anyone(ctx)}
    after = ballot.model_copy(update=lapsed)
    await ctx.ledger.save(after)
    return after


async def _adopt(ctx: Context, name: str, version: str, voter: Signatory) -> None:
    standard = await ctx.ledger.load(Standard, name, version)
    await ctx.ledger.save(standard.model_copy(update={"adopted_at": ctx.time, "adopted_by": voter}))


async def _open_ballot(ctx: Context, name: str, version: str) -> Ballot:
    ballot = await ctx.ledger.find(Ballot, name, version)
    if ballot is None:
        raise NotFound("DISCLOSURE_BALLOT_UNKNOWN", "no version of a standard has this name and number")
    if ballot.state is not BallotState.OPEN:
        raise WrongState("DISCLOSURE_BALLOT_CLOSED", f"this version was {ballot.state}")
    return ballot


async def _members(ctx: Context) -> AsyncIterator[Member]:
    async for member in ctx.ledger.range(Member):
        if member.belongs(ctx.time):
            yield member


async def _check_last(ctx: Context, earlier: list[Standard]) -> None:
    if not earlier:
        return
    last = await ctx.ledger.load(Ballot, earlier[-1].name, earlier[-1].version)
    if last.state is BallotState.OPEN:
        raise WrongState("DISCLOSURE_BALLOT_OPEN", f"version {last.version} is still voted on")
    if len(earlier) >= VERSIONS_MAX:
        raise RuleBroken("DISCLOSURE_STANDARD_VERSIONS", f"a standard has at most {VERSIONS_MAX} versions")


def _check_dates(ctx: Context, proposed: NewStandard, earlier: list[Standard]) -> None:
    if proposed.effective_from < ctx.time or proposed.votes_until <= ctx.time:
        raise RuleBroken("DISCLOSURE_STANDARD_DATES", "a standard takes effect, and is voted on, in the future")
    latest = max((each.effective_from for each in earlier if each.adopted_at), default=proposed.effective_from)
    if proposed.effective_from < latest:
        raise RuleBroken("DISCLOSURE_STANDARD_DATES", f"an earlier version takes effect at {latest.isoformat()}")
