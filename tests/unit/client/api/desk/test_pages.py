"""The desk's pages in a real browser: phone and desktop, with and without scripts, in both languages."""

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, ViewportSize, expect

from tests.support.browser import DESKTOP, PHONE
from tests.support.escrow import AREA, LICENCE
from tests.support.escrow import PHONE as GOODS
from tests.support.served import served
from tests.support.simulated_service import RunningService
from tests.support.trading import Trade, put_standard, trading

LOOKS = {
    "phone-zh": (PHONE, "zh", True),
    "desktop-en": (DESKTOP, "en", True),
    "phone-en-no-scripts": (PHONE, "en", False),
}
PICTURES = os.environ.get("FAIRLEDGER_TEST_PICTURES")  # a folder for screenshots, to be looked at


@dataclass
class Served:
    """A desk at an address, with things to see: pages by name, each with whose it is."""

    address: str
    trade: Trade
    pages: dict[str, tuple[str, str]]

    async def context(self, chromium: Browser, name: str, **options: Any) -> BrowserContext:
        """A browser in which that person is signed in."""
        context = await chromium.new_context(**options)
        told = self.trade.cookie(name)["Cookie"].partition("=")
        await context.add_cookies([{"name": told[0], "value": told[2], "url": f"{self.address}/desk"}])
        return context


@pytest.fixture(scope="module")
async def desk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    under_test = trading(tmp_path_factory.mktemp("desk"))
    app = under_test.app()
    async with served(app) as address, httpx.AsyncClient(base_url=address) as client:
        running = RunningService(under_test, app, client)
        await put_standard(running, panel_quorum=2)
        trade = Trade(running)
        yield Served(address, trade, await told(trade))
    await under_test.ledger.simulator.close()


async def told(trade: Trade) -> dict[str, tuple[str, str]]:
    """Orders in all kinds of states, goods and money."""
    settled = await trade.delivered("FP9")
    await trade.call("buyer", "check_tag", settled, "FP9", True)
    await trade.call("buyer", "confirm", settled)
    disputed = await trade.disputed("FP2")
    await trade.call("buyer", "propose", disputed, 500, 1_000)
    delivered, carried = await trade.delivered("FP3"), await trade.carried("FP4")
    shipped, accepted = await trade.shipped("FP5"), await trade.accepted()
    funded, licence = await trade.ordered(), await trade.accepted(LICENCE)
    listing = await trade.listed()
    for name in ("buyer", "seller", "carrier"):
        await trade.money(name, 1_234_567)
    provider = ":".join(trade.owner("provider").partition(":")[::2])
    note = await trade.money("buyer", 5_000)
    await trade.call("buyer", "ask_payout", [note], 4_999, "CNY", provider)
    draft = f"&draft=pay&to={trade.owner('seller')}&sum=12.34&in=CNY"
    offer = "&kind=virtual&model=Licence&price=50&bond=50&currency=CNY&accept=24&ship=24&delivery=5&cooling_off=7"
    return {
        "home-buyer": ("buyer", "/desk?"),
        "home-seller": ("seller", "/desk?"),
        "home-carrier": ("carrier", "/desk?"),
        "home-inspector": ("inspector", "/desk?"),
        "home-provider": ("provider", "/desk?"),
        "funded": ("seller", f"/desk/orders/{funded}?"),
        "accepted": ("seller", f"/desk/orders/{accepted}?"),
        "licence": ("buyer", f"/desk/orders/{licence}?"),
        "shipped": ("carrier", f"/desk/orders/{shipped}?"),
        "carried": ("carrier", f"/desk/orders/{carried}?"),
        "delivered": ("buyer", f"/desk/orders/{delivered}?"),
        "proposed": ("seller", f"/desk/orders/{disputed}?"),
        "settled": ("buyer", f"/desk/orders/{settled}?done={settled}"),
        "forbidden": ("stranger", f"/desk/orders/{settled}?"),
        "listings": ("seller", "/desk/listings?"),
        "listing": ("buyer", f"/desk/listings/{listing['id']}?"),
        "offer": ("seller", f"/desk/listings/new?{offer}&evidence=3&undecided=50"),
        "notes-buyer": ("buyer", f"/desk/notes?{draft}"),
        "notes-provider": ("provider", "/desk/notes?"),
    }


@pytest.mark.parametrize(("size", "language", "scripts"), LOOKS.values(), ids=LOOKS)
async def test_the_pages_read_well(
    chromium: Browser, desk: Served, size: ViewportSize, language: str, *, scripts: bool
) -> None:
    opened = {
        person: await (await desk.context(chromium, person, viewport=size, java_script_enabled=scripts)).new_page()
        for person in sorted({person for person, _ in desk.pages.values()})
    }
    for name, (person, path) in desk.pages.items():
        page = opened[person]
        await page.goto(f"{desk.address}{path}&lang={language}")
        await expect(page.locator("html")).to_have_attribute("lang", language)
        await expect(page.locator("main h1")).to_have_count(1)
        width = await page.locator("html").bounding_box()
        assert width is not None
        assert width["width"] <= size["width"], name
        if PICTURES:
            picture = f"{name}-{language}-{size['width']}{'' if scripts else '-plain'}.png"
            await page.screenshot(path=Path(PICTURES) / picture, full_page=True)
        if scripts:
            await page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true })")
            assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
            found: Any = (await Axe().run(page)).response
            violations = [(each["id"], [node["target"] for node in each["nodes"]]) for each in found["violations"]]
            assert (name, violations) == (name, [])
    for page in opened.values():
        await page.context.close()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
async def test_a_buyer_orders_and_a_seller_declines(chromium: Browser, desk: Served, *, scripts: bool) -> None:
    listing = await desk.trade.listed(model="A phone to be declined")
    await desk.trade.money("buyer", GOODS["price_minor"])
    buyer = await desk.context(chromium, "buyer", viewport=PHONE, java_script_enabled=scripts)
    page = await buyer.new_page()
    await page.goto(f"{desk.address}/desk/listings/{listing['id']}?lang=en")
    await page.select_option("#do-area", AREA)
    await page.click("form[data-function='escrow:order'] button")
    await expect(page.locator("[role=status]")).to_contain_text("It is on the ledger.")
    await expect(page.locator(".way [aria-current=step]")).to_contain_text("price held")
    address = page.url.partition("?")[0]

    seller = await desk.context(chromium, "seller", viewport=PHONE, java_script_enabled=scripts)
    other = await seller.new_page()
    await other.goto(f"{address}?lang=zh")
    await other.click("form[data-function='escrow:decline'] button")
    await expect(other.locator(".way [aria-current=step]")).to_contain_text("已取消")

    await page.click("form[data-function='escrow:cancel'] button")  # too late: the page is from before
    await expect(page.locator("[role=alert]")).to_contain_text("ESCROW_WRONG_STATE")
    await buyer.close()
    await seller.close()
