"""Every application identifier: where it stands, a value that it has and one that it can't have."""

import string
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fairledger.digital_link.check_characters import CHARACTERS, check_pair, iban_check
from fairledger.digital_link.errors import DigitalLinkError
from fairledger.digital_link.forms import Form
from fairledger.digital_link.identifiers import IDENTIFIERS, KEYS, QUALIFIERS
from fairledger_contracts.records.item_id import check_digit
from tests.unit.client.digital_link.examples import examples

VALID = {code: valid for code, valid, _ in examples()}
WITH_DIGIT = {  # where the check digit stands, from 1
    "00": 18,
    "01": 14,
    "02": 14,
    "03": 14,
    "253": 13,
    "255": 13,
    "402": 17,
    **dict.fromkeys(("410", "411", "412", "413", "414", "415", "416", "417"), 13),
    "8003": 14,
    "8006": 14,
    "8017": 18,
    "8018": 18,
    "8026": 14,
}


def code_of(identifier: str, value: str) -> str:
    """The code with which ``value`` is refused."""
    with pytest.raises(DigitalLinkError) as refused:
        IDENTIFIERS[identifier].check(value)
    assert refused.value.message.startswith(f"({identifier}) ")
    return refused.value.code


def test_each_identifier_has_its_examples() -> None:
    codes = [code for code, _, _ in examples()]
    assert sorted(codes) == sorted(IDENTIFIERS)
    assert len(codes) == 541


@pytest.mark.parametrize(("code", "valid", "invalid"), list(examples()))
def test_a_value_is_read_and_another_is_refused(code: str, valid: str, invalid: str) -> None:
    padded = valid.zfill(14) if code == "01" else valid
    assert IDENTIFIERS[code].check(valid) == padded
    assert code_of(code, invalid) in {"LINK_FORMAT", "LINK_CHECK_DIGIT", "LINK_VALUE"}
    assert code_of(code, f"{valid}\n") == "LINK_FORMAT"
    assert code_of(code, "") == "LINK_FORMAT"


@pytest.mark.parametrize(
    ("identifier", "value", "code", "said"),
    [
        ("11", "261301", "LINK_VALUE", "no such date"),
        ("11", "2613", "LINK_FORMAT", "not the form"),
        ("3932", "000100", "LINK_VALUE", "no such currency"),
        ("422", "000", "LINK_VALUE", "no such country"),
        ("00", "395210001234567890", "LINK_CHECK_DIGIT", "must be 7"),
        ("8013", "1987654Ad4X4bL5ttr2310cK2", "LINK_CHECK_DIGIT", "must be 2K"),
        ("8013", "98", "LINK_CHECK_DIGIT", "are missing"),
        ("8007", "DE92100000000123456789", "LINK_CHECK_DIGIT", "must be 91"),
        ("8007", "DE9110", "LINK_CHECK_DIGIT", "no account number"),
        ("4309", "00000000003600000001", "LINK_VALUE", "no such longitude"),
        ("8014", "95210000000045", "LINK_VALUE", "that is no digit"),
    ],
)
def test_the_refusal_tells_what_is_wrong(identifier: str, value: str, code: str, said: str) -> None:
    with pytest.raises(DigitalLinkError, match=said) as refused:
        IDENTIFIERS[identifier].check(value)
    assert refused.value.code == code
    assert value not in str(refused.value)


def test_the_keys_and_their_qualifiers_are_those_of_the_standard() -> None:
    assert {code: key.sequences for code, key in KEYS.items()} == {
        **dict.fromkeys(("00", "253", "255", "401", "402", "8003", "8013"), ()),
        "01": (("22", "10", "21"), ("235",)),
        "414": (("254",), ("7040",)),
        "415": (("8020",),),
        "417": (("7040",),),
        "8004": (("7040",),),
        "8006": (("22", "10", "21"),),
        "8010": (("8011",),),
        "8017": (("8019",),),
        "8018": (("8019",),),
    }
    assert {code for key in KEYS.values() for code in key.qualifiers} == set(QUALIFIERS)


@pytest.mark.parametrize(("code", "at"), WITH_DIGIT.items())
@settings(max_examples=50, deadline=None)
@given(data=st.data())
def test_no_single_digit_can_be_changed_unnoticed(code: str, at: int, data: st.DataObject) -> None:
    body = data.draw(st.text(string.digits, min_size=at - 1, max_size=at - 1))
    body = "0" + body[1:] if code == "8003" else body
    rest = VALID[code][at:]
    right = body + check_digit(body)
    assert IDENTIFIERS[code].check(right + rest) == right + rest

    place = data.draw(st.integers(1 if code == "8003" else 0, at - 1))
    shift = data.draw(st.integers(1, 9))
    wrong = right[:place] + str((int(right[place]) + shift) % 10) + right[place + 1 :]
    assert code_of(code, wrong + rest) == "LINK_CHECK_DIGIT"


def test_the_identifiers_with_a_check_digit_are_all_tested_above() -> None:
    assert set(WITH_DIGIT) == {
        code for code, each in IDENTIFIERS.items() if any("digit" in names for names in each.form.checks)
    }


_MODEL = st.builds("{:04}{}".format, st.integers(0, 9999), st.text(CHARACTERS, max_size=19))


@given(_MODEL, st.data())
def test_no_single_character_of_a_model_number_can_be_changed_unnoticed(model: str, data: st.DataObject) -> None:
    right = model + check_pair(model)
    assert IDENTIFIERS["8013"].check(right) == right

    place = data.draw(st.integers(4, len(model) + 1))
    other = data.draw(st.sampled_from(CHARACTERS).filter(lambda character: character != right[place]))
    assert code_of("8013", right[:place] + other + right[place + 1 :]) == "LINK_CHECK_DIGIT"


@given(
    st.sampled_from(["CN", "DE", "GB", "XK"]), st.text(string.digits + string.ascii_uppercase, min_size=11, max_size=30)
)
def test_account_numbers_have_their_check_digits(country: str, account: str) -> None:
    right = iban_check(country, account)
    assert IDENTIFIERS["8007"].check(f"{country}{right}{account}") == f"{country}{right}{account}"
    assert code_of("8007", f"{country}{(int(right) + 1) % 100:02}{account}") == "LINK_CHECK_DIGIT"


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_every_date_of_the_calendar_is_one(day: date) -> None:
    assert IDENTIFIERS["7006"].check(f"{day:%y%m%d}") == f"{day:%y%m%d}"
    assert IDENTIFIERS["17"].check(f"{day:%y%m}00") == f"{day:%y%m}00"


@given(st.text(string.digits, min_size=6, max_size=6))
def test_no_other_digits_are_a_date(digits: str) -> None:
    try:
        date(2000 + int(digits[:2]), int(digits[2:4]), int(digits[4:]))
    except ValueError:
        assert code_of("7006", digits) == "LINK_VALUE"
    else:
        assert IDENTIFIERS["7006"].check(digits) == digits


@given(st.integers(0, 9999), st.integers(0, 9999))
def test_a_piece_is_one_of_the_total(piece: int, total: int) -> None:
    value = f"{VALID['01']}{piece:04}{total:04}"
    form = Form.read("N14:digit,N8:piece")
    assert (form.fault(value) is None) == (1 <= piece <= total)


@pytest.mark.parametrize("written", ["", "Q3", "N", "N3:", "N3;X4", "N3:nosuch", "?N3"])
def test_a_form_that_is_written_wrongly_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"there is no check|no part of a form"):
        Form.read(written)


@pytest.mark.parametrize(
    "code", sorted({each.form.pattern.pattern: code for code, each in IDENTIFIERS.items()}.values())
)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_whatever_has_the_form_is_read_or_refused_by_a_code(code: str, data: st.DataObject) -> None:
    value = data.draw(st.from_regex(IDENTIFIERS[code].form.pattern, fullmatch=True))
    fault = IDENTIFIERS[code].form.fault(value)
    assert fault is None or fault[0] in {"LINK_CHECK_DIGIT", "LINK_VALUE"}
