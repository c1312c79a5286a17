"""Where a stream begins."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from fairledger.gateway.checkpointer import Checkpointer, Position
from fairledger.gateway.ledger_query import ChainInfo


@dataclass(frozen=True)
class Start:
    """The checkpoint's position, else the beginning of ``block``, else the next block to be committed.

    The last is asked for by its number, so that a stream which breaks before its first block has no gap either.
    """

    block: int | None
    checkpoint: Checkpointer | None
    chain_info: Callable[[], Awaitable[ChainInfo]]

    async def position(self) -> Position:
        """The position to begin at. Raises ``CheckpointBroken``, and ``EvaluateError`` when the height can't be had."""
        stored = await self.checkpoint.position() if self.checkpoint else None
        if stored is not None:
            return stored
        return Position((await self.chain_info()).height if self.block is None else self.block)
