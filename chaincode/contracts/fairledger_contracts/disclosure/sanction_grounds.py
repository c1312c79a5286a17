"""On what a sanction may rest: for each rule of the standard ``sanctions`` a kind of record, and what it has to say.

When a rule was broken follows from times that nobody can choose afterwards: the standard that counted then says what it
may cost. Pure.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from fairledger_chaincode.record import Record
from fairledger_contracts.records.complaint import ENDS, Complaint, Verdict
from fairledger_contracts.records.disclosure import Disclosure
from fairledger_contracts.records.inspection import Inspection, Severity
from fairledger_contracts.records.sanction import GroundKind, Penalty, Sanction, SanctionState

RECORDS: Final[Mapping[GroundKind, type[Record]]] = {
    GroundKind.DISCLOSURE: Disclosure,
    GroundKind.COMPLAINT: Complaint,
    GroundKind.INSPECTION: Inspection,
    GroundKind.SANCTION: Sanction,
}


class Rule(NamedTuple):
    """``broken_at`` is when a record, as it is at a moment, shows the rule broken; None where it does not."""

    kind: GroundKind
    broken_at: Callable[[Any, datetime], datetime | None]


def rules_broken(record: Record, now: datetime) -> list[str]:
    """The rules that a record shows broken."""
    return [
        name
        for name, rule in RULES.items()
        if isinstance(record, RECORDS[rule.kind]) and rule.broken_at(record, now) is not None
    ]


def _late(disclosure: Disclosure, _: datetime) -> datetime | None:
    """When it was due, or where it was due anew after a rejection, when it was first late."""
    return disclosure.late_at and min(disclosure.late_at, disclosure.due_at)


def _false(disclosure: Disclosure, _: datetime) -> datetime | None:
    """When it was filed that the association rejected; what was filed in its place does not move that."""
    if disclosure.review is None or disclosure.review.accepted or disclosure.filed_at is None:
        return None
    return min(disclosure.filed_at, disclosure.review.at)


def _unanswered(complaint: Complaint, _: datetime) -> datetime | None:
    return complaint.filed_at if complaint.answered_late else None


def _upheld(complaint: Complaint, _: datetime) -> datetime | None:
    """Upheld for good: before that the complainant may still bring it before the regulator, who may dismiss it."""
    return complaint.filed_at if complaint.verdict is Verdict.UPHELD and complaint.state in ENDS else None


def _failed(inspection: Inspection, _: datetime) -> datetime | None:
    return inspection.reported_at if inspection.worst in (Severity.MAJOR, Severity.CRITICAL) else None


def _unpaid(sanction: Sanction, now: datetime) -> datetime | None:
    is_demanded = sanction.penalty is Penalty.FINE and sanction.state is SanctionState.FINAL
    return sanction.due_at if is_demanded and now > sanction.due_at else None


RULES: Final[Mapping[str, Rule]] = {
    "late_disclosure": Rule(GroundKind.DISCLOSURE, _late),
    "false_disclosure": Rule(GroundKind.DISCLOSURE, _false),
    "unanswered_complaint": Rule(GroundKind.COMPLAINT, _unanswered),
    "upheld_complaint": Rule(GroundKind.COMPLAINT, _upheld),
    "failed_inspection": Rule(GroundKind.INSPECTION, _failed),
    "unpaid_fine": Rule(GroundKind.SANCTION, _unpaid),
}
