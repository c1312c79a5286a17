"""The database behind a read model: SQLite by default, anything SQLAlchemy knows by URL."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, inspect, select

from fairledger.readmodel.errors import StoreError
from fairledger.readmodel.sql import connect, translated
from fairledger.readmodel.tables import TABLES_VERSION, checkpoint, metadata

READERS_MAX: Final = 8  # connections for queries; the service's threads share them

REBUILD: Final = "run `fairledger readmodel rebuild`"


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
        """Connect to ``url``; make the tables if there are none and ``create`` says so.

        ``any_version`` is for one who will make the tables anew. Raises ``StoreError``: READMODEL_MISSING (no tables,
        and not to be made), READMODEL_VERSION, READMODEL_SQL.
        """
        database = cls(connect(url, writes=True, connections=1), connect(url, writes=False, connections=READERS_MAX))
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
        with self._writer.begin() as connection:
            if not inspect(connection).has_table(checkpoint.name):
                if not create:
                    raise StoreError("READMODEL_MISSING", "nothing is projected here yet", "start the API service")
                metadata.create_all(connection)
                connection.execute(checkpoint.insert().values(start()))
            version = connection.execute(select(checkpoint.c.tables_version)).scalar_one()
        if version != TABLES_VERSION and not any_version:
            raise StoreError(
                "READMODEL_VERSION", f"the tables are of version {version}, this program's of {TABLES_VERSION}", REBUILD
            )


def start() -> dict[str, Any]:
    """The checkpoint before block 0."""
    return {"id": 1, "tables_version": TABLES_VERSION, "next_block": 0, "block_hash": "", "events": 0}
