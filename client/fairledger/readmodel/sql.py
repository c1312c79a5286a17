"""Connections to SQLite and PostgreSQL that behave alike.

One transaction writes at a time: it takes the write lock when it begins, and whoever waits for longer than ``BUSY_S``
is told so. A transaction that reads sees one state from its beginning to its end, and can't write.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError

from fairledger.readmodel.errors import StoreError

BUSY_S: Final = 10.0  # how long a writer waits for another's transaction, such as a rebuild
CACHE_KIB: Final = 16 * 1024  # SQLite's page cache for one connection
LOCK_NOT_AVAILABLE: Final = "55P03"  # PostgreSQL, appendix A
REACH: Final = {  # libpq: how soon a server is given up that does not answer any more
    "connect_timeout": 10,  # s
    "keepalives_idle": 30,  # s
    "keepalives_interval": 10,  # s
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,  # ms
}


@contextmanager
def translated() -> Iterator[None]:
    """Raise ``StoreError`` (READMODEL_BUSY, READMODEL_SQL) for what SQLAlchemy raises inside."""
    try:
        yield
    except OperationalError as error:
        if "locked" in str(error.orig) or _state(error) == LOCK_NOT_AVAILABLE:
            raise StoreError("READMODEL_BUSY", "somebody else writes to the read model; try again") from error
        lost = error.connection_invalidated or _state(error) is None
        reason = str(error.orig).split("\n", 1)[0]  # PostgreSQL's further lines quote what was sent
        raise StoreError("READMODEL_SQL", f"the database refused: {reason}", lost=lost) from error
    except SQLAlchemyError as error:
        lost = isinstance(error, DBAPIError) and error.connection_invalidated
        # neither with its message nor as the cause: PostgreSQL quotes whole rows, and they may be personal
        raise StoreError("READMODEL_SQL", f"the database refused: {type(error).__name__}", lost=lost) from None


def connect(url: str, *, writes: bool, connections: int) -> Engine:
    """An engine on ``url`` with at most so many connections. No statement's values reach an error or a log."""
    sqlite = make_url(url).get_backend_name() == "sqlite"
    engine = create_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        pool_pre_ping=not sqlite,  # a connection that was lost while nobody used it is made again
        hide_parameters=True,
        # without a level SQLite's driver leaves the beginning of transactions to us
        connect_args={"isolation_level": None, "check_same_thread": False, "timeout": BUSY_S} if sqlite else REACH,
    )
    if sqlite:
        _configure_sqlite(engine, writes=writes)
    else:
        _configure_postgresql(engine, writes=writes)
    return engine


def _state(error: OperationalError) -> str | None:
    """PostgreSQL's code of what happened: ``None`` when it was not the server that said it, empty for SQLite."""
    return getattr(error.orig, "sqlstate", "")


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


def _configure_postgresql(engine: Engine, *, writes: bool) -> None:
    # a writer's statements must see what the one before it committed while this one waited for the lock
    mode = "READ COMMITTED, READ WRITE" if writes else "REPEATABLE READ, READ ONLY"

    @event.listens_for(engine, "connect", insert=True)  # before SQLAlchemy asks the server anything
    def _connected(connection: Any, _record: Any) -> None:
        encoding = connection.info.parameter_status("server_encoding")
        if encoding != "UTF8":
            raise StoreError("READMODEL_SQL", f"the database is for texts in {encoding}", "create it with UTF8")
        connection.execute(f"SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL {mode}")
        connection.execute(f"SET lock_timeout = {round(BUSY_S * 1_000)}")
        connection.execute(f"SET tcp_keepalives_idle = {REACH['keepalives_idle']}")  # or a lost writer keeps its lock
        connection.commit()

    if writes:

        @event.listens_for(engine, "begin")
        def _begin(connection: Connection) -> None:
            connection.exec_driver_sql(
                "SELECT pg_advisory_xact_lock(hashtextextended('fairledger ' || current_schema(), 0))"
            )
