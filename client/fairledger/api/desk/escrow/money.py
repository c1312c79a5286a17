"""Amounts as people read and write them, in currency units."""

from decimal import Decimal, InvalidOperation
from typing import Final

from fairledger_contracts.records.money import AMOUNT_MINOR_MAX

# Decimals of currencies that have other than two; ISO 4217, list one.
_OTHER: Final = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
_DECIMALS: Final = {currency: decimals for decimals, names in _OTHER.items() for currency in names.split()}
_TWO: Final = 2


def shown(amount_minor: int, currency: str) -> str:
    """An amount with its currency, such as ``CNY 1,000.01``."""
    return f"{currency} {plain(amount_minor, currency):,}"


def plain(amount_minor: int, currency: str) -> Decimal:
    """An amount in currency units, with as many decimals as the currency has."""
    return Decimal(amount_minor).scaleb(-_DECIMALS.get(currency, _TWO))


def minor_of(text: str, currency: str) -> int:
    """The amount that somebody wrote, in the smallest unit. Raises ``ValueError`` for what is no amount of it."""
    try:
        amount = Decimal(text.strip().replace(",", ""))
    except InvalidOperation as error:
        raise ValueError(f"{text!r} is no amount") from error
    if not amount.is_finite() or not 0 <= amount <= AMOUNT_MINOR_MAX:
        raise ValueError(f"{text!r} is no amount")
    minor = amount.scaleb(_DECIMALS.get(currency, _TWO))
    if minor != minor.to_integral_value() or minor > AMOUNT_MINOR_MAX:
        raise ValueError(f"{text!r} has more digits than {currency} can have")
    return int(minor)
