"""Rows that are inserted many at once are those that were given; what is refused is said without values."""

import traceback
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import select

from fairledger.readmodel.database import Database
from fairledger.readmodel.errors import StoreError
from fairledger.readmodel.inserts import MANY, insert_rows
from fairledger.readmodel.projector import Projector
from fairledger.readmodel.tables import event_fields, recalls
from tests.support.blocks import Chain
from tests.support.postgres import PostgresServer

TEXTS = ("plain", "", None, "\\N", "a\tb\nc\\", 'quoted "', "字", "{1,2}")


def field_rows(count: int) -> list[dict[str, Any]]:
    return [
        {"text": TEXTS[i % len(TEXTS)], "number": None, "time": None, "unit": "KGM"}
        | {"name": "ext:a", "area": "", "position": i, "sequence": 1}
        for i in range(count)
    ]


def inserted(database: Database, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    with database.writing() as connection:
        insert_rows(connection, event_fields, rows)
        found = connection.execute(select(event_fields).order_by(event_fields.c.position))
        return [dict(row._mapping) for row in found]


@pytest.mark.parametrize("count", [0, 1, MANY - 1, MANY, 5 * MANY])
def test_rows_are_read_back_as_they_were_given(database: Database, count: int) -> None:
    assert inserted(database, field_rows(count)) == field_rows(count)


def test_truth_is_read_back_as_such(database: Database) -> None:
    rows = [
        {"recall_id": f"{i:03}", "recalled_at": "", "in_force": i % 2 == 0, "tx_id": "", "block_number": 2**40 + i}
        | {"record": "{}"}
        for i in range(MANY)
    ]
    with database.writing() as connection:
        insert_rows(connection, recalls, rows)
        assert [dict(row._mapping) for row in connection.execute(select(recalls).order_by("recall_id"))] == rows


def test_a_refusal_shows_no_values_and_leaves_nothing(database: Database) -> None:
    rows = field_rows(MANY)
    rows[-1] = {**rows[0], "text": "a secret"}
    with pytest.raises(StoreError) as refusal:
        inserted(database, rows)
    assert (refusal.value.code, refusal.value.passing) == ("READMODEL_SQL", False)
    assert "a secret" not in "".join(traceback.format_exception(refusal.value))
    assert inserted(database, []) == []


def test_a_connection_that_is_lost_is_said_to_be_and_made_again(postgres: PostgresServer) -> None:
    database = Database.open(postgres.new_url())

    def write() -> None:
        with database.writing() as connection:
            postgres.end_connections()
            insert_rows(connection, event_fields, field_rows(MANY))

    with pytest.raises(StoreError) as refusal:
        write()
    assert (refusal.value.code, refusal.value.lost, refusal.value.passing) == ("READMODEL_SQL", True, True)
    assert Projector(database).apply(Chain().blocks[0])
    database.close()
