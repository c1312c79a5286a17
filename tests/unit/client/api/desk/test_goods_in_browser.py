"""Virtual goods in a real browser: sealed, compared, opened and disproved there, in the format of the command line."""

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, Request, expect

from fairledger.escrow.goods import seal, unseal
from fairledger_contracts.records.order import Commitment
from tests.support.browser import PHONE, check_reads_well
from tests.support.escrow import LICENCE
from tests.support.trading import Trade, put_standard, served_trade
from tests.unit.client.api.desk.test_signed_forms import at_desk, signed

GOODS = "许可证 LICENCE-0001\n".encode()
WRONG_KEY = bytes(32)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Trade]:
    async with served_trade(tmp_path, {"kate": {"role": "consumer"}}) as trade:
        await put_standard(trade.running)
        yield trade


async def looking(chromium: Browser, desk: Trade, name: str, order: str, language: str = "en") -> Page:
    """The order's page, with its tools ready, as that person sees it."""
    base = str(desk.running.client.base_url)
    context = await chromium.new_context(viewport=PHONE, base_url=base, locale="en", accept_downloads=True)
    cookie, _, token = desk.cookie(name)["Cookie"].partition("=")
    await context.add_cookies([{"name": cookie, "value": token, "url": f"{base}/desk"}])
    page = await context.new_page()
    await reopened(page, order, language)
    return page


async def reopened(page: Page, order: str, language: str = "en") -> None:
    await page.goto(f"/desk/orders/{order}?lang={language}")
    await page.wait_for_selector("body[data-goods-ready]")


async def saved(page: Page, tool: str, suffix: str) -> tuple[str, bytes]:
    """The name and content of the file that a tool offers, taken by keyboard."""
    async with page.expect_download() as download:
        await page.locator(f"[data-tool={tool}] a[download$='{suffix}']").press("Enter")
    told = await download.value
    return told.suggested_filename, (await told.path()).read_bytes()


async def chosen(page: Page, tool: str, content: bytes, name: str = "licence.txt.sealed") -> None:
    """Choose a file, and wait for what the tool says of it."""
    file: Any = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    await page.set_input_files(f"#file-{tool}", file)
    await expect(
        page.locator(f"[data-tool={tool}] [role=status] p.passed, [data-tool={tool}] p.failed")
    ).to_be_visible()


async def told(desk: Trade, order: str) -> Any:
    headers = desk.running.bearer("officer")
    return (await desk.running.client.get(f"/escrow/orders/{order}", headers=headers)).json()


async def released(desk: Trade, commitment: Commitment, key: bytes, buyer: str = "buyer") -> str:
    """The id of an order whose key is out."""
    order = await desk.ordered(LICENCE)
    bond = await desk.money("seller", LICENCE["bond_minor"])
    await desk.call("seller", "accept", order, [bond], commitment.model_dump())
    await desk.call(buyer, "hold", order)
    await desk.call("seller", "release_key", order, key.hex())
    return order


def with_wrong_key() -> tuple[bytes, Commitment]:
    """Sealed goods, and a commitment to a key that does not open them."""
    sealed = seal(GOODS)
    told = {**sealed.commitment.model_dump(), "key_sha256": hashlib.sha256(WRONG_KEY).hexdigest()}
    return sealed.ciphertext, Commitment(**told)


async def test_goods_are_sealed_sold_and_opened_and_no_service_sees_them(chromium: Browser, desk: Trade) -> None:
    order = await desk.ordered(LICENCE)
    await desk.money("seller", LICENCE["bond_minor"])
    seller = await looking(chromium, desk, "seller", order)
    bodies: list[str] = []

    def sent(request: Request) -> None:
        bodies.extend([request.post_data or ""] if request.method == "POST" else [])

    seller.on("request", sent)
    await chosen(seller, "seal", GOODS, "licence.txt")
    accept = seller.locator("form[data-function='escrow:accept'] button[type=submit]")
    await check_reads_well(seller, PHONE, "goods-seal", scripts=True)
    await expect(accept).to_be_disabled()  # until both files are saved
    key_name, key_text = await saved(seller, "seal", ".key")
    sealed_name, ciphertext = await saved(seller, "seal", ".sealed")
    assert (key_name, sealed_name) == (f"licence.txt.{order[:12]}.key", f"licence.txt.{order[:12]}.sealed")
    key = bytes.fromhex(key_text.decode("ascii"))
    assert unseal(ciphertext, key) == GOODS  # as the command line opens them
    await accept.press("Enter")
    await seller.wait_for_url("**&done=*")
    bound = (await told(desk, order))["order"]["commitment"]
    assert bound == {
        "ciphertext_sha256": hashlib.sha256(ciphertext).hexdigest(),
        "key_sha256": hashlib.sha256(key).hexdigest(),
        "plaintext_sha256": hashlib.sha256(GOODS).hexdigest(),
        "size_bytes": len(ciphertext),
    }
    (form,) = bodies
    for secret in (key_text.decode(), "LICENCE-0001"):
        assert secret not in form

    buyer = await looking(chromium, desk, "buyer", order)
    await chosen(buyer, "compare", ciphertext[:-1])
    await expect(buyer.locator("[data-tool=compare] .failed")).to_contain_text("These are not the sealed goods")
    await chosen(buyer, "compare", ciphertext)
    await expect(buyer.locator("[data-tool=compare] .passed")).to_contain_text("you can confirm")
    await buyer.locator("form[data-function='escrow:hold'] button[type=submit]").press("Enter")
    await buyer.wait_for_url("**&done=*")

    await reopened(seller, order)
    await chosen(seller, "key", WRONG_KEY.hex().encode(), "other.key")
    await expect(seller.locator("[data-tool=key] .failed")).to_contain_text("not the key that the seller is bound to")
    await chosen(seller, "key", key_text + b"\n", key_name)
    await seller.locator("form[data-function='escrow:release_key'] button[type=submit]").press("Enter")
    await seller.wait_for_url("**&done=*")

    await reopened(buyer, order)
    await chosen(buyer, "open", ciphertext, sealed_name)
    await check_reads_well(buyer, PHONE, "goods-open", scripts=True)
    assert await saved(buyer, "open", "licence.txt") == ("licence.txt", GOODS)
    await chosen(buyer, "prove", ciphertext)
    await expect(buyer.locator("[data-tool=prove] .failed")).to_contain_text("there is nothing to be proved")
    await buyer.locator("form[data-function='escrow:prove_wrong_key'] button[type=submit]").click()
    assert (await told(desk, order))["order"]["state"] == "delivered"  # nothing was sent
    for page in (seller, buyer):
        await page.context.close()


async def test_goods_that_the_command_line_sealed_are_opened_in_chinese(chromium: Browser, desk: Trade) -> None:
    sealed = seal(GOODS)
    order = await released(desk, sealed.commitment, sealed.key)
    page = await looking(chromium, desk, "buyer", order, "zh")
    await chosen(page, "open", sealed.ciphertext, f"licence.txt.{order[:12]}.sealed")
    await expect(page.locator("[data-tool=open] .passed")).to_contain_text("已打开")
    await check_reads_well(page, PHONE, "goods-open-zh", scripts=True)
    assert await saved(page, "open", ".txt") == ("licence.txt", GOODS)
    await page.context.close()


async def test_a_key_that_opens_nothing_is_proved_wrong_and_the_bond_is_the_buyers(
    chromium: Browser, desk: Trade
) -> None:
    ciphertext, commitment = with_wrong_key()
    order = await released(desk, commitment, WRONG_KEY)
    page = await looking(chromium, desk, "buyer", order)
    await chosen(page, "open", ciphertext)
    await expect(page.locator("[data-tool=open] .failed")).to_contain_text("prove it wrong")
    await chosen(page, "prove", ciphertext)
    await check_reads_well(page, PHONE, "goods-prove", scripts=True)
    await page.locator("form[data-function='escrow:prove_wrong_key'] button[type=submit]").press("Enter")
    await page.wait_for_url("**&done=*")
    ended = (await told(desk, order))["settlement"]
    assert (ended["rule"], ended["final"]["buyer_minor"]) == ("wrong_key", LICENCE["bond_minor"])
    await page.context.close()


async def test_a_wrong_key_is_proved_by_somebody_with_a_key_of_their_own(chromium: Browser, desk: Trade) -> None:
    ciphertext, commitment = with_wrong_key()
    page = await at_desk(chromium, desk, "kate")
    await page.goto("/desk/notes?lang=en")
    account = await page.locator("#notes ~ p > code").inner_text()
    price = {"owner": account, "amount_minor": LICENCE["price_minor"]}
    await desk.call("provider", "issue", "bank-kate", price, "CNY")
    listing = await desk.listed(LICENCE)
    await page.goto(f"/desk/listings/{listing['id']}?lang=en")
    await page.wait_for_selector("body[data-signer-ready]")
    order = await signed(page, "order")
    bond = await desk.money("seller", LICENCE["bond_minor"])
    await desk.call("seller", "accept", order, [bond], commitment.model_dump())
    for function in ("hold", "prove_wrong_key"):
        await reopened(page, order)
        await page.wait_for_selector("body[data-signer-ready]")
        if function == "prove_wrong_key":
            await chosen(page, "prove", ciphertext)
        await signed(page, function)
        if function == "hold":
            await desk.call("seller", "release_key", order, WRONG_KEY.hex())
    shown = page.locator("form[data-function='escrow:prove_wrong_key'] .signing dd")
    await expect(shown.nth(2)).to_have_text(f"SHA-256 {hashlib.sha256(ciphertext).hexdigest()}")
    assert (await told(desk, order))["settlement"]["rule"] == "wrong_key"
    await page.context.close()


@pytest.mark.parametrize("size", [0, 1_048_576 - 27])
async def test_goods_that_cant_be_sealed_are_told_before_anything_is_sent(
    chromium: Browser, desk: Trade, size: int
) -> None:
    order = await desk.ordered(LICENCE)
    await desk.money("seller", LICENCE["bond_minor"])
    page = await looking(chromium, desk, "seller", order)
    await chosen(page, "seal", bytes(size), "licence.bin")
    await expect(page.locator("[data-tool=seal] .failed")).to_contain_text("empty or too large")
    assert await page.input_value("#do-accept-commitment") == ""
    await page.context.close()
