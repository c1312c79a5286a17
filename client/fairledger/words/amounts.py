"""Amounts of money as pages show them."""

from fairledger.escrow.amounts import decimals


def figure(amount_minor: int, currency: str) -> str:
    """The amount in the currency's unit, such as ``1,000.01`` of 100001 fen."""
    digits = decimals(currency)
    whole, rest = divmod(amount_minor, 10**digits)
    return f"{whole:,}" + (f".{rest:0{digits}d}" if digits else "")


def money(amount_minor: int, currency: str) -> str:
    """The amount with its currency, such as ``1,000.01 CNY``."""
    return f"{figure(amount_minor, currency)} {currency}"
