"""Scans of tags, counted by services, by day and coarse area."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fairledger_contracts.lineage.grade import Check
from fairledger_contracts.records.scan_count import COUNTS_MAX, SCANS_MAX
from tests.unit.contracts.conftest import TraceLedger

PHONE = "https://id.gs1.org/01/09521000001107/21/FP1"
NOON = datetime(2026, 3, 20, 12, tzinfo=UTC)


def scans(count: int, *, days_ago: int = 0, area: str = "wtw", item: str = PHONE) -> dict[str, Any]:
    return {"item": item, "day": (NOON - timedelta(days=days_ago)).date().isoformat(), "area": area, "count": count}


@pytest.fixture
async def noon(trace: TraceLedger) -> TraceLedger:
    trace.ledger.clock.set(NOON)
    return trace


async def codes(trace: TraceLedger) -> list[tuple[str, dict[str, str]]]:
    findings = (await trace.told(PHONE)).findings
    return [(each.code, dict(each.values)) for each in findings if each.check is Check.SCANS]


async def test_the_counts_of_all_services_and_reports_are_added_up(noon: TraceLedger) -> None:
    urn = "urn:epc:id:sgtin:9521000.000110.FP1"
    a, b = (noon.person("service", msp_id) for msp_id in ("PlatformAMSP", "RegulatorMSP"))
    assert await noon.submit("count_scans", [scans(10), scans(5, days_ago=1)], by=a) == b"15"
    assert await codes(noon) == [("SHOWN", {})]
    assert await noon.submit("count_scans", [scans(10, item=urn)], by=b) == b"10"
    assert await noon.submit("count_scans", [scans(6)], by=a) == b"6"
    assert await codes(noon) == [("SCANNED_TOO_OFTEN", {"goods": "1", "scans": "31"})]


async def test_scans_far_apart_on_one_day_are_found_whoever_counted_them(noon: TraceLedger) -> None:
    for area, msp_id in (("wtw", "PlatformAMSP"), ("u33", "PlatformBMSP"), ("", "RegulatorMSP")):
        await noon.submit("count_scans", [scans(1, area=area)], by=noon.person("service", msp_id))
    ((code, values),) = await codes(noon)
    assert (code, values["one"], values["other"]) == ("SCANNED_FAR_APART", "u33", "wtw")


async def test_counting_never_conflicts(noon: TraceLedger) -> None:
    a, b = (noon.person("service", msp_id) for msp_id in ("PlatformAMSP", "PlatformBMSP"))
    report = f'[{{"item":"{PHONE}","day":"2026-03-20","area":"wtw","count":1}}]'
    counted = [await noon.ledger.endorse(by, "trace:count_scans", report) for by in (a, b, a)]
    assert [each.validation_code for each in await noon.ledger.commit(counted)] == ["VALID"] * 3


@pytest.mark.parametrize("role", ["producer", "inspector", "officer", "regulator", "consumer", ""])
async def test_nobody_but_services_counts(noon: TraceLedger, role: str) -> None:
    by = noon.person(role, "AssociationMSP")
    assert await noon.refused("count_scans", [scans(1)], by=by) == "TRACE_ROLE_DENIED"


@pytest.mark.parametrize("days_ago", [-1, 0, 7])
async def test_days_of_the_last_week_are_counted_and_tomorrow_for_clocks(noon: TraceLedger, days_ago: int) -> None:
    by = noon.person("service")
    assert await noon.submit("count_scans", [scans(3, days_ago=days_ago)], by=by) == b"3"


@pytest.mark.parametrize(
    ("report", "code"),
    [
        ([], "TRACE_SCANS"),
        ([scans(1)] * (COUNTS_MAX + 1), "TRACE_SCANS"),
        ([scans(1, days_ago=8)], "TRACE_SCANS"),
        ([scans(1, days_ago=-2)], "TRACE_SCANS"),
        ([scans(0)], "CHAINCODE_ARGUMENTS"),
        ([scans(SCANS_MAX + 1)], "CHAINCODE_ARGUMENTS"),
        ([scans(1, area="wtw0")], "CHAINCODE_ARGUMENTS"),
        ([scans(1, area="wta")], "CHAINCODE_ARGUMENTS"),
        ([scans(1, area="WTW")], "CHAINCODE_ARGUMENTS"),
        ([scans(1, area="wtw\n")], "CHAINCODE_ARGUMENTS"),
        ([scans(1, item="")], "CHAINCODE_ARGUMENTS"),
        ([scans(1, item="x" * 1_025)], "CHAINCODE_ARGUMENTS"),
        ([scans(1, item="urn:x:\x00")], "CHAINCODE_KEY"),
        ([scans(1, item="urn:x:\U0010ffff")], "CHAINCODE_KEY"),
        ([{**scans(1), "device": "7"}], "CHAINCODE_ARGUMENTS"),
        ([{**scans(1), "count": True}], "CHAINCODE_ARGUMENTS"),
    ],
)
async def test_what_is_no_report_is_refused(noon: TraceLedger, report: Any, code: str) -> None:
    assert await noon.refused("count_scans", report, by=noon.person("service")) == code
    assert await codes(noon) == [("NOT_CONCERNED", {})]


async def test_a_report_is_as_long_as_permitted(noon: TraceLedger) -> None:
    report = [scans(1, item=f"urn:x:{number}") for number in range(COUNTS_MAX)]
    assert await noon.submit("count_scans", report, by=noon.person("service")) == b"500"
