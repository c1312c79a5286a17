"""Counting scans of tags."""

from collections.abc import Sequence

from fairledger_chaincode import Context
from fairledger_chaincode.errors import RuleBroken
from fairledger_contracts.records.item_id import canonical_item
from fairledger_contracts.records.scan_count import COUNTS_MAX, DAYS_OLD_MAX, ScanCount, Scans
from fairledger_contracts.trace.callers import ROLE_OF_SERVICES, signatory


async def count(ctx: Context, counted: Sequence[Scans]) -> int:
    """Write what a service counted; returns how many scans. Raises ``NotAllowed``, ``RuleBroken`` (TRACE_SCANS)."""
    service = signatory(ctx.caller, {ROLE_OF_SERVICES}, "scans are counted")
    if not 1 <= len(counted) <= COUNTS_MAX:
        raise RuleBroken("TRACE_SCANS", f"report between 1 and {COUNTS_MAX} counts")
    today = ctx.time.date()
    for position, each in enumerate(counted):
        if not -1 <= (today - each.day).days <= DAYS_OLD_MAX:
            raise RuleBroken("TRACE_SCANS", f"{each.day} is not among the last {DAYS_OLD_MAX} days")
        await ctx.ledger.save(
            ScanCount(
                item=canonical_item(each.item).id,
                id=f"{ctx.tx_id}:{position}",
                day=each.day,
                area=each.area,
                count=each.count,
                recorder=service,
            )
        )
    return sum(each.count for each in counted)
