"""The fields of forms by which people act, and reading what they hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from fastapi import Request

from fairledger.api.anchor_routes import Described
from fairledger.api.problems import Problem
from fairledger.api.service import service_of
from fairledger.escrow.amounts import AmountError, read_amount
from fairledger.readmodel.statements import described

STATEMENT_CHARACTERS_MAX: Final = 4_000
DIGITS_MAX: Final = len(str(2**53))  # of numbers that JSON carries as they are (RFC 8259, section 6)
DAY_S: Final = 86_400
FieldKind = Literal["text", "number", "amount", "date", "choice", "statement", "platform", "rule"]


@dataclass(frozen=True)
class Field:
    """A labelled field. ``choices`` are what a choice has: an enumeration, or names with words of their own."""

    name: str
    kind: FieldKind = "text"
    choices: tuple[StrEnum | str, ...] = ()
    required: bool = True


def number_of(form: Mapping[str, str], name: str) -> int:
    """A whole number; 0 where the field is empty. Raises ``Problem`` (REQUEST_INVALID)."""
    return whole_of(form, name) if form.get(name, "").strip() else 0


def whole_of(form: Mapping[str, str], name: str) -> int:
    """A whole number that has to be there. Raises ``Problem`` (REQUEST_INVALID)."""
    told = form.get(name, "").strip()
    if not (told.isascii() and told.isdecimal()) or len(told) > DIGITS_MAX:
        raise Problem("REQUEST_INVALID", f"{name}: write a whole number")
    return int(told)


def amount_of(form: Mapping[str, str], name: str, currency: str) -> int:
    """An amount in the currency's unit, as minor units; 0 where the field is empty.

    Raises ``Problem`` (ESCROW_AMOUNT).
    """
    told = form.get(name, "").strip()
    if not told:
        return 0
    try:
        return read_amount(told, currency)
    except AmountError as error:
        raise Problem(error.code, f"{error}: {error.remedy}") from error


def seconds_of(form: Mapping[str, str], name: str) -> int:
    """A period in days, as seconds; 0 where the field is empty. Raises ``Problem`` (REQUEST_INVALID)."""
    return number_of(form, name) * DAY_S


def utc_of(form: dict[str, str], name: str) -> str:
    """What a browser's field for date and time gives, as UTC (HTML, section 4.10.5.1.11)."""
    return f"{form.get(name, '')}Z"


async def documents_of(request: Request, form: dict[str, str], name: str = "statement") -> tuple[Described, ...]:
    """What somebody wrote, kept as a document of this organisation's store and named by its hash; none if it is empty.

    Raises ``Problem`` (REQUEST_INVALID), ``DocumentError``.
    """
    text = form.get(name, "").strip()
    if not text:
        return ()
    if len(text) > STATEMENT_CHARACTERS_MAX:
        raise Problem("REQUEST_INVALID", f"write at most {STATEMENT_CHARACTERS_MAX} characters")
    content = text.encode()
    sha256 = await service_of(request).archive.put(content)
    return (Described.model_validate(described(sha256, len(content))),)
