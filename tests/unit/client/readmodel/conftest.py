"""Read models in a folder of the test's own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fairledger.readmodel.database import Database, sqlite_url

OpenDatabase = Callable[[str], Database]


@pytest.fixture
def open_database(tmp_path: Path) -> Iterator[OpenDatabase]:
    """Opens (or makes) the read model of that name."""
    opened: list[Database] = []

    def open_named(name: str) -> Database:
        database = Database.open(sqlite_url(tmp_path / f"{name}.sqlite"))
        opened.append(database)
        return database

    yield open_named
    for database in opened:
        database.close()


@pytest.fixture
def database(open_database: OpenDatabase) -> Database:
    return open_database("readmodel")
