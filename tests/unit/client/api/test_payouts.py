"""Payouts are announced to their provider until it has them; the sandbox plays that provider with all its faults."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fairledger.provider.settings import ProviderSettings
from tests.support.provider import Dealings, ProviderUnderTest, provider_under_test


@pytest.fixture
async def under_test(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ProviderUnderTest]:
    async with provider_under_test(tmp_path, monkeypatch) as made:
        yield made


@pytest.fixture
async def dealings(under_test: ProviderUnderTest) -> AsyncIterator[Dealings]:
    async with under_test.running() as running:
        yield running


async def test_money_goes_in_and_out_at_the_sandbox(dealings: Dealings) -> None:
    async with dealings.sandbox() as sandbox:
        await sandbox.pay(dealings.under_test.owner(), 700)
        ((_event, state, note),) = await sandbox.entries()
        assert (await dealings.notes(), state) == ([(note, 700)], "taken")
        await dealings.payout(300, "in-1")
        await dealings.providers.announce()
        assert await sandbox.entries("payouts") == [("payout.paid", "taken", "paid")]
        await dealings.providers.announce()
        assert len(await sandbox.entries("payouts")) == 1
        assert await dealings.circulation() == (1_000, 300, 700)


async def test_what_is_frozen_is_announced_when_the_freeze_is_over(dealings: Dealings) -> None:
    payout = await dealings.payout(300, "in-1")
    await dealings.stop(payout, datetime.now(UTC) + timedelta(days=1))  # before the provider has an address
    async with dealings.sandbox() as sandbox:
        await dealings.providers.announce()
        assert await sandbox.entries("payouts") == []
        await dealings.stop(payout, datetime.now(UTC))
        await dealings.providers.announce()
        assert len(await sandbox.entries("payouts")) == 1


async def test_a_payout_that_fails_goes_back(dealings: Dealings) -> None:
    async with dealings.sandbox() as sandbox:
        await sandbox.client.put("/faults", json={"fail_payouts": True})
        await dealings.payout(300, "in-1")
        await dealings.providers.announce()
        assert await sandbox.entries("payouts") == [("payout.failed", "taken", "returned")]
        assert [amount for _note, amount in await dealings.notes()] == [300]


async def test_lost_doubled_and_reordered_events_come_to_the_same(dealings: Dealings) -> None:
    async with dealings.sandbox() as sandbox:
        faults = {"lose": 3, "twice": True, "backwards": 3, "delay_s": 0.01}
        assert (await sandbox.client.put("/faults", json=faults)).status_code == 200
        for amount in (100, 200, 300):
            await sandbox.pay(dealings.under_test.owner(), amount)
        entries = await sandbox.entries()
        assert [state for _event, state, _result in entries] == ["taken"] * 3
        assert [amount for _note, amount in await dealings.notes()] == [100, 200, 300]  # the last made first
        assert await dealings.circulation() == (600, 0, 600)


async def test_a_reference_that_is_used_is_refused_at_the_sandbox_too(dealings: Dealings) -> None:
    async with dealings.sandbox() as sandbox:
        await sandbox.pay(dealings.under_test.owner(), 100, reference="same-1")
        await sandbox.entries()
        await sandbox.pay(dealings.under_test.owner(), 101, reference="same-1")
        assert (await sandbox.entries())[1] == ("payment.received", "refused", "ESCROW_REFERENCE_USED")


async def test_the_sandbox_takes_signed_requests_alone(dealings: Dealings) -> None:
    async with dealings.sandbox() as sandbox:
        folder = dealings.under_test.folder
        known = ProviderSettings.load(folder, "provider")
        stranger = ProviderSettings(ProviderSettings.load(folder, "bank").secrets)
        sandbox.sandbox.settings = lambda: stranger
        await dealings.payout(300, "in-1")
        await dealings.providers.announce()
        assert await sandbox.entries("payouts") == []
        sandbox.sandbox.settings = lambda: known
        answer = await sandbox.client.post("/webhook", content=b"{}")
        assert (answer.status_code, answer.json()["code"]) == (400, "PROVIDER_HEADER")


async def test_a_provider_that_was_away_hears_of_payouts_after_a_restart(under_test: ProviderUnderTest) -> None:
    known = ProviderSettings.load(under_test.folder, "provider")
    ProviderSettings(known.secrets, "http://127.0.0.1:1/webhook").save(under_test.folder, "provider")  # nobody there
    async with under_test.running() as dealings:
        dealings.providers._outbox._now_s = lambda: 1.0  # no pause ends
        payout = await dealings.payout(300, "in-1")
        await dealings.providers.announce()
        assert dealings.providers._outbox.due("provider") == []  # a pause first
    async with under_test.running() as dealings, dealings.sandbox() as sandbox:
        dealings.providers._outbox._now_s = lambda: 1e11
        await dealings.providers.announce()
        assert await sandbox.entries("payouts") == [("payout.paid", "taken", "paid")]
        told = await dealings.running.client.get("/escrow/payouts", headers=dealings.running.bearer("buyer"))
        assert [(each["id"], each["state"]) for each in told.json()] == [(payout, "paid")]


async def test_one_provider_does_not_wait_for_another(dealings: Dealings) -> None:
    ProviderSettings(("damaged",), "http://sandbox/webhook").save(dealings.under_test.folder, "bank")
    async with dealings.sandbox() as sandbox:
        await dealings.payout(300, "in-1")
        await dealings.providers.announce()
        assert len(await sandbox.entries("payouts")) == 1


@pytest.mark.parametrize(("language", "words"), [("zh", ("收款", "已接受")), ("en", ("Payments received", "taken"))])
async def test_the_page_shows_payments_and_payouts(dealings: Dealings, language: str, words: tuple[str, ...]) -> None:
    async with dealings.sandbox() as sandbox:
        empty = await sandbox.client.get("/", params={"lang": language})
        await sandbox.pay(dealings.under_test.owner(), 700, reference="shown-1")
        await sandbox.entries()
        page = await sandbox.client.get("/", params={"lang": language})
        assert all(word in page.text for word in (*words, "shown-1", "700 CNY"))
        assert "shown-1" not in empty.text
        assert "script" not in page.text
        assert page.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'")
        assert (await sandbox.client.get("/sandbox.css")).headers["content-type"].startswith("text/css")
