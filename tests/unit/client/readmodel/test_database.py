"""What the read model's database refuses, it says with a code and without values."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import insert

from fairledger.readmodel import sql
from fairledger.readmodel.database import Database, sqlite_url
from fairledger.readmodel.errors import StoreError
from fairledger.readmodel.tables import transactions


def test_nothing_is_made_where_only_reading_was_asked(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as refusal:
        Database.open(sqlite_url(tmp_path / "none.sqlite"), create=False)
    assert refusal.value.code == "READMODEL_MISSING"


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.sqlite").write_text("hello, I am no database at all, and long enough to be looked at" * 20)
    with pytest.raises(StoreError) as refusal:
        Database.open(sqlite_url(tmp_path / "x.sqlite"))
    assert refusal.value.code == "READMODEL_SQL"


def test_another_writer_is_waited_for_and_then_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql, "BUSY_S", 0.05)
    path = tmp_path / "readmodel.sqlite"
    Database.open(sqlite_url(path)).close()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(StoreError) as refusal:
            Database.open(sqlite_url(path))
    finally:
        other.close()
    assert refusal.value.code == "READMODEL_BUSY"


def test_an_error_shows_no_values(database: Database) -> None:
    row = {"block_number": 1, "position": 0, "tx_id": "a secret", "kind": None}
    with pytest.raises(StoreError) as refusal, database.writing() as connection:
        connection.execute(insert(transactions), row)
    assert refusal.value.code == "READMODEL_SQL"
    assert "a secret" not in str(refusal.value) + str(refusal.value.__cause__)
