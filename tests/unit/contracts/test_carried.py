"""Carried documents keep their numbers as written, and compare by meaning."""

import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairledger_chaincode.errors import JsonRefused
from fairledger_contracts.records.carried import meaning, read_carried


def kept(text: str) -> str:
    carried = read_carried(text)
    return carried.text(carried.value)


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ('{"b": 26.0, "a": 1e3}', '{"a":1e3,"b":26.0}'),
        ('{"n":-0,"m":0.10}', '{"m":0.10,"n":-0}'),
        ('{"n":9007199254740993}', '{"n":9007199254740993}'),
        ('{"n":1e999}', '{"n":1e999}'),
        ('{"é":"\\u00e9\\n"}', '{"é":"é\\n"}'),
        ('{"\U0001f600":1,"\uffff":2}', '{"\U0001f600":1,"\uffff":2}'),
        ("[true, null, 1.5]", "[true,null,1.5]"),
    ],
)
def test_a_document_is_kept_in_one_form_with_its_numbers_as_written(written: str, text: str) -> None:
    assert kept(written) == text
    assert kept(text) == text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('{"a":26.0}', '{"a":26}'),
        ('{"a":1e2}', '{"a":100}'),
        ('{"a":0.10}', '{"a":0.1}'),
        ('{"a":-0}', '{"a":0}'),
        ('{"a":1,"b":2}', '{"b":2,"a":1}'),
        ('{"a":12345678901234567890.0}', '{"a":12345678901234567890.00}'),
    ],
)
def test_the_same_meaning_in_other_digits_is_the_same(one: str, other: str) -> None:
    assert meaning(one) == meaning(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [('{"a":26}', '{"a":"26"}'), ("[1,2]", "[2,1]"), ('{"a":9007199254740993}', '{"a":9007199254740992}')],
)
def test_another_meaning_is_another(one: str, other: str) -> None:
    assert meaning(one) != meaning(other)


@pytest.mark.parametrize(
    "text", ["", "{", '{"a":1,"a":2}', '{"a":NaN}', '"\\ud800"', "[" * 2000 + "]" * 2000, "{'a':1}", '{"a":01}']
)
def test_what_is_not_json_that_everybody_reads_alike_is_refused(text: str) -> None:
    with pytest.raises(JsonRefused):
        read_carried(text)


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def shuffled(value: Any, chance: random.Random) -> Any:
    if isinstance(value, dict):
        names = list(value)
        chance.shuffle(names)
        return {name: shuffled(value[name], chance) for name in names}
    return [shuffled(member, chance) for member in value] if isinstance(value, list) else value


def encodable(value: Any) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


@given(VALUES.filter(encodable), st.randoms(use_true_random=False))
def test_any_order_of_keys_has_the_same_text_and_meaning(value: Any, chance: random.Random) -> None:
    one, other = json.dumps(value), json.dumps(shuffled(value, chance), indent=1)
    assert kept(one) == kept(other)
    assert meaning(one) == meaning(other)


@given(VALUES.filter(encodable))
def test_a_document_comes_back_as_it_was(value: Any) -> None:
    assert json.loads(kept(json.dumps(value))) == value
