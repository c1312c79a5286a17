"""Forms of supervision, standards and members, told as calls: signed by a key in a real browser, by no service."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from playwright.async_api import Browser, Locator, expect

from fairledger.api.desk.calls import MOVES
from fairledger_contracts.records.service_licence import signing_key
from fairledger_contracts.records.warrant import WarrantTerms
from tests.support.browser import PHONE, check_reads_well
from tests.support.escrow import CARRIER
from tests.support.founded import found, posted
from tests.support.simulated_service import MSP_ID
from tests.support.trading import OWN, Trade, put_standard, served_trade
from tests.unit.client.api.desk.test_signed_forms import at_desk, holder, opened
from tests.unit.client.api.test_escrow import read
from tests.unit.client.api.test_freezes import paid_after_dispute

SAM = {"sam": {"role": "platform-officer"}}
OF_COMPLAINT = "0" * 64
CALLS = {
    "answer": ({"id": OF_COMPLAINT}, ["supervision:answer_complaint", OF_COMPLAINT, "[]"]),
    "vote": (
        {"name": "escrow", "version": "0002", "approves": "yes"},
        ["disclosure:vote", "escrow", "0002", "true"],
    ),
    "remove_listing": ({"id": OF_COMPLAINT, "why": "cleared"}, ["supervision:delist", OF_COMPLAINT, "cleared"]),
    "enrol": ({"msp_id": "ShopMSP", "name": "Shop"}, ["disclosure:enrol", "ShopMSP", "Shop"]),
    "push_sanction": ({"id": OF_COMPLAINT}, ["disclosure:push_sanction", OF_COMPLAINT]),
}


async def prepared(desk: Trade, by: str, action: str, /, **form: str) -> httpx.Response:
    headers = {**OWN, **desk.cookie(by)}
    return await desk.running.client.post(f"/desk/calls/{action}", data={"key": "0" * 32, **form}, headers=headers)


@pytest.mark.parametrize("move", CALLS)
async def test_a_form_is_told_as_the_call_that_it_comes_to_and_nothing_is_done(desk: Trade, move: str) -> None:
    form, call = CALLS[move]
    before = len(desk.running.ledger.endorsements)
    told = (await prepared(desk, "officer", move, **form)).json()
    assert [told["function"], *told["arguments"]] == call
    assert len(desk.running.ledger.endorsements) == before


async def test_a_licence_is_told_as_the_calls_that_it_comes_to(desk: Trade) -> None:
    certificate = desk.running.service.wallet.get("carrier").identity.certificate
    pem = certificate.public_bytes(Encoding.PEM).decode()
    carrier = {"service": "carrier", **CARRIER}
    form = {"msp_id": "PlatformBMSP", "certificates": pem, "name": "Express"}
    call = (await prepared(desk, "officer", "license", **form)).json()
    told = {**carrier, "name": "Express", "keys": [signing_key(certificate)], "valid_from": None}
    assert (call["function"], json.loads(call["arguments"][0])) == ("escrow:license_service", told)
    end = {**carrier, "ground": "it stops trading", "valid_until": "2026-06-03T12:00"}
    call = (await prepared(desk, "officer", "end_licence", **end)).json()
    assert (call["function"], json.loads(call["arguments"][0])) == (
        "escrow:end_licence",
        {**end, "valid_until": "2026-06-03T12:00:00Z"},
    )


async def test_a_warrant_is_told_as_the_call_that_it_comes_to(desk: Trade) -> None:
    dates = {"valid_from": "2026-06-02T12:00", "valid_until": "2026-06-03T12:00"}
    told = {"platform": "ShopMSP", "subject_kind": "order", "subject": "order-7", "fields": "name, phone"}
    why = {"purpose": "complaint 7", "legal_basis": "article 25"}
    call = (await prepared(desk, "regulator", "make_warrant", **told, **why, **dates)).json()
    terms = WarrantTerms.model_validate_json(call["arguments"][0])
    assert (call["function"], terms.platform, terms.fields) == ("privacy:make_warrant", "ShopMSP", ("name", "phone"))
    assert terms.valid_until == datetime(2026, 6, 3, 12, tzinfo=UTC)


async def test_what_somebody_writes_is_kept_as_a_document_and_named_by_its_hash(desk: Trade) -> None:
    told = (await prepared(desk, "officer", "answer", id=OF_COMPLAINT, statement="we paid it back")).json()
    (document,) = json.loads(told["arguments"][1])
    kept = await desk.running.service.archive.get(document["sha256"], ask_others=False)
    assert kept == b"we paid it back"


async def test_what_is_no_form_is_refused(desk: Trade) -> None:
    assert (await prepared(desk, "officer", "invented")).json()["code"] == "REQUEST_INVALID"
    assert (await prepared(desk, "officer", "order_inspection", target="x")).json()["code"] == "REQUEST_INVALID"
    headers = {**desk.cookie("officer"), "Sec-Fetch-Site": "cross-site"}
    foreign = await desk.running.client.post("/desk/calls/answer", data={"key": "k"}, headers=headers)
    assert foreign.json()["code"] == "FORM_FOREIGN"


def test_all_moves_of_the_pages_are_there() -> None:
    assert {"order_inspection", "enlist", "open_sanction", "review", "propose", "vote", "enrol", "strike"} <= set(MOVES)
    assert {"make_warrant", "freeze"} <= set(MOVES)


@pytest.fixture
async def platform(tmp_path: Path) -> AsyncIterator[Trade]:
    """A desk at which an officer of the platform has a key of their own."""
    async with served_trade(tmp_path, SAM) as trade:
        await found(trade.running, complaints={})
        yield trade


@pytest.fixture
async def market(tmp_path: Path) -> AsyncIterator[Trade]:
    """The same officer's desk, where there is trade."""
    async with served_trade(tmp_path, SAM) as trade:
        await put_standard(trade.running)
        yield trade


async def test_a_complaint_is_answered_by_a_key_in_the_browser(chromium: Browser, platform: Trade) -> None:
    about = {"kind": "order", "id": "order-7"}
    complaint = {"about": about, "platform": MSP_ID, "matter": "not_delivered"}
    made = await posted(platform.running, "/complaints", complaint, "buyer")
    page = await at_desk(chromium, platform, "sam")
    await opened(page, "/desk/supervision?lang=en")
    form = page.locator("form[data-call='/desk/calls/answer']")
    await page.locator("details.move summary").first.click()
    await form.locator("textarea").fill("it is on its way")
    await form.locator("button[type=submit]").click()
    await expect(form.locator(".signing dd").first).to_have_text("supervision:answer_complaint")
    await expect(form.locator(".signing dd").nth(1)).to_have_text(made["id"])
    await check_reads_well(page, PHONE, "signed-supervision", scripts=True)
    await form.locator(".signing button:not(.plain)").click()
    await expect(form.locator(".signing .passed")).to_contain_text("On the ledger: transaction ")
    told = (await platform.running.client.get(f"/complaints/{made['id']}")).json()
    assert (told["state"], told["steps"][-1]["by"]) == ("answered", await holder(page))
    await page.context.close()


async def test_money_is_frozen_and_released_by_a_key_in_the_browser(chromium: Browser, market: Trade) -> None:
    order, note = await paid_after_dispute(market.running)
    page = await at_desk(chromium, market, "sam")
    await opened(page, f"/desk/funds?order={order['id']}&lang=en")
    freeze = page.locator("form[data-call='/desk/calls/freeze']")
    await freeze.locator(f"[name='note-{note}']").check()
    await signed(freeze, "escrow:freeze")
    (frozen,) = (await read(market.running, "/freezes", "regulator")).json()
    assert (frozen["notes"], frozen["recorder"]) == ([note], await holder(page))

    await opened(page, "/desk/funds?lang=en")
    await signed(page.locator("form[data-function='escrow:release']"), "escrow:release")
    ended = (await read(market.running, f"/freezes/{frozen['id']}", "regulator")).json()
    assert ended["released_by"] == frozen["recorder"]
    await page.context.close()


async def signed(form: Locator, function: str) -> None:
    """Send a form, see what it comes to, and sign that."""
    await form.locator("button[type=submit]").click()
    await expect(form.locator(".signing dd").first).to_have_text(function)
    await form.locator(".signing button:not(.plain)").click()
    await expect(form.locator(".signing .passed")).to_contain_text("On the ledger: transaction ")
