"""Tables of a service's own: what no ledger holds, beside the read model in the service's folder."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, MetaData

from fairledger.readmodel.sql import connect, translated


class OwnTables:
    """Base: tables, made where they are not there yet, over one connection. All methods raise ``StoreError``."""

    def __init__(self, url: str, tables: MetaData) -> None:
        self._engine = connect(url, writes=True, connections=1)
        with self._transaction() as connection:
            tables.create_all(connection)

    def close(self) -> None:
        """Close the connection."""
        self._engine.dispose()

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        with translated(), self._engine.begin() as connection:
            yield connection
