"""The pages of the person concerned: by the order's secret alone, and nothing of it stays."""

import json

import pytest

from tests.support.privacy import ORDER, PLATFORM, VALUES
from tests.support.simulated_service import RunningService
from tests.unit.client.api.test_privacy import placed


async def claim(running: RunningService) -> dict[str, str]:
    secret = await placed(running)
    return {"lang": "en", "order": ORDER, "secret": secret["Fairledger-Capability"]}


async def test_the_secret_opens_what_is_held(running: RunningService) -> None:
    who = await claim(running)
    shown = await running.client.post("/my-data", data=who)
    assert (shown.status_code, shown.headers["Cache-Control"]) == (200, "no-store")
    for value in (*VALUES.values(), PLATFORM, "RegulatorMSP"):
        assert value in shown.text
    assert "<script" not in shown.text


@pytest.mark.parametrize(
    ("wrong", "status", "said"),
    [
        ({"secret": "0" * 64}, 403, "The secret is not this order"),
        ({"secret": ""}, 403, "The secret is not this order"),
        ({"order": "o-2"}, 404, "no such order"),
        ({"order": "<b>"}, 404, "no such order"),
    ],
)
async def test_who_has_it_not_learns_nothing(
    running: RunningService, wrong: dict[str, str], status: int, said: str
) -> None:
    who = {**await claim(running), **wrong}
    for path in ("", "/disclosure", "/correction", "/purge", "/proof"):
        form = {**who, "field-name": "yes", "value-name": "y", "key": "k", "reason": "x", "sure": "yes"}
        answer = await running.client.post(f"/my-data{path}", data=form)
        assert (answer.status_code, said in answer.text) == (status, True), path
        assert not any(value in answer.text for value in VALUES.values())
        assert "<b>" not in answer.text


async def test_chosen_fields_are_a_file_that_the_page_checks(running: RunningService) -> None:
    who = await claim(running)
    file = await running.client.post("/my-data/disclosure", data={**who, "field-phone": "yes"})
    assert "attachment" in file.headers["Content-Disposition"]
    assert list(file.json()["fields"]) == ["phone"]
    good = await running.client.post("/my-data/check?lang=en", files={"file": ("a.json", file.content)})
    assert (good.status_code, VALUES["phone"] in good.text, "Genuine" in good.text) == (200, True, True)
    told = file.json()
    told["fields"]["phone"]["value"] = "13900000000"
    for content in (json.dumps(told).encode(), b"{}", b"", b"\xff"):
        bad = await running.client.post("/my-data/check?lang=en", files={"file": ("a.json", content)})
        assert (bad.status_code, "Not confirmed" in bad.text, "13900000000" in bad.text) == (400, True, False)
    nothing = await running.client.post("/my-data/disclosure", data=who)
    assert (nothing.status_code, "choose a field" in nothing.text) == (400, True)


async def test_a_purge_shows_its_proof(running: RunningService) -> None:
    who = await claim(running)
    unsure = await running.client.post("/my-data/purge", data={**who, "reason": "mine"})
    assert unsure.status_code == 400
    for _ in range(2):
        purged = await running.client.post("/my-data/purge", data={**who, "reason": "mine", "sure": "yes"})
        assert purged.status_code == 200
        assert not any(value in purged.text for value in VALUES.values())
    block = len(running.ledger.chain.blocks) - 1
    assert f"<dd>{block}</dd>" in purged.text
    assert "The block at this organisation" in purged.text
    held = await running.client.get(f"/privacy/orders/{ORDER}/mine", headers={"Fairledger-Capability": who["secret"]})
    assert held.json()["record"]["purge_reason"] == "mine"


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_the_page_asks_in_both_languages(running: RunningService, language: str) -> None:
    for path in ("/my-data", "/my-data/check"):
        answer = await running.client.get(path, params={"lang": language})
        assert (answer.status_code, answer.headers["Content-Language"]) == (200, language)
