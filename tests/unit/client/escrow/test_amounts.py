"""Amounts as people write them, without a float on the way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairledger.escrow.amounts import AmountError, decimals, read_amount, show_amount
from fairledger_contracts.records.money import AMOUNT_MINOR_MAX

CURRENCIES = ("CNY", "USD", "JPY", "KWD", "CLF")


@pytest.mark.parametrize(
    ("text", "currency", "amount_minor"),
    [
        ("2999.00", "CNY", 299_900),
        ("2999", "CNY", 299_900),
        ("0.1", "CNY", 10),
        ("0.29", "CNY", 29),
        ("0", "CNY", 0),
        ("007.50", "USD", 750),
        ("1500", "JPY", 1_500),
        ("1.234", "KWD", 1_234),
        ("1.2345", "CLF", 12_345),
        ("90071992547409.91", "CNY", AMOUNT_MINOR_MAX),
    ],
)
def test_an_amount_is_a_whole_number_of_the_smallest_unit(text: str, currency: str, amount_minor: int) -> None:
    assert read_amount(text, currency) == amount_minor


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        *((text, "CNY") for text in ("", "-1", "+1", "1,5", "2,999.00", "1e3", ".5", "1.", "1.234", "٣", "1 ", "nan")),
        *(("1.5", "JPY"), ("1", "cny"), ("1", "YUAN"), ("1", ""), ("90071992547409.92", "CNY")),
    ],
)
def test_what_is_no_amount_is_refused(text: str, currency: str) -> None:
    with pytest.raises(AmountError) as refused:
        read_amount(text, currency)
    assert (refused.value.code, bool(refused.value.remedy)) == ("ESCROW_AMOUNT", True)


@given(st.integers(0, AMOUNT_MINOR_MAX), st.sampled_from(CURRENCIES))
def test_what_is_shown_is_read_as_the_same(amount_minor: int, currency: str) -> None:
    text, shown = show_amount(amount_minor, currency).split()
    assert (read_amount(text, shown), shown) == (amount_minor, currency)
    assert len(text.partition(".")[2]) == decimals(currency)
