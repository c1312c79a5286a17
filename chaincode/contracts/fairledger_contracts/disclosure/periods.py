"""When what is due: periods begin with a month, last as the standard says, and are due a time after they began."""

from datetime import UTC, datetime, timedelta

from fairledger_chaincode.errors import RuleBroken
from fairledger_contracts.records.disclosure import Subject
from fairledger_contracts.records.standard import Standard

MONTHS_A_YEAR = 12


def begins(period: str) -> datetime:
    """The first moment of a period, UTC. Raises ``RuleBroken`` (DISCLOSURE_PERIOD) for a year that there is not."""
    year, month = map(int, period.split("-"))
    if not 1 < year < 9_000:  # noqa: PLR2004  so that no due date leaves the calendar
        raise RuleBroken("DISCLOSURE_PERIOD", "name a period of our time, such as 2026-10")
    return datetime(year, month, 1, tzinfo=UTC)


def due_at(standard: Standard, subject: Subject, period: str) -> datetime:
    """When the disclosure of a period is due: ``<subject>_due_s`` after it began.

    Raises ``RuleBroken`` (DISCLOSURE_PERIOD) where no period of ``<subject>_months`` begins with that month.
    """
    start = begins(period)
    months = standard.parameter(f"{subject}_months")
    if (start.month - 1) % months:
        raise RuleBroken("DISCLOSURE_PERIOD", f"periods of {subject} last {months} months, the first from January on")
    return start + timedelta(seconds=standard.parameter(f"{subject}_due_s"))


def opens_at(standard: Standard, subject: Subject, period: str) -> datetime:
    """From when on it can be disclosed: figures once their period has ended, all else once it has begun."""
    start = begins(period)
    if subject != "figures":
        return start
    months = start.year * MONTHS_A_YEAR + start.month - 1 + standard.parameter(f"{subject}_months")
    return datetime(months // MONTHS_A_YEAR, months % MONTHS_A_YEAR + 1, 1, tzinfo=UTC)
