"""The application identifiers that make the path of a GS1 Digital Link, with the form and check digits of their values.

Sources: GS1 General Specifications, section 3 (forms) and 7.9.1 (check digit); GS1 Digital Link URI Syntax 1.4,
section 4.4 (keys and their qualifiers in order).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from fairledger.digital_link.errors import DigitalLinkError
from fairledger_contracts.records.item_id import check_digit

_82: Final = r"[!\"%&'()*+,\-./0-9:;<=>?A-Z_a-z]"  # the characters of ISO/IEC 646 that element strings use
_39: Final = r"[#\-/0-9A-Z]"
_GTIN_DIGITS: Final = 14


@dataclass(frozen=True)
class Identifier:
    """``check_at`` is the position (from 1) of the value's check digit, 0 for none; ``qualifiers`` in their order."""

    code: str
    title: str
    pattern: re.Pattern[str]
    check_at: int = 0
    qualifiers: tuple[str, ...] = ()

    def check(self, value: str) -> str:
        """The value, GTINs with 14 digits. Raises ``DigitalLinkError`` (LINK_FORMAT, LINK_CHECK_DIGIT)."""
        if self.code == "01" and value.isascii() and value.isdigit() and len(value) in (8, 12, 13):
            value = value.zfill(_GTIN_DIGITS)
        if not self.pattern.fullmatch(value):
            raise DigitalLinkError("LINK_FORMAT", f"({self.code}) {self.title} has not the form of its value")
        if self.check_at:
            expected = check_digit(value[: self.check_at - 1])
            if value[self.check_at - 1] != expected:
                raise DigitalLinkError(
                    "LINK_CHECK_DIGIT", f"({self.code}) {self.title}: the check digit must be {expected}"
                )
        return value


def _key(code: str, title: str, form: str, check_at: int = 0, qualifiers: tuple[str, ...] = ()) -> Identifier:
    return Identifier(code, title, re.compile(form), check_at, qualifiers)


_KEYS: Final = (
    _key("00", "SSCC", r"[0-9]{18}", 18),
    _key("01", "GTIN", r"[0-9]{14}", 14, ("22", "10", "21", "235")),
    _key("253", "GDTI", rf"[0-9]{{13}}{_82}{{0,17}}", 13),
    _key("255", "GCN", r"[0-9]{13}[0-9]{0,12}", 13),
    _key("401", "GINC", rf"[0-9]{{4}}{_82}{{0,26}}"),
    _key("402", "GSIN", r"[0-9]{17}", 17),
    _key("414", "GLN", r"[0-9]{13}", 13, ("254", "7040")),
    _key("417", "party GLN", r"[0-9]{13}", 13, ("7040",)),
    _key("8003", "GRAI", rf"0[0-9]{{13}}{_82}{{0,16}}", 14),
    _key("8004", "GIAI", rf"[0-9]{{4}}{_82}{{0,26}}", 0, ("7040",)),
    _key("8006", "ITIP", r"[0-9]{14}[0-9]{4}", 14, ("22", "10", "21")),
    _key("8010", "CPID", rf"[0-9]{{4}}{_39}{{0,26}}", 0, ("8011",)),
    _key("8017", "GSRN of a provider", r"[0-9]{18}", 18, ("8019",)),
    _key("8018", "GSRN of a recipient", r"[0-9]{18}", 18, ("8019",)),
)
KEYS: Final[Mapping[str, Identifier]] = {key.code: key for key in _KEYS}

_QUALIFIERS: Final = (
    _key("22", "consumer product variant", rf"{_82}{{1,20}}"),
    _key("10", "batch or lot", rf"{_82}{{1,20}}"),
    _key("21", "serial number", rf"{_82}{{1,20}}"),
    _key("235", "third-party serial number", rf"{_82}{{1,28}}"),
    _key("254", "GLN extension", rf"{_82}{{1,20}}"),
    _key("7040", "unique identification code", r"[0-9][!-~]{3}"),
    _key("8011", "CPID serial number", r"[1-9][0-9]{0,11}|0"),
    _key("8019", "service relation instance", r"[0-9]{1,10}"),
)
QUALIFIERS: Final[Mapping[str, Identifier]] = {qualifier.code: qualifier for qualifier in _QUALIFIERS}
