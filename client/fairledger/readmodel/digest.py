"""A digest of every table, by which two read models are compared."""

import hashlib
import json
from typing import Final

from sqlalchemy import Connection, Table, select

from fairledger.readmodel.tables import PROJECTED

ROWS_A_FETCH: Final = 1_000


def table_digests(connection: Connection) -> dict[str, str]:
    """SHA-256 (hexadecimal) over each table's rows in the order of its primary key, by table name."""
    return {table.name: _digest(connection, table) for table in PROJECTED}


def _digest(connection: Connection, table: Table) -> str:
    digest = hashlib.sha256()
    query = select(table).order_by(*table.primary_key.columns)
    for row in connection.execute(query.execution_options(yield_per=ROWS_A_FETCH)):
        digest.update(json.dumps(list(row), ensure_ascii=False).encode())
        digest.update(b"\n")
    return digest.hexdigest()
