"""How far events have been processed, kept across restarts."""

import asyncio
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from fairledger.gateway import codes
from fairledger.gateway.errors import CheckpointBroken


@dataclass(frozen=True)
class Position:
    """Where to go on: at ``block_number``, after the transaction ``tx_id`` in it (empty: at the block's beginning)."""

    block_number: int
    tx_id: str = ""


class Checkpointer(Protocol):
    """Keeps a position. Whoever consumes events moves it, after an event is processed for good."""

    async def position(self) -> Position | None:
        """Where to go on, or None when nothing was processed yet. Raises ``CheckpointBroken``."""
        ...

    async def checkpoint_block(self, block_number: int) -> None:
        """The whole block is processed."""
        ...

    async def checkpoint_transaction(self, block_number: int, tx_id: str) -> None:
        """The transaction, and all before it, are processed."""
        ...


class InMemoryCheckpointer:
    """A position for the life of the process."""

    def __init__(self) -> None:
        self._position: Position | None = None

    async def position(self) -> Position | None:
        """See ``Checkpointer``."""
        return self._position

    async def checkpoint_block(self, block_number: int) -> None:
        """See ``Checkpointer``."""
        self._position = Position(block_number + 1)

    async def checkpoint_transaction(self, block_number: int, tx_id: str) -> None:
        """See ``Checkpointer``."""
        self._position = Position(block_number, tx_id)


class FileCheckpointer:
    """A position in a file, which holds the old or the new one at any instant, also across a power cut.

    Written beside the file, flushed to disk, then renamed over it; the folder must exist.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    async def position(self) -> Position | None:
        """See ``Checkpointer``. Raises ``CheckpointBroken`` (GATEWAY_CHECKPOINT_BROKEN) for a file that is not one."""
        return await asyncio.to_thread(self._read)

    async def checkpoint_block(self, block_number: int) -> None:
        """See ``Checkpointer``."""
        await asyncio.to_thread(self._write, Position(block_number + 1))

    async def checkpoint_transaction(self, block_number: int, tx_id: str) -> None:
        """See ``Checkpointer``."""
        await asyncio.to_thread(self._write, Position(block_number, tx_id))

    def _read(self) -> Position | None:
        try:
            text = self._path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        try:
            stored = json.loads(text)
            block_number, tx_id = stored["blockNumber"], stored["transactionId"]
        except (ValueError, KeyError, TypeError) as error:
            raise CheckpointBroken(codes.CHECKPOINT_BROKEN, f"{self._path} is not a checkpoint") from error
        if type(block_number) is not int or block_number < 0 or not isinstance(tx_id, str):
            raise CheckpointBroken(codes.CHECKPOINT_BROKEN, f"{self._path} is not a checkpoint")
        return Position(block_number, tx_id)

    def _write(self, position: Position) -> None:
        text = json.dumps({"blockNumber": position.block_number, "transactionId": position.tx_id})
        beside = self._path.with_name(f"{self._path.name}.new")
        with beside.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self._path)
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
