"""Carried JSON: documents that others wrote, kept as they were written.

They are kept in canonical form (RFC 8785), except that every number keeps the digits its writer chose: "26.0" stays
"26.0". Equality is of meaning: what is compared is ``meaning``, in which "26.0" and "26" are the same number.
"""

import json
from dataclasses import dataclass
from typing import Any, Never

from fairledger_chaincode.canonical import NumberAsWritten, canonical_json, parse_json

INTEGER_EXACT_MAX = 2**53  # a number below it that is whole is the same number with and without a fraction of zero
DIGITS_MAX = 4_000  # what the interpreter turns into an integer
LAST_BASIC_CHARACTER = "\uffff"  # beyond it, the order of keys is not the order of code points

_encode = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, allow_nan=False, sort_keys=True, separators=(",", ":")
).encode


@dataclass(frozen=True, slots=True)
class Carried:
    """A document as it was read. ``is_canonical`` says that its text was in the canonical form already."""

    value: Any
    is_canonical: bool

    def text(self, part: Any) -> str:
        """The form in which a part of this document is kept."""
        return _encode(part) if self.is_canonical else canonical_json(part).decode()

    def meaning(self, part: Any) -> str:
        """The form in which a part of this document is compared with others."""
        return _encode(part) if self.is_canonical else _encode(_plain(part))


def read_carried(text: str) -> Carried:
    """Read a document. Raises ``JsonRefused`` for what not every JSON implementation reads alike.

    A text in canonical form is read twice as fast as others: it holds no key twice and no number in other digits
    than the encoder's, since encoding gives the same text again.
    """
    value = _read_canonical(text)
    if value is not None:
        return Carried(value, is_canonical=True)
    return Carried(parse_json(text, numbers_as_written=True), is_canonical=False)


def meaning(text: str) -> str:
    """The form in which a JSON text is compared with others. Raises as ``read_carried``."""
    carried = read_carried(text)
    return carried.meaning(carried.value)


class _OtherDigitsError(ValueError):
    pass


def _read_canonical(text: str) -> Any:
    """The value of a text in canonical form, None for any other."""
    try:
        value = _FAST.decode(text)
        is_canonical = _encode(value) == text and (text.isascii() or max(text) <= LAST_BASIC_CHARACTER)
    except (ValueError, RecursionError):
        return None
    return value if is_canonical else None


def _float(literal: str) -> float:
    number = float(literal)
    if number.is_integer():
        raise _OtherDigitsError
    return number


def _refuse_constant(_literal: str) -> Never:
    raise _OtherDigitsError


_FAST = json.JSONDecoder(parse_float=_float, parse_constant=_refuse_constant)


def _plain(value: Any) -> Any:
    if isinstance(value, NumberAsWritten):
        return _plain_number(value)
    if isinstance(value, dict):
        return {key: _plain(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_plain(member) for member in value]
    return value


def _plain_number(number: NumberAsWritten) -> int | float | str:
    """A number as JSON implementations read it; the digits themselves where those read no number."""
    literal = number.literal
    if literal.removeprefix("-").isdigit():
        return int(literal) if len(literal) <= DIGITS_MAX else literal
    if number.is_integer() and abs(number) < INTEGER_EXACT_MAX:
        return int(number)
    return float(number) if abs(number) < float("inf") else literal
