"""Tables of a service's own: made once, kept, and their failures told as the store's."""

from pathlib import Path

import pytest
from sqlalchemy import Column, MetaData, Table, Text, insert, select

from fairledger.readmodel.errors import StoreError
from fairledger.readmodel.own_tables import OwnTables

TABLES = MetaData()
NAMES = Table("names", TABLES, Column("name", Text, primary_key=True))


class Names(OwnTables):
    def __init__(self, folder: Path) -> None:
        super().__init__(f"sqlite:///{folder / 'own.sqlite'}", TABLES)

    def add(self, *names: str) -> None:
        with self._transaction() as connection:
            for name in names:
                connection.execute(insert(NAMES), {"name": name})

    def all(self) -> list[str]:
        with self._transaction() as connection:
            return list(connection.execute(select(NAMES.c.name)).scalars())


def test_what_was_written_is_there_when_they_are_opened_again(tmp_path: Path) -> None:
    first = Names(tmp_path)
    first.add("kate")
    first.close()
    again = Names(tmp_path)
    assert again.all() == ["kate"]
    again.close()


def test_a_transaction_that_fails_leaves_nothing_and_tells_no_value(tmp_path: Path) -> None:
    names = Names(tmp_path)
    names.add("kate")
    with pytest.raises(StoreError) as refused:
        names.add("sam", "kate")
    assert refused.value.code == "READMODEL_SQL"
    assert "kate" not in str(refused.value)
    assert names.all() == ["kate"]
    names.close()
