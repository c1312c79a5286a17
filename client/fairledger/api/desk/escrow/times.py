"""Periods and deadlines in words."""

from datetime import datetime, timedelta
from typing import Final

from fairledger.api.desk.escrow.words import texts
from fairledger.words import Language

DAY_S: Final = 86_400
HOUR_S: Final = 3_600
MINUTE_S: Final = 60


def remaining(due_at: datetime, now: datetime, language: Language) -> str:
    """How long there is until a deadline, or since when it has passed."""
    said = texts(language)
    name = "over" if now > due_at else "left"
    return said[name].format(time=_span(abs(due_at - now), language))


def period(seconds: int, language: Language) -> str:
    """A period in whole days, else in hours."""
    said = texts(language)
    if seconds % DAY_S == 0:
        return said["days_unit"].format(number=seconds // DAY_S)
    return said["hours_unit"].format(number=f"{seconds / HOUR_S:g}")


def _span(span: timedelta, language: Language) -> str:
    said = texts(language)
    if span.days:
        return said["days"].format(days=span.days, hours=span.seconds // HOUR_S)
    return said["hours"].format(hours=span.seconds // HOUR_S, minutes=span.seconds % HOUR_S // MINUTE_S)
