"""The inside of North American coupons (8110) and positive offers (8112): fields that tell their length in a digit.

Sources: GS1 US, North American Coupon Application Guideline; rules of the GS1 Barcode Syntax Dictionary.
"""

import re
from typing import Final

from fairledger.digital_link.dates import date


def _measured(first: int, last: int, more: int = 0) -> str:
    """A digit from ``first`` to ``last``, and as many digits as it says, and ``more``."""
    return "(?:" + "|".join(f"{length}[0-9]{{{length + more}}}" for length in range(first, last + 1)) + ")"


_COMPANY: Final = _measured(0, 6, more=6)
_OTHER_COMPANY: Final = f"(?:{_COMPANY}|9)"  # 9: the same
_SERIAL: Final = _measured(0, 9, more=6)
_RETAILER: Final = _measured(1, 7, more=6)
_OFFER: Final = "[0-9]{6}"
_SAVED: Final = _measured(1, 5)
_PURCHASE: Final = f"{_measured(1, 5)}[0-49][0-9]{{3}}"  # how much of what kind of which family
_COUPON: Final = re.compile(
    f"{_COMPANY}{_OFFER}{_SAVED}{_PURCHASE}"
    f"(?:1[0-3]{_PURCHASE}{_OTHER_COMPANY})?"
    f"(?:2{_PURCHASE}{_OTHER_COMPANY})?"
    "(?:3(?P<end>[0-9]{6}))?(?:4(?P<begin>[0-9]{6}))?"
    f"(?:5{_SERIAL})?(?:6{_RETAILER})?"
    "(?:9[01256][0-2][0-9][01])?"
)
_POSITIVE_OFFER: Final = re.compile(f"[01]{_COMPANY}{_OFFER}{_SERIAL}")


def coupon(part: str) -> str:
    """What is wrong with a coupon, or nothing."""
    matched = _COUPON.fullmatch(part)
    if matched is None:
        return "has not the fields of a coupon"
    end, begin = matched["end"], matched["begin"]
    if end and begin and end < begin:
        return "ends before it begins"
    return (end and date(end)) or (begin and date(begin)) or ""


def positive_offer(part: str) -> str:
    """What is wrong with a positive offer, or nothing."""
    return "" if _POSITIVE_OFFER.fullmatch(part) else "has not the fields of a positive offer"
