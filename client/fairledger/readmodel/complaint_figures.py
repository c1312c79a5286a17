"""Public statistics of complaints: how many, of which state and kind, and how many answered late, for each platform."""

from dataclasses import dataclass

from sqlalchemy import Connection, and_, func, select

from fairledger.readmodel.tables import record_terms
from fairledger_contracts.records.complaint import Complaint

COUNTED = ("state", "category", "verdict", "answered_late")


@dataclass(frozen=True)
class ComplaintFigures:
    """``counts`` are numbers of complaints by the name and value of a term."""

    platform: str
    complaints: int
    answered_late: int
    upheld: int
    counts: dict[str, dict[str, int]]


def complaint_figures(connection: Connection) -> list[ComplaintFigures]:
    """The figures of each platform that was complained about, by its name."""
    platform, other = record_terms.alias("platform"), record_terms.alias("other")
    same = and_(other.c.kind == platform.c.kind, other.c.key == platform.c.key)
    query = (
        select(platform.c.value, other.c.name, other.c.value, func.count())
        .select_from(platform.join(other, same))
        .where(platform.c.kind == Complaint.kind, platform.c.name == "platform", other.c.name.in_(COUNTED))
        .group_by(platform.c.value, other.c.name, other.c.value)
    )
    counts: dict[str, dict[str, dict[str, int]]] = {}
    for msp_id, name, value, number in connection.execute(query):
        counts.setdefault(msp_id, {}).setdefault(name, {})[value] = number
    return [_figures(msp_id, counts[msp_id]) for msp_id in sorted(counts)]


def _figures(msp_id: str, counts: dict[str, dict[str, int]]) -> ComplaintFigures:
    return ComplaintFigures(
        platform=msp_id,
        complaints=sum(counts["state"].values()),
        answered_late=counts["answered_late"].get("true", 0),
        upheld=counts.get("verdict", {}).get("upheld", 0),
        counts=counts,
    )
