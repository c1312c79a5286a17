"""Asking for rows by many values: as one parameter, so that the statement stays the same however many they are.

An ``IN`` with a parameter for each value is written, parsed and planned anew by everybody who has a hand in it.
"""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Text, any_, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY


def among(connection: Connection, column: Column[Any], values: Sequence[str]) -> ColumnElement[bool]:
    """That ``column``, of texts, has one of ``values``."""
    if connection.dialect.name == "postgresql":
        return column == any_(bindparam(None, list(values), ARRAY(Text)))
    listed = func.json_each(json.dumps(values, ensure_ascii=False)).table_valued("value")
    return column.in_(select(listed.c.value))
