"""Corrections at the desk: an officer of the order's platform accepts or refuses them, and then they are gone."""

import asyncio
import logging
import sqlite3
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from fairledger.gateway.errors import EndorseError
from tests.support.founded import found, posted
from tests.support.privacy import ORDER, VALUES
from tests.support.simulated_service import RunningService, ServiceUnderTest
from tests.support.visitor import OWN, Visitor, forms_of
from tests.unit.client.api.my_data.asking import RIGHT, asked, receipt_in
from tests.unit.client.api.my_data.test_my_data import claim

DESK = "/desk/corrections"
CHECKED = {"sure": "yes"}


async def waiting(running: RunningService, **complaints: int) -> dict[str, str]:
    """A correction that a person asked for; who they are."""
    who = await claim(running)
    await found(running, complaints=complaints)
    assert (await asked(running, who, **RIGHT)).status_code == 200
    return who


async def held(running: RunningService, who: dict[str, str]) -> dict[str, Any]:
    secret = {"Fairledger-Capability": who["secret"]}
    told: dict[str, Any] = (await running.client.get(f"/privacy/orders/{ORDER}/mine", headers=secret)).json()
    return told


async def complaint_of(running: RunningService) -> dict[str, Any]:
    (complaint,) = (await running.client.get("/complaints")).json()
    told: dict[str, Any] = complaint
    return told


async def test_what_is_accepted_is_written_and_answered_and_forgotten(
    running: RunningService, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    who, steward = await waiting(running), Visitor(running, "steward")
    shown = (await steward.get(DESK)).text
    for value in (ORDER, VALUES["phone"], RIGHT["phone"], VALUES["address"], RIGHT["address"]):
        assert value in shown
    assert VALUES["name"] not in shown  # of the other fields nothing is to be decided
    accepted = await steward.act(DESK, "/accept", **CHECKED)
    assert (accepted.status_code, accepted.headers["Location"]) == (303, f"{DESK}?lang=en&done=yes")
    now = await held(running, who)
    assert (now["values"], len(now["record"]["seals"])) == ({**VALUES, **RIGHT}, 2)
    answered = await complaint_of(running)
    assert (answered["state"], answered["steps"][-1]["documents"]) == ("answered", [])
    assert answered["steps"][-1]["by"]["role"] == "platform-officer"
    assert running.service.corrections.asked(10) == []
    assert "Nothing." in (await steward.get(DESK)).text
    blocks = [block.SerializeToString() for block in running.ledger.chain.blocks]
    for value in RIGHT.values():
        assert value not in caplog.text
        assert not any(value.encode() in block for block in blocks)


async def test_an_officer_whose_certificate_was_revoked_sees_and_decides_nothing(
    running: RunningService, under_test: ServiceUnderTest
) -> None:
    """Though the token is still good, and it is the service that opens and writes."""
    who, steward = await waiting(running), Visitor(running, "steward")
    page = (await steward.get(DESK)).text
    forms = [form for move in ("/accept", "/refuse") for form in forms_of(page, move)]
    certificate = under_test.wallet.get("steward").identity.certificate
    running.ledger.revoke("PlatformAMSP", certificate)
    shown = await steward.get(DESK)
    assert (shown.status_code, "SIGNING_CERTIFICATE" in shown.text) == (403, True)
    assert not any(value in shown.text for value in (*VALUES.values(), *RIGHT.values()))
    assert len(forms) == 2
    for form in forms:
        told = {**form, **CHECKED, "statement": "as before"}
        answer = await steward.send(told.pop("action"), told)
        assert (answer.status_code, "SIGNING_CERTIFICATE" in answer.text) == (403, True)
    assert (await held(running, who))["values"] == VALUES
    assert len(running.service.corrections.asked(10)) == 1


async def test_what_is_refused_is_answered_for_everybody_to_read_and_forgotten(running: RunningService) -> None:
    who, steward = await waiting(running), Visitor(running, "steward")
    refused = await steward.act(DESK, "/refuse", statement="the parcel's papers say the same as before")
    assert refused.status_code == 303
    assert (await held(running, who))["values"] == VALUES
    answered = await complaint_of(running)
    (document,) = answered["steps"][-1]["documents"]
    told = await running.client.get(f"/documents/{document['sha256']}")
    assert (answered["state"], told.text) == ("answered", "the parcel's papers say the same as before")
    assert running.service.corrections.asked(10) == []


@pytest.mark.parametrize(
    ("move", "fields", "status", "code"),
    [
        ("accept", {}, 400, "REQUEST_INVALID"),
        ("accept", {**CHECKED, "version": "0002"}, 409, "PRIVACY_VERSION"),
        ("accept", {**CHECKED, "id": "0" * 64}, 404, "PRIVACY_CORRECTION_UNKNOWN"),
        ("refuse", {}, 400, "REQUEST_INVALID"),
        ("refuse", {"statement": f"{RIGHT['phone'].upper()} is wrong"}, 400, "PRIVACY_STATEMENT"),
        ("refuse", {"statement": f"{VALUES['name']} lives there"}, 400, "PRIVACY_STATEMENT"),
        ("refuse", {"statement": "x" * 4001}, 400, "REQUEST_INVALID"),
    ],
)
async def test_a_form_that_does_not_fit_changes_nothing(
    running: RunningService, move: str, fields: dict[str, str], status: int, code: str
) -> None:
    who = await waiting(running)
    answer = await Visitor(running, "steward").act(DESK, f"/{move}", **fields)
    assert (answer.status_code, f"({code})" in answer.text) == (status, True)
    assert (await held(running, who))["values"] == VALUES
    assert (await complaint_of(running))["state"] == "filed"
    assert [each.values for each in running.service.corrections.asked(10)] == [RIGHT]


@pytest.mark.parametrize("name", ["operator", "competitor", "officer", "regulator", "impostor", "consumer"])
async def test_others_see_nothing_and_decide_nothing(running: RunningService, name: str) -> None:
    who = await waiting(running)
    form = forms_of((await Visitor(running, "steward").get(DESK)).text, "/accept")[0]
    page = await Visitor(running, name).get(DESK)
    assert page.status_code == 403
    assert not any(value in page.text for value in (ORDER, *VALUES.values(), *RIGHT.values()))
    for move in ("accept", "refuse"):
        sent = {**form, **CHECKED, "key": move * 8, "statement": "no"}
        answer = await Visitor(running, name).send(f"{DESK}/{move}", sent)
        assert (answer.status_code, "(PRIVACY_CORRECTION_DENIED)" in answer.text) == (403, True)
    assert (await held(running, who))["values"] == VALUES


async def test_who_has_a_key_of_their_own_answers_with_it_first(running: RunningService) -> None:
    who = await waiting(running)
    certificate = running.service.wallet.get("steward").identity.certificate
    token = running.service.tokens.issue_to_key("steward/PlatformAMSP", certificate.public_bytes(Encoding.DER))
    headers = {**OWN, "Cookie": f"fairledger-PlatformA={token}"}
    shown = await running.client.get(DESK, params={"lang": "en"}, headers=headers)
    for expected in (403, 303):
        form = {**forms_of(shown.text, "/accept")[0], **CHECKED, "key": f"form-{expected}"}
        answer = await running.client.post(form.pop("action"), data=form, headers=headers)
        assert answer.status_code == expected, answer.text
        if expected == 403:
            assert (await held(running, who))["values"] == VALUES
            await posted(running, f"/complaints/{form['id']}/answer", {}, "steward", 200)
    assert (await held(running, who))["values"] == {**VALUES, **RIGHT}


async def test_what_does_not_open_any_more_can_only_be_refused(
    running: RunningService, under_test: ServiceUnderTest
) -> None:
    await waiting(running)
    with sqlite3.connect(under_test.settings.data / "jobs.sqlite") as connection:
        connection.execute("UPDATE privacy_corrections SET sealed = zeroblob(40)")
    steward = Visitor(running, "steward")
    page = (await steward.get(DESK)).text
    assert ("does not open any more" in page, forms_of(page, "/accept")) == (True, [])
    form = {**forms_of(page, "/refuse")[0], **CHECKED}
    del form["action"]
    accepted = await steward.send(f"{DESK}/accept", form)
    assert (accepted.status_code, "(PRIVACY_OPEN)" in accepted.text) == (400, True)
    assert (await steward.act(DESK, "/refuse", statement="ask again, please")).status_code == 303


async def test_where_the_answer_fails_the_correction_is_not_written_twice(running: RunningService) -> None:
    who, steward = await waiting(running), Visitor(running, "steward")
    service, write = running.service, running.service.writes.write

    async def fails(person: Any, function: str, *arguments: Any, **more: Any) -> Any:
        if function == "supervision:answer_complaint":
            raise EndorseError("GATEWAY_UNAVAILABLE", "not now")
        return await write(person, function, *arguments, **more)

    object.__setattr__(service.writes, "write", fails)
    assert (await steward.act(DESK, "/accept", **CHECKED)).status_code >= 500
    object.__setattr__(service.writes, "write", write)
    assert len(service.corrections.asked(10)) == 1
    assert (await steward.act(DESK, "/accept", **CHECKED)).status_code == 303
    assert len((await held(running, who))["record"]["seals"]) == 2
    assert (await complaint_of(running))["state"] == "answered"


async def test_past_its_deadline_a_correction_is_still_written_and_the_complaint_takes_its_way(
    running: RunningService,
) -> None:
    who, steward = await waiting(running, answer_s=1), Visitor(running, "steward")
    push = f"/complaints/{(await complaint_of(running))['id']}/deadline/push"
    while (await running.post(push, None, "consumer")).status_code == 409:  # noqa: ASYNC110  it is due by the clock
        await asyncio.sleep(0.2)
    assert "no longer waits" in (await steward.get(DESK)).text
    assert (await steward.act(DESK, "/accept", **CHECKED)).status_code == 303
    assert (await held(running, who))["values"] == {**VALUES, **RIGHT}
    assert (await complaint_of(running))["state"] == "escalated"
    assert running.service.corrections.asked(10) == []


async def test_what_ended_otherwise_is_forgotten_by_itself(running: RunningService) -> None:
    await waiting(running)
    service = running.service
    service.corrections.forget(service.database)
    assert len(service.corrections.asked(10)) == 1
    await service.privacy.own_orders().purge(ORDER, "by other means")
    assert "Nothing." in (await Visitor(running, "steward").get(DESK)).text
    service.corrections.forget(service.database)
    assert service.corrections.asked(10) == []


async def test_a_complaint_that_its_person_ends_takes_what_was_asked_for_with_it(running: RunningService) -> None:
    who = await claim(running)
    await found(running, complaints={})
    receipt = receipt_in(await asked(running, who, **RIGHT))
    await posted(running, "/complaints/receipts/settle", {"receipt": receipt}, "", 200)
    running.service.corrections.forget(running.service.database)
    assert running.service.corrections.asked(10) == []
