"""The values of query parameters: what no identifier holds, and how numbers and times are read."""

import re
from decimal import Decimal
from typing import Final

from fairledger.readmodel import instants, numbers
from fairledger.readmodel.errors import QueryError

VALUES_MAX: Final = 50  # bounds the SQL of one parameter
VALUE_LENGTH_MAX: Final = 512  # characters; no identifier of GS1 comes near

# control characters, surrogates and noncharacters: no identifier holds them, and ledger keys are made with two of them
_NO_CHARACTERS: Final = "".join(chr(plane << 16 | low) for plane in range(17) for low in (0xFFFE, 0xFFFF))
_FORBIDDEN: Final = re.compile(f"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef{_NO_CHARACTERS}]")
IDENTIFIER: Final = f"^[^\\u0000-\\u001f\\u007f-\\u009f\\ufdd0-\\ufdef{_NO_CHARACTERS}]+$"  # for descriptions


def check_value(name: str, value: str) -> None:
    """Raise ``QueryError`` (QUERY_VALUE) for a text that can be no identifier, word or time."""
    if not value:
        raise QueryError("QUERY_VALUE", f"{name} has an empty value", name)
    if len(value) > VALUE_LENGTH_MAX:
        raise QueryError("QUERY_VALUE", f"a value of {name} has more than {VALUE_LENGTH_MAX} characters", name)
    if _FORBIDDEN.search(value):
        raise QueryError("QUERY_VALUE", f"a value of {name} has a character that no identifier has", name)


def shown(text: str) -> str:
    """``text`` from outside, short and in ASCII, fit for a message."""
    return ascii(text[:80])


def number_in(name: str, value: str) -> Decimal:
    """The number in a value of the parameter ``name``. Raises ``QueryError`` (QUERY_VALUE)."""
    number = numbers.read(value)
    if number is None:
        raise QueryError("QUERY_VALUE", f"{name} takes a number, not {shown(value)}", name)
    return number


def time_in(name: str, value: str) -> str:
    """The sortable form of a time in a value of the parameter ``name``. Raises ``QueryError`` (QUERY_VALUE)."""
    try:
        return instants.read(value)
    except ValueError as error:
        hint = ": write its + as %2B" if " " in value else ""
        text = f"{name} takes a time with its zone, not {shown(value)}{hint}"
        raise QueryError("QUERY_VALUE", text, name) from error


def flag_in(name: str, value: str) -> bool:
    """Whether a value of the parameter ``name`` is ``true``. Raises ``QueryError`` (QUERY_VALUE)."""
    if value not in {"true", "false"}:
        raise QueryError("QUERY_VALUE", f"{name} takes true or false", name)
    return value == "true"
