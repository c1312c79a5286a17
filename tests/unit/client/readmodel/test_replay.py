"""Wherever a projector is killed, and however its blocks come again, the tables are those of an uninterrupted run."""

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event as sql_event

from fairledger.readmodel.database import Database, sqlite_url
from fairledger.readmodel.digest import table_digests
from fairledger.readmodel.projector import Projector
from tests.support.blocks import Chain
from tests.support.captures import chain_of, document, event
from tests.unit.client.readmodel.conftest import NewReadModel


class Killed(Exception):
    """The process ends here."""


@cache
def chain() -> Chain:
    """Six blocks: new events, events known already, an error declaration, and a conflict within a block."""
    declaration = event(2, errorDeclaration={"declarationTime": "2026-11-20T00:00:00Z"})
    return asyncio.run(
        chain_of(
            [
                [document(event(1), event(2))],
                [document(event(3)), document(event(4), event(5))],
                [document(event(1), event(6)), document(declaration)],
                [document(event(7)), document(event(7), event(8))],
                [document(*(event(number) for number in range(20, 60)))],
            ]
        )
    )


@contextmanager
def opened(url: str) -> Iterator[Database]:
    database = Database.open(url)
    try:
        yield database
    finally:
        database.close()


def digests(url: str) -> dict[str, str]:
    with opened(url) as database, database.reading() as connection:
        return table_digests(connection)


@cache
def uninterrupted() -> dict[str, str]:
    """The tables on SQLite, when nothing happens: those on PostgreSQL are to be the same."""
    with tempfile.TemporaryDirectory() as folder:
        url = sqlite_url(Path(folder) / "readmodel.sqlite")
        with opened(url) as database:
            for block in chain().blocks:
                Projector(database).apply(block)
        return digests(url)


def run_until_killed(url: str, first: int, kill_after_statements: int) -> None:
    """Project from block ``first`` on, and die after so many SQL statements, be it within a block or between two."""
    with opened(url) as database:
        left = kill_after_statements

        @sql_event.listens_for(database._writer, "after_cursor_execute")
        def _count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            nonlocal left
            left -= 1
            if left <= 0 and not statement.startswith("BEGIN"):
                raise Killed  # SQLAlchemy rolls back, as the database does when it finds a dead process's transaction

        try:
            for block in chain().blocks[first:]:
                Projector(database).apply(block)
        except Killed:
            return


kills = st.lists(st.integers(1, 60), max_size=5)


@settings(max_examples=25, deadline=None)
@given(kill_after=kills, steps_back=st.lists(st.integers(0, 6), min_size=6, max_size=6))
def test_tables_are_the_same_wherever_it_is_killed(
    new_read_model: NewReadModel, kill_after: list[int], steps_back: list[int]
) -> None:
    """``steps_back``: after each kill the stream begins so many blocks before the checkpoint, as streams may."""
    with new_read_model() as url:
        for kill, back in zip([*kill_after, 10**6], steps_back, strict=False):
            with opened(url) as database:
                first = max(0, Projector(database).position().next_block - back)
            run_until_killed(url, first, kill)
        assert digests(url) == uninterrupted()


def test_the_digest_sees_every_value(new_read_model: NewReadModel) -> None:
    with new_read_model() as url:
        with opened(url) as database:
            for block in chain().blocks:
                Projector(database).apply(block)
            with database.writing() as connection:
                connection.exec_driver_sql("UPDATE events SET biz_step = 'receiving' WHERE sequence = 3")
        changed = digests(url)
    assert {name for name, digest in changed.items() if digest != uninterrupted()[name]} == {"events"}
