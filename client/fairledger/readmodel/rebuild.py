"""Making the tables again from block 0."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace

from fabric_protos.common import common_pb2
from sqlalchemy import Connection, select

from fairledger.readmodel import schema
from fairledger.readmodel.blocks import decode
from fairledger.readmodel.database import Database
from fairledger.readmodel.digest import table_digests
from fairledger.readmodel.projector import Position, clear, position_in, project
from fairledger.readmodel.tables import blocks as blocks_table


@dataclass(frozen=True)
class Rebuilt:
    """What a rebuild found. ``before`` and ``after`` are digests by table name, both at block ``compared_blocks``."""

    blocks: int
    events: int
    compared_blocks: int
    before: dict[str, str]
    after: dict[str, str]

    @property
    def different(self) -> tuple[str, ...]:
        """Tables that are not as they were."""
        return tuple(sorted(name for name, digest in self.before.items() if self.after[name] != digest))


async def rebuild(
    database: Database,
    blocks: AsyncIterator[common_pb2.Block],
    height: int,
    progress: Callable[[int], None] = lambda _number: None,
) -> Rebuilt:
    """Forget everything and project blocks 0 to ``height`` - 1 from ``blocks``, in one SQL transaction.

    Readers see the old tables until it is done; when it fails or is killed, the old tables remain. A running service's
    projector waits for the end. Tables of another version are made anew, and compared with nothing; on PostgreSQL their
    readers wait, too. ``progress`` is told each block's number. Raises ``ReadModelError``.
    """
    with database.writing() as connection:
        comparable = schema.is_newest(connection)
        old = position_in(connection) if comparable else Position()
        before = table_digests(connection) if comparable else {}
        first_hash = _first_hash(connection) if old.next_block else ""
        clear(connection)
        after = table_digests(connection)
        if height or old.next_block:
            async for block in blocks:
                decoded = decode(block)
                if decoded.number == 0 and decoded.hash.hex() != first_hash:  # of another chain, perhaps a longer one
                    old = replace(old, next_block=min(old.next_block, height))
                project(connection, decoded)
                progress(decoded.number)
                if decoded.number + 1 == old.next_block:
                    after = table_digests(connection)
                if decoded.number + 1 >= max(height, old.next_block):
                    break
        new = position_in(connection)
    return Rebuilt(blocks=new.next_block, events=new.events, compared_blocks=old.next_block, before=before, after=after)


def _first_hash(connection: Connection) -> str:
    """By which a chain is told from another; empty when somebody has removed the row."""
    return connection.execute(select(blocks_table.c.hash).where(blocks_table.c.number == 0)).scalar_one_or_none() or ""
