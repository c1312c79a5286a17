"""Coupons: which sequences of fields are one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairledger.digital_link.coupons import coupon, positive_offer
from fairledger.digital_link.identifiers import IDENTIFIERS

FIRST = "0952100" + "123456" + "3150" + "212" + "0" + "345"  # company, offer, 1.50 saved, 12 of what, family


def measured(digits: str, more: int) -> str:
    return f"{len(digits) - more}{digits}"


DIGITS = st.characters(min_codepoint=48, max_codepoint=57)
COMPANIES = st.text(DIGITS, min_size=6, max_size=12).map(lambda digits: measured(digits, 6))
SERIALS = st.text(DIGITS, min_size=6, max_size=15).map(lambda digits: measured(digits, 6))
AMOUNTS = st.text(DIGITS, min_size=1, max_size=5).map(lambda digits: measured(digits, 0))


@pytest.mark.parametrize(
    "more",
    [
        "",
        "1" + "2" + "11" + "4" + "999" + "9",
        "2" + "11" + "9" + "999" + "0952100",
        "3261231" + "4260101",
        "4260101" + "50123456" + "61" + "9521000",
        "3261231" + "90001",
    ],
)
def test_a_coupon_has_its_fields_in_order(more: str) -> None:
    assert coupon(FIRST + more) == ""


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", "fields"),
        (FIRST[:-1], "fields"),
        (FIRST + "0", "fields"),
        ("7" + FIRST[1:], "fields"),
        (FIRST + "4260101" + "3261231", "fields"),
        (FIRST + "1" + "4" + "11" + "4" + "999" + "9", "fields"),
        (FIRST + "93000", "fields"),
        (FIRST + "6" + "0" + "952100", "fields"),
        (FIRST + "3260230", "no such date"),
        (FIRST + "4261301", "no such date"),
        (FIRST + "3260101" + "4260102", "before it begins"),
    ],
)
def test_what_is_no_coupon_is_refused(text: str, wrong: str) -> None:
    assert wrong in coupon(text)


@given(COMPANIES, AMOUNTS, AMOUNTS, SERIALS)
def test_each_field_is_as_long_as_it_says(company: str, saved: str, bought: str, serial: str) -> None:
    whole = f"{company}123456{saved}{bought}0345" + f"5{serial}"
    assert coupon(whole) == ""
    assert coupon(whole[:-1]) != ""
    assert coupon(whole + "0") != ""
    offer = f"1{company}123456{serial}"
    assert positive_offer(offer) == ""
    assert positive_offer(offer[:-1]) != ""
    assert positive_offer(offer + "0") != ""
    assert IDENTIFIERS["8112"].check(offer) == offer
