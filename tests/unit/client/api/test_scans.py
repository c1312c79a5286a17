"""Scans over REST: anybody may tell one, of goods that the ledger knows, with a coarse area and nothing else."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

from fairledger.api import tally
from tests.support.captures import document, event
from tests.support.simulated_service import RunningService
from tests.unit.client.api.papers import EPC, PHONE, refusal


async def scanned(running: RunningService, area: str = "", link: str = PHONE, times: int = 1) -> None:
    for _ in range(times):
        answer = await running.post("/trace/scans", {"link": link, "area": area})
        assert (answer.status_code, answer.content) == (202, b""), answer.text


async def scan_findings(running: RunningService) -> dict[str, dict[str, str]]:
    history = (await running.client.get("/trace/history", params={"epc": EPC})).json()
    return {each["code"]: dict(each["values"]) for each in history["findings"] if each["check"] == "scans"}


async def test_scans_far_apart_on_a_day_show_a_copy(running: RunningService) -> None:
    await running.captured(document(event(1)))
    await scanned(running, "wx4", times=2)
    await scanned(running, "wtw", EPC, times=2)
    await running.service.tally.report()
    await running.service.follower.wait_for_block(len(running.ledger.chain.blocks) - 1, 30)
    assert (await scan_findings(running))["SCANNED_FAR_APART"]["one"] == "wtw"


async def test_only_item_day_area_and_number_leave_the_service(running: RunningService) -> None:
    await running.captured(document(event(1)))
    browser = {"User-Agent": "secret-browser", "X-Forwarded-For": "203.0.113.7", "Referer": "http://secret.example/"}
    told = await running.post("/trace/scans", {"link": f"{PHONE}?kid=secret&sig=secret", "area": "wx4"}, **browser)
    assert (told.status_code, told.content) == (202, b"")
    assert "set-cookie" not in told.headers
    await running.service.tally.report()
    arguments = [arguments for _, function, arguments in running.ledger.endorsements if function == "trace:count_scans"]
    day = datetime.now(UTC).date().isoformat()
    assert [json.loads(argument) for (argument,) in arguments] == [
        [{"item": PHONE, "day": day, "area": "wx4", "count": 1}]
    ]
    assert all(b"secret" not in block.SerializeToString() for block in running.ledger.chain.blocks)


async def test_a_scan_needs_no_token_and_a_wrong_one_does_not_matter(running: RunningService) -> None:
    await running.captured(document(event(1)))
    answer = await running.post("/trace/scans", {"link": PHONE}, Authorization="Bearer forged")
    assert answer.status_code == 202


async def test_the_service_reports_by_itself(running: RunningService) -> None:
    assert tally.INTERVAL_S <= 60
    names = {task.get_name() for task in asyncio.all_tasks()}
    assert {"tally", "projector"} <= names


async def test_goods_that_no_event_names_are_not_counted(running: RunningService) -> None:
    await running.captured(document(event(1)))
    for link in ("https://id.gs1.org/01/09521000123458/21/NEVER", "urn:x:y", "http://evil.example/?a=b"):
        assert refusal(await running.post("/trace/scans", {"link": link})) == (404, "ITEM_UNKNOWN"), link
    assert await running.service.tally.report() == 0


NO_SCANS: list[dict[str, Any]] = [
    {"link": ""},
    {"link": "x" * 2_049},
    {"link": "no address"},
    {"link": "'; DROP TABLE scan_counts; --"},
    {"link": "urn:x:\x00"},
    {"link": "urn:x:\U0010ffff"},
    {"link": "urn:x:" + "a" * 600},
    {"area": "wx"},
    {"area": "wx4g"},
    {"area": "WX4"},
    {"area": "abc"},  # geohashes have no a
    {"area": "39.9,116.4"},
    {"area": 7},
    {"area": None},
    {"day": "2026-11-23"},
    {"count": 1_000},
    {"user": "li"},
]


async def test_a_scan_that_is_not_as_described_is_refused(running: RunningService) -> None:
    await running.captured(document(event(1)))
    for members in NO_SCANS:
        answer = await running.post("/trace/scans", {"link": PHONE, **members})
        status, code = refusal(answer)
        assert (status, code in ("REQUEST_INVALID", "QUERY_VALUE")) == (400, True), members
    assert await running.service.tally.report() == 0
