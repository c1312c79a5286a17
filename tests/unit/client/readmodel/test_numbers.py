"""Numbers as text that sorts as they do."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairledger.readmodel.numbers import DIGITS_MAX, EXPONENT_MAX, read, sortable

NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, min_value=Decimal("-1e400"), max_value=Decimal("1e400"))


@given(NUMBERS, NUMBERS)
def test_the_texts_compare_as_the_numbers(one: Decimal, other: Decimal) -> None:
    first, second = sortable(one), sortable(other)
    assert (first < second, first == second) == (one < other, one == other)


@pytest.mark.parametrize(
    ("text", "sorts_as"),
    [("0", "m"), ("-0.0", "m"), ("1.5", "p100015"), ("26.0", "p100126"), ("-1.5", "a899984z"), ("1E-3", "p09971")],
)
def test_some_texts(text: str, sorts_as: str) -> None:
    number = read(text)
    assert number is not None
    assert sortable(number) == sorts_as


@pytest.mark.parametrize(
    "text",
    ["", "x", "1,5", "+1", "007", ".5", "1.", "NaN", "１", "1e401", "1e-401", "1" * (DIGITS_MAX + 1)],
)
def test_what_json_writes_no_number_as_or_is_beyond_the_bounds_is_none(text: str) -> None:
    assert read(text) is None


def test_a_number_at_the_bound_is_read() -> None:
    assert read(f"-1e{EXPONENT_MAX}") == Decimal(f"-1e{EXPONENT_MAX}")
