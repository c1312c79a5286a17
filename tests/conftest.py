"""What runs beside what: a file's tests stay together, and all that share the consortium are one file in that sense."""

from pathlib import Path

import pytest

TESTS = Path(__file__).parent
CONSORTIUM = TESTS / "network"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        is_networked = item.path.is_relative_to(CONSORTIUM)
        group = "consortium" if is_networked else item.path.relative_to(TESTS).as_posix()
        item.add_marker(pytest.mark.xdist_group(group))
