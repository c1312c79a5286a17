"""Standards, complaints and their figures over REST: who may do what, and what everybody can read."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fairledger.receipts import chain, next_code
from tests.support.founded import adopt, posted
from tests.support.simulated_service import RunningService
from tests.support.supervised import DOCUMENT, parameters_of
from tests.support.visitor import forms_of
from tests.unit.client.api.papers import refusal

COMPLAINT = {"about": {"kind": "order", "id": "order-1"}, "platform": "PlatformAMSP", "matter": "not_delivered"}


def proposal(name: str) -> dict[str, Any]:
    now = datetime.now(UTC)
    return {
        "name": name,
        "title": f"Standard {name}",
        "text_sha256": "cd" * 32,
        "parameters": parameters_of(name),
        "effective_from": (now + timedelta(seconds=5)).isoformat(),
        "votes_until": (now + timedelta(hours=1)).isoformat(),
    }


@pytest.fixture
async def founded(running: RunningService) -> RunningService:
    """A standard for complaints is in force, and PlatformA a member."""
    await adopt(running, complaints={})
    await posted(running, "/members", {"msp_id": "PlatformAMSP", "name": "Shop A"}, "officer")
    return running


async def test_a_complaint_is_answered_and_decided_by_those_who_may(founded: RunningService) -> None:
    made = await posted(founded, "/complaints", COMPLAINT, "consumer")
    at = f"/complaints/{made['id']}"
    papers = {"documents": [DOCUMENT]}
    for name, code in {
        "consumer": "SUPERVISION_ROLE_DENIED",
        "impostor": "SUPERVISION_ROLE_DENIED",
        "competitor": "SUPERVISION_COMPLAINT_DENIED",
    }.items():
        assert refusal(await founded.post(f"{at}/answer", papers, name)) == (403, code)
    await posted(founded, f"{at}/answer", papers, "steward", 200)
    for name in ("provider", "steward"):  # other persons' complaints
        assert refusal(await founded.post(f"{at}/escalate", papers, name)) == (403, "SUPERVISION_COMPLAINT_DENIED")
    await posted(founded, f"{at}/escalate", papers, "consumer", 200)
    decision = {"verdict": "upheld"}
    for name in ("impostor", "pretender", "steward", "regulator"):
        answer = await founded.post(f"{at}/decisions/association", decision, name)
        assert refusal(answer) == (403, "SUPERVISION_ROLE_DENIED"), name
    assert (await posted(founded, f"{at}/decisions/association", decision, "officer", 200))["state"] == "decided"
    pushed = await founded.post(f"{at}/deadline/push", None, "provider")
    assert refusal(pushed) == (409, "SUPERVISION_NOT_DUE")
    assert (await founded.client.get(at)).json()["verdict"] == "upheld"
    (figures,) = (await founded.client.get("/complaints/figures")).json()
    assert (figures["platform"], figures["complaints"], figures["upheld"]) == ("PlatformAMSP", 1, 1)
    listed = await founded.client.get("/complaints", params={"platform": "PlatformAMSP", "state": "decided"})
    assert [each["id"] for each in listed.json()] == [made["id"]]
    assert (await founded.client.get("/complaints", params={"state": "filed"})).json() == []


async def test_who_has_no_identity_follows_a_complaint_by_its_receipt(founded: RunningService) -> None:
    told = await posted(founded, "/complaints/anonymous", COMPLAINT, "")
    secret, made = told["receipt"], told["complaint"]
    assert secret not in str(made)
    assert (made["receipt_sha256"], made["recorder"]["role"]) == (chain(secret)[-1], "service")
    await posted(founded, f"/complaints/{made['id']}/answer", {"documents": []}, "steward", 200)
    shown = {"receipt": secret}
    assert (await posted(founded, "/complaints/receipts", shown, "", 200))["state"] == "answered"
    unknown = {"receipt": "ab" * 32}
    for path in ("/complaints/receipts", "/complaints/receipts/settle"):
        assert refusal(await founded.post(path, unknown)) == (404, "SUPERVISION_RECEIPT_UNKNOWN")
    assert (await posted(founded, "/complaints/receipts/escalate", shown, "", 200))["state"] == "escalated"
    assert (await posted(founded, "/complaints/receipts/settle", shown, "", 200))["state"] == "resolved"
    assert (await posted(founded, "/complaints/receipts", shown, "", 200))["id"] == made["id"]


async def test_the_same_complaint_sent_again_with_its_key_is_one(founded: RunningService) -> None:
    sent = [await founded.post("/complaints", COMPLAINT, "consumer", **{"Idempotency-Key": "one"}) for _ in range(2)]
    assert sent[0].json() == sent[1].json()
    other = {**COMPLAINT, "matter": "unsafe"}
    answer = await founded.post("/complaints", other, "consumer", **{"Idempotency-Key": "one"})
    assert refusal(answer) == (409, "IDEMPOTENCY_KEY_REUSED")
    assert len((await founded.client.get("/complaints")).json()) == 1


async def test_an_anonymous_complaint_and_its_steps_sent_again_are_one_and_nobody_else_has_the_answer(
    founded: RunningService,
) -> None:
    key = {"Idempotency-Key": "6f0c2f0e-75a4-4d4b-93f1-3d6d6e4a7c10"}
    first, again = [await founded.post("/complaints/anonymous", COMPLAINT, **key) for _ in range(2)]
    assert (first.status_code, again.status_code, first.headers["Cache-Control"]) == (201, 201, "no-store")
    assert again.json() == first.json()
    assert len((await founded.client.get("/complaints")).json()) == 1
    shown = {"receipt": first.json()["receipt"]}
    steps = [await founded.post("/complaints/receipts/settle", shown, **key) for _ in range(2)]
    assert [(each.status_code, each.json()["state"]) for each in steps] == [(200, "resolved")] * 2
    guessed = await founded.post("/complaints/anonymous", COMPLAINT, **{"Idempotency-Key": "one"})
    assert refusal(guessed) == (400, "IDEMPOTENCY_KEY_INVALID")


async def test_pages_lead_through_all_complaints(founded: RunningService) -> None:
    made = [(await posted(founded, "/complaints", COMPLAINT, "consumer"))["id"] for _ in range(3)]
    first = await founded.client.get("/complaints", params={"perPage": 2})
    second = await founded.client.get(first.links["next"]["url"])
    assert [each["id"] for each in (*first.json(), *second.json())] == made[::-1]
    assert "next" not in second.links
    wrong = await founded.client.get("/complaints", params={"nextPageToken": "x"})
    assert refusal(wrong) == (400, "QUERY_TOKEN")


async def test_who_may_not_neither_proposes_nor_votes_nor_enrols(running: RunningService) -> None:
    for name in ("impostor", "pretender", "steward", "consumer", "regulator"):
        for path, body in {
            "/standards": proposal("complaints"),
            "/members": {"msp_id": "PlatformAMSP", "name": "x"},
        }.items():
            assert refusal(await running.post(path, body, name)) == (403, "DISCLOSURE_ROLE_DENIED"), (name, path)
    await posted(running, "/standards", proposal("complaints"), "officer")
    for name, code in {"consumer": "DISCLOSURE_ROLE_DENIED", "steward": "DISCLOSURE_VOTE_DENIED"}.items():
        answer = await running.post("/standards/complaints/0001/votes", {"approves": True}, name)
        assert refusal(answer) == (403, code)
    assert refusal(await running.post("/standards", proposal("complaints"), "officer")) == (
        409,
        "DISCLOSURE_BALLOT_OPEN",
    )
    assert refusal(await running.client.get("/standards/complaints")) == (404, "DISCLOSURE_STANDARD_UNKNOWN")
    assert (await running.client.get("/standards/complaints/0001/ballot")).json()["votes"] == []


def test_a_receipts_codes_are_shown_from_the_last_to_the_first() -> None:
    secret = "12" * 32
    codes = chain(secret)
    assert [next_code(secret, held) for held in reversed(codes)] == [codes[2], codes[1], secret, None]
    assert next_code("ab" * 32, codes[-1]) is None


async def test_anybody_complains_on_the_page_and_follows_it_by_the_receipt(founded: RunningService) -> None:
    empty = await founded.client.get("/complain", params={"lang": "en"})
    assert (empty.status_code, "Shop A" in empty.text, "<script" in empty.text) == (200, True, False)
    (form,) = forms_of(empty.text, "/complain")
    told = {"about": "order", "about_id": "17", "platform": "PlatformAMSP", "matter": "unsafe"}
    fields = {**form, **told, "lang": "zh"}
    sent = await founded.client.post(fields.pop("action"), data=fields)
    assert sent.status_code == 200, sent.text
    (complaint,) = (await founded.client.get("/complaints")).json()
    secret = sent.text.partition("<code>")[2].partition("</code>")[0]
    assert chain(secret)[-1] == complaint["receipt_sha256"]
    assert "等待平台答复" in sent.text
    again = await founded.client.post("/complain", data=fields)
    assert again.text.partition("<code>")[2].partition("</code>")[0] == secret
    assert len((await founded.client.get("/complaints")).json()) == 1
    (form,) = forms_of(again.text, "/receipt")
    step = {**form, "lang": "en", "receipt": secret, "step": "settle"}
    shown = await founded.client.post(step.pop("action"), data=step)
    assert (shown.status_code, "resolved" in shown.text) == (200, True)
    for wrong in ("", "<script>alert(1)</script>", "ab" * 32):
        answer = await founded.client.post("/complain/receipt", data={"lang": "en", "receipt": wrong, "step": "show"})
        assert (answer.status_code, "No complaint has this receipt" in answer.text) == (404, True)
        assert "<script" not in answer.text
    bad = await founded.client.post("/complain", data={**fields, "matter": "<b>"})
    without = await founded.client.post("/complain", data={**fields, "key": ""})
    assert (without.status_code, "IDEMPOTENCY_KEY_INVALID" in without.text) == (400, True)
    assert bad.status_code == 400
    assert refusal(await founded.client.post("/complain", json=fields)) == (415, "REQUEST_MEDIA_TYPE")


async def test_what_somebody_without_an_account_writes_is_a_public_statement(founded: RunningService) -> None:
    (form,) = forms_of((await founded.client.get("/complain", params={"lang": "en"})).text, "/complain")
    told = {"about": "order", "about_id": "18", "platform": "PlatformAMSP", "matter": "unsafe"}
    fields = {**form, **told, "statement": "It caught fire <b>twice</b>"}
    sent = await founded.client.post(fields.pop("action"), data=fields)
    secret = sent.text.partition("<code>")[2].partition("</code>")[0]
    (complaint,) = (await founded.client.get("/complaints", params={"about": "order:18"})).json()
    await posted(founded, f"/complaints/{complaint['id']}/answer", {}, "steward", 200)
    (form,) = forms_of(sent.text, "/receipt")
    escalated = {**form, "lang": "en", "receipt": secret, "step": "escalate", "statement": "No word of the fire"}
    shown = await founded.client.post(escalated.pop("action"), data=escalated)
    statements = [
        (await founded.client.get(f"/documents/{each}")).text
        for each in re.findall(r'href="/documents/([0-9a-f]{64})"', shown.text)
    ]
    assert statements == ["It caught fire <b>twice</b>", "No word of the fire"]
    long = await founded.client.post("/complain", data={**fields, "statement": "x" * 4_001})
    assert (long.status_code, "at most 4000 characters" in long.text) == (400, True)


async def test_the_board_shows_anomalies_and_the_monitoring_list(founded: RunningService) -> None:
    await adopt(founded, supervision={})
    anomaly = {"subject": "node:PlatformB", "name": "hash", "observed": {"block": 7}}
    for name in ("officer", "steward", "consumer"):
        assert refusal(await founded.post("/anomalies", anomaly, name)) == (403, "SUPERVISION_ROLE_DENIED")
    await posted(founded, "/anomalies", anomaly, "regulator")
    assert refusal(await founded.post("/anomalies", anomaly, "service")) == (409, "SUPERVISION_ANOMALY_OPEN")
    for language, heading in (("en", "Supervision board"), ("zh", "监管看板")):
        board = await founded.client.get("/board", params={"lang": language})
        assert (board.status_code, heading in board.text, "PlatformB" in board.text) == (200, True, True)
        assert "<script" not in board.text
        assert board.headers["content-security-policy"].startswith("default-src 'none'")
    cleared = {"subject": "node:PlatformB", "name": "hash"}
    denied = await founded.post("/anomalies/clear", cleared, "service")
    assert refusal(denied) == (403, "SUPERVISION_ANOMALY_DENIED")
    await posted(founded, "/anomalies/clear", cleared, "regulator", 200)
    assert "PlatformB" not in (await founded.client.get("/board")).text
    assert (await founded.client.get("/anomalies", params={"open": "true"})).json() == []
    listing = {"subject": "platform:PlatformAMSP", "rule": "complaints_permille", "ground": "anomaly"}
    assert refusal(await founded.post("/monitoring", listing, "impostor")) == (403, "SUPERVISION_ROLE_DENIED")
    made = await posted(founded, "/monitoring", listing, "regulator")
    assert "平台 PlatformAMSP" in (await founded.client.get("/board?lang=zh")).text
    at = f"/monitoring/{made['id']}/remove"
    assert refusal(await founded.post(at, {}, "officer")) == (400, "SUPERVISION_REASON")
    removed = await posted(founded, at, {"reason": "投诉已解决"}, "officer", 200)
    assert (removed["removed_at"] is None, removed["reason"]) == (False, "投诉已解决")


async def test_an_inspection_is_ordered_reported_and_closed_by_those_who_may(founded: RunningService) -> None:
    await adopt(founded, supervision={})
    body = {"target": {"kind": "platform", "id": "PlatformAMSP"}, "platform": "PlatformAMSP", "place": "online"}
    for name in ("impostor", "pretender", "steward"):
        assert refusal(await founded.post("/inspections", body, name)) == (403, "SUPERVISION_ROLE_DENIED")
    made = await founded.post("/inspections", body, "officer")
    assert made.status_code == 201, made.text
    at = made.headers["Location"]
    findings = {"findings": [{"subject": "claims", "severity": "major"}]}
    assert refusal(await founded.post(f"{at}/report", findings, "steward")) == (403, "SUPERVISION_ROLE_DENIED")
    assert (await posted(founded, f"{at}/report", findings, "regulator", 200))["state"] == "reported"
    assert refusal(await founded.post(f"{at}/mend", {}, "competitor")) == (403, "SUPERVISION_INSPECTION_DENIED")
    assert (await posted(founded, f"{at}/mend", {}, "steward", 200))["state"] == "mended"
    assert refusal(await founded.post(f"{at}/close", {"recall_id": "0" * 64}, "officer")) == (
        404,
        "SUPERVISION_RECALL_UNKNOWN",
    )
    assert (await posted(founded, f"{at}/close", {}, "officer", 200))["state"] == "closed"
    assert (await founded.client.get(at)).json()["findings"][0]["severity"] == "major"
