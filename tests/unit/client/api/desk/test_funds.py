"""The flow of funds and the totals in a real browser: phone and desktop, both languages, with and without scripts."""

import dataclasses
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from fastapi import FastAPI
from playwright.async_api import Browser, Page, Route, ViewportSize, expect

from tests.support.browser import DESKTOP, PHONE
from tests.support.escrow_service import trading
from tests.support.served import served
from tests.support.simulated_service import RunningService
from tests.unit.client.api.test_escrow import owner, posted, read
from tests.unit.client.api.test_freezes import new, paid_after_dispute

LOOKS = {
    "phone-zh": (PHONE, "zh", True),
    "phone-en-no-scripts": (PHONE, "en", False),
    "desktop-en": (DESKTOP, "en", True),
}
PICTURES = os.environ.get("FAIRLEDGER_TEST_PICTURES")  # a folder for screenshots, to be looked at


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[RunningService]:
    async with trading(tmp_path) as running:
        yield running


def started(service: RunningService) -> FastAPI:
    """The application for a server that starts what it serves: the service runs already."""
    outer = FastAPI()
    outer.mount("/", service.app)
    return outer


def signed_in(service: RunningService, name: str) -> dict[str, str]:
    token = service.bearer(name)["Authorization"].removeprefix("Bearer ")
    return {"Cookie": f"fairledger-PlatformA={token}"}


async def shown(page: Page, name: str, *, scripts: bool) -> None:
    """What holds for every page: nothing is wider than the screen, and axe finds nothing."""
    if PICTURES:
        await page.screenshot(path=Path(PICTURES) / f"funds-{name}.png", full_page=True)
    if scripts:
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        found: Any = (await Axe().run(page)).response
        assert [(each["id"], [node["target"] for node in each["nodes"]]) for each in found["violations"]] == []


@pytest.mark.parametrize(("size", "language", "scripts"), LOOKS.values(), ids=LOOKS)
async def test_the_way_of_an_orders_money_is_listed_and_drawn(
    service: RunningService, chromium: Browser, size: ViewportSize, language: str, *, scripts: bool
) -> None:
    order, note = await paid_after_dispute(service)
    await posted(service, "/freezes", new(order, note), "steward")
    async with served(started(service)) as address:
        context = await chromium.new_context(viewport=size, java_script_enabled=scripts)
        await context.set_extra_http_headers(signed_in(service, "buyer"))
        page = await context.new_page()
        await page.goto(f"{address}/desk/funds?lang={language}")
        await page.fill("#order", order["id"])
        await page.click("form[action='/desk/funds'] button")
        await expect(page.locator(".movements > li")).to_have_count(7)
        await expect(page.locator(".picture svg rect.box")).to_have_count(9)
        await expect(page.locator(".movements .bad")).to_have_count(1)  # the seller's note is frozen
        links = page.locator(".movements a[href*='/ledger/blocks/']")
        await expect(links).to_have_count(7)
        href = await links.first.get_attribute("href")
        assert (await service.client.get(str(href))).status_code == 200
        await shown(page, f"flow-{language}-{size['width']}", scripts=scripts)
        await context.close()


async def test_who_has_no_part_is_refused_and_is_not_told_who_has(service: RunningService) -> None:
    order, note = await paid_after_dispute(service)
    for name, parameters, status, said in (
        ("stranger", {"order": order["id"]}, 403, "ESCROW_DENIED"),
        ("competitor", {"reference": "bank-1"}, 403, "ESCROW_DENIED"),
        ("buyer", {"order": "0" * 64}, 404, "ESCROW_ORDER_UNKNOWN"),
        ("buyer", {"order": "x"}, 400, "QUERY_VALUE"),
        ("buyer", {"order": order["id"], "note": note}, 400, "QUERY_ORDER"),
        ("officer", {"order": order["id"]}, 200, "somebody of PlatformA"),
        ("steward", {"order": order["id"]}, 200, "seller · PlatformA"),
    ):
        answer = await service.client.get(
            "/desk/funds", params={**parameters, "lang": "en"}, headers=signed_in(service, name)
        )
        assert (answer.status_code, said in answer.text) == (status, True), (name, parameters)
        assert ("carrier" in answer.text) is (name == "steward")
    nobody = await service.client.get("/desk/funds", params={"order": order["id"]})
    assert (nobody.status_code, nobody.headers["Location"].partition("?")[0]) == (303, "/desk/sign-in")


async def test_a_party_follows_money_further_without_learning_who_had_it(service: RunningService) -> None:
    await paid_after_dispute(service)
    (note,) = (await read(service, "/notes", "seller")).json()
    spent = note["id"]
    for payer, payee in (("seller", "rival"), ("rival", "stranger")):
        payment = {"owner": owner(service, payee), "amount_minor": note["amount_minor"]}
        (made,) = await posted(service, "/notes/pay", {"notes": [spent], "payments": [payment]}, payer)
        spent = made["id"]
    parameters = {"note": note["id"], "lang": "en"}
    answer = await service.client.get("/desk/funds", params=parameters, headers=signed_in(service, "seller"))
    for name in ("seller · PlatformA", "rival · PlatformA", "somebody of PlatformA"):
        assert name in answer.text
    assert "stranger" not in answer.text


@pytest.mark.parametrize(("size", "language", "scripts"), LOOKS.values(), ids=LOOKS)
async def test_anybody_sees_what_is_in_circulation_and_compares_it(
    service: RunningService, chromium: Browser, size: ViewportSize, language: str, *, scripts: bool
) -> None:
    await paid_after_dispute(service)
    async with served(started(service)) as address:
        witnesses = (("PlatformA", address), ("Association", address))
        service.app.state.service = dataclasses.replace(service.service, witnesses=witnesses)
        page = await chromium.new_page(viewport=size, java_script_enabled=scripts)
        await page.goto(f"{address}/funds?lang={language}")
        await expect(page.locator(".totals dd.passed")).to_have_count(1)
        await expect(page.locator(".totals")).to_contain_text("1,600.03 CNY")
        await expect(page.locator(".witnesses a")).to_have_count(1)
        text = await page.content()
        names = [part for name in ("buyer", "seller", "carrier") for part in (owner(service, name), f"{name} ·")]
        assert not [name for name in names if name in text]
        if scripts:
            await page.click("#compare-button")
            await expect(page.locator("#compare-result.passed")).to_contain_text("Association")
        await shown(page, f"totals-{language}-{size['width']}", scripts=scripts)
        await page.close()


def telling_nothing_as_of(block: str) -> Callable[[Route], Awaitable[None]]:
    """A service by which nothing is in circulation as of that block."""
    headers = {"Fairledger-Block": block, "Access-Control-Allow-Origin": "*"}

    async def answer(route: Route) -> None:
        await route.fulfill(json=[], headers={**headers, "Access-Control-Expose-Headers": "Fairledger-Block"})

    return answer


async def test_another_total_at_another_organisation_is_noticed(service: RunningService, chromium: Browser) -> None:
    await paid_after_dispute(service)
    async with served(started(service)) as address:
        witnesses = (("PlatformA", address), ("Association", "http://127.0.0.1:9"))
        service.app.state.service = dataclasses.replace(service.service, witnesses=witnesses)
        page = await chromium.new_page(viewport=PHONE)
        await page.goto(f"{address}/funds?lang=en")
        await page.click("#compare-button")
        await expect(page.locator("#compare-result.failed")).to_have_text("Association does not answer.")
        block = (await service.client.get("/escrow/circulation")).headers["Fairledger-Block"]
        for told, said in ((block, "tell different totals as of the same block"), ("1", "try again")):
            await page.unroute_all()
            await page.route("http://127.0.0.1:9/**", telling_nothing_as_of(told))
            await page.click("#compare-button")
            await expect(page.locator("#compare-result")).to_contain_text(said)
        await page.close()
