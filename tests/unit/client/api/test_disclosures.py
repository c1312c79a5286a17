"""Disclosures and sanctions over REST: who may do what, and what everybody can read."""

import asyncio
from datetime import UTC, datetime

import pytest

from tests.support.simulated_service import RunningService
from tests.support.supervised import DOCUMENT
from tests.unit.client.api.papers import refusal
from tests.unit.client.api.test_supervision import posted, proposal

RULES = {"subject": "rules", "title": "House rules", "version": "7", "website": "https://shop.example/rules"}


@pytest.fixture
async def founded(running: RunningService) -> RunningService:
    """Standards for disclosures and sanctions are in force, and PlatformA a member."""
    for standard in ("disclosure", "sanctions"):
        await posted(running, "/standards", proposal(standard), "officer")
        for name in ("officer", "regulator"):
            await posted(running, f"/standards/{standard}/0001/votes", {"approves": True}, name)
    await posted(running, "/members", {"msp_id": "PlatformAMSP", "name": "Shop A"}, "officer")
    while (await running.client.get("/standards/sanctions")).status_code != 200:  # noqa: ASYNC110  by the clock
        await asyncio.sleep(0.5)
    return running


async def test_a_disclosure_is_filed_reviewed_and_grounds_a_sanction(founded: RunningService) -> None:
    period = f"{datetime.now(UTC).year}-01"
    body = {"period": period, "published": RULES, "attachments": [DOCUMENT]}
    for name in ("consumer", "impostor", "officer"):
        assert refusal(await founded.post("/disclosures", body, name)) == (403, "DISCLOSURE_ROLE_DENIED")
    assert refusal(await founded.post("/disclosures", body, "competitor")) == (403, "DISCLOSURE_MEMBER_DENIED")
    await posted(founded, "/disclosures", body, "steward")
    assert refusal(await founded.post("/disclosures", body, "steward")) == (409, "DISCLOSURE_FILED")
    at = f"/disclosures/PlatformAMSP/rules/{period}"
    review = {"accepted": False, "reasons": "The text is missing"}
    assert refusal(await founded.post(f"{at}/review", review, "steward")) == (403, "DISCLOSURE_ROLE_DENIED")
    assert (await posted(founded, f"{at}/review", review, "officer", 200))["state"] == "rejected"
    assert (await founded.client.get(at)).json()["review"]["reasons"] == review["reasons"]
    assert refusal(await founded.post(f"{at}/late", None, "consumer")) == (409, "DISCLOSURE_NOT_DUE")
    assert len((await founded.client.get("/disclosures", params={"state": "rejected"})).json()) == 1

    sanction = {
        "msp_id": "PlatformAMSP",
        "penalty": "suspension",
        "ground": {"kind": "disclosure", "key": ["PlatformAMSP", "rules", period]},
        "rule": "late_disclosure",
        "suspension_s": 600,
    }
    assert refusal(await founded.post("/sanctions", sanction, "regulator")) == (403, "DISCLOSURE_ROLE_DENIED")
    at = f"/sanctions/{(await posted(founded, '/sanctions', sanction, 'officer'))['id']}"
    assert refusal(await founded.post(f"{at}/hear", {}, "competitor")) == (403, "DISCLOSURE_SANCTION_DENIED")
    await posted(founded, f"{at}/hear", {}, "steward", 200)
    yes = {"stands": True}
    for name in ("regulator", "steward", "impostor"):
        assert refusal(await founded.post(f"{at}/decisions/association", yes, name)) == (403, "DISCLOSURE_ROLE_DENIED")
    await posted(founded, f"{at}/decisions/association", yes, "officer", 200)
    (suspension,) = (await founded.client.get("/suspensions")).json()
    assert (suspension["msp_id"], suspension["recorder"]["role"]) == ("PlatformAMSP", "officer")
    assert "suspended" in (await founded.client.get("/board", params={"lang": "en"})).text
    assert refusal(await founded.post(f"{at}/deadline/push", None, "consumer")) == (409, "DISCLOSURE_NOT_DUE")
    await posted(founded, f"{at}/appeal", {}, "steward", 200)
    for name in ("officer", "pretender"):
        assert refusal(await founded.post(f"{at}/decisions/regulator", yes, name)) == (403, "DISCLOSURE_ROLE_DENIED")
    lifted = await posted(founded, f"{at}/decisions/regulator", {"stands": False}, "regulator", 200)
    assert lifted["state"] == "lifted"
    assert (await founded.client.get(at)).json() == lifted
    assert refusal(await founded.post(f"{at}/payment/record", {"reference": "x"}, "officer")) == (
        409,
        "DISCLOSURE_SANCTION_STATE",
    )


async def test_a_refusal_does_not_repeat_what_was_sent(founded: RunningService) -> None:
    sent = {"period": "2026-10", "published": {"subject": "<script>canary</script>"}}
    answer = await founded.post("/disclosures", sent, "steward")
    assert (answer.status_code, answer.json()["detail"]) == (400, "body.published: is of no kind that there is")
