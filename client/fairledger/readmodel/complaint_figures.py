"""Public statistics of complaints: how many, of which state and kind, and how many answered late, for each platform.

They are of complaints filed in the last ``figures_days`` of the standard ``complaints``: a platform is judged by what
it does now.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, func, select

from fairledger.readmodel.records import all_records
from fairledger.readmodel.tables import record_terms
from fairledger_contracts.records.complaint import STANDARD, Complaint
from fairledger_contracts.records.standard import Standard, in_force

COUNTED = ("state", "category", "verdict", "answered_late")


@dataclass(frozen=True)
class ComplaintFigures:
    """``counts`` are numbers of complaints by the name and value of a term, of the last ``days``."""

    platform: str
    days: int
    complaints: int
    answered_late: int
    upheld: int
    counts: dict[str, dict[str, int]]


def complaint_figures(connection: Connection, now: datetime) -> list[ComplaintFigures]:
    """The figures of each platform that was complained about lately, by its name; none while no standard counts."""
    standard = in_force(all_records(connection, Standard, [("name", STANDARD)]), now)
    if standard is None:
        return []
    days = standard.parameter("figures_days")
    since = f"{now - timedelta(days=days):%Y-%m-%d}"
    platform, other, filed = (record_terms.alias(name) for name in ("platform", "other", "filed"))
    same = and_(other.c.kind == platform.c.kind, other.c.key == platform.c.key)
    lately = and_(
        *(filed.c.kind == platform.c.kind, filed.c.key == platform.c.key),
        *(filed.c.name == "filed_on", filed.c.value >= since),
    )
    query = (
        select(platform.c.value, other.c.name, other.c.value, func.count())
        .select_from(platform.join(other, same).join(filed, lately))
        .where(platform.c.kind == Complaint.kind, platform.c.name == "platform", other.c.name.in_(COUNTED))
        .group_by(platform.c.value, other.c.name, other.c.value)
    )
    counts: dict[str, dict[str, dict[str, int]]] = {}
    for msp_id, name, value, number in connection.execute(query):
        counts.setdefault(msp_id, {}).setdefault(name, {})[value] = number
    return [_figures(msp_id, days, counts[msp_id]) for msp_id in sorted(counts)]


def _figures(msp_id: str, days: int, counts: dict[str, dict[str, int]]) -> ComplaintFigures:
    return ComplaintFigures(
        platform=msp_id,
        days=days,
        complaints=sum(counts["state"].values()),
        answered_late=counts["answered_late"].get("true", 0),
        upheld=counts.get("verdict", {}).get("upheld", 0),
        counts=counts,
    )
