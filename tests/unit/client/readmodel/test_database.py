"""What the read model's database refuses, it says with a code and without values; readers and writers keep apart."""

import traceback
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import delete, func, insert, select

from fairledger.readmodel import sql
from fairledger.readmodel.database import Database, sqlite_url
from fairledger.readmodel.errors import StoreError
from fairledger.readmodel.projector import Projector
from fairledger.readmodel.tables import blocks, checkpoint, transactions
from tests.support.blocks import Chain, envelope
from tests.support.postgres import GUARDED, PostgresServer


def test_nothing_is_made_where_only_reading_was_asked(new_url: Callable[[], str]) -> None:
    with pytest.raises(StoreError) as refusal:
        Database.open(new_url(), create=False)
    assert (refusal.value.code, refusal.value.remedy) == ("READMODEL_MISSING", "start the API service")


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.sqlite").write_text("hello, I am no database at all, and long enough to be looked at" * 20)
    with pytest.raises(StoreError) as refusal:
        Database.open(sqlite_url(tmp_path / "x.sqlite"))
    assert (refusal.value.code, refusal.value.lost) == ("READMODEL_SQL", False)


@pytest.mark.parametrize("url", ["", "a file", "novelsql://host/database"])
def test_what_is_no_url_of_a_database_is_refused(url: str) -> None:
    with pytest.raises(StoreError) as refusal:
        Database.open(url)
    assert (refusal.value.code, refusal.value.passing) == ("READMODEL_SQL", False)


def test_another_writer_is_waited_for_and_then_reported(
    new_url: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sql, "BUSY_S", 0.05)
    url = new_url()
    first, second = Database.open(url), Database.open(url)
    with first.writing(), pytest.raises(StoreError) as refusal, second.writing():
        pass
    assert (refusal.value.code, refusal.value.passing) == ("READMODEL_BUSY", True)
    with first.writing(), pytest.raises(StoreError) as refusal:
        Database.open(url)
    assert refusal.value.code == "READMODEL_BUSY"
    with second.writing():
        pass
    first.close()
    second.close()


def test_a_writer_sees_what_the_one_before_it_left(
    database: Database, open_database: Callable[[str], Database]
) -> None:
    chain = Chain()
    other = Projector(open_database("readmodel"))
    assert Projector(database).apply(chain.blocks[0])
    assert not other.apply(chain.blocks[0])
    chain.add([envelope("ab" * 32, namespace="x")])
    assert other.apply(chain.blocks[1])
    assert Projector(database).position() == other.position()


def test_a_reader_sees_one_state_and_no_writer_waits_for_it(database: Database) -> None:
    count = select(func.count()).select_from(blocks)
    with database.reading() as connection:
        assert connection.execute(count).scalar_one() == 0
        assert Projector(database).apply(Chain().blocks[0])
        assert connection.execute(count).scalar_one() == 0
    with database.reading() as connection:
        assert connection.execute(count).scalar_one() == 1


def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(StoreError) as refusal, database.reading() as connection:
        connection.execute(delete(checkpoint))
    assert refusal.value.code == "READMODEL_SQL"
    with database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(checkpoint)).scalar_one() == 1


def test_an_error_shows_no_values(database: Database) -> None:
    row = {"block_number": 1, "position": 0, "tx_id": "a secret", "kind": None}
    with pytest.raises(StoreError) as refusal, database.writing() as connection:
        connection.execute(insert(transactions), row)
    assert refusal.value.code == "READMODEL_SQL"
    assert "a secret" not in "".join(traceback.format_exception(refusal.value))


def test_a_connection_that_is_lost_in_a_transaction_is_said_to_be_and_made_again(postgres: PostgresServer) -> None:
    database = Database.open(postgres.new_url())

    def write() -> None:
        with database.writing() as connection:
            connection.execute(delete(checkpoint))
            postgres.end_connections()
            connection.execute(delete(checkpoint))

    with pytest.raises(StoreError) as refusal:
        write()
    assert (refusal.value.code, refusal.value.lost, refusal.value.passing) == ("READMODEL_SQL", True, True)
    assert Projector(database).apply(Chain().blocks[0])
    database.close()


def test_connections_that_are_lost_meanwhile_go_unnoticed(postgres: PostgresServer) -> None:
    database = Database.open(postgres.new_url())
    assert Projector(database).position().next_block == 0
    postgres.end_connections()
    assert Projector(database).apply(Chain().blocks[0])
    postgres.end_connections()
    assert Projector(database).position().next_block == 1
    database.close()


def test_a_server_that_is_not_there_may_come_back(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as refusal:
        Database.open(f"postgresql+psycopg://fairledger@/postgres?host={tmp_path}")
    assert (refusal.value.code, refusal.value.lost) == ("READMODEL_SQL", True)


def test_the_password_comes_from_libpqs_file_and_is_in_no_message(
    postgres: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with postgres.connect() as connection:
        connection.execute(f"CREATE ROLE {GUARDED} LOGIN PASSWORD 'the secret'".encode())
        connection.execute(f"CREATE SCHEMA AUTHORIZATION {GUARDED}".encode())  # first in the role's search path
    url = f"postgresql+psycopg://{GUARDED}@/postgres?host={postgres.socket_folder}"
    passwords = tmp_path / "passwords"
    passwords.touch(mode=0o600)
    monkeypatch.setenv("PGPASSFILE", str(passwords))

    passwords.write_text(f"*:*:*:{GUARDED}:the wrong secret\n")
    with pytest.raises(StoreError) as refusal:
        Database.open(url)
    assert "authentication failed" in str(refusal.value)
    assert "secret" not in "".join(traceback.format_exception(refusal.value))

    passwords.write_text(f"*:*:*:{GUARDED}:the secret\n")
    database = Database.open(url)
    assert Projector(database).apply(Chain().blocks[0])
    database.close()


def test_a_database_that_cannot_hold_every_text_is_refused(postgres: PostgresServer) -> None:
    with postgres.connect() as connection:
        connection.execute("CREATE DATABASE ascii ENCODING 'SQL_ASCII' TEMPLATE template0")
    with pytest.raises(StoreError) as refusal:
        Database.open(f"postgresql+psycopg://fairledger@/ascii?host={postgres.socket_folder}")
    assert str(refusal.value) == "READMODEL_SQL: the database is for texts in SQL_ASCII"
    assert (refusal.value.remedy, refusal.value.passing) == ("create it with UTF8", False)


def test_texts_are_sorted_by_code_point_whatever_the_server_thinks(postgres: PostgresServer) -> None:
    database = Database.open(postgres.new_url())
    with database.reading() as connection:
        others = connection.exec_driver_sql(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()"
            " AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C'"
        ).all()
    database.close()
    assert others == []
