"""Filing what must be public, reviewing it, and finding it late."""

from collections.abc import Sequence
from datetime import datetime

from fairledger_chaincode import Context
from fairledger_chaincode.errors import NotAllowed, NotFound, RuleBroken, WrongState
from fairledger_contracts.disclosure.callers import OFFICER, PLATFORM_OFFICER, anyone, official
from fairledger_contracts.disclosure.periods import begins, due_at, opens_at
from fairledger_contracts.records.anchor import DocumentDescription
from fairledger_contracts.records.disclosure import (
    ATTACHMENTS_MAX,
    STANDARD,
    Disclosure,
    DisclosureState,
    LicenceFacts,
    Opinion,
    Published,
    Review,
    Subject,
)
from fairledger_contracts.records.member import Member
from fairledger_contracts.records.standard import Standard, standard_in_force

OPEN_TO_FILING = frozenset({DisclosureState.MISSING, DisclosureState.REJECTED})


async def file(
    ctx: Context, period: str, published: Published, attachments: Sequence[DocumentDescription]
) -> Disclosure:
    """Publish for the caller's platform. One that is filed or accepted already is not replaced.

    Raises ``NotAllowed`` (DISCLOSURE_ROLE_DENIED, DISCLOSURE_MEMBER_DENIED), ``WrongState`` (DISCLOSURE_FILED,
    DISCLOSURE_TOO_EARLY where the period has not ended or begun), ``RuleBroken`` (DISCLOSURE_PERIOD,
    DISCLOSURE_ATTACHMENTS, DISCLOSURE_LICENCE_EXPIRED), ``NotFound`` (DISCLOSURE_STANDARD_UNKNOWN).
    """
    officer = official(ctx, {PLATFORM_OFFICER}, "disclosures are filed")
    if len(attachments) > ATTACHMENTS_MAX:
        raise RuleBroken("DISCLOSURE_ATTACHMENTS", f"attach at most {ATTACHMENTS_MAX} documents")
    if isinstance(published, LicenceFacts) and published.valid_until < ctx.time.date():
        raise RuleBroken("DISCLOSURE_LICENCE_EXPIRED", f"the licence was valid until {published.valid_until}")
    member = await _member(ctx, officer.msp_id)
    known = await ctx.ledger.find(Disclosure, member.msp_id, published.subject, period)
    if known is not None and known.state not in OPEN_TO_FILING:
        raise WrongState("DISCLOSURE_FILED", f"this disclosure is {known.state}")
    standard = await _standard_of(ctx, period)
    due = known.due_at if known else due_at(standard, published.subject, period)
    opens = opens_at(standard, published.subject, period)
    if ctx.time < opens:
        raise WrongState("DISCLOSURE_TOO_EARLY", f"this can be disclosed from {opens.isoformat()} on")
    filed = Disclosure(
        msp_id=member.msp_id,
        subject=published.subject,
        period=period,
        state=DisclosureState.FILED,
        standard=standard.reference,
        due_at=due,
        published=published,
        attachments=tuple(attachments),
        filed_at=ctx.time,
        filings=known.filings + 1 if known else 1,
        review_until=standard.deadline("review_s", ctx.time),
        review=known.review if known else None,
        late_at=_late(known, due, ctx),
        recorder=known.recorder if known else officer,
        changed_by=officer if known else None,
    )
    await ctx.ledger.save(filed)
    return filed


async def review(ctx: Context, msp_id: str, subject: Subject, period: str, opinion: Opinion) -> Disclosure:
    """Accept, or reject in time with reasons and time to mend; an officer does.

    Raises ``NotAllowed``, ``NotFound`` (DISCLOSURE_UNKNOWN), ``WrongState`` (DISCLOSURE_NOT_FILED, DISCLOSURE_TOO_LATE
    from the moment on when anybody may have it accepted), ``RuleBroken`` (DISCLOSURE_REASONS).
    """
    officer = official(ctx, {OFFICER}, "disclosures are reviewed")
    filed = await _filed(ctx, msp_id, subject, period)
    if not opinion.accepted and not opinion.reasons:
        raise RuleBroken("DISCLOSURE_REASONS", "say why it is rejected, and what has to be mended")
    if not opinion.accepted and filed.review_until is not None and ctx.time >= filed.review_until:
        raise WrongState("DISCLOSURE_TOO_LATE", "it was not reviewed in time, and is accepted")
    due = filed.due_at if opinion.accepted else (await _standard_of(ctx, period)).deadline("mend_s", ctx.time)
    update = {
        "state": DisclosureState.ACCEPTED if opinion.accepted else DisclosureState.REJECTED,
        "review": Review(**opinion.model_dump(), at=ctx.time, by=officer),
        "review_until": None,
        "due_at": due,
        "changed_by": officer,
    }
    return await _saved(ctx, filed.model_copy(update=update))


async def accept_unreviewed(ctx: Context, msp_id: str, subject: Subject, period: str) -> Disclosure:
    """Accept what the association did not review in time; anyone may.

    Raises ``NotFound``, ``WrongState`` (DISCLOSURE_NOT_FILED, DISCLOSURE_NOT_DUE).
    """
    filed = await _filed(ctx, msp_id, subject, period)
    if filed.review_until is None or ctx.time < filed.review_until:
        raise WrongState("DISCLOSURE_NOT_DUE", "the association still has time to review it")
    update = {
        "state": DisclosureState.ACCEPTED,
        "review": Review(accepted=True, reasons="", at=ctx.time, by=None),
        "review_until": None,
        "changed_by": anyone(ctx),
    }
    return await _saved(ctx, filed.model_copy(update=update))


async def late(ctx: Context, msp_id: str, subject: Subject, period: str) -> Disclosure:
    """Find a disclosure late; anyone may, once it is due.

    Raises ``NotFound`` (DISCLOSURE_MEMBER_UNKNOWN), ``WrongState`` (DISCLOSURE_NOT_DUE, DISCLOSURE_FILED,
    DISCLOSURE_LATE_ALREADY), ``RuleBroken`` (DISCLOSURE_PERIOD, and DISCLOSURE_NOT_OWED where the
    platform was no member on the day, or the standard not in force yet).
    """
    finder = anyone(ctx)
    member = await ctx.ledger.find(Member, msp_id)
    if member is None:
        raise NotFound("DISCLOSURE_MEMBER_UNKNOWN", f"{msp_id} is no member")
    known = await ctx.ledger.find(Disclosure, msp_id, subject, period)
    if known is not None and known.state not in OPEN_TO_FILING:
        raise WrongState("DISCLOSURE_FILED", f"this disclosure is {known.state}")
    if known is not None and known.state is DisclosureState.MISSING:
        raise WrongState("DISCLOSURE_LATE_ALREADY", "that it is late is on the ledger already")
    standard = await _standard_of(ctx, period)
    due = known.due_at if known else due_at(standard, subject, period)
    if ctx.time <= due:
        raise WrongState("DISCLOSURE_NOT_DUE", f"it is due on {due.isoformat()}")
    if not known and not (member.belongs(due) and standard.counts(due)):
        raise RuleBroken("DISCLOSURE_NOT_OWED", "on that day the platform was no member, or no standard asked for it")
    if known is not None:
        found = {"state": DisclosureState.MISSING, "late_at": known.late_at or ctx.time, "changed_by": finder}
        return await _saved(ctx, known.model_copy(update=found))
    missing = Disclosure(
        msp_id=msp_id,
        subject=subject,
        period=period,
        state=DisclosureState.MISSING,
        standard=standard.reference,
        due_at=due,
        late_at=ctx.time,
        recorder=finder,
    )
    return await _saved(ctx, missing)


async def _standard_of(ctx: Context, period: str) -> Standard:
    """The standard in force when the period began; for what began before there was one, the first."""
    versions = [each async for each in ctx.ledger.range(Standard, STANDARD)]
    first = min((each.starts for each in versions if each.starts is not None), default=ctx.time)
    return await standard_in_force(ctx, STANDARD, max(begins(period), first))


async def _member(ctx: Context, msp_id: str) -> Member:
    member = await ctx.ledger.find(Member, msp_id)
    if member is None or not member.belongs(ctx.time):
        raise NotAllowed("DISCLOSURE_MEMBER_DENIED", f"{msp_id} is no member; ask the association")
    return member


async def _filed(ctx: Context, msp_id: str, subject: Subject, period: str) -> Disclosure:
    known = await ctx.ledger.find(Disclosure, msp_id, subject, period)
    if known is None:
        raise NotFound("DISCLOSURE_UNKNOWN", "nothing is disclosed for this platform, subject and period")
    if known.state is not DisclosureState.FILED:
        raise WrongState("DISCLOSURE_NOT_FILED", f"this disclosure is {known.state}")
    return known


def _late(known: Disclosure | None, due: datetime, ctx: Context) -> datetime | None:
    if known is not None and known.late_at is not None:
        return known.late_at
    return ctx.time if ctx.time > due else None


async def _saved(ctx: Context, disclosure: Disclosure) -> Disclosure:
    await ctx.ledger.save(disclosure)
    return disclosure
