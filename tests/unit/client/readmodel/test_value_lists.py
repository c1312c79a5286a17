"""Rows are found by whichever texts are asked for, and by no others."""

from collections.abc import Sequence

import pytest
from sqlalchemy import insert, select

from fairledger.readmodel.database import Database
from fairledger.readmodel.tables import event_fields
from fairledger.readmodel.value_lists import among

TEXTS = ("plain", "", "a\tb\nc\\", 'quoted "', "{1,2}", "NULL", "字", "𝄞", "%", "' OR 1=1 --")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ((), ()),
        (("other",), ()),
        *(((text,), (text,)) for text in TEXTS),
        (TEXTS, TEXTS),
        ((*map(str, range(5_000)), "plain", "plain"), ("plain",)),
    ],
)
def test_rows_with_one_of_the_texts_are_found_once(
    database: Database, asked: Sequence[str], found: Sequence[str]
) -> None:
    rows = [
        {"sequence": 1, "position": i, "area": "", "name": "ext:a", "text": text}
        for i, text in enumerate((*TEXTS, None))
    ]
    with database.writing() as connection:
        connection.execute(insert(event_fields), rows)
        query = select(event_fields.c.text).where(among(connection, event_fields.c.text, asked))
        assert sorted(connection.execute(query).scalars()) == sorted(found)
