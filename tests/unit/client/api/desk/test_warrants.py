"""Warrants at the desk: made, confirmed, used once and ended; and who sees who read what."""

import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fairledger.api import privacy, warrant_routes
from fairledger.api.desk import warrants
from fairledger.api.service import Service
from fairledger.identity import Identity
from fairledger.privacy.key_ring import KeyRing
from fairledger.privacy.key_service import KeyRequest, KeyService, ReleasedKeys
from tests.support.privacy import ORDER, PLATFORM, VALUES
from tests.support.simulated_service import RunningService
from tests.support.visitor import Visitor, forms_of
from tests.unit.client.api.papers import refusal
from tests.unit.client.api.test_privacy import SERVICE_KEY, placed

DESK = "/desk/warrants"


def terms(**other: str) -> dict[str, str]:
    now = datetime.now(UTC)
    told = {
        "platform": PLATFORM,
        "subject_kind": "order",
        "subject": ORDER,
        "fields": "name, phone",
        "purpose": "complaint 7",
        "legal_basis": "article 25",
        "valid_from": f"{now - timedelta(hours=1):%Y-%m-%dT%H:%M}",
        "valid_until": f"{now + timedelta(hours=1):%Y-%m-%dT%H:%M}",
    }
    return {**told, **other}


@pytest.fixture
def with_key_service(running: RunningService, monkeypatch: pytest.MonkeyPatch) -> RunningService:
    """The association's key service, reached without the network between two services."""

    async def ask(service: Service, wanted: KeyRequest) -> ReleasedKeys:
        keyholder = service.privacy.client(service.wallet.get("keyholder"))
        return await KeyService(keyholder, KeyRing(SERVICE_KEY)).release(wanted)

    monkeypatch.setattr(warrant_routes, "_ask", ask)
    return running


async def confirmed(running: RunningService) -> None:
    assert (await Visitor(running, "regulator").act(DESK, "/make", **terms())).status_code == 303
    assert (await Visitor(running, "supervisor").act(DESK, "/confirm")).status_code == 303


async def test_a_warrant_tells_its_whole_id_and_waits_for_another_officer(running: RunningService) -> None:
    """Freezes are asked for on the ground of its id."""
    regulator, supervisor = Visitor(running, "regulator"), Visitor(running, "supervisor")
    await regulator.act(DESK, "/make", **terms())
    (made,) = (await running.client.get("/privacy/warrants", headers=running.bearer("regulator"))).json()
    assert f"<code>{made['id']}</code>" in (await regulator.get(DESK)).text
    waits = 'href="/desk/warrants?lang=en">Warrants</a>: 1 for you to act on'
    assert [waits in (await each.get("/desk")).text for each in (regulator, supervisor)] == [False, True]


async def test_who_made_a_warrant_can_not_confirm_it(running: RunningService) -> None:
    regulator = Visitor(running, "regulator")
    assert (await regulator.act(DESK, "/make", **terms())).status_code == 303
    text = (await regulator.get(DESK)).text
    assert (forms_of(text, "/confirm"), len(forms_of(text, "/end")), "waits for another officer" in text) == (
        [],
        1,
        True,
    )
    assert len(forms_of((await Visitor(running, "supervisor").get(DESK)).text, "/confirm")) == 1


async def test_a_field_is_shown_once_and_kept_nowhere(with_key_service: RunningService) -> None:
    await placed(with_key_service)
    await confirmed(with_key_service)
    regulator = Visitor(with_key_service, "regulator")
    (form,) = forms_of((await regulator.get(DESK)).text, "/read")
    path, told = form.pop("action"), {"order": ORDER, "field-phone": "yes"}
    first = await regulator.send(path, {**form, **told})
    assert (first.status_code, first.headers["Cache-Control"]) == (200, "no-store")
    assert (VALUES["phone"] in first.text, VALUES["address"] in first.text) == (True, False)
    again = await regulator.send(path, {**form, **told})
    assert (VALUES["phone"] in again.text, "shown once" in again.text) == (False, True)
    text = (await regulator.get(DESK)).text
    assert (VALUES["phone"] in text, text.count("keys released")) == (False, 1)


async def test_what_was_read_is_in_no_file_and_no_log_of_the_service(
    with_key_service: RunningService, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "fairledger")
    await placed(with_key_service)
    await confirmed(with_key_service)
    answer = await Visitor(with_key_service, "regulator").act(DESK, "/read", order=ORDER, **{"field-phone": "yes"})
    assert VALUES["phone"] in answer.text
    stored = b"".join(file.read_bytes() for file in (tmp_path / "data").rglob("*") if file.is_file())
    assert ORDER.encode() in stored
    assert VALUES["phone"].encode() not in stored
    assert VALUES["phone"] not in caplog.text


async def test_what_was_read_over_rest_is_kept_for_no_key_either(with_key_service: RunningService) -> None:
    """Nor can it be had again by the key once the warrant is over, or the data are purged."""
    await placed(with_key_service)
    await confirmed(with_key_service)
    (warrant,) = (
        await with_key_service.client.get("/privacy/warrants", headers=with_key_service.bearer("regulator"))
    ).json()
    wanted = {"warrant": warrant["id"], "platform": PLATFORM, "order": ORDER, "fields": ["phone"]}
    key = {"Idempotency-Key": "one"}
    first, again = [await with_key_service.post("/privacy/reads", wanted, "regulator", **key) for _ in range(2)]
    assert (first.status_code, first.json()) == (200, {"values": {"phone": VALUES["phone"]}})
    assert first.headers["Cache-Control"] == "no-store"
    assert refusal(again) == (409, "PRIVACY_RELEASED")
    assert VALUES["phone"] not in again.text
    readings = await with_key_service.client.get("/privacy/reads", headers=with_key_service.bearer("officer"))
    assert len(readings.json()) == 1


async def test_a_refused_attempt_is_shown_with_its_reason(running: RunningService) -> None:
    await placed(running)
    assert (await Visitor(running, "regulator").act(DESK, "/make", **terms())).status_code == 303
    warrant = (await running.client.get("/privacy/warrants", headers=running.bearer("regulator"))).json()[0]["id"]
    early = await Visitor(running, "regulator").send(
        f"{DESK}/{warrant}/read", {"key": "k", "order": ORDER, "field-name": "yes"}
    )
    assert (early.status_code, "PRIVACY_WARRANT_UNCONFIRMED" in early.text) == (403, True)
    for name in ("regulator", "officer"):
        assert "No other officer has confirmed the warrant" in (await Visitor(running, name).get(DESK)).text


async def test_a_platform_sees_readings_once_the_warrant_is_over(with_key_service: RunningService) -> None:
    await placed(with_key_service)
    await confirmed(with_key_service)
    regulator, steward = Visitor(with_key_service, "regulator"), Visitor(with_key_service, "steward")
    await regulator.act(DESK, "/read", order=ORDER, **{"field-phone": "yes"})
    assert f"{PLATFORM}/{ORDER}" not in (await steward.get(DESK)).text
    assert f"{PLATFORM}/{ORDER}" in (await Visitor(with_key_service, "officer").get(DESK)).text
    await regulator.act(DESK, "/end")
    assert f"{PLATFORM}/{ORDER}" in (await steward.get(DESK)).text
    assert f"{PLATFORM}/{ORDER}" not in (await Visitor(with_key_service, "competitor").get(DESK)).text


async def test_an_officer_who_was_revoked_since_the_announcement_gets_no_keys(
    running: RunningService, monkeypatch: pytest.MonkeyPatch
) -> None:
    await placed(running)
    await confirmed(running)
    key_service = running.service.privacy
    monkeypatch.setattr(key_service, "_organization", "Association")
    monkeypatch.setattr(key_service, "_keys", KeyRing(SERVICE_KEY))
    monkeypatch.setattr(privacy, "SERVICE_IDENTITY", "keyholder")
    revoked: list[Identity] = []

    async def ask(service: Service, wanted: KeyRequest) -> ReleasedKeys:
        for identity in revoked:
            running.ledger.revoke("RegulatorMSP", identity.certificate)
        return await service.privacy.key_service().release(wanted)

    monkeypatch.setattr(warrant_routes, "_ask", ask)
    (warrant,) = (await running.client.get("/privacy/warrants", headers=running.bearer("regulator"))).json()
    wanted = {"warrant": warrant["id"], "platform": PLATFORM, "order": ORDER, "fields": ["phone"]}
    assert (await running.post("/privacy/reads", wanted, "regulator")).status_code == 200
    revoked.append(running.service.wallet.get("regulator").identity)
    assert refusal(await running.post("/privacy/reads", wanted, "regulator")) == (403, "SIGNING_CERTIFICATE")
    reads = await running.client.get("/privacy/reads", headers=running.bearer("officer"))
    assert len(reads.json()) == 2


async def test_a_flood_of_refused_attempts_hides_no_reading(
    with_key_service: RunningService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warrants, "SHOWN_MAX", 2)
    await placed(with_key_service)
    await confirmed(with_key_service)
    await Visitor(with_key_service, "regulator").act(DESK, "/read", order=ORDER, **{"field-phone": "yes"})
    wanted = {"warrant": "0" * 64, "platform": PLATFORM, "order": "o-9", "fields": ["name"]}
    for _ in range(3):
        await with_key_service.post("/privacy/reads", wanted, "regulator")
    shown = (await Visitor(with_key_service, "officer").get(DESK)).text
    assert (shown.count("keys released"), shown.count(f"{PLATFORM}/o-9")) == (1, 2)


@pytest.mark.parametrize("name", ["consumer", "operator", "impostor", "pretender"])
async def test_others_see_nothing_here(running: RunningService, name: str) -> None:
    await Visitor(running, "regulator").act(DESK, "/make", **terms(purpose="canary purpose"))
    answer = await Visitor(running, name).get(DESK)
    assert (answer.status_code, "canary purpose" in answer.text) == (403, False)


async def test_what_is_no_warrant_is_told_by_its_fields(running: RunningService) -> None:
    regulator = Visitor(running, "regulator")
    answer = await regulator.act(DESK, "/make", **terms(valid_until="soon", subject="a b"))
    assert (answer.status_code, "subject.value, valid_until" in answer.text) == (400, True)
    foreign = await regulator.send(f"{DESK}/make", {"key": "k", **terms()}, **{"Sec-Fetch-Site": "cross-site"})
    assert refusal(foreign) == (403, "FORM_FOREIGN")
