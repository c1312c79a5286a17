"""The desk of officers: what waits for whom, and that each move takes effect once."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from fairledger.api.desk.owed import owed_of
from fairledger.api.desk.waiting import Desk
from fairledger_contracts.records.member import Member
from fairledger_contracts.records.signatory import Signatory
from tests.support.founded import found, posted
from tests.support.simulated_service import RunningService
from tests.support.supervised import LONG_AGO, first_standard
from tests.support.visitor import Visitor, forms_of
from tests.unit.client.api.papers import refusal

DESK = "/desk/supervision"
COMPLAINT = {"about": {"kind": "order", "id": "order-1"}, "platform": "PlatformAMSP", "matter": "not_delivered"}
YEAR = f"{datetime.now(UTC).year}-01"


@pytest.fixture
async def founded(running: RunningService) -> RunningService:
    await found(running, complaints={}, disclosure={}, sanctions={}, supervision={})
    return running


async def test_a_complaint_is_answered_and_decided_at_the_desk(founded: RunningService) -> None:
    made = await posted(founded, "/complaints", COMPLAINT, "consumer")
    steward, officer = Visitor(founded, "steward"), Visitor(founded, "officer")
    assert forms_of((await officer.get(DESK)).text, "answer") == []
    answered = await steward.act(DESK, "/answer", statement="It was at the neighbour's")
    assert (answered.status_code, answered.headers["Location"]) == (303, f"{DESK}?lang=en&done=yes")
    (document,) = (await founded.client.get(f"/complaints/{made['id']}")).json()["steps"][-1]["documents"]
    stated = await founded.client.get(f"/documents/{document['sha256']}")
    assert stated.text == "It was at the neighbour's"
    page = (await officer.get(DESK)).text
    assert (f"/documents/{document['sha256']}" in page, f"<code>{made['id']}</code>" in page) == (True, True)
    await posted(founded, f"/complaints/{made['id']}/escalate", {}, "consumer", 200)
    await officer.act(DESK, "/decide_complaint", verdict="upheld")
    told = (await founded.client.get(f"/complaints/{made['id']}")).json()
    assert (told["state"], told["verdict"]) == ("decided", "upheld")


async def test_a_form_that_is_sent_twice_takes_effect_once(founded: RunningService) -> None:
    officer = Visitor(founded, "regulator")
    (form,) = forms_of((await officer.get(DESK)).text, "/order_inspection")
    path = form.pop("action")
    told = {"target": "platform", "target_id": "PlatformAMSP", "platform": "PlatformAMSP", "place": "online"}
    for _ in range(2):
        assert (await officer.send(path, {**form, **told})).status_code == 303
    assert len((await founded.client.get("/inspections")).json()) == 1
    other = await officer.send(path, {**form, **told, "place": "on_site"})
    assert (other.status_code, "IDEMPOTENCY_KEY_REUSED" in other.text) == (409, True)


async def test_forms_of_other_sites_and_without_a_key_are_refused(founded: RunningService) -> None:
    officer = Visitor(founded, "officer")
    foreign = await officer.send(f"{DESK}/enlist", {"key": "x"}, **{"Sec-Fetch-Site": "cross-site"})
    assert refusal(foreign) == (403, "FORM_FOREIGN")
    assert refusal(await officer.send(f"{DESK}/enlist", {"subject": "platform:PlatformAMSP"})) == (
        400,
        "REQUEST_INVALID",
    )
    assert (await founded.client.get("/monitoring")).json() == []
    nowhere = await founded.client.post(f"{DESK}/enlist", data={"key": "x"}, headers={"Sec-Fetch-Site": "same-origin"})
    assert (nowhere.status_code, nowhere.headers["Location"].startswith("/desk/sign-in")) == (303, True)


async def test_a_disclosure_is_filed_rejected_mended_and_sanctioned(founded: RunningService) -> None:
    steward, officer, regulator = (Visitor(founded, name) for name in ("steward", "officer", "regulator"))
    rules = {"title": "House rules", "version": "7", "website": "https://shop.example/rules"}
    await posted(founded, "/disclosures", {"period": YEAR, "published": {"subject": "rules", **rules}}, "steward")
    rejected = await officer.act(DESK, "/review", accepted="no", reasons="The text is missing")
    assert rejected.status_code == 303
    assert "The text is missing" in (await steward.get(DESK)).text
    sanction = {
        "msp_id": "PlatformAMSP",
        "penalty": "fine",
        "ground": {"kind": "disclosure", "key": ["PlatformAMSP", "rules", YEAR]},
        "rule": "false_disclosure",
        "amount_minor": 100_000,
        "currency": "CNY",
    }
    made = await posted(founded, "/sanctions", sanction, "officer")
    assert (await steward.act(DESK, "/file_rules", **{**rules, "version": "8"})).status_code == 303
    assert (await officer.act(DESK, "/review", accepted="yes")).status_code == 303
    at = f"/disclosures/PlatformAMSP/rules/{YEAR}"
    assert (await founded.client.get(at)).json()["published"]["version"] == "8"
    assert forms_of((await officer.get(DESK)).text, "/decide_sanction") == []  # the platform was not heard yet
    await steward.act(DESK, "/hear", statement="We mended it")
    await officer.act(DESK, "/decide_sanction", stands="yes")
    await steward.act(DESK, "/appeal", statement="Too much")
    await regulator.act(DESK, "/judge", stands="yes")
    assert made["payment_reference"] in (await steward.get(DESK)).text
    assert forms_of((await officer.get(DESK)).text, "/pay") == []
    poor = await steward.act(DESK, "/pay")
    assert (poor.status_code, "ESCROW_NOTE_SHORT" in poor.text) == (400, True)
    payment = {"owner": "PlatformAMSP:account", "amount_minor": 150_000}
    await posted(founded, "/escrow/notes", {"reference": "bank-1", "payment": payment, "currency": "CNY"}, "provider")
    assert (await steward.act(DESK, "/pay")).status_code == 303
    assert (await founded.client.get(f"/sanctions/{made['id']}")).json()["state"] == "ended"


async def test_a_fine_is_written_and_read_in_the_currencys_unit(founded: RunningService) -> None:
    officer, steward = Visitor(founded, "officer"), Visitor(founded, "steward")
    rules = {"subject": "rules", "title": "House rules", "version": "7", "website": "https://shop.example/rules"}
    await posted(founded, "/disclosures", {"period": YEAR, "published": rules}, "steward")
    await officer.act(DESK, "/review", accepted="no", reasons="The text is missing")
    fine = {"penalty": "fine", "rule": "false_disclosure", "fine": "50000.05", "currency": "cny"}
    finer = await officer.act(DESK, "/open_sanction", **{**fine, "fine": "1.005"})
    assert (finer.status_code, "ESCROW_AMOUNT" in finer.text) == (400, True)
    assert (await officer.act(DESK, "/open_sanction", **fine)).status_code == 303
    (made,) = (await founded.client.get("/sanctions")).json()
    assert (made["amount_minor"], made["currency"]) == (5_000_005, "CNY")
    public = await founded.client.get("/platforms/PlatformAMSP", params={"lang": "en"})
    assert ["50,000.05 CNY" in each.text for each in (await steward.get(DESK), public)] == [True, True]


async def test_what_a_penalty_does_not_have_is_not_asked_of_it(founded: RunningService) -> None:
    officer = Visitor(founded, "officer")
    rules = {"subject": "rules", "title": "House rules", "version": "7", "website": "https://shop.example/rules"}
    await posted(founded, "/disclosures", {"period": YEAR, "published": rules}, "steward")
    await officer.act(DESK, "/review", accepted="no", reasons="The text is missing")
    warning = {"penalty": "warning", "rule": "false_disclosure", "fine": "5", "currency": "CNY"}
    assert (await officer.act(DESK, "/open_sanction", **warning, suspension_days="3")).status_code == 303
    (made,) = (await founded.client.get("/sanctions")).json()
    assert (made["amount_minor"], made["currency"], made["suspension_s"]) == (0, "", 0)


async def test_refunds_are_disclosed_and_shown_in_the_currencys_unit(founded: RunningService) -> None:
    last = (datetime.now(UTC).replace(day=1) - timedelta(days=1)).strftime("%Y-%m")
    counts = {"orders": "20", "complaints": "3", "complaints_resolved": "2", "refunds": "1"}
    told = {"key": "k", "period": last, **counts, "refunded": "2999.00", "currency": "cny"}
    assert (await Visitor(founded, "steward").send(f"{DESK}/file_figures", told)).status_code == 303
    (filed,) = (await founded.client.get("/disclosures")).json()
    assert (filed["published"]["refunded_minor"], filed["published"]["currency"]) == (299_900, "CNY")
    public = await founded.client.get("/platforms/PlatformAMSP", params={"lang": "en"})
    assert "<dt>Refunded</dt><dd>2,999.00 CNY</dd>" in public.text


async def test_every_time_says_that_it_is_utc(founded: RunningService) -> None:
    await posted(founded, "/complaints", COMPLAINT, "consumer")
    target = {"kind": "platform", "id": "PlatformAMSP"}
    await posted(founded, "/inspections", {"target": target, "platform": "PlatformAMSP", "place": "online"}, "officer")
    entry = {"subject": "platform:PlatformAMSP", "rule": "complaints_permille", "ground": "many"}
    await posted(founded, "/monitoring", entry, "regulator")
    officer = Visitor(founded, "officer")
    for path in (DESK, "/board", "/platforms/PlatformAMSP"):
        page = (await officer.get(path)).text
        assert (page.count("</time>") > 0, re.findall("</time>(?! UTC)", page)) == (True, []), path


async def test_an_inspection_is_reported_mended_and_leads_to_a_sanction(founded: RunningService) -> None:
    regulator, steward, officer = (Visitor(founded, name) for name in ("regulator", "steward", "officer"))
    order = {"target": "merchant", "target_id": "9521000000049", "platform": "PlatformAMSP", "place": "on_site"}
    assert (await regulator.act(DESK, "/order_inspection", **order)).status_code == 303
    found_so = {
        "subject1": "hygiene",
        "severity1": "critical",
        "statement1": "Mice",
        "subject2": "",
        "severity2": "note",
    }
    assert (await regulator.act(DESK, "/report_inspection", **found_so)).status_code == 303
    assert (await steward.act(DESK, "/mend", statement="A cat")).status_code == 303
    assert (await officer.act(DESK, "/close_inspection", recall_id="")).status_code == 303
    (told,) = (await founded.client.get("/inspections")).json()
    assert (told["state"], [each["severity"] for each in told["findings"]]) == ("closed", ["critical"])
    desk = (await officer.get(DESK)).text
    assert re.findall(
        '<option value="([a-z]+_[a-z]+)">', desk.partition("/open_sanction")[2].partition("</form>")[0]
    ) == ["failed_inspection"]
    opened = await officer.act(DESK, "/open_sanction", penalty="warning", rule="failed_inspection", statement="Mice")
    assert opened.status_code == 303
    (sanction,) = (await founded.client.get("/sanctions")).json()
    assert (sanction["ground"], sanction["msp_id"]) == ({"kind": "inspection", "key": [told["id"]]}, "PlatformAMSP")
    assert forms_of((await officer.get(DESK)).text, "/open_sanction") == []  # the fact has its sanction


async def test_the_monitoring_list_and_ballots_wait_for_those_who_may(founded: RunningService) -> None:
    regulator, steward = Visitor(founded, "regulator"), Visitor(founded, "steward")
    entry = {"monitored": "platform:PlatformAMSP", "rule": "complaints_permille", "reason": "complaint 7"}
    assert "Whom, as platform:MSP, merchant:GLN or node:NAME" in (await regulator.get(DESK)).text
    assert (await regulator.act(DESK, "/enlist", **entry)).status_code == 303
    assert "complaint 7" in (await steward.get(DESK)).text
    assert forms_of((await steward.get(DESK)).text, "_listing") == []
    assert (await regulator.act(DESK, "/confirm_listing")).status_code == 303
    assert (await regulator.act(DESK, "/remove_listing", why="It was mended")).status_code == 303
    assert (await founded.client.get("/monitoring", params={"inForce": "true"})).json() == []

    now = (await founded.client.get("/standards/complaints")).json()
    members = ("title", "text_sha256", "parameters", "name")
    later = {"effective_from": "2099-01-01T00:00:00Z", "votes_until": "2099-01-01T00:00:00Z"}
    await posted(founded, "/standards", {**{name: now[name] for name in members}, **later}, "officer")
    assert (await steward.act(DESK, "/vote", approves="no")).status_code == 303
    ballot = (await founded.client.get("/standards/complaints/0002/ballot")).json()
    assert [(vote["approves"], vote["by"]["msp_id"]) for vote in ballot["votes"]] == [(False, "PlatformAMSP")]
    assert forms_of((await steward.get(DESK)).text, "/vote") == []


async def test_the_front_page_tells_whom_supervision_waits_for(founded: RunningService) -> None:
    steward, officer, consumer = (Visitor(founded, name) for name in ("steward", "officer", "consumer"))
    nothing = "Nothing waits for you now."
    assert nothing in (await steward.get("/desk")).text
    await posted(founded, "/complaints", COMPLAINT, "consumer")
    page = (await steward.get("/desk")).text
    assert ('href="/desk/supervision?lang=en">Supervision</a>: 1 for you to act on' in page, nothing in page) == (
        True,
        False,
    )
    for other in (officer, consumer):  # who can't answer for the platform
        assert nothing in (await other.get("/desk")).text


async def test_the_regulator_records_that_an_anomaly_is_over(founded: RunningService) -> None:
    behind = {"subject": "node:PlatformA", "name": "height", "observed": {"height": 7_012, "common": 7_040}}
    await posted(founded, "/anomalies", behind, "service")
    regulator, officer, steward = (Visitor(founded, name) for name in ("regulator", "officer", "steward"))
    shown = (await steward.get(DESK)).text.partition('id="anomalies"')[2].partition("</section>")[0]
    for said in ("A node lags behind", "Node PlatformA", "Height of most: 7040"):
        assert said in shown, said
    assert [forms_of((await each.get(DESK)).text, "/clear") for each in (officer, steward)] == [[], []]
    assert (await regulator.act(DESK, "/clear")).status_code == 303
    assert (await founded.client.get("/anomalies", params={"open": "true"})).json() == []
    assert "A node lags behind" not in (await regulator.get(DESK)).text
    late = await officer.send(f"{DESK}/clear", {"key": "k", "subject": "node:PlatformA", "name": "height"})
    assert (late.status_code, "SUPERVISION_ROLE_DENIED" in late.text) == (403, True)


@pytest.mark.parametrize("name", ["consumer", "impostor", "pretender", "producer"])
async def test_others_see_nothing_here(founded: RunningService, name: str) -> None:
    await posted(founded, "/complaints", COMPLAINT, "consumer")
    answer = await Visitor(founded, name).get(DESK)
    assert (answer.status_code, "Not delivered" in answer.text) == (403, False)


def test_what_a_platform_owes_waits_for_its_officer_once_it_can_be_told() -> None:
    now = datetime(2026, 11, 26, tzinfo=UTC)
    steward = Signatory(msp_id="PlatformAMSP", id="s", role="platform-officer", gln="")
    rival = steward.model_copy(update={"msp_id": "PlatformBMSP"})
    member = Member(msp_id="PlatformAMSP", name="Shop", since=LONG_AGO, recorder=steward)
    owed = list(owed_of(member, first_standard("disclosure"), now))
    assert [each.period for each in owed if each.subject == "figures"] == ["2026-10", "2026-11"]
    offered = {
        (each.subject, each.period): [offer.move for offer in Desk(steward, now).owed(each).offers] for each in owed
    }
    assert (offered["figures", "2026-10"], offered["figures", "2026-11"]) == (["file_figures", "find_late"], [])
    assert offered["rules", "2026-01"] == ["file_rules", "find_late"]
    assert [Desk(rival, now).owed(each).offers for each in owed if each.opens_at > now] == [()]
