"""The fields of forms by which people act, and reading what they hold."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from fastapi import Request

from fairledger.api.anchor_routes import Described
from fairledger.api.problems import Problem
from fairledger.api.service import service_of
from fairledger.readmodel.statements import described

STATEMENT_CHARACTERS_MAX: Final = 4_000
FieldKind = Literal["text", "number", "date", "choice", "statement", "platform", "rule"]


@dataclass(frozen=True)
class Field:
    """A labelled field. ``choices`` are what a choice has: an enumeration, or names with words of their own."""

    name: str
    kind: FieldKind = "text"
    choices: tuple[StrEnum | str, ...] = ()
    required: bool = True


def number_of(form: dict[str, str], name: str) -> int:
    """A whole number; 0 where the field is empty. Raises ``Problem`` (REQUEST_INVALID)."""
    told = form.get(name, "").strip() or "0"
    if not (told.isascii() and told.isdecimal()):
        raise Problem("REQUEST_INVALID", f"look again at: {name}")
    return int(told)


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
