"""Which of one's notes pay an amount."""

from collections.abc import Iterable
from datetime import datetime

from fairledger.escrow.amounts import show_amount
from fairledger_contracts.records.note import INPUTS_MAX, Note


class PurseError(Exception):
    """One's notes don't pay it; ``code`` is ESCROW_NOTE_SHORT, or ESCROW_NOTE_INPUTS where they are too small."""

    def __init__(self, code: str, message: str, remedy: str) -> None:
        super().__init__(message)
        self.code = code
        self.remedy = remedy


def choose(notes: Iterable[Note], amount_minor: int, currency: str, at: datetime) -> list[Note]:
    """As few of the notes as pay the amount at that moment, with little change; none for nothing, and none is frozen.

    Raises ``PurseError`` where all of that currency are not enough, or more are needed than one transaction spends.
    """
    own = sorted((note for note in notes if note.currency == currency), key=lambda each: (each.amount_minor, each.id))
    left = [note for note in own if note.frozen_until(at) is None]
    if (free := sum(note.amount_minor for note in left)) < amount_minor:
        frozen = sum(note.amount_minor for note in own) - free
        stopped = f"; {show_amount(frozen, currency)} more are frozen" if frozen else ""
        told = f"{show_amount(amount_minor, currency)} are needed, and there are {show_amount(free, currency)}{stopped}"
        raise PurseError("ESCROW_NOTE_SHORT", told, "have a payment provider issue notes for money paid in")
    chosen: list[Note] = []
    while amount_minor > 0:
        if len(chosen) == INPUTS_MAX:
            remedy = "merge notes first: `fairledger escrow note pay` to yourself"
            raise PurseError("ESCROW_NOTE_INPUTS", f"more than {INPUTS_MAX} notes would be needed", remedy)
        enough = (position for position, note in enumerate(left) if note.amount_minor >= amount_minor)
        chosen.append(left.pop(next(enough, -1)))
        amount_minor -= chosen[-1].amount_minor
    return chosen
