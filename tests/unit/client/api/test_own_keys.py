"""Signing in by a key of one's own, and what such a session can do: read what is one's own, and sign nothing."""

import pytest

from fairledger import tokens
from fairledger.identity import Identity, KeySigner
from fairledger.tokens import SESSION_HOURS
from tests.support.own_key import OwnKeyHolder, another_key, with_high_s
from tests.support.simulated_service import MSP_ID, RunningService
from tests.unit.client.api.papers import LICENCE, RECALL, refusal


def holder(running: RunningService, msp_id: str = MSP_ID, role: str = "consumer") -> OwnKeyHolder:
    made = running.ledger.simulator.identity(msp_id, "alice", role=role)
    return OwnKeyHolder(running.client, Identity(msp_id, made.certificate_pem), KeySigner(made.private_key))


async def bearer(person: OwnKeyHolder) -> dict[str, str]:
    answer = await person.sign_in()
    assert answer.status_code == 201, answer.text
    return {"Authorization": f"Bearer {answer.json()['token']}"}


async def test_a_key_signs_in_whom_no_wallet_holds(running: RunningService) -> None:
    told = (await holder(running).sign_in()).json()
    assert (told["name"], told["hours"]) == ("alice/PlatformAMSP", SESSION_HOURS)
    session = {"Authorization": f"Bearer {told['token']}"}
    orders = await running.client.get("/escrow/orders", headers=session)
    assert (orders.status_code, orders.json()) == (200, [])


async def test_the_service_signs_nothing_for_them(running: RunningService) -> None:
    session = await bearer(holder(running, role="platform-officer"))
    for path, body in (("/trace/recalls", RECALL), ("/trace/licences", LICENCE), ("/tags", {"epcs": RECALL["items"]})):
        answer = await running.client.post(path, json=body, headers=session)
        assert refusal(answer) == (403, "KEY_IS_YOURS"), path
    assert running.ledger.endorsements == []
    assert running.ledger.submissions == []


async def test_nobody_signs_in_with_anothers_certificate(running: RunningService) -> None:
    person = holder(running)
    for sign in (another_key(), with_high_s(person.sign), lambda _message: b""):
        answer = await person.sign_in(sign)
        assert answer.status_code in (400, 403)
        assert answer.json()["code"] in {"SIGNING_SIGNATURE", "REQUEST_INVALID"}


async def test_only_members_of_the_services_own_organization_sign_in(running: RunningService) -> None:
    assert refusal(await holder(running, "PlatformBMSP").sign_in()) == (403, "SIGNING_CERTIFICATE")


async def test_who_is_revoked_does_not_sign_in(running: RunningService) -> None:
    person = holder(running)
    running.ledger.revoke(MSP_ID, person.identity.certificate)
    assert refusal(await person.sign_in()) == (403, "SIGNING_CERTIFICATE")


@pytest.mark.parametrize("kind", ["token", "other", "late"])
async def test_a_challenge_is_of_this_service_and_good_for_a_short_time(
    running: RunningService, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = holder(running)
    monkeypatch.setattr(tokens, "CHALLENGE_S", -1 if kind == "late" else 60)
    made = (await running.client.post("/signing/challenges")).json()["challenge"]
    sent = {"token": running.bearer("consumer")["Authorization"].split()[1], "other": made[:-4] + "AAAA", "late": made}
    body = {"challenge": sent[kind], "certificate": person.identity.certificate_pem.decode(), "signature": "AAAA"}
    assert refusal(await running.client.post("/signing/sessions", json=body)) == (401, "SIGNING_CHALLENGE")


async def test_a_challenge_signs_nobody_in_by_itself(running: RunningService) -> None:
    made = (await running.client.post("/signing/challenges")).json()["challenge"]
    answer = await running.client.get("/escrow/orders", headers={"Authorization": f"Bearer {made}"})
    assert refusal(answer) == (401, "TOKEN_INVALID")


async def test_a_session_opens_the_desk(running: RunningService) -> None:
    token = (await holder(running).sign_in()).json()["token"]
    form = {"token": token, "next": "/desk/key"}
    answer = await running.client.post("/desk/sign-in", data=form, headers={"Sec-Fetch-Site": "same-origin"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/desk/key")
    page = await running.client.get("/desk/key?lang=en", headers={"Cookie": f"fairledger-PlatformA={token}"})
    assert "<strong>alice/PlatformAMSP</strong>" in page.text
