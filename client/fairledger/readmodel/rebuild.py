"""Making the tables again from block 0."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from fabric_protos.common import common_pb2

from fairledger.readmodel import schema
from fairledger.readmodel.blocks import decode
from fairledger.readmodel.database import Database
from fairledger.readmodel.digest import table_digests
from fairledger.readmodel.projector import Position, clear, position_in, project


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
        clear(connection)
        after = table_digests(connection)
        height = max(height, old.next_block)
        if height:
            async for block in blocks:
                project(connection, decode(block))
                number = block.header.number
                progress(number)
                if number + 1 == old.next_block:
                    after = table_digests(connection)
                if number + 1 == height:
                    break
        new = position_in(connection)
    return Rebuilt(blocks=new.next_block, events=new.events, compared_blocks=old.next_block, before=before, after=after)
