"""Standards at the desk: a file is compared with what is in force, proposed, and voted on by who may."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.support.founded import found, posted
from tests.support.simulated_service import RunningService
from tests.support.supervised import parameters_of
from tests.support.visitor import Visitor, forms_of
from tests.unit.client.api.papers import refusal

DESK = "/desk/standards"
FIRST = parameters_of("escrow")
KEPT = {name: number for name, number in FIRST.items() if name != "lost_carrier_permille"}
NUMBERS = {**KEPT, "accept_max_s": 86_400, "defect_carrier_permille": 500}
FILE: dict[str, Any] = {"name": "escrow", "title": "Accept within a day", "parameters": NUMBERS}


@pytest.fixture
async def founded(running: RunningService) -> RunningService:
    await found(running, escrow={})
    return running


async def compared(visitor: Visitor, content: bytes) -> httpx.Response:
    return await visitor.upload(f"{DESK}/compare", {"file": ("standard.json", content)})


async def proposed(visitor: Visitor, file: dict[str, Any] = FILE, **times: str) -> httpx.Response:
    """Upload, and send the form that the comparison gives."""
    shown = await compared(visitor, json.dumps(file).encode())
    (form,) = forms_of(shown.text, "/propose")
    now = datetime.now(UTC)
    dates = {"effective_from": minute(now + timedelta(days=1)), "votes_until": minute(now + timedelta(days=2))}
    return await visitor.send(form.pop("action"), {**form, **dates, **times})


def minute(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M")


def row(text: str, name: str) -> str:
    """The cells of a number's row."""
    return text.partition(f"<code>{name}</code></th>")[2].partition("</tr>")[0]


async def test_a_file_is_shown_beside_what_is_in_force(founded: RunningService) -> None:
    shown = await compared(Visitor(founded, "officer"), json.dumps(FILE).encode())
    assert shown.status_code == 200
    assert "Differences from version 0001, in force" in shown.text
    differs = '<span class="bad">differs</span></td>'
    assert row(shown.text, "accept_max_s") == f"<td>259200 (3 d)</td><td>86400 (1 d) {differs}"
    assert row(shown.text, "defect_carrier_permille") == f"<td>—</td><td>500 {differs}"
    assert row(shown.text, "lost_carrier_permille") == f"<td>1000</td><td>— {differs}"
    assert "differs" not in row(shown.text, "ship_max_s")
    assert [each["version"] for each in (await founded.client.get("/standards")).json()] == ["0001"]


async def test_a_version_is_proposed_voted_on_and_adopted(founded: RunningService) -> None:
    officer, regulator, steward = (Visitor(founded, name) for name in ("officer", "regulator", "steward"))
    assert (await proposed(officer)).headers["Location"] == f"{DESK}?lang=en&done=yes"
    for voter, before in ((officer, "0 for"), (regulator, "1 for"), (steward, "2 for")):
        page = (await voter.get(DESK)).text
        assert before in page
        assert row(page, "accept_max_s").startswith("<td>259200 (3 d)</td><td>86400 (1 d)")
        assert (await voter.act(DESK, "/vote", approves="yes")).status_code == 303
    standard = next(each for each in (await founded.client.get("/standards")).json() if each["version"] == "0002")
    assert (standard["parameters"], standard["title"]) == (NUMBERS, FILE["title"])
    assert standard["adopted_at"] is not None
    text = await founded.client.get(f"/documents/{standard['text_sha256']}")
    assert (text.json(), hashlib.sha256(text.content).hexdigest()) == (FILE, standard["text_sha256"])
    assert forms_of((await steward.get(DESK)).text, "/vote") == []


async def test_who_voted_has_no_form_any_more_and_a_form_sent_twice_votes_once(founded: RunningService) -> None:
    await proposed(Visitor(founded, "officer"))
    steward = Visitor(founded, "steward")
    (form,) = forms_of((await steward.get(DESK)).text, "/vote")
    path = form.pop("action")
    for _ in range(2):
        assert (await steward.send(path, {**form, "approves": "no"})).status_code == 303
    ballot = (await founded.client.get("/standards/escrow/0002/ballot")).json()
    assert [(each["approves"], each["by"]["msp_id"]) for each in ballot["votes"]] == [(False, "PlatformAMSP")]
    page = (await steward.get(DESK)).text
    assert (forms_of(page, "/vote"), "1 against, of 4 members" in page) == ([], True)
    again = await steward.send(path, {**form, "approves": "no", "key": "another"})
    assert (again.status_code, "DISCLOSURE_VOTED" in again.text) == (409, True)


@pytest.mark.parametrize("name", ["regulator", "steward"])
async def test_only_the_association_proposes(founded: RunningService, name: str) -> None:
    visitor = Visitor(founded, name)
    assert forms_of((await visitor.get(DESK)).text, "/compare") == []
    refused = await compared(visitor, json.dumps(FILE).encode())
    assert (refused.status_code, "DISCLOSURE_ROLE_DENIED" in refused.text) == (403, True)
    kept = await founded.client.get(f"/documents/{hashlib.sha256(json.dumps(FILE).encode()).hexdigest()}")
    assert kept.status_code == 404
    shown = await compared(Visitor(founded, "officer"), json.dumps(FILE).encode())
    (form,) = forms_of(shown.text, "/propose")
    later = {"effective_from": "2099-01-01T00:00", "votes_until": "2099-01-01T00:00"}
    sent = await visitor.send(form.pop("action"), {**form, **later})
    assert (sent.status_code, "DISCLOSURE_ROLE_DENIED" in sent.text) == (403, True)


@pytest.mark.parametrize("name", ["consumer", "impostor", "pretender", "producer"])
async def test_others_see_nothing_here(founded: RunningService, name: str) -> None:
    await proposed(Visitor(founded, "officer"))
    answer = await Visitor(founded, name).get(DESK)
    assert (answer.status_code, FILE["title"] in answer.text, "Standard of" in answer.text) == (403, False, False)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "name, title and parameters"),
        (b"[]", "name, title and parameters"),
        (b"\xff", "name, title and parameters"),
        (json.dumps({**FILE, "name": "UPPER"}).encode(), "look again at: name"),
        (json.dumps({**FILE, "parameters": {}}).encode(), "look again at: parameters"),
        (json.dumps({**FILE, "parameters": {"answer_s": 1.5}}).encode(), "look again at: parameters.answer_s"),
        (json.dumps({**FILE, "title": "<b>\0"}).encode(), "look again at: title"),
        (json.dumps({**FILE, "more": "<script>"}).encode(), "look again at: more"),
    ],
)
async def test_what_is_no_standard_is_told_and_not_kept(founded: RunningService, content: bytes, said: str) -> None:
    answer = await compared(Visitor(founded, "officer"), content)
    assert (answer.status_code, said in answer.text, forms_of(answer.text, "/propose")) == (400, True, [])
    kept = await founded.client.get(f"/documents/{hashlib.sha256(content).hexdigest()}")
    assert kept.status_code == 404


async def test_the_contracts_refusals_are_told(founded: RunningService) -> None:
    officer = Visitor(founded, "officer")
    past = await proposed(officer, effective_from="2020-01-01T00:00")
    assert (past.status_code, "DISCLOSURE_STANDARD_DATES" in past.text) == (400, True)
    no_time = await proposed(officer, votes_until="soon")
    assert (no_time.status_code, "look again at: votes_until" in no_time.text) == (400, True)
    assert (await proposed(officer)).status_code == 303
    second = await proposed(officer)
    assert (second.status_code, "DISCLOSURE_BALLOT_OPEN" in second.text) == (409, True)


async def test_what_nobody_uploaded_and_other_sites_forms_are_refused(founded: RunningService) -> None:
    officer = Visitor(founded, "officer")
    times = {"effective_from": "2099-01-01T00:00", "votes_until": "2099-01-01T00:00", "key": "x"}
    for sha256, status, code in (
        ("ab" * 32, 404, "DOCUMENT_UNKNOWN"),
        ("", 400, "REQUEST_INVALID"),
        ("../../etc/passwd", 400, "REQUEST_INVALID"),
    ):
        answer = await officer.send(f"{DESK}/propose", {**times, "text_sha256": sha256})
        assert (answer.status_code, code in answer.text) == (status, True)
    unknown = await officer.send(f"{DESK}/strike", {"key": "x"})
    assert (unknown.status_code, "REQUEST_INVALID" in unknown.text) == (400, True)
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert refusal(await officer.send(f"{DESK}/vote", {"key": "x"}, **foreign)) == (403, "FORM_FOREIGN")
    upload = await officer.upload(f"{DESK}/compare", {"file": ("a.json", json.dumps(FILE).encode())}, **foreign)
    assert refusal(upload) == (403, "FORM_FOREIGN")


async def test_a_first_version_has_nothing_to_compare_with(founded: RunningService) -> None:
    file = {"name": "returns", "title": "Returns · 退货", "parameters": {"return_days": 7}}
    officer = Visitor(founded, "officer")
    shown = await compared(officer, json.dumps(file).encode())
    assert ("It would be the first version" in shown.text, "退货" in shown.text) == (True, True)
    assert (await proposed(officer, file)).status_code == 303
    await posted(founded, "/standards/returns/0001/votes", {"approves": True}, "regulator")
    assert "1 for, 0 against" in (await officer.get(DESK)).text
