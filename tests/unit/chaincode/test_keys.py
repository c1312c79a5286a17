"""Keys of different facts are different, and lie only in their own ranges."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairledger_chaincode.errors import KeyRefused
from fairledger_chaincode.keys import (
    beginning_range,
    check_key,
    composite_range,
    create_composite_key,
    simple_range,
    split_composite_key,
)

parts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\U0010ffff"), min_size=1, max_size=20)
composites = st.tuples(parts, st.lists(parts, max_size=5))


def test_a_composite_key_is_laid_out_as_fabric_does() -> None:
    assert create_composite_key("note", ["a", "b"]) == "\x00note\x00a\x00b\x00"
    assert create_composite_key("note", []) == "\x00note\x00"


@given(composites.filter(lambda each: bool(each[1])), st.integers(1, 5), composites)
def test_a_range_holds_exactly_the_keys_whose_first_part_begins_with_a_text(
    composite: tuple[str, list[str]], length: int, other: tuple[str, list[str]]
) -> None:
    object_type, attributes = composite
    beginning = attributes[0][:length]
    start, end = beginning_range(object_type, beginning)
    assert start <= create_composite_key(object_type, attributes) < end
    begins_so = other[0] == object_type and "".join(other[1][:1]).startswith(beginning)
    assert (start <= create_composite_key(*other) < end) == begins_so


@given(composites)
def test_a_composite_key_splits_into_the_parts_that_made_it(composite: tuple[str, list[str]]) -> None:
    object_type, attributes = composite
    key = create_composite_key(object_type, attributes)
    check_key(key)
    assert split_composite_key(key) == (object_type, tuple(attributes))


@given(composites, composites)
def test_different_parts_make_different_keys(one: tuple[str, list[str]], other: tuple[str, list[str]]) -> None:
    assert (create_composite_key(*one) == create_composite_key(*other)) == (one == other)


@given(composites, st.integers(0, 5), composites)
def test_a_range_holds_exactly_the_keys_that_begin_with_its_parts(
    composite: tuple[str, list[str]], count: int, other: tuple[str, list[str]]
) -> None:
    object_type, attributes = composite
    prefix = attributes[:count]
    start, end = composite_range(object_type, prefix)
    assert start <= create_composite_key(object_type, attributes) < end
    begins_so = (other[0], other[1][: len(prefix)]) == (object_type, prefix)
    assert (start <= create_composite_key(*other) < end) == begins_so


@given(composites)
def test_no_composite_key_lies_in_a_simple_range(composite: tuple[str, list[str]]) -> None:
    start, _end = simple_range("", "")
    assert create_composite_key(*composite) < start


@pytest.mark.parametrize("part", ["", "\x00", "a\x00b", "a\U0010ffff", "\U0010ffff", "\ud800"])
def test_a_part_that_could_be_mistaken_is_refused(part: str) -> None:
    for object_type, attributes in ((part, ["a"]), ("note", ["a", part])):
        with pytest.raises(KeyRefused) as refusal:
            create_composite_key(object_type, attributes)
        assert refusal.value.code == "CHAINCODE_KEY"
        with pytest.raises(KeyRefused):
            composite_range(object_type, attributes)


@pytest.mark.parametrize("attributes", ["abc", [b"abc"], [1], [None]])
def test_parts_are_strings(attributes: object) -> None:
    with pytest.raises(KeyRefused):
        create_composite_key("note", attributes)  # type: ignore[arg-type]


@pytest.mark.parametrize("key", ["a", "ü", "a b", "{}", "\x01", "\x00note\x00", "\x00note\x00a\x00"])
def test_keys_that_can_be_used(key: str) -> None:
    check_key(key)


@pytest.mark.parametrize(
    "key",
    [
        "",
        "a\x00b",
        "a\U0010ffff",
        "\ud800",
        "\x00",
        "\x00\x00",
        "\x00note",
        "\x00note\x00\x00",
        "\x00\x00a\x00",
        b"a",
        1,
    ],
)
def test_keys_that_are_refused(key: object) -> None:
    with pytest.raises(KeyRefused):
        check_key(key)  # type: ignore[arg-type]


def test_a_simple_key_does_not_split() -> None:
    with pytest.raises(KeyRefused):
        split_composite_key("a")


def test_an_empty_start_is_the_first_simple_key() -> None:
    assert simple_range("", "") == ("\x01", "")
    assert simple_range("a", "b") == ("a", "b")


@pytest.mark.parametrize("bounds", [("\x00", ""), ("", "\x00a"), ("\x00note\x00", "b"), ("\ud800", ""), (b"a", "")])
def test_a_range_among_the_composite_keys_is_refused(bounds: tuple[str, str]) -> None:
    with pytest.raises(KeyRefused):
        simple_range(*bounds)
