"""Digital Links: what is one, what is none and why, and the one form that all spellings have."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairledger.digital_link.errors import DigitalLinkError
from fairledger.digital_link.identifiers import IDENTIFIERS, KEYS
from fairledger.digital_link.link import DigitalLink
from fairledger_contracts.records.item_id import canonical_item, check_digit
from tests.unit.client.digital_link.examples import examples

VALID = {code: valid for code, valid, _ in examples()}


def escaped(value: str) -> str:
    return "".join(character if character.isalnum() else f"%{ord(character):02X}" for character in value)


@pytest.mark.parametrize("code", KEYS)
def test_every_primary_key_makes_a_link(code: str) -> None:
    link = DigitalLink.parse(f"https://shop.example.com/some/folder/{code}/{escaped(VALID[code])}?x=y")
    assert (link.path, link.query) == (((code, VALID[code]),), (("x", "y"),))


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
    gtin = VALID["01"]
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
    link = DigitalLink((("01", VALID["01"]), ("10", lot), ("21", serial)))
    assert DigitalLink.parse(link.canonical) == link
    finest = DigitalLink((("01", VALID["01"]), ("21", serial)))
    assert canonical_item(link.canonical).id == canonical_item(finest.canonical).id == finest.canonical


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("01/09521000123458/235/T1", ""),
        ("01/09521000123458/10/L/235/T1", "LINK_QUALIFIER"),
        ("414/9521000000001/254/X/7040/1ABC", "LINK_QUALIFIER"),
        ("415/9521000000001/8020/REF", ""),
        ("8013/1987654Ad4X4bL5ttr2310c2K", ""),
        ("8013/1987654Ad4X4bL5ttr2310c2K/21/A", "LINK_QUALIFIER"),
    ],
)
def test_alternatives_are_not_mixed(path: str, code: str) -> None:
    assert refused(f"https://id.gs1.org/{path}") == code


def refused(uri: str) -> str:
    """The code with which ``uri`` is refused, or nothing."""
    try:
        DigitalLink.parse(uri)
    except DigitalLinkError as error:
        return error.code
    return ""


ATTRIBUTES = [code for code, each in IDENTIFIERS.items() if each.is_attribute]


@pytest.mark.parametrize("code", ATTRIBUTES)
def test_every_attribute_is_read_and_checked(code: str) -> None:
    key = "00" if code != "00" else "253"
    start = f"https://id.gs1.org/{key}/{escaped(VALID[key])}?"
    link = DigitalLink.parse(f"{start}linkType=gs1:pip&{code}={escaped(VALID[code])}")
    assert link.attributes == ((code, VALID[code]),)
    assert link.query == (("linkType", "gs1:pip"), (code, VALID[code]))
    assert DigitalLink.parse(link.with_query("https://shop.example.com")) == link
    invalid = next(wrong for each, _, wrong in examples() if each == code)
    assert refused(f"{start}{code}={escaped(invalid)}") in {"LINK_FORMAT", "LINK_CHECK_DIGIT", "LINK_VALUE"}


@pytest.mark.parametrize("code", [code for code in IDENTIFIERS if code not in ATTRIBUTES])
def test_what_is_no_attribute_is_refused_in_the_query(code: str) -> None:
    assert refused(f"https://id.gs1.org/00/{VALID['00']}?{code}={escaped(VALID[code])}") == "LINK_ATTRIBUTE"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("3103=001250&15=261231&3922=1250", ""),
        ("linkType=all&context=x&context=y&-1=2&%D9%A3=x&1a=b", ""),
        ("3106=001250", "LINK_ATTRIBUTE"),
        ("14=260101", "LINK_ATTRIBUTE"),
        ("0=1", "LINK_ATTRIBUTE"),
        ("10=L7", "LINK_ATTRIBUTE"),
        ("21=S1", "LINK_ATTRIBUTE"),
        ("01=09521000123458", "LINK_REPEATED"),
        ("15=261231&15=261231", "LINK_REPEATED"),
        ("15=", "LINK_FORMAT"),
        ("15=261232", "LINK_VALUE"),
        ("410=9521000000005", "LINK_CHECK_DIGIT"),
        ("15=%FF", "LINK_FORMAT"),
    ],
)
def test_numbers_in_the_query_are_attributes_and_other_names_pass(query: str, code: str) -> None:
    assert refused(f"https://id.gs1.org/01/09521000123458?{query}") == code


def test_a_lot_is_an_attribute_where_it_is_no_qualifier() -> None:
    link = DigitalLink.parse(f"https://id.gs1.org/00/{VALID['00']}?02=09521000123458&37=12&10=L7")
    assert link.attributes == (("02", "09521000123458"), ("37", "12"), ("10", "L7"))
    assert refused("https://id.gs1.org/01/09521000123458/235/T1?10=L7") == ""
    assert refused("https://id.gs1.org/01/09521000123458/21/S1?10=L7") == "LINK_ATTRIBUTE"


@given(
    st.sampled_from(list(KEYS)),
    st.sampled_from(["https://id.gs1.org", "http://localhost:8080/", "https://a.example/b"]),
)
def test_a_link_reads_back_from_every_resolver(key: str, resolver: str) -> None:
    link = DigitalLink.parse(f"https://id.gs1.org/{key}/{escaped(VALID[key])}")
    assert DigitalLink.parse(link.on(resolver)) == link
