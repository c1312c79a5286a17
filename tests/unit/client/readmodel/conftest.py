"""Empty read models, on SQLite and on PostgreSQL: what uses one of these runs on both."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from itertools import count
from pathlib import Path

import pytest

from fairledger.readmodel.database import Database, sqlite_url
from tests.support.empty_read_model import put_empty_read_model
from tests.support.postgres import PostgresServer

NewUrl = Callable[[], str]
NewReadModel = Callable[[], AbstractContextManager[str]]
OpenDatabase = Callable[[str], Database]


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest) -> PostgresServer | None:
    """Where databases are, if they are on a server."""
    return request.getfixturevalue("postgres") if request.param == "postgresql" else None


@pytest.fixture(scope="session")
def new_file(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """Each call gives another path for a database in a file."""
    folder, numbers = tmp_path_factory.mktemp("readmodels"), count()
    return lambda: folder / f"{next(numbers)}.sqlite"


@pytest.fixture(scope="session")
def new_url(server: PostgresServer | None, new_file: Callable[[], Path]) -> NewUrl:
    """Each call gives the URL of another database without tables."""
    return server.new_url if server else lambda: sqlite_url(new_file())


@pytest.fixture(scope="session")
def new_read_model(server: PostgresServer | None, new_file: Callable[[], Path]) -> NewReadModel:
    """Each call gives the URL of another empty read model, for as long as it is needed."""

    @contextmanager
    def copied() -> Iterator[str]:
        put_empty_read_model(file := new_file())
        yield sqlite_url(file)

    return server.read_model if server else copied


@pytest.fixture
def open_database(new_read_model: NewReadModel) -> Iterator[OpenDatabase]:
    """Opens the read model of that name, which is empty at first."""
    urls: dict[str, str] = {}
    with ExitStack() as stack:

        def open_named(name: str) -> Database:
            if name not in urls:
                urls[name] = stack.enter_context(new_read_model())
            database = Database.open(urls[name])
            stack.callback(database.close)
            return database

        yield open_named


@pytest.fixture
def database(open_database: OpenDatabase) -> Database:
    return open_database("readmodel")
