"""Connections to SQL databases: SQLite with transactions that begin where we say so, others as they come."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from fairledger.readmodel.errors import StoreError

BUSY_S: Final = 10.0  # how long a writer waits for another's transaction, such as a rebuild
CACHE_KIB: Final = 16 * 1024  # SQLite's page cache for one connection


@contextmanager
def translated() -> Iterator[None]:
    """Raise ``StoreError`` (READMODEL_BUSY, READMODEL_SQL) for what SQLAlchemy raises inside."""
    try:
        yield
    except OperationalError as error:
        if "locked" in str(error.orig):
            raise StoreError("READMODEL_BUSY", "somebody else writes to the read model; try again") from error
        raise StoreError("READMODEL_SQL", f"the database refused: {error.orig}") from error
    except SQLAlchemyError as error:  # the message without values: they may be personal
        raise StoreError("READMODEL_SQL", f"the database refused: {type(error).__name__}") from error


def connect(url: str, *, writes: bool, connections: int) -> Engine:
    """An engine on ``url`` with at most so many connections. No statement's values reach an error or a log."""
    engine = create_engine(
        url, pool_size=connections, max_overflow=0, hide_parameters=True, connect_args=_arguments(url)
    )
    if engine.dialect.name == "sqlite":
        _configure_sqlite(engine, writes=writes)
    return engine


def _arguments(url: str) -> dict[str, Any]:
    if make_url(url).get_backend_name() != "sqlite":
        return {}
    # without a level the driver leaves the beginning of transactions to us
    return {"isolation_level": None, "check_same_thread": False, "timeout": BUSY_S}


def _configure_sqlite(engine: Engine, *, writes: bool) -> None:
    begin = "BEGIN IMMEDIATE" if writes else "BEGIN"

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA journal_mode=WAL")  # queries go on while somebody writes
        connection.execute("PRAGMA synchronous=NORMAL")  # a power cut may cost the last transactions, never the file
        connection.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
        connection.execute(f"PRAGMA query_only={'OFF' if writes else 'ON'}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)
