"""What a part of a value must be beyond its characters and its length: a date, a country, a check digit and so on.

Each check takes a part that has its form already, and tells what is wrong with it, or nothing.

Sources: GS1 General Specifications, section 3, and the rules ("linters") of the GS1 Barcode Syntax Dictionary.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

from fairledger.digital_link.check_characters import check_pair, iban_check
from fairledger.digital_link.coupons import coupon, positive_offer
from fairledger.digital_link.dates import date, date_of_any_year, date_or_month
from fairledger.digital_link.iso import COUNTRIES, COUNTRIES_2, CURRENCIES
from fairledger_contracts.records.item_id import check_digit

Check = Callable[[str], str]

CHECK_DIGITS: Final = frozenset({"digit", "pair", "iban"})  # the checks whose failure is a wrong check digit
PREFIX_DIGITS: Final = 4  # the shortest prefix that GS1 gives a company
PAIR_LENGTH: Final = 2
_ANY_COUNTRY: Final = "999"
_IBAN: Final = re.compile(r"([A-Z]{2})([0-9]{2})([0-9A-Z]{11,30})")
_KOSOVO: Final = "XK"  # has account numbers, and no code in ISO 3166-1
_RATIO: Final = re.compile(r"([1-9])/([1-9])")
_PERCENT: Final = re.compile(r"(?:[^%]|%[0-9A-Fa-f]{2})*")


def _digit(part: str) -> str:
    expected = check_digit(part[:-1])
    return "" if part[-1] == expected else f"the check digit must be {expected}"


def _pair(part: str) -> str:
    if len(part) <= PAIR_LENGTH:
        return "the check characters are missing"
    expected = check_pair(part[:-PAIR_LENGTH])
    return "" if part[-PAIR_LENGTH:] == expected else f"the check characters must be {expected}"


def _iban(part: str) -> str:
    matched = _IBAN.fullmatch(part)
    if matched is None or matched[1] not in COUNTRIES_2 | {_KOSOVO}:
        return "is no account number of a country (IBAN)"
    expected = iban_check(matched[1], matched[3])
    return "" if matched[2] == expected else f"the check digits must be {expected}"


def _below(bound: int, what: str) -> Check:
    return lambda part: "" if int(part) < bound else f"there is no such {what}"


def _up_to(bound: int, what: str) -> Check:
    return _below(bound + 1, what)


def _among(known: frozenset[str], what: str) -> Check:
    return lambda part: "" if part in known else f"there is no such {what}"


def _time(part: str) -> str:
    return _below(24, "hour")(part[:2]) or _below(60, "minute")(part[2:])


def _piece(part: str) -> str:
    half = len(part) // 2
    piece, total = int(part[:half]), int(part[half:])
    return "" if 1 <= piece <= total else "a piece is counted from 1 to the total"


def _birth(part: str) -> str:
    matched = _RATIO.fullmatch(part)
    return "" if matched and matched[1] <= matched[2] else "is a place among those born, such as 1/2"


CHECKS: Final[Mapping[str, Check]] = {
    "digit": _digit,
    "pair": _pair,
    "iban": _iban,
    "date": date,
    "date0": date_or_month,
    "date8": date_of_any_year,
    "hour": _below(24, "hour"),
    "minute": _below(60, "minute"),
    "second": _below(60, "second"),
    "time": _time,
    "country": _among(COUNTRIES, "country (ISO 3166-1, three digits)"),
    "country+": _among(COUNTRIES | {_ANY_COUNTRY}, "country (ISO 3166-1, three digits, or 999)"),
    "country2": _among(COUNTRIES_2, "country (ISO 3166-1, two letters)"),
    "currency": _among(CURRENCIES, "currency (ISO 4217, three digits)"),
    "latitude": _up_to(180 * 10**7, "latitude"),
    "longitude": _up_to(360 * 10**7, "longitude"),
    "yesno": _among(frozenset("01"), "answer: 1 is yes, 0 is no"),
    "sex": _among(frozenset("0129"), "code of a sex (ISO/IEC 5218)"),
    "media": _among(
        frozenset(f"{code:02}" for code in (*range(1, 11), *range(80, 100))), "medium (AIDC media type of ICCBBA)"
    ),
    "winding": _among(frozenset("019"), "winding direction"),
    "piece": _piece,
    "birth": _birth,
    "prefix": lambda part: (
        ""
        if re.match(rf"[0-9]{{{PREFIX_DIGITS}}}", part)
        else f"begins with a company prefix of {PREFIX_DIGITS} digits"
    ),
    "nonzero": lambda part: "" if part.strip("0") else "can't be zero",
    "zero": lambda part: "" if not part.strip("0") else "must be zero",
    "nolead": lambda part: "begins with a zero" if part.startswith("0") else "",
    "nondigit": lambda part: "" if re.search("[^0-9]", part) else "has a character that is no digit",
    "hyphen": lambda part: "" if part == "-" else "a hyphen, or nothing, ends it",
    "importer": lambda part: "" if re.fullmatch("[-0-9A-Z_a-z]", part) else "there is no such importer index",
    "coupon": coupon,
    "offer": positive_offer,
    "percent": lambda part: "" if _PERCENT.fullmatch(part) else "a % begins two hexadecimal digits",
}
