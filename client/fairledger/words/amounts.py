"""Amounts of money as people read them."""

from typing import Final

# Digits behind the point (ISO 4217), of currencies that have not two.
_DIGITS: Final = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV"), 0),
    **dict.fromkeys(("XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}


def figure(amount_minor: int, currency: str) -> str:
    """The amount in the currency's unit, such as ``1,000.01`` of 100001 fen."""
    digits = _DIGITS.get(currency, 2)
    whole, rest = divmod(amount_minor, 10**digits)
    return f"{whole:,}" + (f".{rest:0{digits}d}" if digits else "")


def money(amount_minor: int, currency: str) -> str:
    """The amount with its currency, such as ``1,000.01 CNY``."""
    return f"{figure(amount_minor, currency)} {currency}"
