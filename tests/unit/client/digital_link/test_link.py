"""Digital Links: what is one, what is none and why, and the one form that all spellings have."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairledger.digital_link.errors import DigitalLinkError
from fairledger.digital_link.identifiers import KEYS, QUALIFIERS
from fairledger.digital_link.link import DigitalLink
from fairledger_contracts.records.item_id import canonical_item, check_digit

VALID = {
    "00": "395210001234567892",
    "01": "09521000123458",
    "253": "9521000123457DOC1",
    "255": "9521000123457001",
    "401": "9521000ABC",
    "402": "95210001234567890",
    "414": "9521000000018",
    "417": "9521000000018",
    "8003": "09521000123457CRATE-1",
    "8004": "9521000ASSET/1",
    "8006": "095210001234580102",
    "8010": "9521000PART-1",
    "8017": "952100012345678901",
    "8018": "952100012345678901",
}


def valid(code: str) -> str:
    """The example with its check digit set right."""
    value, at = VALID[code], KEYS[code].check_at
    return value[: at - 1] + check_digit(value[: at - 1]) + value[at:] if at else value


def escaped(value: str) -> str:
    return "".join(character if character.isalnum() else f"%{ord(character):02X}" for character in value)


@pytest.mark.parametrize("code", KEYS)
def test_every_primary_key_makes_a_link(code: str) -> None:
    link = DigitalLink.parse(f"https://shop.example.com/some/folder/{code}/{escaped(valid(code))}?x=y")
    assert (link.path, link.query) == (((code, valid(code)),), (("x", "y"),))


@pytest.mark.parametrize("code", [code for code, key in KEYS.items() if key.check_at])
@pytest.mark.parametrize("shift", range(1, 10))
def test_every_wrong_check_digit_is_refused(code: str, shift: int) -> None:
    value, at = valid(code), KEYS[code].check_at
    wrong = value[: at - 1] + str((int(value[at - 1]) + shift) % 10) + value[at:]
    with pytest.raises(DigitalLinkError, match=f"LINK_CHECK_DIGIT: \\({code}\\).* must be {value[at - 1]}"):
        DigitalLink.parse(f"https://id.gs1.org/{code}/{escaped(wrong)}")


@pytest.mark.parametrize("code", KEYS)
@pytest.mark.parametrize("value", ["", "%20", "%C3%A9", "x" * 60, "9"])
def test_values_of_another_form_are_refused(code: str, value: str) -> None:
    with pytest.raises(DigitalLinkError, match="LINK_"):
        DigitalLink.parse(f"https://id.gs1.org/{code}/{value}")


@pytest.mark.parametrize(
    ("digits", "padded"),
    [("95210004", "00000095210004"), ("9521000123458", "09521000123458"), ("095210001242", "00095210001242")],
)
def test_short_trade_item_numbers_get_fourteen_digits(digits: str, padded: str) -> None:
    right = digits[:-1] + check_digit(digits[:-1])
    expected = padded[:-1] + check_digit(padded[:-1])
    assert DigitalLink.parse(f"https://id.gs1.org/01/{right}").path == (("01", expected),)


def test_qualifiers_stand_in_their_order() -> None:
    gtin = valid("01")
    link = DigitalLink.parse(f"https://a.example/01/{gtin}/22/V1/10/L%2F7/21/S%2B1")
    assert link.path == (("01", gtin), ("22", "V1"), ("10", "L/7"), ("21", "S+1"))
    for wrong in ("21/S/10/L", "10/L/10/M", "254/X"):
        with pytest.raises(DigitalLinkError, match="LINK_QUALIFIER"):
            DigitalLink.parse(f"https://a.example/01/{gtin}/{wrong}")


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "urn:epc:id:sgtin:9521000.012345.A1",
        "ftp://id.gs1.org/01/09521000123458",
        "https://id.gs1.org/",
        "https://id.gs1.org/01",
        "https://id.gs1.org/gtin/09521000123458",
        "https://[",
    ],
)
def test_an_address_without_a_key_is_none(uri: str) -> None:
    with pytest.raises(DigitalLinkError, match="LINK_NO_KEY"):
        DigitalLink.parse(uri)


@given(st.text())
def test_anything_else_is_refused_and_nothing_breaks(text: str) -> None:
    for uri in (text, f"https://id.gs1.org/01/{text}", f"https://id.gs1.org/01/09521000123458/21/{text}"):
        try:
            link = DigitalLink.parse(uri)
        except DigitalLinkError as error:
            assert error.code.startswith("LINK_")  # noqa: PT017  either outcome is fine, another error is not
        else:
            assert DigitalLink.parse(link.canonical).path == link.path


_SERIAL = st.text(st.sampled_from("ABCxyz019-_./:;<=>?!%&'()*+,\""), min_size=1, max_size=20)


@given(_SERIAL, _SERIAL)
def test_a_canonical_link_reads_back_and_names_the_item_that_the_ledger_names(lot: str, serial: str) -> None:
    link = DigitalLink((("01", valid("01")), ("10", lot), ("21", serial)))
    assert DigitalLink.parse(link.canonical) == link
    finest = DigitalLink((("01", valid("01")), ("21", serial)))
    assert canonical_item(link.canonical).id == canonical_item(finest.canonical).id == finest.canonical


def test_every_qualifier_of_a_key_is_known() -> None:
    assert {code for key in KEYS.values() for code in key.qualifiers} == set(QUALIFIERS)
