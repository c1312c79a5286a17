"""What runs beside what: a file's tests stay together, and so do all that share the consortium, which begin first."""

from pathlib import Path

import pytest

TESTS = Path(__file__).parent
CONSORTIUM = TESTS / "network"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        group = "consortium" if _shares_consortium(item) else item.path.relative_to(TESTS).as_posix()
        item.add_marker(pytest.mark.xdist_group(group))
    items.sort(key=lambda item: not _shares_consortium(item))  # the longest of all, and it waits most of its time


def _shares_consortium(item: pytest.Item) -> bool:
    return item.path.is_relative_to(CONSORTIUM)
