"""One value has one encoding: RFC 8785, checked against its rules written out the slow way."""

import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairledger_chaincode.canonical import INTEGER_MAX, NumberAsWritten, canonical_json, parse_json
from fairledger_chaincode.errors import FloatRefused, JsonRefused

characters = st.one_of(
    st.characters(exclude_categories=["Cs"]), st.sampled_from('\x00\x1f"\\/\b\f\n\r\t\x7f\u2028\ufb33\U0001f600\uffff')
)
texts = st.text(characters, max_size=12)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-INTEGER_MAX, INTEGER_MAX) | texts,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(texts, inner, max_size=5),
    max_leaves=25,
)
SHORT_ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def by_the_rules(value: object) -> str:
    """RFC 8785, section 3.2, without its numbers with a fraction."""
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: [*memoryview(name.encode("utf-16-le")).cast("H")])
        return "{" + ",".join(f"{by_the_rules(name)}:{by_the_rules(value[name])}" for name in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(by_the_rules(member) for member in value) + "]"
    if isinstance(value, str):
        return '"' + "".join(SHORT_ESCAPES.get(c) or (f"\\u{ord(c):04x}" if c < " " else c) for c in value) + '"'
    return (
        {None: "null", True: "true", False: "false"}[value] if value is None or isinstance(value, bool) else str(value)
    )


@given(values)
def test_the_encoding_follows_the_rules(value: object) -> None:
    assert canonical_json(value) == by_the_rules(value).encode()


@given(values)
def test_what_was_encoded_reads_back_and_encodes_the_same(value: object) -> None:
    encoded = canonical_json(value)
    assert parse_json(encoded) == value
    assert parse_json(encoded, numbers_as_written=True) == value
    assert canonical_json(parse_json(encoded)) == encoded


@given(st.dictionaries(texts, st.integers(0, 9)), st.randoms())
def test_the_order_of_insertion_does_not_show(members: dict[str, int], random: object) -> None:
    shuffled = list(members.items())
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert canonical_json(dict(shuffled)) == canonical_json(members)


def test_names_are_ordered_by_utf_16_as_the_rfc_shows() -> None:
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    ordered = ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]
    assert list(json.loads(canonical_json(dict.fromkeys(names, 0)))) == ordered


def test_a_tuple_is_an_array() -> None:
    assert canonical_json({"a": (1, 2)}) == b'{"a":[1,2]}'


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (1.0, "CHAINCODE_FLOAT"),
        ([float("nan")], "CHAINCODE_FLOAT"),
        ({"a": [0.1]}, "CHAINCODE_FLOAT"),
        (INTEGER_MAX + 1, "CHAINCODE_JSON"),
        ([-INTEGER_MAX - 1], "CHAINCODE_JSON"),
        ("\ud800", "CHAINCODE_JSON"),
        ({"\udc00": 1}, "CHAINCODE_JSON"),
        ({1: 2}, "CHAINCODE_JSON"),
        ({"a": {1, 2}}, "CHAINCODE_JSON"),
        (b"a", "CHAINCODE_JSON"),
        (object(), "CHAINCODE_JSON"),
    ],
)
def test_what_has_no_one_encoding_is_refused(value: object, code: str) -> None:
    with pytest.raises(JsonRefused) as refusal:
        canonical_json(value)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "CHAINCODE_JSON"),
        ("{", "CHAINCODE_JSON"),
        ("{} {}", "CHAINCODE_JSON"),
        (b"\xff", "CHAINCODE_JSON"),
        ('{"a":1,"a":1}', "CHAINCODE_JSON"),
        ('{"a":{"b":1,"\\u0062":2}}', "CHAINCODE_JSON"),
        ("9007199254740992", "CHAINCODE_JSON"),
        ("-9007199254740992", "CHAINCODE_JSON"),
        ("1" * 5000, "CHAINCODE_JSON"),
        ('"\\ud800"', "CHAINCODE_JSON"),
        ('{"\\uDFFF":1}', "CHAINCODE_JSON"),
        ("\ud800", "CHAINCODE_JSON"),
        ("NaN", "CHAINCODE_JSON"),
        ("-Infinity", "CHAINCODE_JSON"),
        ("1.0", "CHAINCODE_FLOAT"),
        ("[1e3]", "CHAINCODE_FLOAT"),
    ],
)
def test_text_that_is_read_differently_elsewhere_is_refused(text: str | bytes, code: str) -> None:
    with pytest.raises(JsonRefused) as refusal:
        parse_json(text)
    assert refusal.value.code == code


def test_a_pair_of_escaped_surrogates_is_one_character() -> None:
    assert parse_json('"\\ud83d\\ude00"') == "\U0001f600"


@pytest.mark.parametrize("levels", [129, 5_000, 200_000])
def test_too_many_levels_are_refused(levels: int) -> None:
    with pytest.raises(JsonRefused):
        parse_json("[" * levels + "]" * levels)
    nested: list[object] = []
    for _ in range(min(levels, 5_000)):
        nested = [nested]
    with pytest.raises(JsonRefused):
        canonical_json(nested)


def test_as_many_levels_as_permitted_pass() -> None:
    text = "[" * 128 + "]" * 128
    assert canonical_json(parse_json(text)) == text.encode()


@pytest.mark.parametrize(
    "literal", ["1.50", "1e3", "-0", "-0.0", "0.1", "1E+2", "12345678901234567890", "9007199254740992"]
)
def test_a_carried_number_stays_as_it_was_written(literal: str) -> None:
    carried = parse_json(f'{{"b":[{literal}],"a":"é"}}', numbers_as_written=True)
    assert canonical_json(carried) == f'{{"a":"é","b":[{literal}]}}'.encode()


def test_a_carried_number_computes_and_prints_as_one() -> None:
    number = parse_json("36.60", numbers_as_written=True)
    assert number == 36.6
    assert isinstance(number, float)
    assert (repr(number), str(number)) == ("36.60", "36.60")
    assert isinstance(number, NumberAsWritten)
    assert number.literal == "36.60"
    assert repr(pickle.loads(pickle.dumps(number))) == "36.60"


def test_whole_numbers_in_range_are_integers_either_way() -> None:
    assert parse_json("[0,-7,9007199254740991]", numbers_as_written=True) == [0, -7, INTEGER_MAX]
    assert type(parse_json("7", numbers_as_written=True)) is int


def test_a_computed_float_is_no_carried_number() -> None:
    with pytest.raises(FloatRefused):
        canonical_json(NumberAsWritten("1.5") * 2)
