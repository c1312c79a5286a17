"""Standards, complaints and their figures over REST: who may do what, and what everybody can read."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fairledger.receipts import chain, next_code
from tests.support.simulated_service import RunningService
from tests.support.supervised import DOCUMENT, parameters_of
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


async def posted(running: RunningService, path: str, body: Any, name: str, status: int = 201) -> dict[str, Any]:
    answer = await running.post(path, body, name)
    assert answer.status_code == status, answer.text
    told: dict[str, Any] = answer.json()
    return told


@pytest.fixture
async def founded(running: RunningService) -> RunningService:
    """A standard for complaints is in force, and PlatformA a member."""
    await posted(running, "/standards", proposal("complaints"), "officer")
    for name in ("officer", "regulator"):
        await posted(running, "/standards/complaints/0001/votes", {"approves": True}, name)
    await posted(running, "/members", {"msp_id": "PlatformAMSP", "name": "Shop A"}, "officer")
    while (await running.client.get("/standards/complaints")).status_code != 200:  # noqa: ASYNC110  it counts by the clock
        await asyncio.sleep(0.5)
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
