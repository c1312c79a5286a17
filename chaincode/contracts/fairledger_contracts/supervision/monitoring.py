"""The monitoring list and anomalies on the ledger."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from fairledger_chaincode import Context
from fairledger_chaincode.errors import NotFound, WrongState
from fairledger_contracts.disclosure.callers import AUTHORITIES, REGULATORS, ROLE_OF_SERVICES, anyone, official
from fairledger_contracts.records.anchor import Sha256
from fairledger_contracts.records.monitoring import (
    EVIDENCE_MAX,
    STANDARD,
    Anomaly,
    AnomalyKind,
    Count,
    Listing,
    Subject,
)
from fairledger_contracts.records.standard import ParameterName, standard_in_force

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
    """Put on the list, as an authority. Raises ``NotAllowed``, ``NotFound`` (DISCLOSURE_PARAMETER_UNKNOWN)."""
    by = official(ctx, AUTHORITIES, "the monitoring list is kept")
    standard = await standard_in_force(ctx, STANDARD, ctx.time)
    standard.parameter(new.rule)
    listing = Listing(
        **new.model_dump(),
        id=ctx.tx_id,
        standard=standard.reference,
        since=ctx.time,
        review_at=standard.deadline("listing_s", ctx.time),
        recorder=by,
    )
    await ctx.ledger.save(listing)
    return listing


async def confirm(ctx: Context, listing_id: str) -> Listing:
    """Keep it on the list until the next review. Raises ``NotAllowed``, ``NotFound``, ``WrongState``."""
    by = official(ctx, AUTHORITIES, "the monitoring list is kept")
    listing = await _listed(ctx, listing_id)
    standard = await standard_in_force(ctx, STANDARD, ctx.time)
    return await _saved(ctx, listing, review_at=standard.deadline("listing_s", ctx.time), changed_by=by)


async def delist(ctx: Context, listing_id: str) -> Listing:
    """Take off the list: an authority may at any time, anyone once the review is overdue.

    Raises ``NotAllowed``, ``NotFound`` (SUPERVISION_LISTING_UNKNOWN), ``WrongState`` (SUPERVISION_LISTING_STATE).
    """
    listing = await _listed(ctx, listing_id)
    overdue = ctx.time > listing.review_at
    by = anyone(ctx) if overdue else official(ctx, AUTHORITIES, "the monitoring list is kept")
    return await _saved(ctx, listing, removed_at=ctx.time, changed_by=by)


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
    """Record that an anomaly is over. Raises ``NotAllowed``, ``NotFound`` (SUPERVISION_ANOMALY_UNKNOWN)."""
    by = official(ctx, WATCHERS, "anomalies are cleared")
    anomaly = await ctx.ledger.find(Anomaly, subject, name.value)
    if anomaly is None or anomaly.cleared_at is not None:
        raise NotFound("SUPERVISION_ANOMALY_UNKNOWN", "no such anomaly is open")
    cleared = anomaly.model_copy(update={"cleared_at": ctx.time, "changed_by": by})
    await ctx.ledger.save(cleared)
    return cleared


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
