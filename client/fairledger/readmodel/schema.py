"""The version of the tables: alembic's revision, and how they come to the newest one."""

from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final

from sqlalchemy import Column, Connection, MetaData, String, Table, inspect, select

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS: Final = Path(__file__).parent / "migrations"
VERSION_TABLE: Final = "readmodel_version"
_version: Final = Table(VERSION_TABLE, MetaData(), Column("version_num", String(32), primary_key=True))  # as alembic's
_migrating: Final = Lock()  # alembic keeps what it works on in variables of its module


def revisions() -> list[str]:
    """All revisions that this program knows, oldest first: they follow each other in the order of their names."""
    return sorted(path.name[1:5] for path in (MIGRATIONS / "versions").glob("v*.py"))


def newest() -> str:
    """The revision of the tables that this program reads and writes."""
    return revisions()[-1]


def revision_in(connection: Connection) -> str | None:
    """The revision of the tables that are there; ``None`` when no migration has made any."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    return connection.execute(select(_version.c.version_num)).scalar_one_or_none()


def is_newest(connection: Connection) -> bool:
    """Whether the tables are those of this program."""
    return revision_in(connection) == newest()


def upgrade(connection: Connection) -> None:
    """Bring the tables from the revision they have, or from nothing, to the newest, in ``connection``'s transaction."""
    from alembic import command  # noqa: PLC0415  it takes long to load, and is seldom needed

    with _migrating:
        command.upgrade(configured(connection), "head")


def configured(connection: Connection) -> "Config":
    """What alembic's commands need in place of an alembic.ini; they work in ``connection``'s transaction."""
    from alembic.config import Config  # noqa: PLC0415

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("file_template", "v%%(rev)s_%%(slug)s")
    return config


def forget(connection: Connection) -> None:
    """Let it be as if no migration had run: for one who has dropped the tables."""
    _version.drop(connection, checkfirst=True)
