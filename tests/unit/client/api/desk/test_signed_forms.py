"""The desk's own forms, signed by a key in a real browser: people buy and sell, and no service signs for them."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, Page, expect

from fairledger.identity import Identity
from fairledger_chaincode.identity import ClientIdentity
from tests.support.browser import PHONE, check_reads_well
from tests.support.escrow import AREA, CARRIER, SERIAL
from tests.support.escrow import PHONE as GOODS
from tests.support.simulated_service import MSP_ID
from tests.support.trading import SECRET, Trade, put_standard, served_trade
from tests.unit.client.api.desk.test_trade import OFFER

PEOPLE = {"kate": {"role": "consumer"}, "shop": {"role": "merchant", "gln": "9521000000056"}}


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Trade]:
    async with served_trade(tmp_path, PEOPLE) as trade:
        await put_standard(trade.running)
        yield trade


async def at_desk(chromium: Browser, desk: Trade, name: str) -> Page:
    """A browser in which that person made a key, and is signed in by it."""
    context = await chromium.new_context(viewport=PHONE, base_url=str(desk.running.client.base_url), locale="en")
    page = await context.new_page()
    await page.goto("/desk/key?lang=en")
    await page.fill("#enrolment-id", name)
    await page.fill("#secret", SECRET)
    await page.click("#enrol-form button")
    await page.wait_for_url("**/desk")
    await expect(page.locator("nav strong")).to_have_text(f"{name}/{MSP_ID}")
    return page


async def opened(page: Page, address: str) -> None:
    await page.goto(address)
    await page.wait_for_selector("body[data-signer-ready]")


async def signed(page: Page, function: str) -> str:
    """Send the page's form for that function, agree to what is shown, and the transaction's id."""
    form = page.locator(f"form[data-function='escrow:{function}']")
    await form.locator("button[type=submit]").click()
    await form.locator(".signing button:not(.plain)").click()
    outcome = form.locator(".signing > p")
    await expect(outcome).to_contain_text("On the ledger: transaction ")
    return (await outcome.inner_text()).removeprefix("On the ledger: transaction ").partition(",")[0]


async def holder(page: Page) -> dict[str, str]:
    """Whom the ledger's records name where the key in this browser signed."""
    certificate: str = await page.evaluate(
        "import('/desk/keystore.js').then(({ find }) => find('PlatformA')).then(({ certificate }) => certificate)"
    )
    caller = ClientIdentity.from_creator(Identity(MSP_ID, certificate.encode()).serialized)
    return {"gln": "", **caller.attributes, "msp_id": caller.msp_id, "id": caller.id}


async def order_told(desk: Trade, order: str) -> Any:
    """An order with its settlement."""
    return (await desk.running.client.get(f"/escrow/orders/{order}", headers=desk.running.bearer("officer"))).json()


async def paid_in(page: Page, desk: Trade, amount_minor: int) -> None:
    """The provider makes a note for the account that the page of money tells."""
    await opened(page, "/desk/notes?lang=en")
    account = await page.locator("#notes ~ p > code").inner_text()
    await desk.call("provider", "issue", "bank-kate", {"owner": account, "amount_minor": amount_minor}, "CNY")


async def ordered(page: Page, desk: Trade) -> str:
    """The id of an order that is signed in the browser, too."""
    await paid_in(page, desk, GOODS["price_minor"])
    listing = await desk.listed()
    await opened(page, f"/desk/listings/{listing['id']}?lang=en")
    await page.select_option("#do-area", AREA)
    order = await signed(page, "order")
    await page.click(".signing a")
    await page.wait_for_url(f"**/desk/orders/{order}?lang=en")
    return order


async def test_a_buyer_orders_and_confirms_with_a_key_of_their_own(chromium: Browser, desk: Trade) -> None:
    page = await at_desk(chromium, desk, "kate")
    order = await ordered(page, desk)
    bond, carriers_bond = await desk.money("seller", GOODS["bond_minor"]), await desk.money("carrier", 50_001)
    await desk.call("seller", "accept", order, [bond], None)
    await desk.call("seller", "ship", order, SERIAL, "P-0001", CARRIER)
    await desk.call("carrier", "take_over", order, 450, AREA, [carriers_bond])
    await desk.call("carrier", "deliver", order, 450, AREA)
    asked = len(desk.running.ledger.endorsements)

    await opened(page, f"/desk/orders/{order}?lang=en")
    await page.click("form[data-function='escrow:confirm'] button[type=submit]")
    shown = page.locator("form[data-function='escrow:confirm'] .signing dd")
    await expect(shown).to_have_text(["escrow:confirm", order, f"kate ({MSP_ID})"])
    await check_reads_well(page, PHONE, "signed-form", scripts=True)
    await signed(page, "confirm")

    assert len(desk.running.ledger.endorsements) == asked  # nobody was asked to sign for kate
    told, kate = await order_told(desk, order), await holder(page)
    assert (told["order"]["state"], told["settlement"]["rule"]) == ("settled", "confirmed")
    assert (told["order"]["buyer"], told["order"]["recorder"], told["settlement"]["recorder"]) == (kate, kate, kate)
    await page.click(".signing a")  # to the order as it is now
    await expect(page.locator("h1")).to_contain_text("settled", ignore_case=True)
    assert await page.locator("form[data-function]").count() == 0
    await page.context.close()


async def test_a_buyer_cancels_with_a_key_of_their_own(chromium: Browser, desk: Trade) -> None:
    page = await at_desk(chromium, desk, "kate")
    order = await ordered(page, desk)
    await opened(page, f"/desk/orders/{order}?lang=en")
    await signed(page, "cancel")
    told = await order_told(desk, order)
    assert told["order"]["recorder"] == await holder(page)
    assert told["settlement"]["final"]["buyer_minor"] == GOODS["price_minor"]
    await page.context.close()


async def test_a_seller_lists_goods_with_a_key_of_their_own(chromium: Browser, desk: Trade) -> None:
    page = await at_desk(chromium, desk, "shop")
    await opened(page, str(httpx.URL("/desk/listings/new", params={**OFFER, "lang": "en"})))
    fields = page.locator("form[data-function='escrow:list_goods'] [data-argument]")
    await expect(fields).to_have_count(1)
    assert [await fields.get_attribute(name) for name in ("name", "data-argument")] == ["terms", "json"]
    tx_id = await signed(page, "list_goods")
    await page.click(".signing a")
    await page.wait_for_url(f"**/desk/listings/{tx_id}?lang=en")
    (listing,) = (await desk.running.client.get("/escrow/listings")).json()
    assert (listing["id"], listing["terms"], listing["recorder"]) == (tx_id, GOODS, await holder(page))
    await page.context.close()


async def test_what_was_paid_is_not_offered_to_be_paid_again(chromium: Browser, desk: Trade) -> None:
    page = await at_desk(chromium, desk, "kate")
    await paid_in(page, desk, 5_000)
    draft = {"draft": "pay", "to": desk.owner("seller"), "sum": "12.34", "in": "CNY", "lang": "en"}
    await opened(page, str(httpx.URL("/desk/notes", params=draft)))
    await signed(page, "pay")
    await page.click(".signing a")
    await page.wait_for_url("**/desk/notes?lang=en")
    await expect(page.locator(".sums")).to_have_text("37.66 CNY")
    assert await page.locator("form[data-function]").count() == 0
    await page.context.close()
