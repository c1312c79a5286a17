"""What waits for whom, and which moves they have. Pure: it mirrors the contracts' rules, which decide in the end."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from fairledger.api import parties
from fairledger_chaincode.record import Record
from fairledger_contracts.disclosure.sanction_grounds import rules_broken
from fairledger_contracts.records.ballot import Ballot, BallotState
from fairledger_contracts.records.complaint import Complaint, ComplaintState
from fairledger_contracts.records.disclosure import Disclosure, DisclosureState
from fairledger_contracts.records.inspection import BY_TIME, Inspection, InspectionState
from fairledger_contracts.records.monitoring import LISTING_RULES, Anomaly, Listing
from fairledger_contracts.records.sanction import GroundKind, Penalty, Sanction, SanctionState
from fairledger_contracts.records.signatory import Signatory

NOTHING: Final[Mapping[str, str]] = {}


@dataclass(frozen=True)
class Owed:
    """A disclosure that is not on record: the platform has to file it from ``opens_at`` until ``due_at``."""

    msp_id: str
    subject: str
    period: str
    due_at: datetime
    opens_at: datetime


@dataclass(frozen=True)
class Offer:
    """A move by its name in ``moves.MOVES``, with what its form knows already, and the rules that it can name."""

    move: str
    known: Mapping[str, str] = field(default_factory=dict)
    rules: tuple[str, ...] = ()


@dataclass(frozen=True)
class Task:
    """A record, the visitor's moves on it, and its deadline."""

    record: Any
    offers: tuple[Offer, ...]
    due_at: datetime | None
    overdue: bool


@dataclass(frozen=True)
class Desk:
    """Who looks, and when. ``sanctioned`` are facts on which a sanction rests already: kind, key and rule.

    ``is_licensed`` tells whether a licence has the person act in their role, where it needs one.
    """

    person: Signatory
    now: datetime
    sanctioned: frozenset[tuple[str, str, str]] = frozenset()
    is_licensed: bool = True

    @property
    def is_officer(self) -> bool:
        """The association's."""
        return self.is_authority and not self.is_regulator

    @property
    def is_regulator(self) -> bool:
        """The regulator's."""
        return parties.is_regulator(self.person)

    @property
    def is_authority(self) -> bool:
        """One of both."""
        return parties.sees_all(self.person)

    @property
    def is_member(self) -> bool:
        """Whoever votes for an organisation."""
        return self.is_authority or parties.is_platform_officer(self.person)

    @property
    def inspects(self) -> bool:
        """Whoever reports inspections."""
        return self.is_authority or self.person.role == "inspector"

    def is_of(self, msp_id: str) -> bool:
        """Whether the person acts for that platform."""
        return self.is_member and not self.is_authority and self.person.msp_id == msp_id

    def owed(self, owed: Owed) -> Task:
        """A disclosure that is not on record."""
        late, known = owed.due_at < self.now, _of_disclosure(owed.msp_id, owed.subject, owed.period)
        offers = [
            (self.is_of(owed.msp_id) and owed.opens_at <= self.now, f"file_{owed.subject}", {"period": owed.period}),
            (late, "find_late", known),
        ]
        return self._task(owed, owed.due_at, offers)

    def disclosure(self, record: Disclosure) -> Task:
        """A disclosure on record."""
        state, known = record.state, _of_disclosure(record.msp_id, record.subject, record.period)
        open_to_filing = state in (DisclosureState.MISSING, DisclosureState.REJECTED)
        filed = state is DisclosureState.FILED
        due = record.review_until if filed else record.due_at
        unreviewed = filed and record.review_until is not None and record.review_until <= self.now
        late = state is DisclosureState.REJECTED and record.due_at < self.now
        key = f"{record.msp_id}/{record.subject}/{record.period}"
        offers = [
            (open_to_filing and self.is_of(record.msp_id), f"file_{record.subject}", {"period": record.period}),
            (filed and self.is_officer, "review", known),
            (unreviewed, "accept_unreviewed", known),
            (late, "find_late", known),
        ]
        return self._task(record, due, offers, self._sanction(record, record.msp_id, GroundKind.DISCLOSURE, key))

    def sanction(self, record: Sanction) -> Task:
        """A sanction under way."""
        state, own, known = record.state, self.is_of(record.msp_id), {"id": record.id}
        hearing, past = state is SanctionState.HEARING, record.due_at < self.now
        over = record.until is not None and record.until < self.now
        to_pay = state is SanctionState.FINAL and record.penalty is Penalty.FINE
        offers = [
            (hearing and own and not past, "hear", known),
            (hearing and self.is_officer and (record.heard or past) and not over, "decide_sanction", known),
            (state is SanctionState.IMPOSED and own and not past, "appeal", known),
            (state is SanctionState.APPEALED and self.is_regulator and not past, "judge", known),
            (to_pay and own, "pay", known),
            (state in (SanctionState.IMPOSED, SanctionState.FINAL) and self.is_officer, "end_sanction", known),
            (over, "push_sanction", known),
        ]
        following = self._sanction(record, record.msp_id, GroundKind.SANCTION, record.id)
        return self._task(record, record.due_at, offers, following)

    def complaint(self, record: Complaint) -> Task:
        """A complaint under way, or one that was upheld."""
        state, known, past = record.state, {"id": record.id}, record.due_at < self.now
        under_way = state not in (ComplaintState.RESOLVED, ComplaintState.CLOSED)
        judges = not past and not self.person.is_person(record.recorder)
        offers = [
            (state is ComplaintState.FILED and self.is_of(record.platform) and not past, "answer", known),
            (state is ComplaintState.ESCALATED and self.is_officer and judges, "decide_complaint", known),
            (state is ComplaintState.APPEALED and self.is_regulator and judges, "close_complaint", known),
            (under_way and past, "push_complaint", known),
        ]
        sanction = self._sanction(record, record.platform, GroundKind.COMPLAINT, record.id)
        return self._task(record, record.due_at if under_way else None, offers, sanction)

    def inspection(self, record: Inspection) -> Task:
        """An inspection under way, or one that found something bad."""
        state, known, reported = record.state, {"id": record.id}, record.reported_by is not None
        closed, overdue = state is InspectionState.CLOSED, state is InspectionState.OVERDUE
        to_report = not reported and not record.is_of(self.person) and (state is InspectionState.ORDERED or overdue)
        to_mend = reported and (state is InspectionState.REPORTED or overdue)
        pushable = state in BY_TIME and record.due_at < self.now
        to_review = state is InspectionState.MENDED and self.is_authority and not pushable
        offers = [
            (to_report and self.inspects and self.is_licensed, "report_inspection", known),
            (to_mend and self.is_of(record.platform), "mend", known),
            (not closed and state is not InspectionState.ORDERED and self.is_authority, "close_inspection", known),
            (to_review, "send_back", known),
            (pushable, "push_inspection", known),
        ]
        sanction = self._sanction(record, record.platform, GroundKind.INSPECTION, record.id)
        return self._task(record, None if closed else record.due_at, offers, sanction)

    def listing(self, record: Listing) -> Task:
        """An entry of the monitoring list."""
        past, known = record.review_at < self.now, {"id": record.id}
        offers = [
            (self.is_authority, "confirm_listing", known),
            (self.is_authority and not past, "remove_listing", known),
            (past, "push_listing", known),
        ]
        return self._task(record, record.review_at, offers)

    def anomaly(self, record: Anomaly) -> Task:
        """An anomaly that is open."""
        clears = self.is_regulator and _msp_of(record) != self.person.msp_id
        return self._task(record, None, [(clears, "clear", {"subject": record.subject, "name": record.name})])

    def ballot(self, record: Ballot) -> Task:
        """A ballot on a standard."""
        past, known = record.closes_at <= self.now, {"name": record.name, "version": record.version}
        voted = any(vote.by.msp_id == self.person.msp_id for vote in record.votes)
        votes = self.is_member and self.person.msp_id in record.electorate and not voted
        is_open = record.state is BallotState.OPEN
        offers = [(is_open and votes and not past, "vote", known), (is_open and past, "close_ballot", known)]
        return self._task(record, record.closes_at, offers)

    def new(self) -> tuple[Offer, ...]:
        """Moves that need no record."""
        return (Offer("order_inspection"), Offer("enlist", rules=LISTING_RULES)) if self.is_authority else ()

    def _sanction(self, record: Record, msp_id: str, kind: GroundKind, key: str) -> tuple[Offer, ...]:
        """A sanction by the rules that the record shows broken, and by which there is none yet."""
        rules = [each for each in rules_broken(record, self.now) if (kind.value, key, each) not in self.sanctioned]
        known = {"msp_id": msp_id, "ground": kind.value, "ground_key": key}
        return (Offer("open_sanction", known, tuple(rules)),) if rules and self.is_officer else ()

    def _task(
        self,
        record: Any,
        due: datetime | None,
        offers: Iterable[tuple[bool, str, Mapping[str, str]]],
        more: tuple[Offer, ...] = (),
    ) -> Task:
        made = tuple(Offer(move, known) for given, move, known in offers if given)
        return Task(record, made + more, due, due is not None and due < self.now)


def sanctioned(sanctions: Iterable[Sanction]) -> frozenset[tuple[str, str, str]]:
    """The facts on which sanctions rest: kind, key with its parts joined, and rule."""
    return frozenset((each.ground.kind.value, "/".join(each.ground.key), each.rule) for each in sanctions)


def sorted_tasks(tasks: Iterable[Task], desk: Desk) -> list[Task]:
    """What the person can do something about, and what is under way; the oldest deadline first.

    That is what concerns their platform, and for authorities all that is on record.
    """
    shown = [each for each in tasks if each.offers or _concerns(each, desk)]
    return sorted(shown, key=lambda each: (each.due_at is None, each.due_at and each.due_at.timestamp()))


def _concerns(task: Task, desk: Desk) -> bool:
    is_under_way = isinstance(task.record, Anomaly) or (task.due_at is not None and not isinstance(task.record, Owed))
    return _msp_of(task.record) == desk.person.msp_id or (desk.is_authority and is_under_way)


def _msp_of(record: Any) -> str:
    if isinstance(record, Listing | Anomaly):
        kind, _, name = record.subject.partition(":")
        return f"{name}MSP" if kind == "node" else name
    return str(getattr(record, "msp_id", None) or getattr(record, "platform", ""))


def _of_disclosure(msp_id: str, subject: str, period: str) -> dict[str, str]:
    return {"msp_id": msp_id, "subject": subject, "period": period}
