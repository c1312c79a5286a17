"""Times in keys, which sort as their characters do."""

from datetime import UTC, datetime, timedelta
from typing import Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
DIGITS: Final = 17  # of microseconds, until after the year 5000


def ascending(instant: datetime) -> str:
    """Digits that sort later instants later."""
    return f"{_microseconds(instant):0{DIGITS}d}"


def descending(instant: datetime) -> str:
    """Digits that sort later instants first."""
    return f"{10**DIGITS - _microseconds(instant):0{DIGITS}d}"


def _microseconds(instant: datetime) -> int:
    return (instant - _EPOCH) // timedelta(microseconds=1)
