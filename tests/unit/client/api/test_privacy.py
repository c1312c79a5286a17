"""Personal data over REST: who may what, what is answered, and that nothing private is told to others."""

import hashlib
import json
import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from fairledger.api import privacy_routes
from fairledger.api.rates import KEY_REQUESTS_PER_MINUTE
from fairledger.gateway.errors import EvaluateError
from fairledger.privacy.key_ring import KeyRing
from fairledger.privacy.keys import PrivateKey
from fairledger.privacy.orders import PrivateOrders
from fairledger_contracts.records.order_record import OrderRecord
from fairledger_contracts.records.private_read import Announcement
from tests.support.licensed import enrol_platforms
from tests.support.privacy import FACTS, ORDER, PLATFORM, VALUES
from tests.support.simulated_service import RunningService, ServiceUnderTest, gateway_error

SERVICE_KEY = PrivateKey.generate()
NEW: dict[str, Any] = {
    **{name: value for name, value in FACTS.items() if name not in ("pseudonym", "capability_sha256")},
    "person": "canary person",
    "values": VALUES,
}
OTHERS = ("producer", "consumer", "officer", "regulator", "impostor", "pretender")  # no platform's


def refusal(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def warrant_terms(**other: object) -> dict[str, object]:
    now = datetime.now(UTC)
    return {
        "platform": PLATFORM,
        "subject": {"kind": "order", "value": ORDER},
        "fields": ["name", "phone"],
        "purpose": "complaint 7",
        "legal_basis": "article 25",
        "valid_from": (now - timedelta(hours=1)).isoformat(),
        "valid_until": (now + timedelta(hours=1)).isoformat(),
        **other,
    }


async def with_key(running: RunningService) -> None:
    await enrol_platforms(running.service.writes, running.service.wallet)
    keyholder = running.service.wallet.get("keyholder")
    await running.service.privacy.client(keyholder).offer_key(SERVICE_KEY.public_pem)


async def placed(running: RunningService) -> dict[str, str]:
    """An order of the operator; the header with its buyer's secret."""
    await with_key(running)
    answer = await running.post("/privacy/orders", NEW, "operator")
    assert answer.status_code == 201, answer.text
    assert (answer.headers["Cache-Control"], answer.json()["record"]["order"]) == ("no-store", ORDER)
    return {"Fairledger-Capability": answer.json()["capability"]}


async def test_the_buyer_sees_what_is_held_and_nobody_else_does(running: RunningService) -> None:
    secret = await placed(running)
    answer = await running.client.get(f"/privacy/orders/{ORDER}/mine", headers=secret)
    held = answer.json()
    assert (held["values"], held["held_by"], held["readings"]) == (VALUES, [PLATFORM, "RegulatorMSP"], [])
    assert answer.headers["Cache-Control"] == "no-store"
    wrong = {"Fairledger-Capability": "0" * 64}
    for method, path, body in (
        ("GET", "mine", None),
        ("POST", "purge", {"reason": "x"}),
        ("POST", "disclosure", {"fields": ["name"]}),
    ):
        address = f"/privacy/orders/{ORDER}/{path}"
        assert refusal(await running.client.request(method, address, json=body, headers=wrong)) == (
            403,
            "PRIVACY_CAPABILITY",
        )
        assert refusal(await running.client.request(method, address, json=body)) == (400, "REQUEST_HEADER")


async def test_the_secret_of_an_order_is_told_again_and_nowhere_kept(
    running: RunningService, under_test: ServiceUnderTest
) -> None:
    await with_key(running)
    key = {"Idempotency-Key": "one"}
    first, again = [await running.post("/privacy/orders", NEW, "operator", **key) for _ in range(2)]
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["Cache-Control"] == "no-store"
    secret = first.json()["capability"]
    assert hashlib.sha256(secret.encode()).hexdigest() == first.json()["record"]["facts"]["capability_sha256"]
    files = [path for path in under_test.settings.data.rglob("*") if path.is_file()]
    assert [path.name for path in files if secret.encode() in path.read_bytes()] == []


async def test_an_order_that_broke_off_is_asked_for_by_the_same_key_until_it_is_there(running: RunningService) -> None:
    await with_key(running)
    key = {"Idempotency-Key": "one"}
    running.ledger.spoil["endorse"] = [gateway_error("GATEWAY_UNREACHABLE")]
    assert refusal(await running.post("/privacy/orders", NEW, "operator", **key)) == (503, "GATEWAY_UNREACHABLE")
    waiting = await running.post("/privacy/orders", NEW, "operator", **key)
    assert refusal(waiting) == (503, "PRIVACY_UNFINISHED")
    assert int(waiting.headers["Retry-After"]) > 0
    assert await running.service.privacy.own_orders().finish() == 1
    placed_now = await running.post("/privacy/orders", NEW, "operator", **key)
    assert placed_now.status_code == 201
    secret = {"Fairledger-Capability": placed_now.json()["capability"]}
    held = await running.client.get(f"/privacy/orders/{ORDER}/mine", headers=secret)
    assert held.json()["values"] == VALUES


@pytest.mark.parametrize("person", OTHERS)
async def test_only_the_platform_places_and_corrects_orders(running: RunningService, person: str) -> None:
    await with_key(running)
    for path, body in (("orders", NEW), ("orders/o-9/correction", {"values": VALUES})):
        assert refusal(await running.post(f"/privacy/{path}", body, person)) == (403, "PRIVACY_ROLE_DENIED")


@pytest.mark.parametrize("endorsing", ["works", "fails"])
async def test_what_was_denied_to_somebody_the_service_does_not_finish_in_its_own_name(
    running: RunningService, endorsing: str
) -> None:
    secret = await placed(running)
    for path, body in (("orders", {**NEW, "order": "o-2"}), (f"orders/{ORDER}/correction", {"values": {"name": "x"}})):
        running.ledger.spoil["endorse"] = [gateway_error("GATEWAY_UNREACHABLE")] if endorsing == "fails" else []
        assert refusal(await running.post(f"/privacy/{path}", body, "consumer")) == (403, "PRIVACY_ROLE_DENIED")
    running.ledger.spoil.clear()
    await running.service.privacy.own_orders().finish()
    held = await running.client.get(f"/privacy/orders/{ORDER}/mine", headers=secret)
    assert held.json()["values"] == VALUES
    assert running.ledger.simulator.state(OrderRecord.key_of(PLATFORM, "o-2")) is None


async def test_without_a_token_nothing_is_placed_corrected_or_read(running: RunningService) -> None:
    for path, body in (
        ("orders", NEW),
        (f"orders/{ORDER}/correction", {"values": VALUES}),
        ("warrants", warrant_terms()),
        (f"warrants/{'0' * 64}/confirm", None),
        (f"warrants/{'0' * 64}/end", None),
        ("reads", {"warrant": "0" * 64, "platform": PLATFORM, "order": ORDER, "fields": ["name"]}),
    ):
        assert refusal(await running.post(f"/privacy/{path}", body)) == (401, "TOKEN_MISSING"), path


async def test_another_platforms_person_can_not_correct_the_order(running: RunningService) -> None:
    await placed(running)
    answer = await running.post(f"/privacy/orders/{ORDER}/correction", {"values": VALUES}, "clerk")
    assert refusal(answer) == (404, "PRIVACY_ORDER_UNKNOWN")


async def test_an_order_is_corrected_and_purged(running: RunningService) -> None:
    secret = await placed(running)
    values = {**VALUES, "phone": "13900000000"}
    answer = await running.post(f"/privacy/orders/{ORDER}/correction", {"values": values}, "operator")
    assert [seal["version"] for seal in answer.json()["seals"]] == ["0001", "0002"]
    held = await running.client.get(f"/privacy/orders/{ORDER}/mine", headers=secret)
    assert held.json()["values"] == values

    answer = await running.post(f"/privacy/orders/{ORDER}/purge", {"reason": "I want it"}, **secret)
    assert answer.json()["purge_reason"] == "I want it"
    held = await running.client.get(f"/privacy/orders/{ORDER}/mine", headers=secret)
    assert (held.json()["values"], held.json()["held_by"]) == ({}, [])
    again = await running.post(f"/privacy/orders/{ORDER}/purge", {"reason": "again"}, **secret)
    assert refusal(again) == (410, "PRIVACY_PURGED")


async def test_the_public_reason_of_a_purge_repeats_nothing_of_what_is_purged(
    running: RunningService,
) -> None:
    secret = await placed(running)
    for reason in (f"forget {VALUES['phone']}", "forget 138-0000 0001", f"I am {VALUES['name'].upper()}"):
        answer = await running.post(f"/privacy/orders/{ORDER}/purge", {"reason": reason}, **secret)
        assert refusal(answer) == (400, "PRIVACY_STATEMENT")
        assert reason not in answer.text
    form = {"order": ORDER, "secret": secret["Fairledger-Capability"], "reason": VALUES["phone"], "sure": "yes"}
    page = await running.client.post("/my-data/purge", data=form)
    assert (page.status_code, "PRIVACY_STATEMENT" in page.text) == (400, True)


async def test_what_can_not_be_opened_any_more_is_purged_all_the_same(
    running: RunningService,
) -> None:
    secret = await placed(running)
    running.service.privacy._keys = KeyRing(PrivateKey.generate())
    answer = await running.post(f"/privacy/orders/{ORDER}/purge", {"reason": "I want it"}, **secret)
    assert (answer.status_code, answer.json()["purge_reason"]) == (200, "I want it")


async def test_whose_data_ran_out_of_their_time_to_live_still_sees_who_read_them(
    running: RunningService, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = await placed(running)
    wanted = {"warrant": "0" * 64, "platform": PLATFORM, "order": ORDER, "fields": ["name"]}
    await running.post("/privacy/reads", wanted, "regulator")

    async def gone(*_: object) -> None:
        raise EvaluateError("PRIVACY_DATA_UNKNOWN", "the platform keeps no such version")

    monkeypatch.setattr(PrivateOrders, "opened", gone)
    held = (await running.client.get(f"/privacy/orders/{ORDER}/mine", headers=secret)).json()
    assert (held["values"], held["held_by"], len(held["readings"])) == ({}, [], 1)
    form = {"order": ORDER, "secret": secret["Fairledger-Capability"], "lang": "en"}
    page = await running.client.post("/my-data", data=form)
    assert (page.status_code, "No personal data any more" in page.text) == (200, True)


async def test_a_purge_that_is_sent_again_has_the_same_answer(running: RunningService) -> None:
    secret = await placed(running)
    key = {"Idempotency-Key": "6f0c2f0e-75a4-4d4b-93f1-3d6d6e4a7c10"}
    address, body = f"/privacy/orders/{ORDER}/purge", {"reason": "I want it"}
    first, again = [await running.post(address, body, **secret, **key) for _ in range(2)]
    assert (again.status_code, again.content) == (200, first.content)
    wrong = await running.post(address, body, **{"Fairledger-Capability": "0" * 64}, **key)
    assert refusal(wrong) == (409, "IDEMPOTENCY_KEY_REUSED")


async def test_a_reading_that_is_sent_again_is_announced_once(running: RunningService) -> None:
    wanted = {"warrant": "0" * 64, "platform": PLATFORM, "order": ORDER, "fields": ["name"]}
    for _ in range(2):
        answer = await running.post("/privacy/reads", wanted, "regulator", **{"Idempotency-Key": "one"})
        assert refusal(answer) == (404, "PRIVACY_WARRANT_UNKNOWN")
    shown = await running.client.get("/privacy/reads", headers=running.bearer("regulator"))
    assert len(shown.json()) == 1


async def test_keys_are_asked_for_only_so_often(running: RunningService) -> None:
    asked = {"read": "0" * 64, "keys": {"name": {"0" * 64: "AAAA"}}, "signature": "AAAA"}
    for _ in range(KEY_REQUESTS_PER_MINUTE):
        assert refusal(await running.post("/privacy/keys", asked)) == (404, "PRIVACY_NO_KEY_SERVICE")
    limited = await running.post("/privacy/keys", asked)
    assert refusal(limited) == (429, "RATE_LIMITED")
    assert 0 < int(limited.headers["Retry-After"]) <= 60


async def test_shown_fields_are_checked_by_anybody(running: RunningService) -> None:
    secret = await placed(running)
    answer = await running.post(f"/privacy/orders/{ORDER}/disclosure", {"fields": ["phone"]}, **secret)
    disclosure = answer.json()
    assert list(disclosure["fields"]) == ["phone"]
    checked = await running.post("/privacy/disclosures/check", disclosure)
    assert checked.json() == {"values": {"phone": VALUES["phone"]}, "superseded": False, "purged": False}
    disclosure["fields"]["phone"]["value"] = "13900000000"
    assert refusal(await running.post("/privacy/disclosures/check", disclosure)) == (400, "PRIVACY_PROOF")


async def test_warrants_are_made_confirmed_and_ended_by_officers_of_the_regulator(running: RunningService) -> None:
    for person in ("producer", "operator", "officer", "impostor", "pretender"):
        assert refusal(await running.post("/privacy/warrants", warrant_terms(), person)) == (403, "PRIVACY_ROLE_DENIED")
    made = (await running.post("/privacy/warrants", warrant_terms(), "regulator")).json()
    confirm, end = (f"/privacy/warrants/{made['id']}/{what}" for what in ("confirm", "end"))
    assert refusal(await running.post(confirm, None, "regulator")) == (403, "PRIVACY_WARRANT_OWN")
    assert refusal(await running.post(confirm, None, "officer")) == (403, "PRIVACY_ROLE_DENIED")
    assert (await running.post(confirm, None, "supervisor")).json()["confirmed_by"]["role"] == "regulator"
    assert refusal(await running.post(end, None, "operator")) == (403, "PRIVACY_ROLE_DENIED")
    assert (await running.post(end, None, "regulator")).json()["ended_by"]["role"] == "regulator"


async def test_warrants_are_shown_to_authorities(running: RunningService) -> None:
    made = (await running.post("/privacy/warrants", warrant_terms(), "regulator")).json()
    for person in ("officer", "regulator"):
        shown = await running.client.get("/privacy/warrants", headers=running.bearer(person))
        assert [each["id"] for each in shown.json()] == [made["id"]]
    for person in ("producer", "operator", "impostor", "pretender"):
        answer = await running.client.get("/privacy/warrants", headers=running.bearer(person))
        assert refusal(answer) == (403, "PRIVACY_ROLE_DENIED")
    other = (await running.post("/privacy/warrants", warrant_terms(purpose="complaint 8"), "regulator")).json()
    first = await running.client.get("/privacy/warrants?perPage=1", headers=running.bearer("officer"))
    rest = await running.client.get(first.links["next"]["url"], headers=running.bearer("officer"))
    assert [page.json()[0]["id"] for page in (first, rest)] == [other["id"], made["id"]]
    assert "next" not in rest.links


async def test_refused_readings_are_on_record_and_the_buyer_sees_them(running: RunningService) -> None:
    secret = await placed(running)
    wanted = {"warrant": "0" * 64, "platform": PLATFORM, "order": ORDER, "fields": ["name"]}
    assert refusal(await running.post("/privacy/reads", wanted, "regulator")) == (404, "PRIVACY_WARRANT_UNKNOWN")
    assert refusal(await running.post("/privacy/reads", wanted, "producer")) == (403, "PRIVACY_ROLE_DENIED")
    held = await running.client.get(f"/privacy/orders/{ORDER}/mine", headers=secret)
    readings = [Announcement.model_validate(each) for each in held.json()["readings"]]
    assert [each.refused for each in readings] == ["PRIVACY_ROLE_DENIED", "PRIVACY_WARRANT_UNKNOWN"]


async def test_a_flood_of_refused_attempts_hides_no_reading_from_the_buyer(
    running: RunningService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(privacy_routes, "REFUSED_MAX", 2)
    secret = await placed(running)
    warrant = (await running.post("/privacy/warrants", warrant_terms(), "regulator")).json()["id"]
    await running.post(f"/privacy/warrants/{warrant}/confirm", None, "supervisor")
    wanted = {"warrant": warrant, "platform": PLATFORM, "order": ORDER, "fields": ["name"]}
    await running.post("/privacy/reads", wanted, "regulator")
    for _ in range(3):
        await running.post("/privacy/reads", {**wanted, "warrant": "0" * 64}, "producer")
    await running.post(f"/privacy/warrants/{warrant}/end", None, "regulator")
    held = await running.client.get(f"/privacy/orders/{ORDER}/mine", headers=secret)
    refused = [each["refused"] for each in held.json()["readings"]]
    assert refused == ["PRIVACY_ROLE_DENIED", "PRIVACY_ROLE_DENIED", ""]


async def test_what_is_shown_says_that_it_was_corrected_since(running: RunningService) -> None:
    secret = await placed(running)
    shown = (
        await running.client.post(f"/privacy/orders/{ORDER}/disclosure", json={"fields": ["phone"]}, headers=secret)
    ).json()
    before = await running.post("/privacy/disclosures/check", shown)
    assert before.json() == {"values": {"phone": VALUES["phone"]}, "superseded": False, "purged": False}
    page = await running.client.post("/my-data/check?lang=en", files={"file": ("a.json", json.dumps(shown))})
    assert "corrected these data since" not in page.text
    values = {**VALUES, "phone": "13900000000"}
    await running.post(f"/privacy/orders/{ORDER}/correction", {"values": values}, "operator")
    after = await running.post("/privacy/disclosures/check", shown)
    assert after.json() == {"values": {"phone": VALUES["phone"]}, "superseded": True, "purged": False}
    for language, said in (("en", "corrected these data since"), ("zh", "作过更正")):
        page = await running.client.post(
            f"/my-data/check?lang={language}", files={"file": ("a.json", json.dumps(shown))}
        )
        assert (page.status_code, said in page.text) == (200, True), language


async def test_what_is_shown_says_that_it_was_purged_since(running: RunningService) -> None:
    secret = await placed(running)
    shown = (await running.post(f"/privacy/orders/{ORDER}/disclosure", {"fields": ["phone"]}, **secret)).json()
    await running.post(f"/privacy/orders/{ORDER}/purge", {"reason": "I want it"}, **secret)
    checked = (await running.post("/privacy/disclosures/check", shown)).json()
    assert (checked["values"], checked["purged"]) == ({"phone": VALUES["phone"]}, True)
    for language, said in (("en", "purged everywhere since"), ("zh", "已从所有机构清除")):
        page = await running.client.post(
            f"/my-data/check?lang={language}", files={"file": ("a.json", json.dumps(shown))}
        )
        assert (page.status_code, said in page.text) == (200, True), language


async def test_readings_are_paged(running: RunningService) -> None:
    for order in ("one", "two", "three"):
        wanted = {"warrant": "0" * 64, "platform": PLATFORM, "order": order, "fields": ["name"]}
        await running.post("/privacy/reads", wanted, "regulator")
    first = await running.client.get("/privacy/reads?perPage=2", headers=running.bearer("officer"))
    assert [each["terms"]["order"] for each in first.json()] == ["three", "two"]
    second = await running.client.get(first.links["next"]["url"], headers=running.bearer("officer"))
    assert [each["terms"]["order"] for each in second.json()] == ["one"]
    assert "Link" not in second.headers
    assert {each.headers["Cache-Control"] for each in (first, second)} == {"no-store"}


async def test_all_readings_are_shown_to_authorities(running: RunningService) -> None:
    wanted = {"warrant": "0" * 64, "platform": PLATFORM, "order": ORDER, "fields": ["name"]}
    await running.post("/privacy/reads", wanted, "regulator")
    for person in ("officer", "regulator"):
        shown = await running.client.get("/privacy/reads", headers=running.bearer(person))
        told = [(each["recorder"]["role"], each["refused"]) for each in shown.json()]
        assert told == [("regulator", "PRIVACY_WARRANT_UNKNOWN")]
    for person in ("operator", "consumer", "pretender"):
        hidden = await running.client.get("/privacy/reads", headers=running.bearer(person))
        assert refusal(hidden) == (403, "PRIVACY_ROLE_DENIED")


async def test_readings_are_told_once_the_warrant_is_over(running: RunningService) -> None:
    secret = await placed(running)
    warrant = (await running.post("/privacy/warrants", warrant_terms(), "regulator")).json()["id"]
    await running.post(f"/privacy/warrants/{warrant}/confirm", None, "supervisor")
    wanted = {"warrant": warrant, "platform": PLATFORM, "order": ORDER, "fields": ["name"]}
    away = await running.post("/privacy/reads", wanted, "regulator")
    assert refusal(away) == (503, "PRIVACY_KEY_SERVICE_AWAY")
    held = await running.client.get(f"/privacy/orders/{ORDER}/mine", headers=secret)
    assert held.json()["readings"] == []
    await running.post(f"/privacy/warrants/{warrant}/end", None, "regulator")
    held = await running.client.get(f"/privacy/orders/{ORDER}/mine", headers=secret)
    assert [each["terms"]["fields"] for each in held.json()["readings"]] == [["name"]]


@pytest.mark.parametrize(
    ("status", "content", "refused"),
    [
        (403, b'{"code": "PRIVACY_WARRANT_ENDED"}', (403, "PRIVACY_WARRANT_ENDED")),
        (502, b"<html>Bad Gateway</html>", (503, "PRIVACY_KEY_SERVICE_AWAY")),
        (500, b"[]", (503, "PRIVACY_KEY_SERVICE_AWAY")),
        (403, b'{"code": "<b>"}', (503, "PRIVACY_KEY_SERVICE_AWAY")),
        (200, b"{}", (503, "PRIVACY_KEY_SERVICE_AWAY")),
    ],
)
async def test_whatever_answers_for_the_key_service_is_understood_or_away(
    running: RunningService, monkeypatch: pytest.MonkeyPatch, status: int, content: bytes, refused: tuple[int, str]
) -> None:
    await placed(running)
    warrant = (await running.post("/privacy/warrants", warrant_terms(), "regulator")).json()["id"]
    await running.post(f"/privacy/warrants/{warrant}/confirm", None, "supervisor")

    async def answering(*_: Any, **__: Any) -> httpx.Response:
        return httpx.Response(status, content=content)

    wanted = {"warrant": warrant, "platform": PLATFORM, "order": ORDER, "fields": ["name"]}
    sent = running.client.build_request("POST", "/privacy/reads", json=wanted, headers=running.bearer("regulator"))
    monkeypatch.setattr(httpx.AsyncClient, "post", answering)
    assert refusal(await running.client.send(sent)) == refused


async def test_a_platform_releases_no_keys(running: RunningService) -> None:
    asked = {"read": "0" * 64, "keys": {"name": {"0" * 64: "AAAA"}}, "signature": "AAAA"}
    assert refusal(await running.post("/privacy/keys", asked)) == (404, "PRIVACY_NO_KEY_SERVICE")


NO_ORDERS: list[dict[str, Any]] = [
    {"values": {}},
    {"values": {"Canary Name": "x"}},
    {"values": {"name": ""}},
    {"values": {"name": 7}},
    {"order": "a/b"},
    {"quantity": 0},
    {"price_minor": 1.5},
    {"ordered_at": "2026-11-25T08:00:00"},
    {"area": "canary street 1"},
    {"more": "canary"},
]


async def test_what_is_no_order_is_refused_without_a_word_of_it(
    running: RunningService, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "fairledger")
    for members in NO_ORDERS:
        answer = await running.post("/privacy/orders", {**NEW, **members}, "operator")
        assert refusal(answer) == (400, "REQUEST_INVALID"), members
        assert "canary" not in answer.text.lower().replace("canary name", "")
    assert "canary" not in caplog.text
