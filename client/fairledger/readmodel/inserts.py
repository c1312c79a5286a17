"""Many rows at once, in the way that the database takes them fastest: most of a projection's time goes there."""

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import Connection, Table, insert

from fairledger.readmodel.errors import StoreError

MANY: Final = 16  # rows; fewer are not worth another round trip


def insert_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert ``rows``, each of which has all columns of ``table``.

    Raises ``StoreError`` (READMODEL_SQL), and what ``translated`` makes one of.
    """
    if len(rows) < MANY:
        if rows:
            connection.execute(insert(table), rows)
        return
    values = list(map(itemgetter(*table.columns.keys()), rows))
    if connection.dialect.name == "postgresql":
        _copy(connection, table, values)
    else:  # SQLAlchemy would look at each value once more
        connection.exec_driver_sql(str(insert(table).compile(dialect=connection.dialect)), values)


def _copy(connection: Connection, table: Table, values: Sequence[Sequence[Any]]) -> None:
    quote = connection.dialect.identifier_preparer.quote
    columns = ", ".join(map(quote, table.columns.keys()))
    driver: Any = connection.connection  # SQLAlchemy has no COPY of its own
    refused: Any = connection.dialect.loaded_dbapi.Error
    try:
        with driver.cursor() as cursor, cursor.copy(f"COPY {quote(table.name)} ({columns}) FROM STDIN") as copy:
            for row in values:
                copy.write_row(row)
    except refused as error:  # without its message: PostgreSQL quotes whole rows, and they may be personal
        raise StoreError("READMODEL_SQL", f"the database refused: {type(error).__name__}") from None
