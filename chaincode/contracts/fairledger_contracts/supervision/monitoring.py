"""The monitoring list and anomalies on the ledger."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from fairledger_chaincode import Context
from fairledger_chaincode.errors import NotAllowed, NotFound, RuleBroken, WrongState
from fairledger_contracts.disclosure.callers import AUTHORITIES, REGULATORS, ROLE_OF_SERVICES, anyone, official
from fairledger_contracts.records.anchor import Sha256
from fairledger_contracts.records.monitoring import (
    EVIDENCE_MAX,
    LISTING_RULES,
    REASON_LENGTH_MAX,
    STANDARD,
    Anomaly,
    AnomalyKind,
    Count,
    Listing,
    Monitored,
    Subject,
)
from fairledger_contracts.records.prose import PROSE_OR_NOTHING
from fairledger_contracts.records.signatory import Signatory
from fairledger_contracts.records.standard import ParameterName, standard_in_force

Reason = Annotated[str, Field(max_length=REASON_LENGTH_MAX, pattern=PROSE_OR_NOTHING)]
WATCHERS = frozenset({ROLE_OF_SERVICES, REGULATORS})


class NewListing(BaseModel):
    """Whom to monitor, by which rule of the standard, on what ground (ids of records)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    subject: Subject
    rule: ParameterName
    ground: Annotated[str, Field(pattern=r"^[!-~ ]{1,300}$")]


class NewAnomaly(BaseModel):
    """What was observed of a platform or node, with the hashes of the evidence."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    subject: Subject
    name: AnomalyKind
    observed: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")], Count]
    evidence: Annotated[tuple[Sha256, ...], Field(max_length=EVIDENCE_MAX)] = ()


async def enlist(ctx: Context, new: NewListing) -> Listing:
    """Put on the list, as an authority; nobody is on it twice.

    Raises ``NotAllowed``, ``NotFound`` (SUPERVISION_RULE_UNKNOWN), ``WrongState`` (SUPERVISION_LISTING_OPEN).
    """
    by = official(ctx, AUTHORITIES, "the monitoring list is kept")
    if new.rule not in LISTING_RULES:
        raise NotFound("SUPERVISION_RULE_UNKNOWN", f"the rules are {', '.join(LISTING_RULES)}")
    before = await ctx.ledger.find(Monitored, new.subject)
    if before is not None:
        raise WrongState("SUPERVISION_LISTING_OPEN", f"entry {before.listing} is in force: confirm that one")
    standard = await standard_in_force(ctx, STANDARD, ctx.time)
    listing = Listing(
        **new.model_dump(),
        id=ctx.tx_id,
        standard=standard.reference,
        since=ctx.time,
        review_at=standard.deadline("listing_s", ctx.time),
        recorder=by,
    )
    await ctx.ledger.save(listing)
    await ctx.ledger.save(Monitored(subject=new.subject, listing=listing.id, recorder=by))
    return listing


async def confirm(ctx: Context, listing_id: str) -> Listing:
    """Keep it on the list until the next review. Raises ``NotAllowed``, ``NotFound``, ``WrongState``."""
    by = official(ctx, AUTHORITIES, "the monitoring list is kept")
    listing = await _listed(ctx, listing_id)
    standard = await standard_in_force(ctx, STANDARD, ctx.time)
    return await _saved(ctx, listing, review_at=standard.deadline("listing_s", ctx.time), changed_by=by)


async def delist(ctx: Context, listing_id: str, reason: str) -> Listing:
    """Take off the list: an authority may at any time and says why, anyone once the review is overdue.

    Raises ``NotAllowed``, ``NotFound`` (SUPERVISION_LISTING_UNKNOWN), ``WrongState`` (SUPERVISION_LISTING_STATE),
    ``RuleBroken`` (SUPERVISION_REASON: one is missing, or that time is over is the reason).
    """
    listing = await _listed(ctx, listing_id)
    overdue = ctx.time > listing.review_at
    by = anyone(ctx) if overdue else official(ctx, AUTHORITIES, "the monitoring list is kept")
    if overdue is bool(reason.strip()):
        told = "its review is overdue: give no other reason" if overdue else "say why it is removed"
        raise RuleBroken("SUPERVISION_REASON", told)
    await ctx.ledger.delete(await ctx.ledger.load(Monitored, listing.subject))
    return await _saved(ctx, listing, removed_at=ctx.time, reason=reason, changed_by=by)


async def observe(ctx: Context, new: NewAnomaly) -> Anomaly:
    """Record an anomaly, as a service or the regulator; one that is open already is recorded once.

    Raises ``NotAllowed``, ``WrongState`` (SUPERVISION_ANOMALY_OPEN).
    """
    by = official(ctx, WATCHERS, "anomalies are recorded")
    before = await ctx.ledger.find(Anomaly, new.subject, new.name.value)
    if before is not None and before.cleared_at is None:
        raise WrongState("SUPERVISION_ANOMALY_OPEN", f"it is on record since {before.since.isoformat()}")
    anomaly = Anomaly(
        **{**new.model_dump(), "name": new.name.value},
        since=ctx.time,
        times=before.times + 1 if before else 1,
        recorder=before.recorder if before else by,
        changed_by=by if before else None,
    )
    await ctx.ledger.save(anomaly)
    return anomaly


async def clear(ctx: Context, subject: str, name: AnomalyKind) -> Anomaly:
    """Record that an anomaly is over: the regulator does, or the organisation that recorded it, of others.

    Raises ``NotAllowed`` (SUPERVISION_ROLE_DENIED, SUPERVISION_ANOMALY_DENIED), ``NotFound``
    (SUPERVISION_ANOMALY_UNKNOWN).
    """
    by = official(ctx, WATCHERS, "anomalies are cleared")
    anomaly = await ctx.ledger.find(Anomaly, subject, name.value)
    if anomaly is None or anomaly.cleared_at is not None:
        raise NotFound("SUPERVISION_ANOMALY_UNKNOWN", "no such anomaly is open")
    is_recorder = by.msp_id == anomaly.observer.msp_id
    if _is_of(by, subject) or not (by.role == REGULATORS or is_recorder):
        raise NotAllowed("SUPERVISION_ANOMALY_DENIED", "the regulator clears it, or who recorded it of somebody else")
    cleared = anomaly.model_copy(update={"cleared_at": ctx.time, "changed_by": by})
    await ctx.ledger.save(cleared)
    return cleared


def _is_of(person: Signatory, subject: str) -> bool:
    """Whether a platform or node is of the person's organisation, whose MSP is its name and ``MSP``."""
    _, _, name = subject.partition(":")
    return person.msp_id in (name, f"{name}MSP")


async def _listed(ctx: Context, listing_id: str) -> Listing:
    listing = await ctx.ledger.find(Listing, listing_id)
    if listing is None:
        raise NotFound("SUPERVISION_LISTING_UNKNOWN", "no entry of the monitoring list has this id")
    if listing.removed_at is not None:
        raise WrongState("SUPERVISION_LISTING_STATE", f"it was removed at {listing.removed_at.isoformat()}")
    return listing


async def _saved(ctx: Context, listing: Listing, **changes: object) -> Listing:
    after = listing.model_copy(update=changes)
    await ctx.ledger.save(after)
    return after
