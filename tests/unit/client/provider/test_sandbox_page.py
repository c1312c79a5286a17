"""The sandbox's page in a real browser: it reads well, and a buyer pays on it, each form once."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Browser, ViewportSize, expect

from tests.support.browser import DESKTOP, PHONE, check_reads_well
from tests.support.provider import Dealings, SandboxUnderTest, provider_under_test
from tests.support.served import served
from tests.unit.client.api.papers import refusal

LOOKS = {
    "phone-zh": (PHONE, "zh", True),
    "phone-en": (PHONE, "en", True),
    "desktop-en": (DESKTOP, "en", True),
    "desktop-zh-no-scripts": (DESKTOP, "zh", False),
}
OWN = {"Sec-Fetch-Site": "same-origin"}


@dataclass
class Scene:
    """A service, and the sandbox of its provider, served."""

    dealings: Dealings
    sandbox: SandboxUnderTest
    url: str


@pytest.fixture
async def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Scene]:
    async with (
        provider_under_test(tmp_path, monkeypatch) as under_test,
        under_test.running() as dealings,
        dealings.sandbox() as sandbox,
        served(sandbox.app) as url,
    ):
        yield Scene(dealings, sandbox, url)


def form(scene: Scene, **more: str) -> dict[str, str]:
    owner = scene.dealings.under_test.owner()
    return {"reference": "form-1", "amount_minor": "700", "currency": "CNY", "owner": owner, **more}


@pytest.mark.parametrize(("size", "language", "scripts"), LOOKS.values(), ids=LOOKS)
async def test_a_buyer_pays_on_a_page_that_reads_well(
    chromium: Browser, scene: Scene, size: ViewportSize, language: str, *, scripts: bool
) -> None:
    page = await chromium.new_page(viewport=size, java_script_enabled=scripts)
    address = f"{scene.url}/?lang={language}"
    await page.goto(address)
    await check_reads_well(page, size, f"sandbox-empty-{language}-{size['width']}", scripts=scripts)
    await page.fill("#amount", "700")
    await page.fill("#owner", scene.dealings.under_test.owner())
    await page.click("button[type=submit]")
    await page.wait_for_url(address)
    ((_event, state, note),) = await scene.sandbox.entries()
    assert (state, await scene.dealings.notes()) == ("taken", [(note, 700)])
    await scene.dealings.payout(300, "in-1")
    await scene.dealings.providers.announce()
    await scene.sandbox.pay("payout:" + "0" * 64, 5, currency="USD")  # refused by the contract
    await scene.sandbox.entries("payouts")
    await page.reload()
    await expect(page.locator("dd.taken")).to_have_count(2)
    await expect(page.locator("dd.refused")).to_contain_text("ESCROW_NOTE_OWNER")
    await check_reads_well(page, size, f"sandbox-{language}-{size['width']}", scripts=scripts)
    await page.close()


async def test_what_a_form_says_wrong_is_named_and_stays_in_it(chromium: Browser, scene: Scene) -> None:
    page = await chromium.new_page(viewport=PHONE)
    await page.goto(f"{scene.url}/?lang=en")
    await page.fill("#amount", "700")
    await page.fill("#owner", "consumer")
    await page.click("button[type=submit]")
    await expect(page.get_by_role("alert")).to_have_text("Nothing was paid. look again at: owner")
    await check_reads_well(page, PHONE, "sandbox-refused-en-390", scripts=True)
    assert await page.input_value("#amount") == "700"
    assert await scene.sandbox.entries() == []
    await page.close()


async def test_a_form_pays_once_and_only_from_the_own_page(scene: Scene) -> None:
    client = scene.sandbox.client
    assert refusal(await client.post("/", data=form(scene))) == (403, "FORM_FOREIGN")
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert refusal(await client.post("/", data=form(scene), headers=foreign)) == (403, "FORM_FOREIGN")
    assert refusal(await client.post("/", json=form(scene), headers=OWN)) == (415, "REQUEST_MEDIA_TYPE")
    for _ in range(2):
        answer = await client.post("/?lang=en", data=form(scene), headers=OWN)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/?lang=en")
    assert len(await scene.sandbox.entries()) == 1
    await client.post("/", data=form(scene, amount_minor="701"), headers=OWN)  # the same reference
    assert (await scene.sandbox.entries())[1] == ("payment.received", "refused", "ESCROW_REFERENCE_USED")
    assert [amount for _note, amount in await scene.dealings.notes()] == [700]


@pytest.mark.parametrize(
    "wrong",
    [{"amount_minor": "-1"}, {"amount_minor": "7.5"}, {"amount_minor": ""}, {"currency": "cny"}, {"reference": "a b"}],
)
async def test_what_is_no_payment_is_not_taken(scene: Scene, wrong: dict[str, str]) -> None:
    answer = await scene.sandbox.client.post("/?lang=zh", data=form(scene, **wrong), headers=OWN)
    assert (answer.status_code, next(iter(wrong)) in answer.text) == (400, True)
    assert await scene.sandbox.entries() == []
