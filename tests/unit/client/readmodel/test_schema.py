"""The tables are what the migrations make of them, and a database is brought to the newest revision or refused."""

import shutil
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, inspect, select

from fairledger.readmodel import schema
from fairledger.readmodel.database import Database
from fairledger.readmodel.errors import StoreError
from fairledger.readmodel.migrations.__main__ import write_revision
from fairledger.readmodel.projector import Position, Projector, clear
from fairledger.readmodel.tables import PROJECTED, blocks, metadata
from tests.support.blocks import Chain

NewUrl = Callable[[], str]
NEXT = """
from alembic import op
import sqlalchemy as sa
from fairledger.readmodel.migrations.start_over import start_over

revision = {revision!r}
down_revision = {before!r}


def upgrade():
    {statement}
"""


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"version_table": schema.VERSION_TABLE})
    return list(compare_metadata(context, metadata))


@pytest.fixture
def migrations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The migrations, in a folder where a test can add some."""
    folder = tmp_path / "50% migrations"
    shutil.copytree(schema.MIGRATIONS, folder)
    monkeypatch.setattr(schema, "MIGRATIONS", folder)
    return folder


def add_revision(migrations: Path, statement: str) -> str:
    before = schema.newest()
    revision = f"{int(before) + 1:04d}"
    text = NEXT.format(revision=revision, before=before, statement=statement)
    (migrations / "versions" / f"v{revision}_next.py").write_text(text)
    return revision


def is_open(url: str) -> int:
    database = Database.open(url)
    position = Projector(database).position()
    database.close()
    return position.next_block


def test_the_migrations_make_the_tables_that_the_code_uses(database: Database) -> None:
    """If this fails: ``python -m fairledger.readmodel.migrations "What has changed"``."""
    with database.reading() as connection:
        assert differences(connection) == []
        assert schema.revision_in(connection) == schema.newest()
    assert set(PROJECTED) == set(metadata.tables.values())


def test_revisions_follow_each_other_in_the_order_of_their_names() -> None:
    scripts = ScriptDirectory(str(schema.MIGRATIONS))
    assert [script.revision for script in scripts.walk_revisions()][::-1] == schema.revisions()


def test_processes_that_open_a_new_database_at_once_find_the_same_tables(new_url: NewUrl) -> None:
    url = new_url()
    with ProcessPoolExecutor(3, mp_context=get_context("spawn")) as pool:
        assert list(pool.map(is_open, [url] * 6)) == [0] * 6
    database = Database.open(url)
    with database.reading() as connection:
        assert differences(connection) == []
    database.close()


def test_an_older_database_is_migrated_and_projected_again_where_its_rows_could_not_be_kept(
    database: Database, open_database: Callable[[str], Database], migrations: Path
) -> None:
    chain = Chain()
    Projector(database).apply(chain.blocks[0])
    newest = add_revision(migrations, "start_over('blocks', 'transactions', 'no table any more')")

    migrated = open_database("readmodel")

    with migrated.reading() as connection:
        assert schema.revision_in(connection) == newest
        assert connection.execute(select(func.count()).select_from(blocks)).scalar_one() == 0
    assert Projector(migrated).position() == Position()
    assert Projector(migrated).apply(chain.blocks[0])


def test_an_older_database_keeps_its_rows_where_the_migration_does(
    database: Database, open_database: Callable[[str], Database], migrations: Path
) -> None:
    Projector(database).apply(Chain().blocks[0])
    add_revision(migrations, "op.add_column('blocks', sa.Column('extra', sa.Integer()))")
    migrated = open_database("readmodel")
    assert Projector(migrated).position().next_block == 1


def test_one_who_only_reads_migrates_nothing(new_url: NewUrl, migrations: Path) -> None:
    url = new_url()
    is_open(url)
    add_revision(migrations, "pass")
    with pytest.raises(StoreError) as refusal:
        Database.open(url, create=False)
    assert refusal.value.code == "READMODEL_VERSION"
    assert refusal.value.remedy == "restart the API service, which brings them up to date"


def test_a_migration_that_fails_leaves_everything_as_it_was(
    database: Database, open_database: Callable[[str], Database], migrations: Path
) -> None:
    Projector(database).apply(Chain().blocks[0])
    before = schema.newest()
    add_revision(migrations, "op.create_table('half', sa.Column('x', sa.Integer())); op.drop_table('none')")

    with pytest.raises(StoreError) as refusal:
        open_database("readmodel")

    assert refusal.value.code == "READMODEL_SQL"
    with database.reading() as connection:
        assert schema.revision_in(connection) == before
        assert not inspect(connection).has_table("half")
    assert Projector(database).position().next_block == 1


@pytest.mark.parametrize(
    "statement", ["UPDATE readmodel_version SET version_num = '9999'", "DROP TABLE readmodel_version"]
)
def test_tables_of_an_unknown_version_are_refused(
    database: Database, open_database: Callable[[str], Database], statement: str
) -> None:
    with database.writing() as connection:
        connection.exec_driver_sql(statement)

    with pytest.raises(StoreError) as refusal:
        open_database("readmodel")

    assert (refusal.value.code, refusal.value.remedy) == ("READMODEL_VERSION", "run `fairledger readmodel rebuild`")


def test_clearing_makes_tables_of_an_older_version_anew(database: Database, migrations: Path) -> None:
    Projector(database).apply(Chain().blocks[0])
    newest = add_revision(migrations, "op.add_column('blocks', sa.Column('extra', sa.Integer()))")

    with database.writing() as connection:
        clear(connection)

    with database.reading() as connection:
        assert schema.revision_in(connection) == newest
        assert "extra" in {column["name"] for column in inspect(connection).get_columns("blocks")}
    assert Projector(database).position() == Position()


def test_a_revision_is_written_from_the_tables(database: Database, migrations: Path, new_url: NewUrl) -> None:
    for file in (migrations / "versions").glob("v*.py"):
        file.unlink()

    written = write_revision("Make all tables")

    assert written == migrations / "versions" / "v0001_make_all_tables.py"
    other = Database.open(new_url())
    with other.reading() as connection:
        assert differences(connection) == []
    other.close()
