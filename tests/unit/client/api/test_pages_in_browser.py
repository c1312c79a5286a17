"""Pages of supervision and privacy in a real browser: phone and desktop, both languages, with and without scripts."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser, Page, ViewportSize

from tests.support.browser import DESKTOP, PHONE, check_reads_well
from tests.support.founded import found, posted
from tests.support.privacy import ORDER, PLATFORM
from tests.support.served import served
from tests.support.simulated_service import RunningService, ServiceUnderTest
from tests.unit.client.api.test_privacy import placed, warrant_terms

LOOKS = {
    "phone-zh": (PHONE, "zh", True),
    "desktop-en": (DESKTOP, "en", True),
    "phone-en-no-scripts": (PHONE, "en", False),
    "desktop-zh-no-scripts": (DESKTOP, "zh", False),
}
PUBLIC = ("/", "/board", "/complain", "/platforms", f"/platforms/{PLATFORM}", "/my-data", "/my-data/check")
DESKS = {"officer": "/desk/supervision", "regulator": "/desk/warrants", "steward": "/desk/supervision"}
LONG = "urn:epc:class:lgtin:" + "9" * 120


@dataclass
class Scene:
    """A served consortium in which much waits for everybody."""

    url: str
    running: RunningService
    secret: str


@pytest.fixture(scope="module")
async def scene(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    under_test = ServiceUnderTest(tmp_path_factory.mktemp("pages"))
    app = under_test.app()
    async with served(app) as url, httpx.AsyncClient(base_url=url, timeout=60) as client:
        running = RunningService(under_test, app, client)
        await found(running, complaints={"answer_s": 1}, disclosure={}, sanctions={}, supervision={})
        secret = (await placed(running))["Fairledger-Capability"]
        await _told(running)
        yield Scene(url, running, secret)
    await under_test.ledger.simulator.close()


async def _told(running: RunningService) -> None:
    about = {"about": {"kind": "tag", "id": LONG}, "platform": PLATFORM, "matter": "unsafe"}
    made = [await posted(running, "/complaints", about, "consumer") for _ in range(3)]
    push = f"/complaints/{made[0]['id']}/deadline/push"
    while (await running.post(push, None, "consumer")).status_code == 409:  # noqa: ASYNC110  it is due by the clock
        await asyncio.sleep(0.2)
    upheld = {"verdict": "upheld"}
    await posted(running, f"/complaints/{made[0]['id']}/decisions/association", upheld, "officer", 200)
    await posted(running, f"/complaints/{made[0]['id']}/settle", {}, "consumer", 200)
    target = {"kind": "lot", "id": LONG}
    inspection = {"target": target, "platform": PLATFORM, "place": "on_site"}
    at = f"/inspections/{(await posted(running, '/inspections', inspection, 'regulator'))['id']}"
    bad = {"findings": [{"subject": "hygiene", "severity": "critical"}]}
    await posted(running, f"{at}/report", bad, "regulator", 200)
    await posted(running, "/inspections", inspection, "regulator")
    ground = {"kind": "complaint", "key": [made[0]["id"]]}
    fine = {"penalty": "fine", "amount_minor": 100_000, "currency": "CNY"}
    await posted(
        running, "/sanctions", {"msp_id": PLATFORM, "ground": ground, "rule": "upheld_complaint", **fine}, "officer"
    )
    entry = {"subject": f"platform:{PLATFORM}", "rule": "complaints_permille", "ground": "complaints of November"}
    await posted(running, "/monitoring", entry, "regulator")
    for node, height in {"PlatformA": 7_012, "PlatformB": 6_800}.items():
        behind = {"subject": f"node:{node}", "name": "height", "observed": {"height": height, "common": 7_040}}
        await posted(running, "/anomalies", behind, "service")
    for waits in (warrant_terms(), warrant_terms(purpose=LONG)):
        warrant = await posted(running, "/privacy/warrants", waits, "regulator")
    await posted(running, f"/privacy/warrants/{warrant['id']}/confirm", None, "supervisor", 200)
    read = {"warrant": "0" * 64, "platform": PLATFORM, "order": ORDER, "fields": ["name"]}
    assert (await running.post("/privacy/reads", read, "regulator")).status_code == 404


@pytest.mark.parametrize(("size", "language", "scripts"), LOOKS.values(), ids=LOOKS)
@pytest.mark.parametrize("path", PUBLIC)
async def test_public_pages_read_well(
    chromium: Browser, scene: Scene, path: str, size: ViewportSize, language: str, *, scripts: bool
) -> None:
    page = await chromium.new_page(viewport=size, java_script_enabled=scripts)
    address = f"{scene.url}{path}" + ("" if path == "/" else f"?lang={language}")
    answer = await page.goto(address)
    assert answer is not None
    assert answer.status == 200
    name = path.strip("/").replace("/", "-") or "landing"
    await check_reads_well(page, size, f"{name}-{language}-{size['width']}", scripts=scripts)
    await page.close()


@pytest.mark.parametrize(("size", "language", "scripts"), LOOKS.values(), ids=LOOKS)
@pytest.mark.parametrize("name", DESKS)
async def test_desks_read_well(
    chromium: Browser, scene: Scene, name: str, size: ViewportSize, language: str, *, scripts: bool
) -> None:
    page = await chromium.new_page(viewport=size, java_script_enabled=scripts)
    await _sign_in(page, scene, name, f"{DESKS[name]}?lang={language}")
    assert await page.locator("section").count() > 1
    if scripts:
        await page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true })")
    await check_reads_well(page, size, f"desk-{name}-{language}-{size['width']}", scripts=scripts)
    await page.close()


@pytest.mark.parametrize(("size", "language", "scripts"), LOOKS.values(), ids=LOOKS)
async def test_ones_own_data_read_well(
    chromium: Browser, scene: Scene, size: ViewportSize, language: str, *, scripts: bool
) -> None:
    page = await chromium.new_page(viewport=size, java_script_enabled=scripts)
    await page.goto(f"{scene.url}/my-data?lang={language}")
    await page.fill("#order", ORDER)
    await page.fill("#secret", scene.secret)
    await page.click("button[type=submit]")
    await page.wait_for_selector("#held")
    await check_reads_well(page, size, f"my-data-held-{language}-{size['width']}", scripts=scripts)
    await page.close()


async def test_a_correction_is_asked_for_and_accepted(chromium: Browser, scene: Scene) -> None:
    person = await chromium.new_page(viewport=PHONE, java_script_enabled=False)
    await person.goto(f"{scene.url}/my-data?lang=en")
    await person.fill("#order", ORDER)
    await person.fill("#secret", scene.secret)
    await person.click("button[type=submit]")
    await person.get_by_label("Name: what is right").fill("Li Si")
    await person.get_by_label("Address: what is right").fill(LONG)
    await person.click("button:has-text('Ask for a correction')")
    assert len(await person.locator("#asked ~ p code").inner_text()) == 64
    for look, (size, language, scripts) in LOOKS.items():
        page = await chromium.new_page(viewport=size, java_script_enabled=scripts)
        await _sign_in(page, scene, "steward", f"/desk/corrections?lang={language}")
        if scripts:
            await page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true })")
        assert await page.locator("article dd", has_text="Li Si").count() == 1
        await check_reads_well(page, size, f"desk-corrections-{look}", scripts=scripts)
        await page.close()
    page = await chromium.new_page(viewport=DESKTOP, java_script_enabled=False)
    await _sign_in(page, scene, "steward", "/desk/corrections?lang=en")
    await page.click("summary:has-text('Accept')")
    await page.check("text=I have checked it")
    await page.locator("button:visible", has_text="Accept").click()
    assert await page.locator("[role=status]").inner_text() == "It is decided, and what the person wrote is deleted."
    await page.close()
    await person.close()


async def test_somebody_complains_and_asks_for_it_by_the_receipt(chromium: Browser, scene: Scene) -> None:
    page = await chromium.new_page(viewport=PHONE, java_script_enabled=False)
    await page.goto(f"{scene.url}/complain?lang=en")
    await page.fill("#about-id", "17")
    await page.select_option("#matter", "defective")
    await page.fill("#statement", "The screen was broken when it came")
    await page.click("button:has-text('Send the complaint')")
    receipt = await page.locator("section code").inner_text()
    assert len(receipt) == 64
    await page.fill("#code", receipt)
    await page.fill("#why", "Nobody answered")
    await page.click("button[value=escalate]")
    assert "SUPERVISION_COMPLAINT_STATE" in await page.locator("[role=alert]").inner_text()
    await page.fill("#code", receipt)
    await page.click("button[value=show]")
    assert "Defective" in await page.locator("#state + dl").inner_text()
    await page.click("#state + dl a")
    assert await page.locator("body").inner_text() == "The screen was broken when it came"
    await page.close()


async def test_fields_are_downloaded_and_checked(chromium: Browser, scene: Scene, tmp_path: Path) -> None:
    page = await chromium.new_page(viewport=DESKTOP, java_script_enabled=False)
    await page.goto(f"{scene.url}/my-data?lang=en")
    await page.fill("#order", ORDER)
    await page.fill("#secret", scene.secret)
    await page.click("button[type=submit]")
    await page.check("#field-phone")
    async with page.expect_download() as download:
        await page.click("button:has-text('Download')")
    file = tmp_path / "shown.json"
    await (await download.value).save_as(file)
    await page.goto(f"{scene.url}/my-data/check?lang=en")
    await page.set_input_files("#file", file)
    await page.click("button[type=submit]")
    assert "13800000001" in await page.locator("#checked ~ dl").inner_text()
    await page.close()


async def test_an_officer_decides_by_a_form(chromium: Browser, scene: Scene) -> None:
    """A browser's own headers, which tell that the form is the page's."""
    page = await chromium.new_page(viewport=DESKTOP, java_script_enabled=False)
    await _sign_in(page, scene, "steward", "/desk/supervision?lang=en")
    await page.locator("#inspections ~ article summary", has_text="Show what was mended").first.click()
    await page.locator("textarea:visible").first.fill("All is clean")
    await page.locator("button:visible", has_text="Show what was mended").first.click()
    assert await page.locator("[role=status]").inner_text() == "It is on the ledger."
    states = {each["state"] for each in (await scene.running.client.get("/inspections")).json()}
    assert states == {"mended", "ordered"}
    await page.close()


async def _sign_in(page: Page, scene: Scene, name: str, then: str) -> None:
    await page.goto(f"{scene.url}{then}")
    await page.fill("#token", scene.running.bearer(name)["Authorization"].removeprefix("Bearer "))
    await page.click("main button[type=submit]")
    await page.wait_for_url(f"**{then}")
