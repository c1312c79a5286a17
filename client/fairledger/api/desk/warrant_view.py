"""Who sees which warrants and readings, and what may be done with them. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from fairledger.api.parties import is_regulator, sees_all
from fairledger_contracts.records.private_read import Announcement
from fairledger_contracts.records.signatory import Signatory
from fairledger_contracts.records.warrant import SubjectKind, Warrant


@dataclass(frozen=True)
class Row:
    """A warrant, its state's name in ``warrant_words.STATES``, and what the visitor may do with it."""

    warrant: Warrant
    state: str
    may_confirm: bool
    may_end: bool
    may_read: bool

    @property
    def order(self) -> str:
        """The order that it is about, where it is about one."""
        subject = self.warrant.terms.subject
        return subject.value if subject.kind is SubjectKind.ORDER else ""


def row_of(warrant: Warrant, person: Signatory, now: datetime) -> Row:
    """A warrant as the visitor sees it."""
    state, regulator = _state(warrant, now), is_regulator(person)
    return Row(
        warrant,
        state,
        may_confirm=regulator and state == "unconfirmed" and warrant.recorder.id != person.id,
        may_end=regulator and state not in {"ended", "over"},
        may_read=regulator and state == "in_force",
    )


def seen(
    readings: Iterable[Announcement], warrants: dict[str, Warrant], person: Signatory, now: datetime
) -> list[Announcement]:
    """The readings that the visitor may see: a platform's officers, those of its orders whose warrant is over.

    That is what the persons concerned are told, and refused attempts without a warrant.
    """
    if sees_all(person):
        return list(readings)
    own = (each for each in readings if each.terms.platform == person.msp_id)
    return [each for each in own if (found := warrants.get(each.terms.warrant)) is None or found.over_at(now)]


def _state(warrant: Warrant, now: datetime) -> str:
    if warrant.ended_at is not None:
        return "ended"
    if warrant.over_at(now):
        return "over"
    if warrant.confirmed_at is None:
        return "unconfirmed"
    return "early" if now < warrant.terms.valid_from else "in_force"
