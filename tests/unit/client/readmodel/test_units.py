"""Measures in one unit of their quantity."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairledger.readmodel.units import Measure, measure


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("0", "CEL"), ("273.15", "KEL")),
        (("100", "CEL"), ("212", "FAH")),
        (("-40", "CEL"), ("-40", "FAH")),
        (("1", "TNE"), ("1000000", "GRM")),
        (("1", "LBR"), ("16", "ONZ")),
        (("1", "KGM"), ("1000000", "MGM")),
        (("1", "SMI"), ("63360", "INH")),
        (("1", "YRD"), ("3", "FOT")),
        (("2.5", "CMT"), ("25", "MMT")),
        (("1", "MTQ"), ("1000", "LTR")),
        (("3", "DLT"), ("300", "MLT")),
        (("1", "HLT"), ("10000", "CLT")),
        (("1", "HAR"), ("100000000", "CMK")),
        (("1", "BAR"), ("1000", "MBR")),
        (("101.325", "KPA"), ("1013.25", "A97")),
        (("1", "DAY"), ("1440", "MIN")),
    ],
)
def test_the_same_measure_in_two_units(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert measure(Decimal(one[0]), one[1]) == measure(Decimal(other[0]), other[1])


def test_a_difference_of_temperatures_has_no_zero_point() -> None:
    assert measure(Decimal(1), "CEL", is_difference=True) == measure(Decimal("1.8"), "FAH", is_difference=True)


def test_units_of_other_quantities_and_codes_that_are_not_listed_stay_apart() -> None:
    assert measure(Decimal(1), "KGM").unit != measure(Decimal(1), "MTR").unit
    assert measure(Decimal(7), "XAB") == Measure(Decimal(7), "XAB")


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=Decimal("-1e400"), max_value=Decimal("1e400")))
def test_numbers_that_differ_stay_different(number: Decimal) -> None:
    higher = number + Decimal("1e-200") if number.adjusted() < -180 else number * 2 + 1
    if number != higher:
        assert measure(number, "CEL").number != measure(higher, "CEL").number
