"""Amounts as people write them (``2999.00``), and as the ledger has them: whole numbers of the smallest unit."""

import re
from collections.abc import Mapping
from typing import Final

from fairledger_contracts.records.money import AMOUNT_MINOR_MAX

# Digits behind the point, where they are not two. Source: ISO 4217, list one, column "minor units".
_DECIMALS: Final[Mapping[int, str]] = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
_AMOUNT: Final = re.compile(r"([0-9]{1,16})(?:\.([0-9]{1,4}))?")
_CURRENCY: Final = re.compile(r"[A-Z]{3}")


class AmountError(ValueError):
    """What is written is no amount; ``code`` is ESCROW_AMOUNT."""

    code = "ESCROW_AMOUNT"

    def __init__(self, message: str, remedy: str = "write 2999.00 CNY") -> None:
        super().__init__(message)
        self.remedy = remedy


def decimals(currency: str) -> int:
    """How many digits a currency has behind the point."""
    return next((digits for digits, codes in _DECIMALS.items() if currency in codes.split()), 2)


def read_amount(text: str, currency: str) -> int:
    """The amount in minor units. Raises ``AmountError`` for what is none, or finer than the currency."""
    matched = _AMOUNT.fullmatch(text)
    if matched is None or not _CURRENCY.fullmatch(currency):
        raise AmountError(f"{text!r} {currency!r} is no amount of money")
    whole, part = matched[1], matched[2] or ""
    digits = decimals(currency)
    if len(part) > digits:
        raise AmountError(f"{text} is finer than {currency}, which has {digits} digits behind the point")
    amount_minor = int(whole + part.ljust(digits, "0"))
    if amount_minor > AMOUNT_MINOR_MAX:
        raise AmountError(f"{text} {currency} is more than a note can hold", "pay in parts")
    return amount_minor


def show_amount(amount_minor: int, currency: str) -> str:
    """The amount as people read it, such as ``2999.00 CNY``."""
    digits = decimals(currency)
    whole, part = divmod(amount_minor, 10**digits)
    return f"{whole}{f'.{part:0{digits}}' if digits else ''} {currency}"
