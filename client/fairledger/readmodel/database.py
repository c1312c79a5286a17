"""The database behind a read model: SQLite by default, PostgreSQL by URL."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, inspect, select

from fairledger.readmodel import schema
from fairledger.readmodel.errors import StoreError
from fairledger.readmodel.sql import connect, translated
from fairledger.readmodel.tables import checkpoint

READERS_MAX: Final = 8  # connections for queries; the service's threads share them

REBUILD: Final = "run `fairledger readmodel rebuild`"
RESTART: Final = "restart the API service, which brings them up to date"


def sqlite_url(path: Path) -> str:
    """The URL of a read model in a file."""
    return f"sqlite:///{path}"


class Database:
    """One connection that writes and a few that read. Make one with ``Database.open``."""

    def __init__(self, writer: Engine, reader: Engine) -> None:
        self._writer = writer
        self._reader = reader

    @classmethod
    def open(cls, url: str, *, create: bool = True, any_version: bool = False) -> "Database":
        """Connect to ``url``; where ``create`` says so, make the tables if there are none, and migrate older ones.

        ``any_version`` is for one who will make the tables anew. Raises ``StoreError``: READMODEL_MISSING (no tables,
        and not to be made), READMODEL_VERSION, READMODEL_BUSY, READMODEL_SQL.
        """
        with translated():
            database = cls(
                connect(url, writes=True, connections=1), connect(url, writes=False, connections=READERS_MAX)
            )
        try:
            with translated():
                database._prepare(create=create, any_version=any_version)
        except StoreError:
            database.close()
            raise
        return database

    def close(self) -> None:
        """Close all connections."""
        self._writer.dispose()
        self._reader.dispose()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One SQL transaction that writes: committed at the end, or rolled back when anything is raised.

        Raises ``StoreError``: READMODEL_BUSY after ``BUSY_S`` of waiting for another writer, READMODEL_SQL.
        """
        with translated(), self._writer.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One SQL transaction that reads: everything in it sees the same state. Raises ``StoreError``."""
        with translated(), self._reader.begin() as connection:
            yield connection

    def _prepare(self, *, create: bool, any_version: bool) -> None:
        """Under the write lock, so of two that open a new database at once the second finds the first one's tables."""
        with self._writer.begin() as connection:
            revision = schema.revision_in(connection)
            if revision is None and not inspect(connection).has_table(checkpoint.name):
                if not create:
                    raise StoreError("READMODEL_MISSING", "nothing is projected here yet", "start the API service")
            elif revision == schema.newest() or any_version:
                return
            elif revision not in schema.revisions() or not create:
                raise StoreError(
                    "READMODEL_VERSION",
                    f"the tables are of version {revision}, this program's of {schema.newest()}",
                    RESTART if revision in schema.revisions() else REBUILD,
                )
            schema.upgrade(connection)
            if connection.execute(select(checkpoint.c.id)).first() is None:
                connection.execute(checkpoint.insert().values(start()))


def start() -> dict[str, Any]:
    """The checkpoint before block 0."""
    return {"id": 1, "next_block": 0, "block_hash": "", "events": 0}
