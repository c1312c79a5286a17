"""Figures of complaints are of the standard's last days."""

from datetime import UTC, datetime, timedelta

from fairledger.readmodel.complaint_figures import complaint_figures
from fairledger.readmodel.projector import Projector
from fairledger_chaincode.record import Record
from fairledger_contracts.records.complaint import (
    About,
    AboutKind,
    Category,
    Complaint,
    ComplaintState,
    ComplaintStep,
    Matter,
    Verdict,
)
from tests.support.blocks import Chain, envelope
from tests.support.supervised import first_standard
from tests.unit.client.readmodel.conftest import OpenDatabase

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
STANDARD = first_standard("complaints")
DAYS = STANDARD.parameter("figures_days")


def filed(days_ago: int, platform: str = "PlatformAMSP") -> Complaint:
    at, by = NOW - timedelta(days=days_ago), STANDARD.recorder
    return Complaint(
        id=f"{platform}-{days_ago}",
        about=About(kind=AboutKind.ORDER, id="1"),
        platform=platform,
        category=Category.DELIVERY,
        matter=Matter.NOT_DELIVERED,
        state=ComplaintState.CLOSED,
        filed_at=at,
        due_at=at,
        standard=STANDARD.reference,
        steps=(ComplaintStep(state=ComplaintState.FILED, at=at, by=by),),
        verdict=Verdict.UPHELD,
        recorder=by,
    )


def told(open_database: OpenDatabase, *records: Record) -> list[tuple[str, int, int, int]]:
    chain = Chain()
    chain.add([envelope(f"{at:064x}", {each.ledger_key: each.to_state()}) for at, each in enumerate(records)])
    database = open_database("readmodel")
    for block in chain.blocks:
        Projector(database).apply(block)
    with database.reading() as connection:
        found = complaint_figures(connection, NOW)
    return [(each.platform, each.days, each.complaints, each.upheld) for each in found]


def test_old_complaints_count_no_more(open_database: OpenDatabase) -> None:
    old = [filed(DAYS + 1), filed(1_000), filed(900, "PlatformBMSP")]
    recent = [filed(0), filed(DAYS)]
    assert told(open_database, STANDARD, *old, *recent) == [("PlatformAMSP", DAYS, 2, 2)]


def test_another_standard_counts_other_days(open_database: OpenDatabase) -> None:
    shorter = STANDARD.model_copy(update={"parameters": {**STANDARD.parameters, "figures_days": 30}})
    assert told(open_database, shorter, filed(31), filed(30)) == [("PlatformAMSP", 30, 1, 1)]


def test_there_are_none_without_a_standard(open_database: OpenDatabase) -> None:
    assert told(open_database, filed(0)) == []
