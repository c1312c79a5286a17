"""Licences of services over REST: an officer of the association says who may move money, carry and inspect."""

from typing import Any

import pytest

from fairledger.api.parties import signatory_of
from fairledger_contracts.records.note import owner_of
from tests.support.licensed import license_wallet
from tests.support.simulated_service import RunningService
from tests.unit.client.api.papers import SERVICE, SERVICE_ENDED, refusal

OTHERS = ("provider", "producer", "steward", "regulator", "pretender", "impostor", "service", "consumer")


async def listed(running: RunningService, **terms: str) -> list[dict[str, Any]]:
    answer = await running.client.get("/licences", params=terms)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


async def test_an_officer_licenses_a_party_and_everybody_reads_it(running: RunningService) -> None:
    answer = await running.post("/licences", SERVICE, "officer")
    assert (answer.status_code, answer.headers["Location"]) == (201, "/licences")
    licence = answer.json()
    assert {name: licence[name] for name in SERVICE} == SERVICE
    (validity,) = licence["validities"]
    assert (validity["until"], validity["ground"]) == (None, "")
    assert await listed(running) == [licence]
    assert await listed(running, service="carrier", mspID="PlatformBMSP") == [licence]
    assert await listed(running, service="inspector") == await listed(running, mspID="PlatformAMSP") == []


async def test_a_licence_is_ended_once_with_its_ground(running: RunningService) -> None:
    assert refusal(await running.post("/licences/end", SERVICE_ENDED, "officer")) == (404, "ESCROW_LICENCE_UNKNOWN")
    await running.post("/licences", SERVICE, "officer")
    answer = await running.post("/licences/end", SERVICE_ENDED, "officer")
    assert answer.status_code == 200, answer.text
    (licence,) = await listed(running)
    assert licence == answer.json()
    assert licence["validities"][0]["ground"] == "it has stopped trading"
    assert refusal(await running.post("/licences/end", SERVICE_ENDED, "officer")) == (409, "ESCROW_LICENCE_OVER")


async def test_nobody_else_licenses_or_ends_and_a_platform_s_own_officer_is_none(running: RunningService) -> None:
    await running.post("/licences", SERVICE, "officer")
    before = await listed(running)
    for name in OTHERS:
        own = {**SERVICE, "place": "9521000000094"}
        assert refusal(await running.post("/licences", own, name)) == (403, "ESCROW_ROLE_DENIED"), name
        assert refusal(await running.post("/licences/end", SERVICE_ENDED, name)) == (403, "ESCROW_ROLE_DENIED"), name
    assert await listed(running) == before


async def test_what_a_party_holds_already_it_does_not_get_again(running: RunningService) -> None:
    await running.post("/licences", SERVICE, "officer")
    assert refusal(await running.post("/licences", SERVICE, "officer")) == (409, "ESCROW_LICENCE_HELD")


async def test_a_provider_makes_no_money_before_it_is_licensed_and_after_it_was(running: RunningService) -> None:
    person = running.service.wallet.get("consumer")
    body = {"payment": {"owner": owner_of(signatory_of(person)), "amount_minor": 500}, "currency": "CNY"}

    async def issued(reference: str) -> Any:
        return await running.post("/escrow/notes", {**body, "reference": reference}, "provider")

    refused = await issued("bank-1")
    assert refusal(refused) == (403, "ESCROW_NOT_LICENSED")
    assert "ask an officer of the association" in refused.json()["detail"]
    await license_wallet(running.service.writes, running.service.wallet)
    assert (await issued("bank-1")).status_code == 201
    party = signatory_of(running.service.wallet.get("provider")).party._asdict()
    await running.post("/licences/end", {"service": "provider", **party, "ground": "it is bankrupt"}, "officer")
    assert refusal(await issued("bank-2")) == (403, "ESCROW_NOT_LICENSED")
    assert len((await running.client.get("/escrow/notes", headers=running.bearer("consumer"))).json()) == 1


NO_LICENCES: list[dict[str, Any]] = [
    {"service": "officer"},
    {"service": ""},
    {"msp_id": ""},
    {"msp_id": "PlatformAMSP\x00"},
    {"place": ""},
    {"place": "a b"},
    {"keys": []},
    {"keys": ["ab"]},
    {"keys": ["ab" * 32] * 101},
    {"keys": "ab" * 32},
    {"name": ""},
    {"name": "a\x00b"},
    {"valid_from": "2026-01-01"},
    {"valid_until": "2099-01-01T00:00:00Z"},
    {"validities": []},
]


@pytest.mark.parametrize("members", NO_LICENCES)
async def test_a_licence_that_is_not_as_described_is_refused(running: RunningService, members: dict[str, Any]) -> None:
    answer = await running.post("/licences", {**SERVICE, **members}, "officer")
    assert refusal(answer) == (400, "REQUEST_INVALID")
    assert running.ledger.submissions == []


async def test_a_licence_begins_and_ends_now_or_later(running: RunningService) -> None:
    past = "2020-01-01T00:00:00Z"
    answer = await running.post("/licences", {**SERVICE, "valid_from": past}, "officer")
    assert refusal(answer) == (400, "ESCROW_LICENCE_DATES")
    await running.post("/licences", SERVICE, "officer")
    answer = await running.post("/licences/end", {**SERVICE_ENDED, "valid_until": past}, "officer")
    assert refusal(answer) == (400, "ESCROW_LICENCE_DATES")
