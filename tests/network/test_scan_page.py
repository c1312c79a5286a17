"""The scan page in a real browser: phone and desktop, with and without JavaScript, in both languages."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from playwright.async_api import Browser, Route, ViewportSize, expect

from tests.network.rest_client import Api
from tests.network.running_consortium import RunningConsortium
from tests.network.told_goods import MARKUP, ToldGoods
from tests.support.browser import DESKTOP, PHONE, PICTURES, check_reads_well
from tests.support.captures import document, event

ITEM = event(71_001)["epcList"][0]
LOOKS = {
    "phone-zh": (PHONE, "zh", True),
    "phone-en": (PHONE, "en", True),
    "desktop-zh": (DESKTOP, "zh", True),
    "desktop-en": (DESKTOP, "en", True),
    "phone-zh-no-scripts": (PHONE, "zh", False),
    "desktop-en-no-scripts": (DESKTOP, "en", False),
    "phone-en-no-scripts": (PHONE, "en", False),
    "desktop-zh-no-scripts": (DESKTOP, "zh", False),
}
STATES: dict[str, dict[str, int]] = {  # what of the page each has, and how often
    "genuine": {".grade-B": 1, ".tag.shown": 1, "section.warning": 0, ".papers li": 1, ".made-of": 1, ".liable li": 5},
    "recalled": {"section.warning": 1, ".recalls p": 1, ".papers li": 4, ".made-of": 1},
    "warm": {".grade-A": 1, ".tag.shown": 1, "section.warning li": 1, ".journey .alarmed": 1, ".papers li": 0},
    "forged": {".grade-E": 1, ".tag.contradicted": 1, ".flaws .contradicted": 1, "section.warning li": 1},
    "copied": {".grade-C": 1, ".tag.shown": 1, ".flaws .contradicted": 1, "section.warning li": 1},
    "unknown": {"div.warning": 1, ".grade": 0, ".journey": 0, "#report-form": 0},
    "wordy": {".grade-D": 1, ".tag.missing": 1, ".recalls p": 1, ".papers li": 1},
}


@pytest.fixture(scope="module")
async def address(consortium: RunningConsortium) -> str:
    """The page of an item that PlatformA and the Association both know."""
    await Api(consortium, "PlatformA").capture(document(event(71_001)))
    await Api(consortium, "Association").until(1, MATCH_epc=ITEM)
    return f"{consortium.api_url('PlatformA')}/scan?link={ITEM}"


@pytest.mark.parametrize(("size", "language", "scripts"), LOOKS.values(), ids=LOOKS)
@pytest.mark.parametrize("state", STATES)
async def test_the_page_reads_well(
    chromium: Browser, goods: ToldGoods, state: str, size: ViewportSize, language: str, *, scripts: bool
) -> None:
    page = await chromium.new_page(viewport=size, java_script_enabled=scripts)
    await page.goto(goods.page(state, language))
    for selector, count in STATES[state].items():
        await expect(page.locator(selector)).to_have_count(count)
    if state != "unknown":
        await expect(page.locator("#verify-button")).to_be_visible(visible=scripts)
        await expect(page.locator("#report-form button[type=submit]")).to_be_visible()
        await expect(page.locator(".evidence a")).to_have_count(2)
    if scripts:
        await page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true })")
    await check_reads_well(page, size, f"{state}-{language}-{size['width']}", scripts=scripts)
    await page.close()


@pytest.mark.parametrize("state", ["genuine", "copied"])
async def test_goods_have_the_name_that_their_maker_gives_them(chromium: Browser, goods: ToldGoods, state: str) -> None:
    page = await chromium.new_page()
    await page.goto(goods.page(state, "en"))
    await expect(page.locator(".parts")).to_contain_text("Phone Model 26 手机")
    await page.close()


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_what_people_wrote_is_shown_and_never_run(chromium: Browser, goods: ToldGoods, language: str) -> None:
    page = await chromium.new_page()
    await page.goto(goods.page("wordy", language))
    await expect(page.locator(".recalls")).to_contain_text(MARKUP)
    await expect(page.locator(".papers")).to_contain_text(MARKUP[:40])
    assert await page.locator("main img, main script").count() == 0
    assert await page.title() != "harmed"
    await page.close()


async def test_the_tag_leads_to_the_page_that_says_who_signed_it(chromium: Browser, goods: ToldGoods) -> None:
    """What a phone does with a QR code: it opens the link, which the resolver turns into the page."""
    page = await chromium.new_page(viewport=PHONE)
    await page.set_extra_http_headers({"Accept-Language": "en"})
    for state, said in (("genuine", "signature"), ("forged", "signed by somebody who did not make these goods")):
        link = goods.tags[state]
        answer = await page.goto(link)
        assert answer is not None
        assert answer.status == 200
        assert unquote(page.url).endswith(link[link.index("/01/") :])  # signature and all
        await expect(page.locator(".tag")).to_contain_text(said)
    await page.close()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
async def test_a_reader_reports_where_roughly_a_tag_was_scanned(
    chromium: Browser, goods: ToldGoods, *, scripts: bool
) -> None:
    page = await chromium.new_page(viewport=PHONE, java_script_enabled=scripts)
    await page.goto(goods.page("warm", "en"))
    await page.select_option("#report-area", label="Shanghai")
    await page.click("#report-form button[type=submit]")
    await expect(page.locator("#report-result")).to_have_text("Thank you, it is counted.")
    assert ("counted=true" in page.url) is not scripts
    await page.close()


async def test_a_reader_may_tell_the_place_by_the_device_which_makes_it_coarse(
    chromium: Browser, goods: ToldGoods
) -> None:
    context = await chromium.new_context(
        geolocation={"latitude": 31.2304, "longitude": 121.4737}, permissions=["geolocation"]
    )
    page = await context.new_page()
    sent: list[Any] = []
    page.on("request", lambda request: sent.append(request.post_data_json) if request.method == "POST" else None)
    await page.goto(goods.page("warm", "en"))
    await page.click("#report-locate")
    await expect(page.locator("#report-result")).to_have_text("Thank you, it is counted.")
    assert sent == [{"link": goods.tags["warm"], "area": "wtw"}]
    await context.close()


async def test_the_button_verifies_before_the_readers_eyes(chromium: Browser, address: str) -> None:
    page = await chromium.new_page(viewport=PHONE)
    await page.goto(f"{address}&lang=en")
    await page.click("#verify-button")
    await expect(page.locator("#verify-result.passed")).to_have_text(
        "Verified: to deceive you, PlatformA and Association would both have to lie."
    )
    assert await page.locator("#verify-steps li").count() == 5
    if PICTURES:
        await page.screenshot(path=Path(PICTURES) / "scan-verified.png", full_page=True)
    await page.close()


async def test_another_story_at_one_organisation_is_noticed(chromium: Browser, address: str) -> None:
    page = await chromium.new_page()

    async def lie(route: Route) -> None:
        answer = await route.fetch()
        told = await answer.json()
        told["events"][0]["event"] = told["events"][0]["event"].replace("2026", "2025")
        await route.fulfill(response=answer, body=json.dumps(told))

    await page.route("**/ledger/evidence?*", lie)  # both lie alike, so only the block gives them away
    await page.goto(f"{address}&lang=en")
    await page.click("#verify-button")
    await expect(page.locator("#verify-result.failed")).to_contain_text("the record is not in block")
    await page.close()


async def test_a_changed_block_is_noticed(chromium: Browser, address: str) -> None:
    page = await chromium.new_page()

    async def change(route: Route) -> None:
        answer = await route.fetch()
        body = bytearray(await answer.body())
        body[len(body) // 3] ^= 1
        await route.fulfill(response=answer, body=bytes(body))

    await page.route("**/ledger/blocks/*", change)
    await page.goto(f"{address}&lang=en")
    await page.click("#verify-button")
    await expect(page.locator("#verify-result.failed")).to_contain_text("Not verified: ")
    await page.close()
