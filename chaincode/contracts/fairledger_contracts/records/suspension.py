"""Suspensions: platforms that may open no new orders until a moment."""

from datetime import datetime

from fairledger_chaincode import Context
from fairledger_chaincode.record import Record
from fairledger_contracts.records.signatory import Signatory


class Suspension(Record, kind="disclosure-suspension", key=("msp_id",)):
    """The last suspension of a platform; ``until`` is missing where its end is open."""

    msp_id: str
    since: datetime
    until: datetime | None = None
    recorder: Signatory

    def holds(self, moment: datetime) -> bool:
        """Whether the platform is suspended then; it no longer is at ``until`` itself."""
        return self.since <= moment and (self.until is None or moment < self.until)


async def is_suspended(ctx: Context, msp_id: str) -> bool:
    """Whether a platform is suspended at the transaction's time."""
    found = await ctx.ledger.find(Suspension, msp_id)
    return found is not None and found.holds(ctx.time)
