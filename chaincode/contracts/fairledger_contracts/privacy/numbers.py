"""The numbers that the standard ``privacy`` sets.

Where none is in force there is none to keep: no duty to retain personal data, and no shorter bound for warrants.
"""

from datetime import datetime, timedelta

from fairledger_chaincode import Context
from fairledger_contracts.records.standard import Standard, in_force
from fairledger_contracts.records.standard_numbers import PRIVACY
from fairledger_contracts.records.warrant import LENGTH_MAX

RETENTION_DAYS = "retention_days"  # how long the law makes a platform keep the data of an order
WARRANT_DAYS_MAX = "warrant_days_max"


async def retained_until(ctx: Context, published_at: datetime) -> datetime:
    """Until when an order's personal data must be kept, by the standard in force when it was published."""
    return published_at + timedelta(days=await _number(ctx, RETENTION_DAYS, published_at, 0))


async def warrant_length_max(ctx: Context) -> timedelta:
    """How long a warrant that is made now may last."""
    return timedelta(days=await _number(ctx, WARRANT_DAYS_MAX, ctx.time, LENGTH_MAX.days))


async def _number(ctx: Context, name: str, at: datetime, without: int) -> int:
    standard = in_force([each async for each in ctx.ledger.range(Standard, PRIVACY)], at)
    return without if standard is None else standard.parameter(name)
