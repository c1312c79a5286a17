"""The desk's pages of standards, members and licences in a real browser: phone and desktop, in both languages."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser, Page, ViewportSize

from tests.support.browser import DESKTOP, PHONE, check_reads_well
from tests.support.founded import found
from tests.support.served import served
from tests.support.simulated_service import RunningService, ServiceUnderTest
from tests.support.supervised import parameters_of

LOOKS = {
    "phone-zh": (PHONE, "zh", True),
    "desktop-en": (DESKTOP, "en", True),
    "phone-en-no-scripts": (PHONE, "en", False),
    "desktop-zh": (DESKTOP, "zh", True),
}
NUMBERS = {**parameters_of("complaints"), "answer_s": 86_400, "figures_days": 300}
FILE = {"name": "complaints", "title": "Who answers until when · 投诉处理标准", "parameters": NUMBERS}


@dataclass
class Scene:
    """A served consortium with standards in force and platforms that are members."""

    url: str
    running: RunningService
    file: Path


@pytest.fixture(scope="module")
async def scene(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    folder = tmp_path_factory.mktemp("rules")
    file = folder / "complaints.json"
    file.write_text(json.dumps(FILE), encoding="utf-8")
    under_test = ServiceUnderTest(folder / "service")
    app = under_test.app()
    async with served(app) as url, httpx.AsyncClient(base_url=url, timeout=60) as client:
        running = RunningService(under_test, app, client)
        await found(running, complaints={}, supervision={})
        yield Scene(url, running, file)
    await under_test.ledger.simulator.close()


async def test_an_association_proposes_and_platforms_vote(chromium: Browser, scene: Scene) -> None:
    page = await chromium.new_page(viewport=PHONE, java_script_enabled=False)
    await _sign_in(page, scene, "officer", "/desk/standards?lang=en")
    await page.set_input_files("#file", scene.file)
    await page.click("button:has-text('Compare')")
    changed = page.locator("#draft ~ table tbody tr")
    assert await changed.count() == 2
    assert "604800 (7 d)" in await changed.first.inner_text()
    assert "86400 (1 d)" in await changed.first.inner_text()
    await check_reads_well(page, PHONE, "standards-draft-en-390", scripts=False)
    later = datetime.now(UTC) + timedelta(days=3)
    await page.fill("#effective_from", later.strftime("%Y-%m-%dT%H:%M"))
    await page.click("button:has-text('Propose it to the members')")
    assert await page.locator("[role=status]").inner_text() == "It is on the ledger."
    await page.close()

    page = await chromium.new_page(viewport=DESKTOP, java_script_enabled=False)
    await _sign_in(page, scene, "steward", "/desk/standards?lang=en")
    await page.select_option("#approves-1", "yes")
    await page.click("button:has-text('Vote')")
    assert "1 for, 0 against, of 4 members" in await page.locator("#ballots ~ article").inner_text()
    assert await page.locator("#approves-1").count() == 0
    await page.close()


@pytest.mark.parametrize(("size", "language", "scripts"), LOOKS.values(), ids=LOOKS)
@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("officer", "/desk/standards"),
        ("regulator", "/desk/members"),
        ("officer", "/desk/members"),
        ("officer", "/desk/licences"),
        ("consumer", "/desk/licences"),
    ],
)
async def test_the_pages_read_well(
    chromium: Browser, scene: Scene, *, name: str, path: str, size: ViewportSize, language: str, scripts: bool
) -> None:
    page = await chromium.new_page(viewport=size, java_script_enabled=scripts)
    await _sign_in(page, scene, name, f"{path}?lang={language}")
    if path == "/desk/standards":
        await page.set_input_files("#file", scene.file)
        await page.click("#propose ~ form button")
        await page.wait_for_selector("#draft")
    if scripts:
        await page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true })")
    look = f"{path.rpartition('/')[2]}-{name}-{language}-{size['width']}"
    await check_reads_well(page, size, look, scripts=scripts)
    await page.close()


async def _sign_in(page: Page, scene: Scene, name: str, then: str) -> None:
    await page.goto(f"{scene.url}{then}")
    await page.fill("#token", scene.running.bearer(name)["Authorization"].removeprefix("Bearer "))
    await page.click("main button[type=submit]")
    await page.wait_for_url(f"**{then}")
