"""Inspections: ordered by an authority, reported, mended and closed."""

from datetime import timedelta
from typing import Any

import pytest

from fairledger_chaincode.simulator import SimulatedIdentity
from fairledger_contracts.records.inspection import Inspection, InspectionState, Severity
from tests.support.supervised import DOCUMENT, Supervised, parameters_of

TIMES = parameters_of("supervision")
State = InspectionState
NEW: dict[str, Any] = {
    "target": {"kind": "merchant", "id": "9521000000018"},
    "platform": "PlatformAMSP",
    "place": "on_site",
}
CRITICAL = [{"subject": "goods", "severity": "critical", "documents": [DOCUMENT]}]
MINOR = [{"subject": "labels", "severity": "minor"}]


async def ordered(founded: Supervised, by: SimulatedIdentity | None = None, **members: Any) -> Inspection:
    told = {**NEW, **members}
    return await founded.submit(Inspection, "supervision:order_inspection", told, by=by or founded.officer)


async def step(founded: Supervised, call: str, of: Inspection, *rest: Any, by: SimulatedIdentity) -> Inspection:
    return await founded.submit(Inspection, f"supervision:{call}_inspection", of.id, *rest, by=by)


async def test_what_is_critical_has_to_be_mended_soon_and_is_closed_by_an_authority(founded: Supervised) -> None:
    inspection = await ordered(founded)
    now = founded.ledger.clock.now()
    assert (inspection.state, inspection.due_at) == (State.ORDERED, now + timedelta(seconds=TIMES["inspection_s"]))
    inspector = founded.licensed(founded.person("inspector", "AssociationMSP"))
    reported = await step(founded, "report", inspection, [*MINOR, *CRITICAL], by=inspector)
    assert (reported.state, reported.worst) == (State.REPORTED, Severity.CRITICAL)
    assert reported.due_at == now + timedelta(seconds=TIMES["critical_follow_up_s"])
    mended = await step(founded, "mend", inspection, [DOCUMENT], by=founded.platform)
    assert (mended.state, len(mended.mended)) == (State.MENDED, 1)
    assert (await step(founded, "close", inspection, "", by=founded.regulator)).state is State.CLOSED


async def test_minor_findings_and_none_close_it(founded: Supervised) -> None:
    for findings in (MINOR, []):
        inspection = await ordered(founded, by=founded.regulator)
        reported = await step(founded, "report", inspection, findings, by=founded.officer)
        assert reported.state is State.CLOSED


async def test_anybody_says_what_is_overdue_and_it_can_still_be_done(founded: Supervised) -> None:
    inspection = await ordered(founded)
    early = await founded.refused("supervision:push_inspection", inspection.id, by=founded.consumer)
    assert early == "SUPERVISION_NOT_DUE"
    founded.wait(TIMES["inspection_s"] + 1)
    assert (await step(founded, "push", inspection, by=founded.consumer)).state is State.OVERDUE
    assert (await step(founded, "report", inspection, CRITICAL, by=founded.officer)).state is State.REPORTED
    founded.wait(TIMES["critical_follow_up_s"] + 1)
    assert (await step(founded, "push", inspection, by=founded.consumer)).state is State.OVERDUE
    assert (await step(founded, "mend", inspection, [], by=founded.platform)).state is State.MENDED


async def mended(founded: Supervised) -> Inspection:
    inspection = await ordered(founded)
    await step(founded, "report", inspection, CRITICAL, by=founded.officer)
    founded.wait(10)
    return await step(founded, "mend", inspection, [DOCUMENT], by=founded.platform)


async def test_what_is_mended_badly_is_sent_back_with_a_reason_and_has_to_be_mended_again(founded: Supervised) -> None:
    inspection = await mended(founded)
    now = founded.ledger.clock.now()
    assert inspection.due_at == now + timedelta(seconds=TIMES["review_s"])
    send_back = "supervision:send_back_inspection"
    assert await founded.refused(send_back, inspection.id, [], by=founded.officer) == "SUPERVISION_REASON"
    denied = await founded.refused(send_back, inspection.id, [DOCUMENT], by=founded.platform)
    assert denied == "SUPERVISION_ROLE_DENIED"
    back = await step(founded, "send_back", inspection, [DOCUMENT], by=founded.regulator)
    assert (back.state, len(back.sent_back)) == (State.REPORTED, 1)
    assert back.due_at == now + timedelta(seconds=TIMES["critical_follow_up_s"])
    twice = await founded.refused(send_back, inspection.id, [DOCUMENT], by=founded.officer)
    assert twice == "SUPERVISION_INSPECTION_STATE"
    assert (await step(founded, "mend", inspection, [DOCUMENT], by=founded.platform)).state is State.MENDED


async def test_silence_of_the_authorities_closes_what_was_mended(founded: Supervised) -> None:
    inspection = await mended(founded)
    founded.wait(TIMES["review_s"])
    early = await founded.refused("supervision:push_inspection", inspection.id, by=founded.platform)
    assert early == "SUPERVISION_NOT_DUE"
    founded.wait(1)
    late = await founded.refused("supervision:send_back_inspection", inspection.id, [DOCUMENT], by=founded.officer)
    assert late == "SUPERVISION_TOO_LATE"
    assert (await step(founded, "push", inspection, by=founded.platform)).state is State.CLOSED
    ended = await founded.refused("supervision:push_inspection", inspection.id, by=founded.platform)
    assert ended == "SUPERVISION_INSPECTION_STATE"


async def test_who_is_inspected_certifies_no_inspector_of_themselves(founded: Supervised) -> None:
    inspection = await ordered(founded)
    own = founded.person("inspector", "PlatformAMSP")
    denied = await founded.refused("supervision:report_inspection", inspection.id, [], by=own)
    assert denied == "SUPERVISION_INSPECTION_DENIED"
    rivals = founded.person("inspector", "PlatformBMSP")
    denied = await founded.refused("supervision:report_inspection", inspection.id, [], by=rivals)
    assert denied == "SUPERVISION_NOT_LICENSED"
    founded.licensed(rivals)
    assert (await step(founded, "report", inspection, CRITICAL, by=rivals)).reported_by is not None


async def test_no_merchant_is_inspected_by_its_own_business(founded: Supervised) -> None:
    inspection = await ordered(founded)
    elsewhere = founded.person("inspector", "PlatformBMSP", gln=NEW["target"]["id"])
    founded.licensed(elsewhere)
    denied = await founded.refused("supervision:report_inspection", inspection.id, [], by=elsewhere)
    assert denied == "SUPERVISION_INSPECTION_DENIED"


async def test_who_may_not_is_refused(founded: Supervised) -> None:
    inspection = await ordered(founded)
    for call, arguments, by in (
        ("order_inspection", (NEW,), founded.platform),
        ("order_inspection", (NEW,), founded.person("officer", "PlatformAMSP")),
        ("report_inspection", (inspection.id, []), founded.consumer),
        ("close_inspection", (inspection.id, ""), founded.platform),
        ("mend_inspection", (inspection.id, []), founded.officer),
    ):
        assert await founded.refused(f"supervision:{call}", *arguments, by=by) == "SUPERVISION_ROLE_DENIED", call
    rival = await founded.refused("supervision:mend_inspection", inspection.id, [], by=founded.rival)
    assert rival == "SUPERVISION_INSPECTION_DENIED"
    wrong = await founded.refused("supervision:mend_inspection", inspection.id, [], by=founded.platform)
    assert wrong == "SUPERVISION_INSPECTION_STATE"
    unreported = await founded.refused("supervision:close_inspection", inspection.id, "", by=founded.officer)
    assert unreported == "SUPERVISION_INSPECTION_OPEN"
    recall = await founded.refused("supervision:close_inspection", inspection.id, "0" * 64, by=founded.officer)
    assert recall == "SUPERVISION_RECALL_UNKNOWN"


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"platform": "NobodyMSP"}, "SUPERVISION_PLATFORM_UNKNOWN"),
        ({"complaint_id": "0" * 64}, "SUPERVISION_COMPLAINT_UNKNOWN"),
        ({"place": "moon"}, "CHAINCODE_ARGUMENTS"),
        ({"target": {"kind": "person", "id": "Li"}}, "CHAINCODE_ARGUMENTS"),
    ],
)
async def test_what_is_no_inspection_is_refused(founded: Supervised, members: dict[str, Any], code: str) -> None:
    told = {**NEW, **members}
    assert await founded.refused("supervision:order_inspection", told, by=founded.officer) == code
