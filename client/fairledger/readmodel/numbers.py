"""Numbers as text that sorts as the numbers do, exactly, in SQLite as in PostgreSQL.

SQLite has no exact decimals (its NUMERIC turns into binary floating point), so a number is kept as its sign, its
decimal exponent and its digits. Only digits and lower-case letters occur, digits sort before letters in every
collation, and the comparison of two such texts is that of the two numbers, however many digits they have:

    0       m
    1.5     p100015         exponent 0, digits 15
    26.0    p100126         the same as 26
    -1.5    a899984z        exponent and digits from nine, and an end that sorts behind every digit
"""

import re
from decimal import Context, Decimal
from typing import Final

EXPONENT_MAX: Final = 400  # a number beyond 10 to its power is no number here; binary floating point ends at 308
DIGITS_MAX: Final = 400  # of a number as written; databases bound what an index takes
EXACT: Final = Context(prec=2_000)  # products and sums within these bounds keep all their digits
_OFFSET: Final = 1_000
_FORM: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,4})?")
_FROM_NINE: Final = str.maketrans("0123456789", "9876543210")


def read(text: str) -> Decimal | None:
    """The number that ``text`` writes as JSON does, or ``None``: for other texts, and beyond the bounds above."""
    if len(text) > DIGITS_MAX or _FORM.fullmatch(text) is None:
        return None
    number = Decimal(text)
    return number if not number or abs(number.adjusted()) <= EXPONENT_MAX else None


def sortable(number: Decimal) -> str:
    """The text for ``number``, one of ``read`` or in another unit."""
    if not number:
        return "m"
    digits = "".join(map(str, number.as_tuple().digits)).rstrip("0")
    text = f"{number.adjusted() + _OFFSET:04d}{digits}"
    return f"p{text}" if number > 0 else f"a{text.translate(_FROM_NINE)}z"
