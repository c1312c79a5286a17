"""What the board shows, the worst first. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from fairledger.readmodel.complaint_figures import ComplaintFigures
from fairledger_contracts.records.complaint import ENDS, Complaint
from fairledger_contracts.records.inspection import Inspection, InspectionState, Severity
from fairledger_contracts.records.member import Member
from fairledger_contracts.records.monitoring import Anomaly, AnomalyKind
from fairledger_contracts.records.suspension import Suspension

WORST_ANOMALIES: Final = (  # another history is worse than none, and none is worse than a bad one
    AnomalyKind.HASH,
    AnomalyKind.HEIGHT,
    AnomalyKind.AVAILABILITY,
    AnomalyKind.LATENESS,
    AnomalyKind.COMPLAINTS,
)
WORST_FINDINGS: Final = tuple(reversed(Severity))


@dataclass(frozen=True)
class PlatformRow:
    """A platform as the ledger has it."""

    msp_id: str
    name: str
    suspended: bool
    late: int
    complaints: int
    answered_late: int
    upheld: int


def platform_rows(
    members: Iterable[Member],
    suspensions: Iterable[Suspension],
    late: Sequence[str],
    figures: Iterable[ComplaintFigures],
    now: datetime,
) -> list[PlatformRow]:
    """Platforms: the suspended ones first, then by late disclosures, late answers and complaints upheld.

    ``late`` names the platform of each disclosure that is missing.
    """
    suspended = {each.msp_id for each in suspensions if each.holds(now)}
    counted = {each.platform: each for each in figures}
    rows = [
        PlatformRow(
            msp_id=member.msp_id,
            name=member.name,
            suspended=member.msp_id in suspended,
            late=late.count(member.msp_id),
            complaints=found.complaints if (found := counted.get(member.msp_id)) else 0,
            answered_late=found.answered_late if found else 0,
            upheld=found.upheld if found else 0,
        )
        for member in members
    ]
    return sorted(rows, key=lambda row: (not row.suspended, -row.late, -row.answered_late, -row.upheld, row.msp_id))


def worst_anomalies(anomalies: Iterable[Anomaly]) -> list[Anomaly]:
    """Open anomalies, the worst kind first, then the oldest."""
    found = [each for each in anomalies if each.cleared_at is None]
    return sorted(found, key=lambda each: (WORST_ANOMALIES.index(AnomalyKind(each.name)), each.since, each.subject))


def overdue(complaints: Iterable[Complaint], now: datetime) -> list[Complaint]:
    """Complaints whose time is over and that nobody pushed, the oldest deadline first."""
    found = (each for each in complaints if each.state not in ENDS and each.due_at < now)
    return sorted(found, key=lambda each: (each.due_at, each.id))


def worst_inspections(inspections: Iterable[Inspection]) -> list[Inspection]:
    """Inspections under way: overdue ones first, then by the worst that was found, then by their deadline."""
    under_way = [each for each in inspections if each.state is not InspectionState.CLOSED]
    return sorted(
        under_way, key=lambda each: (each.state is not InspectionState.OVERDUE, _rank(each.worst), each.due_at)
    )


def _rank(worst: Severity | None) -> int:
    return len(WORST_FINDINGS) if worst is None else WORST_FINDINGS.index(worst)
