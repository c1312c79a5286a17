"""Dates in values: six digits with a year of this century, or eight (GS1 General Specifications, section 7.12)."""

from calendar import monthrange
from typing import Final

MONTHS: Final = 12
_CENTURY: Final = "20"  # whatever century two digits mean, 00 is a leap year only in this one, and no other is near
_NONE: Final = "there is no such date"


def date(part: str) -> str:
    """What is wrong with six digits as a date, or nothing."""
    return _date(_CENTURY + part)


def date_or_month(part: str) -> str:
    """The same where day 00 leaves the day open."""
    return date(part[:-2] + "01" if part.endswith("00") else part)


def date_of_any_year(part: str) -> str:
    """What is wrong with eight digits as a date, or nothing."""
    return _date(part) if int(part[:4]) else _NONE


def _date(part: str) -> str:
    year, month, day = int(part[:-4]), int(part[-4:-2]), int(part[-2:])
    return "" if 1 <= month <= MONTHS and 1 <= day <= monthrange(year, month)[1] else _NONE
