"""Canonical JSON (RFC 8785), so that one value has one encoding and one digest.

What differs from the RFC: binary floating-point numbers are refused, because two computations that ought to agree
may differ in the last bit; and integers beyond 2^53 are, because not every JSON implementation reads them exactly.
Numbers inside a document that is only carried stay as they were written: ``NumberAsWritten``.
"""

import json
import re
from json.encoder import encode_basestring
from typing import Any, Never

from fairledger_chaincode.errors import FloatRefused, JsonRefused

INTEGER_MAX = 2**53 - 1  # RFC 8259, section 6: what every implementation reads exactly
DEPTH_MAX = 128  # arrays and objects inside each other; bounds the recursion
LITERAL_MAX = 17  # characters of the longest integer in range: sixteen digits and a sign
LAST_BASIC_CHARACTER = "\uffff"  # beyond it, UTF-16 order is not the order of code points


class NumberAsWritten(float):
    """A number of a carried document. Computes as a float; ``literal`` is its text, and what is written again."""

    __slots__ = ("literal",)

    literal: str

    def __new__(cls, literal: str) -> "NumberAsWritten":
        """Keep ``literal``, the text of a JSON number."""
        number = super().__new__(cls, literal)
        number.literal = literal
        return number

    def __repr__(self) -> str:
        return self.literal

    def __reduce__(self) -> tuple[type["NumberAsWritten"], tuple[str]]:
        return type(self), (self.literal,)


def canonical_json(value: object) -> bytes:
    """Encode ``value``, made of dicts with string keys, lists, tuples, strings, ints, bools and None, as UTF-8.

    Raises ``FloatRefused`` for a float, ``JsonRefused`` for an integer beyond 2^53, a lone surrogate, a key that is
    no string, more than ``DEPTH_MAX`` levels, or any other type.
    """
    try:
        simple = _is_simple(value, DEPTH_MAX)
        return (_encode_simple(value) if simple else _encode(value)).encode()
    except UnicodeEncodeError as error:
        raise JsonRefused("a string contains a lone surrogate") from error


def parse_json(data: bytes | str, *, numbers_as_written: bool = False) -> Any:
    """Parse JSON that every implementation reads alike.

    Raises ``JsonRefused`` for what is no JSON or not UTF-8, for a name that occurs twice in one object, for an integer
    beyond 2^53, a lone surrogate, and more than ``DEPTH_MAX`` levels; ``FloatRefused`` for a number with a fraction or
    an exponent. With ``numbers_as_written``, such integers and numbers become ``NumberAsWritten`` instead.
    """
    try:
        text = data if isinstance(data, str) else data.decode()
        text.encode()
        value = (_AS_WRITTEN if numbers_as_written else _STRICT).decode(text)
        if _ESCAPED_SURROGATE.search(text):
            json.dumps(value, ensure_ascii=False).encode()
    except UnicodeDecodeError as error:
        raise JsonRefused("not UTF-8") from error
    except UnicodeEncodeError as error:
        raise JsonRefused("a string contains a lone surrogate") from error
    except json.JSONDecodeError as error:
        raise JsonRefused(f"not JSON at line {error.lineno}, column {error.colno}: {error.msg}") from error
    except RecursionError as error:
        raise JsonRefused(f"more than {DEPTH_MAX} levels") from error
    _check_levels(value, DEPTH_MAX)
    return value


# Parsing

_ESCAPED_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def _refuse_float(_literal: str) -> Never:
    raise FloatRefused("a number with a fraction or an exponent")


def _refuse_constant(literal: str) -> Never:
    raise JsonRefused(f"{literal} is no JSON number")


def _integer(literal: str) -> int:
    number = int(literal) if len(literal) <= LITERAL_MAX else INTEGER_MAX + 1
    _check_integer(number)
    return number


def _integer_as_written(literal: str) -> int | NumberAsWritten:
    if literal == "-0" or len(literal) > LITERAL_MAX or abs(number := int(literal)) > INTEGER_MAX:
        return NumberAsWritten(literal)
    return number


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise JsonRefused("a name occurs twice in one object")
    return members


_STRICT = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=_refuse_float, parse_int=_integer, parse_constant=_refuse_constant
)
_AS_WRITTEN = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_float=NumberAsWritten,
    parse_int=_integer_as_written,
    parse_constant=_refuse_constant,
)


def _check_levels(value: Any, left: int) -> None:
    kind = type(value)
    if kind is dict or kind is list:
        _check_depth(left)
        for member in value.values() if kind is dict else value:
            inner = type(member)
            if inner is dict or inner is list:
                _check_levels(member, left - 1)


# Encoding

_encode_simple = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, allow_nan=False, sort_keys=True, separators=(",", ":")
).encode


def _is_simple(value: Any, left: int) -> bool:
    """Refuse what must not be encoded; tell whether the interpreter's own encoder makes the canonical form of it."""
    kind = type(value)
    if kind is dict:
        _check_depth(left)
        simple = True
        for name, member in value.items():
            simple &= _sorts_simply(name)
            if type(member) is not str and member is not None:  # most are, and need no look
                simple &= _is_simple(member, left - 1)
        return simple
    if kind is list or kind is tuple:
        _check_depth(left)
        simple = True
        for member in value:
            simple &= _is_simple(member, left - 1)
        return simple
    if kind is int:
        _check_integer(value)
        return True
    if kind is str or value is None or kind is bool:
        return True
    if kind is NumberAsWritten:
        return False
    if isinstance(value, float):
        raise FloatRefused("a float: use an integer of a smaller unit, or a string")
    raise JsonRefused(f"a {kind.__name__} has no JSON form")


def _sorts_simply(name: object) -> bool:
    if type(name) is not str:
        raise JsonRefused("a name in an object is a string")
    return name.isascii() or max(name) <= LAST_BASIC_CHARACTER


def _check_integer(number: int) -> None:
    if not -INTEGER_MAX <= number <= INTEGER_MAX:
        raise JsonRefused("an integer beyond 2^53")


def _check_depth(left: int) -> None:
    if left == 0:
        raise JsonRefused(f"more than {DEPTH_MAX} levels")


def _encode(value: Any) -> str:
    """The general form of ``_encode_simple``; ``value`` has been checked."""
    kind = type(value)
    if kind is NumberAsWritten:
        return str(value.literal)
    if kind is dict:
        names = sorted(value, key=_utf16_order)
        return "{" + ",".join(f"{encode_basestring(name)}:{_encode(value[name])}" for name in names) + "}"
    if kind is list or kind is tuple:
        return "[" + ",".join(map(_encode, value)) + "]"
    return _encode_simple(value)


def _utf16_order(name: str) -> bytes:
    return name.encode("utf-16-be")
