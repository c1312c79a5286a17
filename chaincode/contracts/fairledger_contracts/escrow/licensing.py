"""Licensing services: the association says who moves money in and out, carries parcels, and inspects."""

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, Field

from fairledger_chaincode import Context
from fairledger_chaincode.errors import NotFound, RuleBroken, WrongState
from fairledger_contracts.escrow.callers import one_of
from fairledger_contracts.records.licence import NAME_LENGTH_MAX
from fairledger_contracts.records.prose import PROSE
from fairledger_contracts.records.service_licence import GROUND_LENGTH_MAX, Keys, Licensee, ServiceLicence, Validity


class NewLicence(Licensee):
    """A licence as it is given; without ``valid_from`` it is in force at once."""

    name: Annotated[str, Field(min_length=1, max_length=NAME_LENGTH_MAX, pattern=PROSE)]
    keys: Keys
    valid_from: AwareDatetime | None = None


class LicenceEnd(Licensee):
    """Why a licence ends, and when; without ``valid_until`` at once."""

    ground: Annotated[str, Field(min_length=1, max_length=GROUND_LENGTH_MAX, pattern=PROSE)]
    valid_until: AwareDatetime | None = None


async def license_service(ctx: Context, new: NewLicence) -> ServiceLicence:
    """License a party, or change the name and keys of a licence that is in force, which takes back its end, too."""
    officer = one_of(ctx.caller, {"officer"}, "services are licensed")
    since = new.valid_from or ctx.time
    if since < ctx.time:
        raise RuleBroken("ESCROW_LICENCE_DATES", "a licence begins now or later")
    before = await _find(ctx, new)
    validities = _begun(before.validities if before else (), since, ctx.time)
    told = new.model_dump(exclude={"valid_from"})
    licence = ServiceLicence(**told, validities=validities, recorder=officer)
    if before is not None and licence == before.model_copy(update={"recorder": officer}):
        raise WrongState("ESCROW_LICENCE_HELD", "this party has this licence already, with these keys")
    await ctx.ledger.save(licence)
    return licence


async def end_licence(ctx: Context, end: LicenceEnd) -> ServiceLicence:
    """End a licence; what was done under it stays. An end that has not come can be told anew."""
    officer = one_of(ctx.caller, {"officer"}, "licences are ended")
    licence = await _find(ctx, end)
    if licence is None:
        raise NotFound("ESCROW_LICENCE_UNKNOWN", "this party has no licence for this service")
    *earlier, last = licence.validities
    if last.until is not None and last.until <= ctx.time:
        raise WrongState("ESCROW_LICENCE_OVER", f"the licence ended at {last.until.isoformat()}")
    until = end.valid_until or ctx.time
    if until < ctx.time:
        raise RuleBroken("ESCROW_LICENCE_DATES", "a licence ends now or later: what was done under it stays")
    ended = last.model_copy(update={"until": until, "ground": end.ground})
    over = licence.model_copy(update={"validities": (*earlier, ended), "recorder": officer})
    await ctx.ledger.save(over)
    return over


async def _find(ctx: Context, of: Licensee) -> ServiceLicence | None:
    return await ctx.ledger.find(ServiceLicence, of.service, of.msp_id, of.place)


def _begun(earlier: tuple[Validity, ...], since: datetime, now: datetime) -> tuple[Validity, ...]:
    """The validities of a licence that is given at ``now``; one that has not begun yet is replaced.

    Raises ``RuleBroken`` (ESCROW_LICENCE_DATES) where it would interrupt one that is in force.
    """
    if earlier and earlier[-1].holds(now):
        if since > now:
            raise RuleBroken("ESCROW_LICENCE_DATES", "the licence is in force already: name no date to change it")
        return (*earlier[:-1], Validity(since=earlier[-1].since))
    return (*(each for each in earlier if each.since <= now), Validity(since=since))
