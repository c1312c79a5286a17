"""Suspensions: a platform under one opens no new orders; orders under way finish."""

from datetime import datetime

from fairledger_chaincode import Context
from fairledger_chaincode.record import Record
from fairledger_contracts.records.signatory import Signatory


class Suspension(Record, kind="disclosure-suspension", key=("msp_id",)):
    """A platform's last suspension. ``until`` is missing where no end is set; ``recorder`` signed its last change."""

    msp_id: str
    since: datetime
    until: datetime | None = None
    recorder: Signatory

    def holds(self, at: datetime) -> bool:
        """Whether the platform is suspended at a moment; at ``until`` it no longer is."""
        return self.since <= at and (self.until is None or at < self.until)


async def is_suspended(ctx: Context, msp_id: str) -> bool:
    """Whether a platform is suspended at the transaction's time."""
    found = await ctx.ledger.find(Suspension, msp_id)
    return found is not None and found.holds(ctx.time)
