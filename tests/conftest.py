"""What runs beside what: a file's tests stay together, and so do all that share the consortium, which begin first.

The others give way to it: its nodes have deadlines, and wait for each other most of the time.
"""

import os
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import settings
from playwright.async_api import Browser
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

from tests.support.browser import browser

settings.register_profile("untimed", settings(settings.default, deadline=None))
settings.load_profile("untimed")  # how long an example takes says how busy the machine is
CONSORTIUM = "tests/network/"
GIVE_WAY = 10  # of 19, by which a process can be nicer than others


class Beside(LoadScopeScheduling):  # type: ignore[misc]  # xdist tells no types
    """Gives workers whole files, and one of them all tests that share the consortium."""

    def _split_scope(self, nodeid: str) -> str:
        return CONSORTIUM if nodeid.startswith(CONSORTIUM) else nodeid.partition("::")[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    return Beside(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.nodeid.startswith(CONSORTIUM))  # the longest, and it waits most of its time


def pytest_runtest_setup(item: pytest.Item) -> None:
    if "PYTEST_XDIST_WORKER" in os.environ and not item.nodeid.startswith(CONSORTIUM) and not os.nice(0):
        os.nice(GIVE_WAY)


@pytest.fixture(scope="module")
async def chromium() -> AsyncIterator[Browser]:
    """A browser for the tests of one file."""
    async with browser() as started:
        yield started
