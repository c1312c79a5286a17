"""A rebuild makes the same tables from the same blocks, and says so; until it is done the old ones answer."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from fabric_protos.common import common_pb2
from sqlalchemy import func, select

from fairledger.readmodel.database import Database
from fairledger.readmodel.digest import table_digests
from fairledger.readmodel.errors import ProjectionError
from fairledger.readmodel.projector import Projector
from fairledger.readmodel.rebuild import rebuild
from fairledger.readmodel.tables import events
from tests.support.blocks import Chain, envelope
from tests.support.captures import chain_of, document, event


async def served(chain: Chain, until: int | None = None) -> AsyncIterator[Any]:
    for block in chain.blocks[:until]:
        yield block


async def three_captures() -> Chain:
    return await chain_of([[document(event(1))], [document(event(2), event(3))], [document(event(4))]])


def digests(database: Database) -> dict[str, str]:
    with database.reading() as connection:
        return table_digests(connection)


async def test_the_tables_are_identical(database: Database) -> None:
    chain = await three_captures()
    for block in chain.blocks:
        Projector(database).apply(block)
    before = digests(database)

    told: list[int] = []
    rebuilt = await rebuild(database, served(chain), 4, told.append)

    assert (rebuilt.blocks, rebuilt.events, rebuilt.compared_blocks, rebuilt.different) == (4, 4, 4, ())
    assert digests(database) == before == rebuilt.after
    assert told == [0, 1, 2, 3]


async def test_it_compares_at_the_block_where_the_old_tables_ended_and_goes_on(database: Database) -> None:
    chain = await three_captures()
    for block in chain.blocks[:2]:
        Projector(database).apply(block)

    rebuilt = await rebuild(database, served(chain), 4)

    assert (rebuilt.blocks, rebuilt.events, rebuilt.compared_blocks, rebuilt.different) == (4, 4, 2, ())


async def test_an_edited_table_is_named_and_mended(database: Database) -> None:
    chain = await three_captures()
    for block in chain.blocks:
        Projector(database).apply(block)
    right = digests(database)
    with database.writing() as connection:
        connection.execute(events.update().where(events.c.sequence == 1).values(recorder_id="somebody else"))

    rebuilt = await rebuild(database, served(chain), 4)

    assert rebuilt.different == ("events",)
    assert digests(database) == right


async def test_when_it_fails_the_old_tables_remain(database: Database, open_database: Any) -> None:
    chain = await three_captures()
    for block in chain.blocks:
        Projector(database).apply(block)
    before = digests(database)
    chain.blocks.pop(2)

    with pytest.raises(ProjectionError):
        await rebuild(database, served(chain), 4)

    assert digests(database) == before


async def test_readers_see_the_old_tables_meanwhile(database: Database) -> None:
    chain = await three_captures()
    for block in chain.blocks:
        Projector(database).apply(block)
    seen: list[int] = []

    def count(_number: int) -> None:
        with database.reading() as connection:
            seen.append(connection.execute(select(func.count()).select_from(events)).scalar_one())

    await rebuild(database, served(chain), 4, count)

    assert seen == [4, 4, 4, 4]


async def test_an_empty_read_model_is_built(database: Database) -> None:
    rebuilt = await rebuild(database, served(await three_captures()), 4)
    assert (rebuilt.blocks, rebuilt.compared_blocks, rebuilt.different) == (4, 0, ())


async def test_nothing_to_build_from(database: Database) -> None:
    rebuilt = await rebuild(database, served(Chain(), 0), 0)
    assert (rebuilt.blocks, rebuilt.events) == (0, 0)


async def test_tables_of_another_and_longer_chain_are_made_anew(database: Database) -> None:
    for block in (await three_captures()).blocks:
        Projector(database).apply(block)
    other = Chain()
    other.blocks.clear()
    other.add([envelope("ff" * 32, kind=common_pb2.HeaderType.CONFIG)], verdicts=None)

    async def without_end() -> AsyncIterator[Any]:
        yield other.blocks[0]
        raise AssertionError("the chain has one block, and another was waited for")

    rebuilt = await rebuild(database, without_end(), 1)

    assert (rebuilt.blocks, rebuilt.events, rebuilt.compared_blocks) == (1, 0, 1)
    assert "blocks" in rebuilt.different
    assert Projector(database).position().next_block == 1


@pytest.mark.parametrize("version", ["UPDATE readmodel_version SET version_num = 'x'", "DROP TABLE readmodel_version"])
async def test_tables_of_another_version_are_made_anew(database: Database, open_database: Any, version: str) -> None:
    chain = await three_captures()
    Projector(database).apply(chain.blocks[0])
    with database.writing() as connection:
        connection.exec_driver_sql(version)
        connection.exec_driver_sql("DROP TABLE event_items")
        connection.exec_driver_sql("ALTER TABLE checkpoint DROP COLUMN block_hash")

    rebuilt = await rebuild(database, served(chain), 4)

    assert (rebuilt.blocks, rebuilt.before, rebuilt.different) == (4, {}, ())
    fresh = open_database("fresh")
    for block in chain.blocks:
        Projector(fresh).apply(block)
    assert digests(database) == digests(fresh)
