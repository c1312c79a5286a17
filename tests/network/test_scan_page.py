"""The scan page in a real browser: phone and desktop, with and without JavaScript, in both languages."""

import json
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Route, expect

from tests.network.rest_client import Api
from tests.network.running_consortium import RunningConsortium
from tests.support.browser import DESKTOP, PHONE, browser
from tests.support.captures import document, event

ITEM = event(71_001)["epcList"][0]
PICTURES = os.environ.get("FAIRLEDGER_TEST_PICTURES")  # a folder for screenshots, to be looked at


@pytest.fixture(scope="module")
async def chromium() -> AsyncIterator[Browser]:
    async with browser() as started:
        yield started


@pytest.fixture(scope="module")
async def address(consortium: RunningConsortium) -> str:
    """The page of an item that PlatformA and the Association both know."""
    await Api(consortium, "PlatformA").capture(document(event(71_001)))
    await Api(consortium, "Association").until(1, MATCH_epc=ITEM)
    return f"{consortium.api_url('PlatformA')}/scan?link={ITEM}"


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
async def test_the_page_reads_well(
    chromium: Browser, address: str, language: str, size: dict[str, int], *, scripts: bool
) -> None:
    page = await chromium.new_page(viewport=size, java_script_enabled=scripts)  # type: ignore[arg-type]
    await page.goto(f"{address}&lang={language}")
    await expect(page.locator(".journey li")).to_have_count(1)
    await expect(page.locator("#verify-button")).to_be_visible(visible=scripts)
    await expect(page.locator(".evidence a")).to_have_count(2)
    width = await page.locator("html").bounding_box()
    assert width is not None
    assert width["width"] <= size["width"]
    if PICTURES:
        await page.screenshot(path=Path(PICTURES) / f"scan-{language}-{size['width']}-{scripts}.png", full_page=True)
    if scripts:
        await page.evaluate("document.documentElement.scrollWidth <= innerWidth || (() => { throw 'wide' })()")
        found: Any = (await Axe().run(page)).response
        assert [violation["id"] for violation in found["violations"]] == []
    await page.close()


async def test_the_button_verifies_before_the_readers_eyes(chromium: Browser, address: str) -> None:
    page = await chromium.new_page(viewport=PHONE)  # type: ignore[arg-type]
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
