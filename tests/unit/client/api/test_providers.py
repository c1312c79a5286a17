"""Events of payment providers: by whom they are, that each takes effect once, and that none is lost."""

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from fairledger.gateway.errors import GatewayUnreachable
from fairledger.provider.settings import ProviderSettings, path_of
from fairledger.provider.signature import new_secret
from tests.support.provider import AT, Dealings, ProviderUnderTest, failed, paid, provider_under_test, received
from tests.support.simulated_service import gateway_error
from tests.unit.client.api.papers import refusal


@pytest.fixture
async def under_test(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ProviderUnderTest]:
    async with provider_under_test(tmp_path, monkeypatch) as made:
        yield made


@pytest.fixture
async def dealings(under_test: ProviderUnderTest) -> AsyncIterator[Dealings]:
    async with under_test.running() as running:
        yield running


def calls(under_test: ProviderUnderTest, function: str) -> int:
    return [called for _who, called, _arguments in under_test.ledger.endorsements].count(function)


async def test_money_received_becomes_a_note_once(under_test: ProviderUnderTest, dealings: Dealings) -> None:
    event = received(under_test.owner())
    first = await dealings.tell(event)
    assert first.status_code == 200, first.text
    assert await dealings.notes() == [(first.json()["note"], 500)]
    again = await dealings.tell(event)
    assert (again.status_code, again.content) == (200, first.content)
    assert calls(under_test, "escrow:issue") == 1
    assert under_test.ledger.endorsements[-1][0] == "provider"


async def test_who_did_not_sign_is_refused(under_test: ProviderUnderTest, dealings: Dealings) -> None:
    event = received(under_test.owner())
    old = under_test.secrets()
    for other in ((new_secret(),), under_test.secrets("bank")):
        assert refusal(await dealings.tell(event, by=other)) == (403, "PROVIDER_SIGNATURE")
    assert refusal(await dealings.tell(event, name="bank", by=old)) == (403, "PROVIDER_SIGNATURE")
    for late_s in (-310, 310):
        assert refusal(await dealings.tell(event, late_s=late_s)) == (403, "PROVIDER_TIMESTAMP")
    for name in ("webhook-id", "webhook-timestamp", "webhook-signature"):
        assert refusal(await dealings.tell(event, headers={name: ""})) == (400, "PROVIDER_HEADER")
    for name in ("stranger", "a" * 40):
        assert refusal(await dealings.tell(event, name=name, by=old)) == (404, "PROVIDER_UNKNOWN")
    for name in ("..%2Fprovider", "Provider"):
        assert (await dealings.tell(event, name=name, by=old)).status_code in (400, 404)
    assert calls(under_test, "escrow:issue") == 0


async def test_two_secrets_hold_while_one_is_rotated(under_test: ProviderUnderTest, dealings: Dealings) -> None:
    event, first = received(under_test.owner()), under_test.secrets()
    ProviderSettings.rotate(under_test.folder, "provider")
    assert (await dealings.tell(event, by=first)).status_code == 200
    assert (await dealings.tell(event, by=under_test.secrets()[:1])).status_code == 200
    ProviderSettings.rotate(under_test.folder, "provider", keep=1)
    assert refusal(await dealings.tell(event, by=first)) == (403, "PROVIDER_SIGNATURE")
    path_of(under_test.folder, "provider").chmod(0o644)
    assert refusal(await dealings.tell(event, by=first)) == (500, "PROVIDER_FILE")


def spoilt(**data: Any) -> dict[str, Any]:
    event = received("PlatformAMSP:eDUwOTo6")
    return {**event, "data": {**event["data"], **data}}


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (b"", "PROVIDER_EVENT"),
        (b"{", "PROVIDER_EVENT"),
        (b"[]", "PROVIDER_EVENT"),
        (b"\xff", "PROVIDER_EVENT"),
        (b'{"type": 5}', "PROVIDER_EVENT_TYPE"),
        ({"timestamp": AT, "data": {}}, "PROVIDER_EVENT"),
        ({"type": "payment.refunded", "timestamp": AT, "data": {}}, "PROVIDER_EVENT_TYPE"),
        ({"type": "payout.requested", "timestamp": AT, "data": {}}, "PROVIDER_EVENT_TYPE"),  # our own, sent back
        (spoilt(amount_minor="500"), "PROVIDER_EVENT"),
        (spoilt(amount_minor=0), "PROVIDER_EVENT"),
        (spoilt(amount_minor=-1), "PROVIDER_EVENT"),
        (spoilt(amount_minor=1.5), "PROVIDER_EVENT"),
        (spoilt(amount_minor=2**53), "PROVIDER_EVENT"),
        (spoilt(currency="cny"), "PROVIDER_EVENT"),
        (spoilt(owner="nobody"), "PROVIDER_EVENT"),
        (spoilt(reference="a b"), "PROVIDER_EVENT"),
        (spoilt(paid_at="2026-06-01T12:00:00"), "PROVIDER_EVENT"),
        (spoilt(more="x"), "PROVIDER_EVENT"),
        (paid("ab"), "PROVIDER_EVENT"),
    ],
)
async def test_what_is_no_event_is_refused_and_not_kept(dealings: Dealings, event: Any, code: str) -> None:
    assert refusal(await dealings.tell(event)) == (400, code)
    corrected = received(dealings.under_test.owner())
    assert (await dealings.tell(corrected)).status_code == 200  # under the same id


async def test_bodies_are_short_and_json(dealings: Dealings) -> None:
    assert refusal(await dealings.tell(b" " * (64 * 1024 + 1))) == (413, "REQUEST_TOO_LARGE")
    answer = await dealings.tell(received(dealings.under_test.owner()), headers={"Content-Type": "text/plain"})
    assert refusal(answer) == (415, "REQUEST_MEDIA_TYPE")


async def test_an_id_belongs_to_one_body_of_one_provider(dealings: Dealings) -> None:
    owner = dealings.under_test.owner()
    assert (await dealings.tell(received(owner))).status_code == 200
    changed = await dealings.tell(received(owner, amount_minor=501))
    assert refusal(changed) == (409, "PROVIDER_EVENT_CHANGED")
    assert (await dealings.tell(received(owner, amount_minor=502), name="bank")).status_code == 200
    assert sorted(amount for _note, amount in await dealings.notes()) == [500, 502]


async def test_a_reference_counts_once_whatever_the_event_is_called(dealings: Dealings) -> None:
    owner = dealings.under_test.owner()
    first = await dealings.tell(received(owner), "evt_1")
    assert (await dealings.tell(received(owner), "evt_2")).content == first.content
    for number, other in enumerate(
        (
            received(owner, amount_minor=501),
            received(owner, currency="USD"),
            received(dealings.under_test.owner("producer")),
        )
    ):
        for _ in range(2):
            assert refusal(await dealings.tell(other, f"other_{number}")) == (409, "ESCROW_REFERENCE_USED")
    assert await dealings.circulation() == (500, 0, 500)


async def test_duplicates_at_once_have_one_effect_and_one_answer(dealings: Dealings) -> None:
    event = received(dealings.under_test.owner())
    same = await asyncio.gather(*(dealings.tell(event) for _ in range(5)))
    other_ids = await asyncio.gather(*(dealings.tell(event, f"evt-{number}") for number in range(5)))
    assert {(answer.status_code, answer.content) for answer in (*same, *other_ids)} == {(200, same[0].content)}
    assert await dealings.circulation() == (500, 0, 500)


async def test_an_event_is_finished_after_a_crash_before_its_effect(under_test: ProviderUnderTest) -> None:
    event = received(under_test.owner())
    async with under_test.running() as dealings:
        under_test.ledger.spoil["endorse"] = [gateway_error("GATEWAY_UNREACHABLE", GatewayUnreachable)]
        assert refusal(await dealings.tell(event)) == (503, "GATEWAY_UNREACHABLE")
    async with under_test.running() as dealings:
        await dealings.providers.finish()
        assert [amount for _note, amount in await dealings.notes()] == [500]
        assert (await dealings.tell(event)).status_code == 200
    assert calls(under_test, "escrow:issue") == 1


@pytest.mark.parametrize("took_effect", [True, False])
async def test_a_write_that_broke_off_is_told_by_the_ledger(under_test: ProviderUnderTest, took_effect: bool) -> None:
    event = received(under_test.owner())
    async with under_test.running() as dealings:
        under_test.ledger.gate.clear()
        before = len(under_test.ledger.submissions)
        telling = asyncio.create_task(dealings.tell(event))
        while len(under_test.ledger.submissions) == before:  # noqa: ASYNC110  the ledger has no event for it
            await asyncio.sleep(0.01)
    await asyncio.gather(telling, return_exceptions=True)
    under_test.ledger.gate.set()
    if took_effect:
        await under_test.ledger.commit(under_test.ledger.submissions[-1:])
    async with under_test.running() as dealings:
        await dealings.running.service.follower.wait_for_block(len(under_test.ledger.chain.blocks) - 1, 30)
        answer = await dealings.tell(event)
        assert answer.status_code == 200, answer.text
        assert await dealings.notes() == [(answer.json()["note"], 500)]
        assert await dealings.circulation() == (500, 0, 500)


async def test_payouts_end_paid_or_returned_whatever_the_order_of_events(dealings: Dealings) -> None:
    first, second = await dealings.payout(300, "in-1"), await dealings.payout(200, "in-2")
    assert (await dealings.tell(paid(first), "a")).json() == {"payout": first, "state": "paid"}
    assert (await dealings.tell(paid(first), "b")).json() == {"payout": first, "state": "paid"}  # the same payment
    assert refusal(await dealings.tell(paid(first, "out-8"), "c")) == (409, "ESCROW_WRONG_STATE")
    assert refusal(await dealings.tell(failed(first), "d")) == (409, "ESCROW_WRONG_STATE")
    assert refusal(await dealings.tell(paid(second), "e")) == (409, "ESCROW_REFERENCE_USED")
    assert refusal(await dealings.tell(paid(second, "out-2"), "f", name="bank")) == (403, "ESCROW_DENIED")
    assert refusal(await dealings.tell(failed(second), "g", name="bank")) == (409, "ESCROW_NOT_DUE")
    assert (await dealings.tell(failed(second), "h")).json() == {"payout": second, "state": "returned"}
    assert (await dealings.tell(failed(second), "i")).json() == {"payout": second, "state": "returned"}
    assert refusal(await dealings.tell(paid(second, "out-3"), "j")) == (409, "ESCROW_WRONG_STATE")
    assert refusal(await dealings.tell(paid("0" * 64, "out-4"), "k")) == (404, "ESCROW_PAYOUT_UNKNOWN")
    assert await dealings.circulation() == (500, 300, 200)


async def test_refusals_of_the_contract_are_answers_and_stay(dealings: Dealings) -> None:
    event = received("payout:" + "0" * 64)
    first, again = await dealings.tell(event), await dealings.tell(event)
    assert refusal(first) == (400, "ESCROW_NOTE_OWNER")
    assert again.content == first.content
    assert calls(dealings.under_test, "escrow:issue") == 1
    ProviderSettings.rotate(dealings.under_test.folder, "consumer")  # who is no provider on the ledger
    answer = await dealings.tell(received(dealings.under_test.owner()), name="consumer")
    assert refusal(answer) == (403, "ESCROW_ROLE_DENIED")


async def test_logs_name_nobody(dealings: Dealings, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "fairledger")
    owner = dealings.under_test.owner()
    await dealings.tell(received(owner))
    await dealings.tell(received(owner), "evt_2", by=(new_secret(),))
    dealings.under_test.ledger.spoil["endorse"] = [gateway_error("GATEWAY_UNREACHABLE", GatewayUnreachable)]
    await dealings.tell(received(owner, reference="bank-8"), "evt_3")
    lines = [str(vars(record)) for record in caplog.records]
    assert any("event of a provider" in line for line in lines)
    for secret in (owner, "bank-", *dealings.under_test.secrets()):
        assert not any(secret in line for line in lines), secret
