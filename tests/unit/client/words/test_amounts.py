"""Amounts in the currency's own unit."""

import pytest

from fairledger.words.amounts import figure, money


@pytest.mark.parametrize(
    ("minor", "currency", "said"),
    [
        (100_001, "CNY", "1,000.01"),
        (5, "CNY", "0.05"),
        (0, "CNY", "0.00"),
        (1_234, "JPY", "1,234"),
        (1_234, "KWD", "1.234"),
        (2**53 - 1, "USD", "90,071,992,547,409.91"),
    ],
)
def test_an_amount_is_said_with_the_digits_of_its_currency(minor: int, currency: str, said: str) -> None:
    assert figure(minor, currency) == said
    assert money(minor, currency) == f"{said} {currency}"
