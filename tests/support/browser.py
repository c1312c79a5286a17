"""A real Chromium for the pages."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, ViewportSize, async_playwright, expect

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PHONE: ViewportSize = {"width": 390, "height": 844}
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
expect.set_options(timeout=30_000)  # ms; a machine that runs other tests beside takes its time
PICTURES = os.environ.get("FAIRLEDGER_TEST_PICTURES")  # a folder for screenshots, to be looked at


@asynccontextmanager
async def browser() -> AsyncIterator[Browser]:
    """Headless Chromium with an empty profile; `make test` installs it."""
    program = next((found for name in NAMES if (found := shutil.which(name))), None)
    assert program is not None, "Chromium is missing: install your system's package chromium"
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        yield started
        await started.close()


async def check_reads_well(page: Page, size: ViewportSize, name: str, *, scripts: bool) -> None:
    """Fail where a page is wider than the window, or axe finds fault with it; ``name`` is the screenshot's."""
    box = await page.locator("html").bounding_box()
    assert box is not None
    assert box["width"] <= size["width"]
    if PICTURES:
        await page.screenshot(path=Path(PICTURES) / f"{name}{'' if scripts else '-plain'}.png", full_page=True)
    if scripts:
        violations: Any = (await Axe().run(page)).response["violations"]
        assert [(each["id"], [node["target"] for node in each["nodes"]]) for each in violations] == []
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
