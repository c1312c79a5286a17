"""Scans on their way to the ledger: each counted once, whatever happens in between, and without who scanned."""

import asyncio
import json
import logging
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from fairledger.api import tally
from fairledger.api.tally import Tally
from fairledger.gateway import codes
from fairledger.gateway.errors import EndorseError
from fairledger.readmodel.database import Database
from fairledger.readmodel.projector import Projector
from fairledger.readmodel.tables import scans
from fairledger_contracts.records.scan_count import COUNTS_MAX, DAYS_OLD_MAX, SCANS_MAX
from tests.support.simulated_service import MSP_ID, ServiceUnderTest, gateway_error
from tests.unit.client.api.papers import PHONE

OTHER = "https://id.gs1.org/01/09521000123458/21/2"


def today() -> date:
    """When a test asks, and not when a run began: that may have been yesterday."""
    return datetime.now(UTC).date()


@asynccontextmanager
async def counting(under_test: ServiceUnderTest) -> AsyncIterator[Tally]:
    """A service's tally, from its start to its end."""
    started = Tally(under_test.settings.jobs_url, under_test.ledger, under_test.wallet)
    yield started
    started.close()


def on_ledger(under_test: ServiceUnderTest) -> Counter[tuple[str, str, str]]:
    """Item, day and area of all scans in valid transactions."""
    database = Database.open(under_test.settings.readmodel_url)
    for block in under_test.ledger.chain.blocks:
        Projector(database).apply(block)
    with database.reading() as connection:
        rows = connection.execute(select(scans)).mappings().all()
    database.close()
    assert {row["msp_id"] for row in rows} <= {MSP_ID}
    found: Counter[tuple[str, str, str]] = Counter()
    for row in rows:
        found[row["item"], row["day"], row["area"]] += row["count"]
    return found


def reported(under_test: ServiceUnderTest) -> list[Any]:
    """The arguments of all reports that were asked for."""
    return [json.loads(argument) for _name, _function, (argument,) in under_test.ledger.endorsements]


async def test_scans_are_added_up_by_item_day_and_area_and_nothing_else_leaves(under_test: ServiceUnderTest) -> None:
    async with counting(under_test) as counted:
        for item, area in ((PHONE, "wx4"), (PHONE, "wx4"), (PHONE, ""), (OTHER, "wx4")):
            counted.add(item, area)
        assert await counted.report() == 1
        assert await counted.report() == 0
    day = today().isoformat()
    assert reported(under_test) == [
        [
            {"item": PHONE, "day": day, "area": "", "count": 1},
            {"item": PHONE, "day": day, "area": "wx4", "count": 2},
            {"item": OTHER, "day": day, "area": "wx4", "count": 1},
        ]
    ]
    assert [(name, function) for name, function, _ in under_test.ledger.endorsements] == [
        ("service", "trace:count_scans")
    ]
    assert on_ledger(under_test) == {(PHONE, day, ""): 1, (PHONE, day, "wx4"): 2, (OTHER, day, "wx4"): 1}


async def test_counts_survive_a_restart(under_test: ServiceUnderTest) -> None:
    async with counting(under_test) as counted:
        counted.add(PHONE, "wx4")
    async with counting(under_test) as counted:
        counted.add(PHONE, "wx4")
        await counted.report()
    assert on_ledger(under_test) == {(PHONE, today().isoformat(), "wx4"): 2}


async def killed_while_sending(under_test: ServiceUnderTest) -> None:
    """A service that counted a scan, signed its report, and is killed before it knows what became of it."""
    under_test.ledger.gate.clear()
    async with counting(under_test) as counted:
        counted.add(PHONE, "wx4")
        sending = asyncio.create_task(counted.report())
        while not under_test.ledger.submissions:  # noqa: ASYNC110  the ledger has no event to wait for
            await asyncio.sleep(0.01)
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
    under_test.ledger.gate.set()


@pytest.mark.parametrize("arrived", [False, True])
async def test_a_report_that_was_signed_is_sent_again_and_takes_effect_once(
    under_test: ServiceUnderTest, arrived: bool
) -> None:
    await killed_while_sending(under_test)
    if arrived:
        await under_test.ledger.commit(under_test.ledger.submissions)
    async with counting(under_test) as counted:
        counted.add(PHONE, "wx4")
        assert await counted.report() == 1
    first, again, second = under_test.ledger.submissions
    assert (first == again, first != second, len(reported(under_test))) == (True, True, 2)
    assert on_ledger(under_test) == {(PHONE, today().isoformat(), "wx4"): 2}
    async with counting(under_test) as counted:
        assert await counted.report() == 0
    assert len(under_test.ledger.submissions) == 3


async def test_scans_that_come_while_a_report_is_under_way_are_in_the_next(under_test: ServiceUnderTest) -> None:
    under_test.ledger.gate.clear()
    async with counting(under_test) as counted:
        counted.add(PHONE, "wx4")
        sending = asyncio.create_task(counted.report())
        while not under_test.ledger.submissions:  # noqa: ASYNC110  the ledger has no event to wait for
            await asyncio.sleep(0.01)
        for _ in range(3):
            counted.add(PHONE, "wx4")
        under_test.ledger.gate.set()
        assert await sending == 2
    assert [rows[0]["count"] for rows in reported(under_test)] == [1, 3]
    assert on_ledger(under_test) == {(PHONE, today().isoformat(), "wx4"): 4}


async def test_what_could_not_be_endorsed_stays_for_the_next_report(under_test: ServiceUnderTest) -> None:
    async with counting(under_test) as counted:
        counted.add(PHONE, "wx4")
        under_test.ledger.spoil["endorse"] = [gateway_error(codes.UNREACHABLE, EndorseError)]
        with pytest.raises(EndorseError):
            await counted.report()
        assert await counted.report() == 1
    assert on_ledger(under_test) == {(PHONE, today().isoformat(), "wx4"): 1}


async def test_counts_that_the_contract_would_refuse_as_too_old_are_dropped_and_the_log_says_so(
    under_test: ServiceUnderTest, caplog: pytest.LogCaptureFixture
) -> None:
    oldest = today() - timedelta(days=DAYS_OLD_MAX)
    async with counting(under_test) as counted:
        for day in (oldest - timedelta(days=1), date(2020, 1, 1), oldest):
            counted.add(PHONE, "wx4", day)
        assert await counted.report() == 1
    assert on_ledger(under_test) == {(PHONE, oldest.isoformat(), "wx4"): 1}
    dropped = [record for record in caplog.records if record.message == "scans were dropped that are too old to report"]
    assert [(record.levelno, record.__dict__["counts"]) for record in dropped] == [(logging.WARNING, 2)]
    assert PHONE not in caplog.text


async def test_more_counts_than_a_report_holds_are_several(under_test: ServiceUnderTest) -> None:
    async with counting(under_test) as counted:
        for number in range(COUNTS_MAX + 1):
            counted.add(f"https://id.gs1.org/01/09521000123458/21/{number}", "")
        assert await counted.report() == 2
    assert [len(rows) for rows in reported(under_test)] == [COUNTS_MAX, 1]
    assert on_ledger(under_test).total() == COUNTS_MAX + 1


async def test_a_count_that_is_larger_than_one_report_may_say_is_told_in_several(
    under_test: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tally, "SCANS_MAX", 3)
    assert SCANS_MAX > 3
    async with counting(under_test) as counted:
        for _ in range(7):
            counted.add(PHONE, "")
        assert await counted.report() == 3
    assert [rows[0]["count"] for rows in reported(under_test)] == [3, 3, 1]


async def test_a_report_that_peers_find_invalid_counts_nothing_and_is_not_sent_for_ever(
    under_test: ServiceUnderTest, caplog: pytest.LogCaptureFixture
) -> None:
    under_test.ledger.verdict = 10  # ENDORSEMENT_POLICY_FAILURE
    async with counting(under_test) as counted:
        counted.add(PHONE, "")
        assert await counted.report() == 1
        assert await counted.report() == 0
    assert [record.__dict__["verdict"] for record in caplog.records if record.levelno == logging.ERROR] == [
        "ENDORSEMENT_POLICY_FAILURE"
    ]
    assert on_ledger(under_test) == {}


async def test_it_goes_on_whatever_fails(
    under_test: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(tally, "INTERVAL_S", 0.01)
    under_test.ledger.spoil["endorse"] = [gateway_error(codes.UNREACHABLE, EndorseError)]
    entry = under_test.settings.wallet / "service.id"
    kept = entry.read_bytes()
    entry.write_text("{}")
    async with counting(under_test) as counted:
        counted.add(PHONE, "")
        running = asyncio.create_task(counted.run())
        codes_told: set[str] = set()
        while not under_test.ledger.submissions:
            await asyncio.sleep(0.01)
            codes_told = {record.__dict__.get("code", "") for record in caplog.records}
            if "WALLET_ENTRY" in codes_told:
                entry.write_bytes(kept)
        assert codes_told >= {"WALLET_ENTRY", codes.UNREACHABLE}
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
