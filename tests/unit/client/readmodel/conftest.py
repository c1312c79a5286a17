"""Empty read models, on SQLite and on PostgreSQL: what uses one of these runs on both."""

from collections.abc import Callable, Iterator
from itertools import count

import pytest

from fairledger.readmodel.database import Database, sqlite_url
from tests.support.postgres import PostgresServer

NewUrl = Callable[[], str]
OpenDatabase = Callable[[str], Database]


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def new_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> NewUrl:
    """Each call gives the URL of another database without tables."""
    if request.param == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres")
        return server.new_url
    folder, numbers = tmp_path_factory.mktemp("readmodels"), count()
    return lambda: sqlite_url(folder / f"{next(numbers)}.sqlite")


@pytest.fixture
def open_database(new_url: NewUrl) -> Iterator[OpenDatabase]:
    """Opens (or makes) the read model of that name."""
    urls: dict[str, str] = {}
    opened: list[Database] = []

    def open_named(name: str) -> Database:
        if name not in urls:
            urls[name] = new_url()
        database = Database.open(urls[name])
        opened.append(database)
        return database

    yield open_named
    for database in opened:
        database.close()


@pytest.fixture
def database(open_database: OpenDatabase) -> Database:
    return open_database("readmodel")
