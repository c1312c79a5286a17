"""A person's unspent notes, and which of them pay an amount."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Connection

from fairledger.api.problems import Problem
from fairledger.escrow import purse
from fairledger.readmodel.records import all_records
from fairledger_contracts.records.note import Note

NOTHING: Final = "[]"


@dataclass(frozen=True)
class Chosen:
    """Notes that pay ``amount_minor``; what is over comes back."""

    notes: tuple[Note, ...]
    amount_minor: int

    @property
    def total_minor(self) -> int:
        """What the notes are worth together."""
        return sum(note.amount_minor for note in self.notes)

    @property
    def change_minor(self) -> int:
        """What comes back."""
        return self.total_minor - self.amount_minor

    @property
    def argument(self) -> str:
        """The notes' ids as contracts take them, JSON."""
        return json.dumps([note.id for note in self.notes])


def notes_of(connection: Connection, owner: str, currency: str = "") -> list[Note]:
    """All unspent notes of a person or an organisation's account, of one currency where it is given."""
    terms = [("owner", owner), *[("currency", currency)] * bool(currency)]
    return list(all_records(connection, Note, terms))


def sums(notes: Iterable[Note]) -> dict[str, int]:
    """How much there is of each currency."""
    found: dict[str, int] = {}
    for note in sorted(notes, key=lambda each: each.currency):
        found[note.currency] = found.get(note.currency, 0) + note.amount_minor
    return found


def choose(notes: Sequence[Note], amount_minor: int, currency: str) -> Chosen:
    """The fewest notes that pay the amount. Raises ``Problem`` (ESCROW_NOTE_SHORT, ESCROW_NOTE_INPUTS)."""
    try:
        return Chosen(tuple(purse.choose(notes, amount_minor, currency, datetime.now(UTC))), amount_minor)
    except purse.PurseError as error:
        raise Problem(error.code, f"{error}: {error.remedy}") from error
