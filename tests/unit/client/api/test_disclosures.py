"""Disclosures and sanctions over REST: who may do what, and what everybody can read."""

from datetime import UTC, datetime

import pytest

from fairledger_chaincode.simulator.store import VersionedValue
from fairledger_chaincode.simulator.version import Version
from fairledger_contracts.records.sanction import Sanction
from tests.support.founded import adopt, posted
from tests.support.licensed import enrol_platforms, license_wallet
from tests.support.simulated_service import RunningService
from tests.support.supervised import DOCUMENT
from tests.unit.client.api.papers import refusal

RULES = {"subject": "rules", "title": "House rules", "version": "7", "website": "https://shop.example/rules"}


@pytest.fixture
async def founded(running: RunningService) -> RunningService:
    """Standards for disclosures and sanctions are in force, and PlatformA a member."""
    await adopt(running, disclosure={}, sanctions={})
    await posted(running, "/members", {"msp_id": "PlatformAMSP", "name": "Shop A"}, "officer")
    await license_wallet(running.service.writes, running.service.wallet)
    return running


async def test_a_disclosure_is_filed_reviewed_and_grounds_a_sanction(founded: RunningService) -> None:
    period = f"{datetime.now(UTC).year - 1}-01"  # late by now
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
    paying = {"notes": [f"{'0' * 64}:0"]}
    assert refusal(await founded.post(f"{at}/payment", paying, "steward")) == (409, "DISCLOSURE_SANCTION_STATE")
    for name in ("officer", "regulator", "consumer", "impostor"):
        assert refusal(await founded.post(f"{at}/payment", paying, name)) == (403, "DISCLOSURE_ROLE_DENIED"), name


async def test_a_fine_is_paid_from_the_account_of_the_platform_concerned(founded: RunningService) -> None:
    await enrol_platforms(founded.service.writes, founded.service.wallet)
    now = founded.ledger.simulator.clock.now()
    by = {"msp_id": "AssociationMSP", "id": "x", "role": "officer", "gln": ""}
    fine = Sanction.model_validate(
        {
            "id": "f1" * 32,
            "msp_id": "PlatformAMSP",
            "penalty": "fine",
            "ground": {"kind": "complaint", "key": ["1"]},
            "rule": "late_disclosure",
            "standard": {"name": "sanctions", "version": "0001"},
            "tariff": {"name": "sanctions", "version": "0001"},
            "state": "final",
            "due_at": now,
            "decide_until": now,
            "amount_minor": 900,
            "currency": "CNY",
            "steps": [],
            "payment_reference": f"fine-{'f1' * 32}",
            "recorder": by,
        }
    )
    store = founded.ledger.simulator.ledger.world.public("credit")
    store.put(fine.ledger_key, VersionedValue(fine.to_state(), Version(0, 0)))
    at = f"/sanctions/{fine.id}/payment"
    notes = {}
    for msp_id in ("PlatformAMSP", "PlatformBMSP"):
        paid_in = {"reference": f"bank-{msp_id}", "payment": {"owner": f"{msp_id}:account", "amount_minor": 1_000}}
        made = await founded.post("/escrow/notes", {**paid_in, "currency": "CNY"}, "provider")
        notes[msp_id] = {"notes": [made.json()["id"]]}
    rivals = notes["PlatformBMSP"]
    assert refusal(await founded.post(at, rivals, "competitor")) == (403, "DISCLOSURE_SANCTION_DENIED")
    assert refusal(await founded.post(at, rivals, "steward")) == (403, "ESCROW_NOTE_NOT_YOURS")
    assert refusal(await founded.post(f"/sanctions/{'0' * 64}/payment", rivals, "steward")) == (
        404,
        "DISCLOSURE_SANCTION_UNKNOWN",
    )
    paid = await posted(founded, at, notes["PlatformAMSP"], "steward", 200)
    assert paid["state"] == "ended"
    answer = await founded.client.get(
        "/escrow/flow", params={"reference": fine.payment_reference}, headers=founded.bearer("steward")
    )
    (_issue, payment) = answer.json()["movements"]
    assert (payment["id"], payment["made"][0]["owner"]) == (paid["movement"], "AssociationMSP:account")


async def test_a_refusal_does_not_repeat_what_was_sent(founded: RunningService) -> None:
    sent = {"period": "2026-10", "published": {"subject": "<script>canary</script>"}}
    answer = await founded.post("/disclosures", sent, "steward")
    assert (answer.status_code, answer.json()["detail"]) == (400, "body.published: is of no kind that there is")
