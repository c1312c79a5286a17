"""Who may ask, what every answer has, and how the service tells how it is."""

import json
import logging
import re
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import Mock

import jwt
import pytest

from fairledger.api import health, security
from fairledger.api.logs import JsonFormatter, configure
from fairledger.api.pages import ENTRIES, PAGES
from fairledger.tokens import TokenAuthority
from tests.support.blocks import envelope
from tests.support.captures import document, event
from tests.support.simulated_service import ORGANIZATION, RunningService, ServiceUnderTest, gateway_error


async def ask(running: RunningService, token: str | None) -> tuple[int, str, str]:
    headers = {} if token is None else {"Authorization": token}
    answer = await running.client.get("/epcis/capture", headers=headers)
    return (
        answer.status_code,
        answer.json().get("code", "") if answer.status_code != 200 else "",
        answer.headers.get("WWW-Authenticate", ""),
    )


async def test_without_a_token_one_is_asked_for(running: RunningService) -> None:
    assert await ask(running, None) == (401, "TOKEN_MISSING", 'Bearer realm="fairledger"')
    assert (await ask(running, "Basic eDp5"))[:2] == (401, "TOKEN_MISSING")


async def test_forged_and_foreign_tokens_are_refused(running: RunningService, under_test: ServiceUnderTest) -> None:
    now = datetime.now(UTC)
    claims = {"iss": "fairledger", "aud": ORGANIZATION, "sub": "producer", "iat": now, "exp": now + timedelta(hours=1)}
    key = under_test.settings.token_key.read_bytes()
    forged = [
        "x",
        "x" * 5_000,
        TokenAuthority(ORGANIZATION, b"k" * 32).issue("producer"),
        TokenAuthority("PlatformB", key).issue("producer"),
        jwt.encode(claims, "", algorithm="none"),
        jwt.encode(claims, key, algorithm="HS512"),
        jwt.encode({**claims, "iss": "somebody"}, key, algorithm="HS256"),
        jwt.encode({name: value for name, value in claims.items() if name != "exp"}, key, algorithm="HS256"),
        under_test.tokens.issue("nobody"),
    ]
    for token in forged:
        status, code, challenge = await ask(running, f"Bearer {token}")
        assert (status, code) == (401, "TOKEN_INVALID"), token[:20]
        assert challenge.startswith('Bearer realm="fairledger", error="invalid_token"')


async def test_an_expired_token_is_refused(running: RunningService, under_test: ServiceUnderTest) -> None:
    token = under_test.tokens.issue("producer", hours=0.0001)
    time.sleep(1.5)  # noqa: ASYNC251  the claims count whole seconds
    assert (await ask(running, f"Bearer {token}"))[:2] == (401, "TOKEN_EXPIRED")


async def test_a_person_whose_certificate_has_expired_is_refused_whatever_their_token_says(
    running: RunningService, monkeypatch: pytest.MonkeyPatch
) -> None:
    end = running.service.wallet.get("producer").identity.certificate.not_valid_after_utc
    token = running.bearer()["Authorization"]
    for now, status in ((end - timedelta(seconds=1), 200), (end, 401)):
        monkeypatch.setattr(security, "datetime", Mock(now=Mock(return_value=now)))
        assert (await ask(running, token))[0] == status
    assert (await ask(running, token))[1] == "TOKEN_INVALID"


async def test_a_wallet_that_cannot_be_read_is_no_fault_of_the_caller(
    running: RunningService, under_test: ServiceUnderTest
) -> None:
    (under_test.settings.wallet / "producer.id").write_text("{}")
    assert (await ask(running, running.bearer()["Authorization"]))[:2] == (500, "WALLET_ENTRY")


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "REQUEST_NOT_FOUND"),
        ("GET", "/epcis/capture/none/more", 404, "REQUEST_NOT_FOUND"),
        ("DELETE", "/epcis/capture", 405, "REQUEST_METHOD"),
        ("DELETE", "/epcis/events", 405, "REQUEST_METHOD"),
    ],
)
async def test_the_frameworks_own_errors_are_problems_too(
    running: RunningService, method: str, path: str, status: int, code: str
) -> None:
    answer = await running.client.request(method, path)
    problem = answer.json()
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert (problem["code"], problem["status"], problem["instance"]) == (code, status, path)
    assert set(problem) == {"type", "title", "status", "code", "detail", "instance"}
    if status == 405:
        expected = {"/epcis/capture": "GET, OPTIONS, POST", "/epcis/events": "GET, OPTIONS, POST"}
        assert answer.headers["Allow"] == expected[path]


async def test_what_nobody_expected_tells_the_caller_nothing(
    running: RunningService, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object) -> None:
        raise RuntimeError("a secret")

    monkeypatch.setattr(type(running.service.jobs), "get", fail)
    answer = await running.client.get("/epcis/capture/x", headers=running.bearer())
    assert (answer.status_code, answer.json()["code"]) == (500, "SERVICE_INTERNAL")
    assert "secret" not in answer.text


async def test_every_answer_has_careful_headers(running: RunningService) -> None:
    for path in ("/", "/healthz", "/nowhere", "/epcis/events?x=1", "/epcis/events?" + "x" * 40_000):
        headers = (await running.client.get(path)).headers
        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'")


async def test_it_is_alive_and_ready(running: RunningService) -> None:
    assert (await running.client.get("/healthz")).json() == {"status": "ok"}
    await running.captured(document(event(1)))

    answer = await running.ready()

    assert answer.status_code == 200
    assert answer.json() == {
        "ready": True,
        "organization": ORGANIZATION,
        "gateway": {"ok": True, "height": 2},
        "projector": {"ok": True, "next_block": 2, "blocks_behind": 0},
        "wallet": {"ok": True},
    }


async def unready(running: RunningService) -> dict[str, dict[str, object]]:
    answer = await running.client.get("/readyz")
    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["status"]) == (503, "SERVICE_NOT_READY", 503)
    return {name: problem[name] for name in ("gateway", "projector", "wallet") if not problem[name]["ok"]}


async def test_it_is_not_ready_while_the_peer_does_not_answer(
    running: RunningService, monkeypatch: pytest.MonkeyPatch
) -> None:
    running.ledger.spoil["height"] = [gateway_error("GATEWAY_UNREACHABLE")]
    assert await unready(running) == {
        "gateway": {"ok": False, "code": "GATEWAY_UNREACHABLE", "detail": "as told by the test"}
    }
    running.ledger.spoil["height"] = [TimeoutError()]
    assert (await unready(running))["gateway"]["code"] == "GATEWAY_DEADLINE"


async def test_it_is_not_ready_when_the_projector_stopped_and_says_why(running: RunningService) -> None:
    running.ledger.chain.add([envelope("ab" * 32, {"\x00trace-novelty\x00x\x00": b"{}"})])
    await running.captured(document(event(1)))

    down = await unready(running)

    assert (down["projector"]["code"], down["projector"]["next_block"]) == ("PROJECTION_RECORD", 1)
    assert "a record of the unknown kind trace-novelty" in str(down["projector"]["detail"])
    assert (await running.client.get("/epcis/events")).status_code == 200


async def test_it_is_not_ready_while_the_projector_lags(
    running: RunningService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "LAG_READY_S", -1.0)
    await running.service.follower.wait_for_block(0, 30)
    running.ledger.chain.add([envelope("ab" * 32, namespace="x")])  # nobody is told of it
    down = await unready(running)
    assert (down["projector"]["code"], down["projector"]["blocks_behind"]) == ("READMODEL_LAGS", 1)


async def test_it_is_not_ready_without_its_own_identity(running: RunningService, under_test: ServiceUnderTest) -> None:
    under_test.wallet.remove("service")
    assert (await unready(running))["wallet"]["code"] == "WALLET_UNKNOWN_NAME"


async def test_the_first_page_says_whose_service_it_is_in_two_languages(running: RunningService) -> None:
    answer = await running.client.get("/")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    for text in ("PlatformA", "credit-channel", 'lang="zh"', "溯源", "data service", 'href="/docs"', 'href="/healthz"'):
        assert text in answer.text


async def test_the_first_page_leads_to_goods_and_to_all_that_can_be_read_without_a_token(
    running: RunningService,
) -> None:
    item = event(1)["epcList"][0]
    await running.captured(document(event(1)))
    page = (await running.client.get("/")).text
    assert '<form action="/scan">' in page
    assert (await running.client.get("/scan", params={"link": item})).status_code == 200
    addresses = re.findall(r'<li><a href="([^"]+)"', page)
    assert addresses == [address for address, _zh, _en in (*PAGES, *ENTRIES)]
    for address in addresses:
        answer = await running.client.get(address, follow_redirects=True)  # the desk asks who one is
        assert answer.status_code == 200, address


async def test_the_description_needs_nothing_from_elsewhere(running: RunningService) -> None:
    page = (await running.client.get("/docs")).text
    for text in ("POST /epcis/capture", "MATCH_anyEPC", "GS1-Capture-Error-Behaviour", "Bearer token needed"):
        assert text in page
    assert "<script" not in page
    assert "http://" not in page
    assert "https://" not in page
    style = await running.client.get("/style.css")
    assert (style.status_code, style.headers["content-type"]) == (200, "text/css; charset=utf-8")


async def test_the_description_says_what_there_is(running: RunningService) -> None:
    described = (await running.client.get("/openapi.json")).json()
    capture = described["paths"]["/epcis/capture"]["post"]
    assert set(capture["requestBody"]["content"]) == {"application/json", "application/ld+json"}
    assert "422" not in json.dumps(described)
    assert capture["security"] == [{"bearer": []}]
    names = {parameter["name"] for parameter in described["paths"]["/epcis/events"]["get"]["parameters"]}
    assert {"MATCH_epc", "GE_eventTime", "perPage", "nextPageToken", "orderBy"} <= names


async def test_the_access_log_holds_no_content(running: RunningService, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "fairledger")
    bearer = running.bearer()
    await running.client.get("/epcis/events/urn:epc:secret-id?MATCH_epc=secret-epc", headers=bearer)
    await running.capture(document(event(1, bizStep="secret-step")))
    await running.client.request("SECRET-METHOD", "/secret-path")

    lines = [JsonFormatter().format(record) for record in caplog.records]

    requests = [json.loads(line) for line in lines if json.loads(line)["message"] == "request"]
    assert [(one["method"], one["route"], one["status"]) for one in requests] == [
        ("GET", "/epcis/events/{eventID:path}", 400),
        ("POST", "/epcis/capture", 400),
        ("other", "unknown", 404),
    ]
    assert "secret" not in "".join(lines).lower().replace("secret-method", "")
    assert bearer["Authorization"].split(".")[1] not in "".join(lines)


def test_an_exception_is_logged_by_type_and_place_without_its_text(capsys: pytest.CaptureFixture[str]) -> None:
    before = logging.getLogger().handlers[:], logging.getLogger().level
    try:
        configure()
        try:
            raise RuntimeError("a secret")
        except RuntimeError:
            logging.getLogger("fairledger.test").exception("it failed", extra={"capture": "c1"})
        line = json.loads(capsys.readouterr().err)
    finally:
        logging.getLogger().handlers[:] = before[0]
        logging.getLogger().setLevel(before[1])
    assert (line["level"], line["message"], line["exception"], line["capture"]) == (
        "error",
        "it failed",
        "RuntimeError",
        "c1",
    )
    assert line["at"][0].startswith(str(Path(__file__)))
    assert "secret" not in json.dumps(line["at"]) or "a secret" not in json.dumps(line)
