"""What is due is found in the read model and called on the real contracts; what others did first is passed over."""

import asyncio
import dataclasses
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from fairledger.api import keeping
from fairledger.api.keeping import PATIENCE, Keeping
from fairledger.gateway.errors import EndorseError
from fairledger.keeper.due import Due, find_due
from fairledger.keeper.keeper import Kept, keep
from fairledger.readmodel.database import Database
from fairledger.readmodel.projector import Projector, position_in
from fairledger_contracts.records.order import Order, OrderState
from fairledger_contracts.records.payment import Payout, PayoutState
from tests.support.blocks import Chain, envelope
from tests.support.escrow import DAY, LICENCE, NOON, OFFICER, terms
from tests.support.founded import found, posted
from tests.support.simulated_service import RunningService, ServiceUnderTest

SEASON = timedelta(days=120)
COMPLAINT = {"about": {"kind": "order", "id": "order-1"}, "platform": "PlatformAMSP", "matter": "not_delivered"}
INSPECTION = {"target": {"kind": "platform", "id": "PlatformAMSP"}, "platform": "PlatformAMSP", "place": "online"}

BAD = {"findings": [{"subject": "hygiene", "severity": "major"}]}
LISTING = {"subject": "platform:PlatformAMSP", "rule": "complaints_permille", "ground": "complaints of May"}


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[RunningService]:
    under_test = ServiceUnderTest(tmp_path)
    async with under_test.running() as service:
        yield service
    await under_test.ledger.simulator.close()


class Caller:
    """Calls in the name of somebody without any part in what is due; ``first`` runs before the next call, once."""

    def __init__(self, running: RunningService) -> None:
        self._ledger = running.ledger
        self._person = running.service.wallet.get("consumer")
        self.called: list[str] = []

    async def submit(self, function: str, *arguments: str) -> bytes:
        transaction = await self._ledger.endorse(self._person, function, *arguments)
        await self._ledger.submit(transaction)
        self.called.append(function)
        return bytes(transaction.result)


async def due_at(running: RunningService, now: datetime) -> list[Due]:
    """What is due at a moment, once all blocks are in the read model."""
    async with asyncio.timeout(30):
        while True:
            with running.service.database.reading() as connection:
                if position_in(connection).next_block == len(running.ledger.chain.blocks):
                    return find_due(connection, now)
            await asyncio.sleep(0.01)


async def test_whatever_waits_for_who_is_silent_goes_on_without_them(running: RunningService) -> None:
    await found(running, complaints={}, supervision={}, disclosure={})
    complaint = (await posted(running, "/complaints", COMPLAINT, "consumer"))["id"]
    inspection = (await posted(running, "/inspections", INSPECTION, "regulator"))["id"]
    entry = (await posted(running, "/monitoring", LISTING, "regulator"))["id"]
    mended = (await posted(running, "/inspections", INSPECTION, "regulator"))["id"]
    await posted(running, f"/inspections/{mended}/report", BAD, "regulator", 200)
    await posted(running, f"/inspections/{mended}/mend", {}, "steward", 200)
    now = datetime.now(UTC)
    assert await due_at(running, now) == []
    running.ledger.simulator.clock.set(now + SEASON)
    due = await due_at(running, now + SEASON)
    assert {each.function for each in due} == {
        "supervision:push_complaint",
        "supervision:push_inspection",
        "supervision:delist",
        "disclosure:late",
    }
    told: list[str] = []
    kept = await keep(Caller(running).submit, due, told.append)
    assert kept == Kept(len(due), 0), told
    assert {f"complaint {complaint}: escalated", f"inspection {inspection}: overdue"} < set(told)
    assert {f"inspection {mended}: closed", f"entry {entry} of the monitoring list: done"} < set(told)
    assert any(line.startswith("disclosure PlatformAMSP figures ") and line.endswith(": missing") for line in told)
    assert await keep(Caller(running).submit, due, told.append) == Kept(0, 0)
    assert await due_at(running, now + SEASON) == []


async def complained(running: RunningService) -> tuple[str, datetime]:
    """A complaint, and until when the platform has time to answer it."""
    await found(running, complaints={})
    complaint = await posted(running, "/complaints", COMPLAINT, "consumer")
    return complaint["id"], datetime.fromisoformat(complaint["due_at"])


async def state_of(running: RunningService, complaint: str) -> dict[str, Any]:
    """A complaint as everybody is told of it."""
    return dict((await running.client.get(f"/complaints/{complaint}")).json())


async def test_services_call_what_has_been_due_for_a_minute(running: RunningService) -> None:
    _, due_at = await complained(running)
    own = running.service.wallet.get("service")
    keeper = Keeping(running.service.writes, running.service.database, own, "PlatformA", 0)
    second = timedelta(seconds=1)
    running.ledger.simulator.clock.set(due_at + PATIENCE + second)
    assert await keeper.work(due_at + PATIENCE - second) == Kept(0, 0)
    assert await keeper.work(due_at + PATIENCE + second) == Kept(1, 0)


async def test_a_running_service_calls_what_is_due_in_its_own_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "PATIENCE", -2 * SEASON)  # so that it is due by now
    under_test = ServiceUnderTest(tmp_path)
    under_test.settings = dataclasses.replace(under_test.settings, keeper_every_s=1)
    async with under_test.running() as running:
        complaint, due_at = await complained(running)
        running.ledger.simulator.clock.set(due_at + timedelta(seconds=1))
        async with asyncio.timeout(30):
            while (told := await state_of(running, complaint))["state"] != "escalated":  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        assert told["steps"][-1]["by"]["role"] == "service"
    await under_test.ledger.simulator.close()


async def test_a_call_that_fails_keeps_none_of_the_others_from_being_made() -> None:
    codes = {"escrow:due": "GATEWAY_UNREACHABLE", "escrow:return_payout": "ESCROW_NOTE_FROZEN"}
    told: list[str] = []

    async def submit(function: str, *_: Any) -> bytes:
        if function in codes:
            raise EndorseError(codes[function], "as told by the test")
        return b'{"state": "escalated"}'

    due = [Due(function, ("1",), function) for function in (*codes, "supervision:push_complaint")]
    assert await keep(submit, due, told.append) == Kept(1, 1)
    assert told == ["escrow:due: GATEWAY_UNREACHABLE", "supervision:push_complaint: escalated"]


def an_order(number: int, state: OrderState, due_after_s: int | None) -> Order:
    agreed = terms(LICENCE)
    return Order(
        id=f"{number:064x}",
        listing="b" * 64,
        terms=agreed,
        terms_sha256=agreed.sha256,
        buyer=OFFICER,
        seller=OFFICER,
        area="",
        state=state,
        ordered_at=NOON,
        due_at=None if due_after_s is None else NOON + timedelta(seconds=due_after_s),
        price=None,
        recorder=OFFICER,
    )


def test_money_whose_deadline_has_passed_is_found_in_the_read_model(tmp_path: Path) -> None:
    records = [
        an_order(1, OrderState.FUNDED, 0),
        an_order(2, OrderState.DELIVERED, DAY),
        an_order(3, OrderState.SETTLED, None),
        an_order(4, OrderState.PANEL, -1),
        Payout(
            id=f"{5:064x}",
            owner="PlatformAMSP:x",
            provider="PlatformAMSP:y",
            note="c" * 64 + ":0",
            amount_minor=5,
            currency="CNY",
            state=PayoutState.ASKED,
            due_at=NOON,
            recorder=OFFICER,
        ),
    ]
    chain = Chain()
    chain.add([envelope(f"{at:064x}", {each.ledger_key: each.to_state()}) for at, each in enumerate(records)])
    database = Database.open(f"sqlite:///{tmp_path}/model.db")
    try:
        for block in chain.blocks:
            Projector(database).apply(block)
        with database.reading() as connection:
            assert [(each.function, each.arguments) for each in find_due(connection, NOON)] == [
                ("escrow:due", (f"{4:064x}",))
            ]
            later = find_due(connection, NOON + timedelta(seconds=1))
            assert sorted((each.function, *each.arguments) for each in later) == [
                ("escrow:due", f"{1:064x}"),
                ("escrow:due", f"{4:064x}"),
                ("escrow:return_payout", f"{5:064x}"),
            ]
    finally:
        database.close()
