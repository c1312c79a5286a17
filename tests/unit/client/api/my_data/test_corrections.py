"""Asking for a correction: what is right reaches the platform alone, and a complaint the ledger."""

import logging
from pathlib import Path

import pytest

from fairledger.receipts import chain
from fairledger_contracts.records.personal_data import PLAINTEXT_BYTES_MAX
from tests.support.founded import found
from tests.support.privacy import ORDER, VALUES
from tests.support.simulated_service import RunningService, ServiceUnderTest
from tests.unit.client.api.my_data.asking import RIGHT, asked, form_of, receipt_in
from tests.unit.client.api.my_data.test_my_data import claim
from tests.unit.client.api.test_privacy import NEW


async def test_it_is_asked_for_once_and_the_platform_has_to_answer(running: RunningService) -> None:
    who = await claim(running)
    await found(running, complaints={})
    form = {**await form_of(running, who), "value-phone": RIGHT["phone"], "value-name": VALUES["name"]}
    action = form.pop("action")
    first = await running.client.post(action, data=form)
    (complaint,) = (await running.client.get("/complaints")).json()
    assert chain(receipt_in(first))[-1] == complaint["receipt_sha256"]
    assert (complaint["matter"], complaint["about"]) == ("personal_data", {"kind": "order", "id": ORDER})
    again = await running.client.post(action, data=form)
    assert receipt_in(again) == receipt_in(first)
    assert len((await running.client.get("/complaints")).json()) == 1
    (kept,) = running.service.corrections.asked(10)
    assert (kept.complaint, kept.order, kept.values) == (complaint["id"], ORDER, {"phone": RIGHT["phone"]})
    other = await running.client.post(action, data={**form, "value-phone": "1"})
    assert (other.status_code, "IDEMPOTENCY_KEY_REUSED" in other.text) == (409, True)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({}, "PRIVACY_FIELD"),
        ({"phone": "  "}, "PRIVACY_FIELD"),
        ({"phone": VALUES["phone"]}, "PRIVACY_FIELD"),
        ({"shoe_size": "canary 44"}, "PRIVACY_FIELD"),
        ({"phone": "canary\n1"}, "PRIVACY_VALUE"),
        ({"phone": "c" * (PLAINTEXT_BYTES_MAX + 1)}, "PRIVACY_VALUE"),
        ({"phone": "街" * (PLAINTEXT_BYTES_MAX // 3 + 1)}, "PRIVACY_VALUE"),
    ],
)
async def test_what_can_not_be_right_is_refused_and_nothing_is_filed(
    running: RunningService, values: dict[str, str], code: str
) -> None:
    who = await claim(running)
    await found(running, complaints={})
    answer = await asked(running, who, **values)
    assert (answer.status_code, f"({code})" in answer.text) == (400, True)
    assert (await running.client.get("/complaints")).json() == []
    assert running.service.corrections.asked(10) == []


async def test_the_asked_values_are_nowhere_in_clear(
    running: RunningService, under_test: ServiceUnderTest, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    who = await claim(running)
    await found(running, complaints={})
    answer = await asked(running, who, **RIGHT)
    told = [answer.text, caplog.text, (await running.client.get("/complaints")).text]
    stored = contents(under_test.settings.data)
    blocks = [block.SerializeToString() for block in running.ledger.chain.blocks]
    assert running.service.corrections.asked(10)[0].values == RIGHT
    for value in RIGHT.values():
        assert not any(value in text for text in told)
        assert not any(value.encode() in each for each in (*stored, *blocks))
        assert not any(value.encode("unicode_escape") in each for each in stored)


def contents(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.rglob("*") if path.is_file()]


async def test_a_purge_takes_what_was_asked_for_with_it(running: RunningService) -> None:
    who = await claim(running)
    await found(running, complaints={})
    await asked(running, who, **RIGHT)
    purged = await running.client.post("/my-data/purge", data={**who, "reason": "mine", "sure": "yes"})
    assert (purged.status_code, running.service.corrections.asked(10)) == (200, [])


async def test_a_purge_over_rest_takes_it_as_well(running: RunningService) -> None:
    who = await claim(running)
    await found(running, complaints={})
    await asked(running, who, **RIGHT)
    secret = {"Fairledger-Capability": who["secret"]}
    purged = await running.post(f"/privacy/orders/{ORDER}/purge", {"reason": "mine"}, **secret)
    assert (purged.status_code, running.service.corrections.asked(10)) == (200, [])


async def test_an_order_of_another_platform_is_told_with_its_platform(running: RunningService) -> None:
    await found(running)
    who = await claim(running)
    rivals = await running.post("/privacy/orders", {**NEW, "order": "o-rival"}, "clerk")
    assert rivals.status_code == 201, rivals.text
    for path in ("", "/correction", "/purge"):
        form = {**who, "order": "o-rival", "value-name": "x", "key": "k" * 32, "reason": "x", "sure": "yes"}
        answer = await running.client.post(f"/my-data{path}", data=form)
        assert (answer.status_code, "of Shop of Chengdu (PlatformBMSP)" in answer.text) == (404, True)
