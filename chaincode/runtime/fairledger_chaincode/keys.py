"""Keys of the ledger: simple ones, and composite ones that keep facts of one kind together.

A composite key is U+0000, the object type, U+0000, and each attribute followed by U+0000, as Fabric lays it out.
U+0000 and U+10FFFF are therefore refused inside any part, and so are empty parts: with them two different lists of
parts could name one key, or a key could lie inside a range that is not its own.
"""

from collections.abc import Sequence

from fairledger_chaincode.errors import KeyRefused

SEPARATOR = "\x00"
HIGHEST = "\U0010ffff"
FIRST_SIMPLE_KEY = "\x01"  # an empty start key means this one, so that simple ranges never hold composite keys


def _check_text(text: str, what: str) -> None:
    if type(text) is not str or not text:
        raise KeyRefused(f"{what} is a string that is not empty")
    if HIGHEST in text:
        raise KeyRefused(f"{what} contains U+10FFFF, which is reserved")
    if not text.isascii():
        _check_encodable(text, what)


def _check_encodable(text: str, what: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise KeyRefused(f"{what} contains a lone surrogate") from error


def check_key(key: str) -> None:
    """Accept a simple key or a well-formed composite key. Raises ``KeyRefused`` otherwise."""
    _check_text(key, "a key")
    if SEPARATOR not in key:
        return
    if key[0] != SEPARATOR:
        raise KeyRefused("a simple key contains U+0000, which is reserved")
    if len(key) < 3 or key[-1] != SEPARATOR or SEPARATOR * 2 in key:  # noqa: PLR2004 - separator, a type, separator
        raise KeyRefused("a composite key is malformed: make it with create_composite_key")


def simple_range(start: str, end: str) -> tuple[str, str]:
    """The bounds that the peer is asked for: ``start`` included, ``end`` excluded; empty means unbounded.

    Raises ``KeyRefused`` for a bound that lies among the composite keys.
    """
    for bound in (start, end):
        if type(bound) is not str:
            raise KeyRefused("a bound of a range is a string")
        if bound.startswith(SEPARATOR):
            raise KeyRefused("a bound of a simple range begins with U+0000, where composite keys lie")
        _check_encodable(bound, "a bound of a range")
    return start or FIRST_SIMPLE_KEY, end


def create_composite_key(object_type: str, attributes: Sequence[str]) -> str:
    """Make the key of one fact. Raises ``KeyRefused`` for a part that is empty or holds a reserved character."""
    if isinstance(attributes, str):
        raise KeyRefused("the attributes of a composite key are a sequence of strings, not one string")
    for part in (object_type, *attributes):
        _check_text(part, "a part of a composite key")
        if SEPARATOR in part:
            raise KeyRefused("a part of a composite key contains U+0000, which is reserved")
    return SEPARATOR + SEPARATOR.join((object_type, *attributes)) + SEPARATOR


def composite_range(object_type: str, attributes: Sequence[str]) -> tuple[str, str]:
    """The range of all composite keys that begin with these parts; the key of exactly these parts is in it too."""
    start = create_composite_key(object_type, attributes)
    return start, start + HIGHEST


def beginning_range(object_type: str, beginning: str) -> tuple[str, str]:
    """The range of all composite keys whose first attribute begins with a text. Raises ``KeyRefused``."""
    start = create_composite_key(object_type, (beginning,)).removesuffix(SEPARATOR)
    return start, start + HIGHEST


def split_composite_key(key: str) -> tuple[str, tuple[str, ...]]:
    """Take a composite key apart into object type and attributes. Raises ``KeyRefused`` when it is none."""
    check_key(key)
    if key[0] != SEPARATOR:
        raise KeyRefused("a simple key can't be split")
    object_type, *attributes = key[1:-1].split(SEPARATOR)
    return object_type, tuple(attributes)
