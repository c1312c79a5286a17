"""Making, confirming and ending warrants."""

from datetime import timedelta

from fairledger_chaincode import Context
from fairledger_chaincode.errors import NotAllowed, NotFound, RuleBroken, WrongState
from fairledger_contracts.privacy.callers import regulator
from fairledger_contracts.privacy.numbers import warrant_length_max
from fairledger_contracts.records.warrant import LENGTH_MAX, Warrant, WarrantTerms


async def make(ctx: Context, terms: WarrantTerms) -> Warrant:
    """A warrant that is not in force yet. Raises ``NotAllowed``, ``RuleBroken`` (PRIVACY_WARRANT_TIME, …_FIELDS)."""
    officer = regulator(ctx.caller)
    longest = min(await warrant_length_max(ctx), LENGTH_MAX)
    if not timedelta() < terms.valid_until - terms.valid_from <= longest:
        raise RuleBroken("PRIVACY_WARRANT_TIME", f"a warrant ends after it begins, within {longest.days} days")
    if terms.valid_from > ctx.time + LENGTH_MAX:  # until a warrant is over, the person is told nothing of it
        raise RuleBroken("PRIVACY_WARRANT_TIME", f"a warrant begins within {LENGTH_MAX.days} days")
    if terms.valid_until <= ctx.time:
        raise RuleBroken("PRIVACY_WARRANT_TIME", "the warrant would be over before it is made")
    if len(set(terms.fields)) != len(terms.fields):
        raise RuleBroken("PRIVACY_WARRANT_FIELDS", "name each field once")
    warrant = Warrant(id=ctx.tx_id, terms=terms, made_at=ctx.time, recorder=officer)
    await ctx.ledger.save(warrant)
    return warrant


async def confirm(ctx: Context, warrant_id: str) -> Warrant:
    """Confirm another officer's warrant.

    Raises ``NotAllowed`` (PRIVACY_ROLE_DENIED, PRIVACY_WARRANT_OWN), ``NotFound``, ``WrongState``
    (PRIVACY_WARRANT_CONFIRMED, PRIVACY_WARRANT_ENDED, PRIVACY_WARRANT_EXPIRED).
    """
    officer = regulator(ctx.caller)
    warrant = await load(ctx, warrant_id)
    if warrant.ended_at is not None:
        raise WrongState("PRIVACY_WARRANT_ENDED", "the warrant was ended")
    if warrant.confirmed_at is not None:
        raise WrongState("PRIVACY_WARRANT_CONFIRMED", "the warrant is confirmed already")
    if warrant.over_at(ctx.time):
        raise WrongState("PRIVACY_WARRANT_EXPIRED", "the warrant is over: make another")
    if officer.id == warrant.recorder.id:
        raise NotAllowed("PRIVACY_WARRANT_OWN", "a warrant is confirmed by another officer than the one who made it")
    confirmed = warrant.model_copy(update={"confirmed_at": ctx.time, "confirmed_by": officer})
    await ctx.ledger.save(confirmed)
    return confirmed


async def end(ctx: Context, warrant_id: str) -> Warrant:
    """End a warrant before its time; any officer of the regulator may.

    Raises ``NotAllowed``, ``NotFound``, ``WrongState`` (PRIVACY_WARRANT_ENDED).
    """
    officer = regulator(ctx.caller)
    warrant = await load(ctx, warrant_id)
    if warrant.ended_at is not None:
        raise WrongState("PRIVACY_WARRANT_ENDED", "the warrant was ended already")
    ended = warrant.model_copy(update={"ended_at": ctx.time, "ended_by": officer})
    await ctx.ledger.save(ended)
    return ended


async def load(ctx: Context, warrant_id: str) -> Warrant:
    """A warrant. Raises ``NotFound`` (PRIVACY_WARRANT_UNKNOWN)."""
    found = await ctx.ledger.find(Warrant, warrant_id)
    if found is None:
        raise NotFound("PRIVACY_WARRANT_UNKNOWN", "no warrant has this id")
    return found
