"""The projector: block after block into the tables.

The rows of a block and the checkpoint behind it are one SQL transaction, so a projector that is killed anywhere goes on
where it was. What it can't understand stops it for good, with a written reason: a read model with holes would lie.
"""

from dataclasses import dataclass
from typing import Any, Final

from fabric_protos.common import common_pb2
from sqlalchemy import Connection, delete, insert, select, update

from fairledger.readmodel import instants, schema, trace
from fairledger.readmodel.blocks import Block, Transaction, decode
from fairledger.readmodel.database import REBUILD, Database, start
from fairledger.readmodel.errors import ProjectionError
from fairledger.readmodel.revocations import Revocation, write_revocations
from fairledger.readmodel.tables import blocks, checkpoint, metadata, transactions

TX_ID_DIGITS: Final = 64  # a transaction id is a SHA-256 in hexadecimal


@dataclass(frozen=True)
class Position:
    """How far a read model has come: the next block it wants, and the last one's hash (hexadecimal, empty at first)."""

    next_block: int = 0
    block_hash: str = ""
    events: int = 0


class Projector:
    """Projects blocks into one database. Its methods block: call them from a thread of their own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def position(self) -> Position:
        """Where the next block goes."""
        with self._database.reading() as connection:
            return position_in(connection)

    def apply(self, block: common_pb2.Block) -> bool:
        """Project ``block``; ``False`` when it was there already.

        Raises ``BlockError``, ``ProjectionError`` and ``StoreError``; then nothing of the block is there.
        """
        decoded = decode(block)
        with self._database.writing() as connection:
            return project(connection, decoded)


def project(connection: Connection, block: Block) -> bool:
    """Project ``block`` in the SQL transaction of ``connection``; ``False`` when it was there already.

    Raises ``ProjectionError``: PROJECTION_GAP, PROJECTION_CHAIN, PROJECTION_RECORD.
    """
    position = position_in(connection)
    if block.number < position.next_block:
        _check_same(connection, block)
        return False
    if block.number > position.next_block:
        raise ProjectionError(
            "PROJECTION_GAP", f"block {block.number} came, but block {position.next_block} is the next one wanted"
        )
    if position.block_hash and block.previous_hash.hex() != position.block_hash:
        raise ProjectionError(
            "PROJECTION_CHAIN", f"block {block.number} doesn't follow the last block projected: another chain", REBUILD
        )

    connection.execute(insert(blocks), _block_row(block))
    if block.transactions:
        connection.execute(insert(transactions), [_transaction_row(block.number, t) for t in block.transactions])
    sequence = position.events
    for transaction in block.transactions:
        if transaction.valid and transaction.revoked and transaction.proposed_at:
            since = Revocation(block.number, transaction.proposed_at)
            write_revocations(connection, transaction.revoked, since)
        if transaction.valid:
            sequence = trace.project(connection, block.number, transaction, sequence)

    connection.execute(
        update(checkpoint).values(next_block=block.number + 1, block_hash=block.hash.hex(), events=sequence)
    )
    return True


def clear(connection: Connection) -> None:
    """Forget all that was projected, of whatever version, in the SQL transaction of ``connection``.

    Tables of this version stay, so that others can read their old rows until the transaction ends.
    """
    if schema.is_newest(connection):
        for table in reversed(metadata.sorted_tables):
            connection.execute(delete(table))
    else:
        metadata.drop_all(connection)
        schema.forget(connection)
        schema.upgrade(connection)
    connection.execute(insert(checkpoint).values(start()))


def position_in(connection: Connection) -> Position:
    """Where the next block goes, as the SQL transaction of ``connection`` sees it."""
    row = connection.execute(select(checkpoint)).one()
    return Position(next_block=row.next_block, block_hash=row.block_hash, events=row.events)


def _check_same(connection: Connection, block: Block) -> None:
    known = connection.execute(select(blocks.c.hash).where(blocks.c.number == block.number)).scalar_one()
    if known != block.hash.hex():
        raise ProjectionError(
            "PROJECTION_CHAIN",
            f"block {block.number} is not the one that was projected: another chain",
            REBUILD,
        )


def _block_row(block: Block) -> dict[str, Any]:
    return {
        "number": block.number,
        "hash": block.hash.hex(),
        "previous_hash": block.previous_hash.hex(),
        "data_hash": block.data_hash.hex(),
        "transactions": len(block.transactions),
    }


def _transaction_row(block_number: int, transaction: Transaction) -> dict[str, Any]:
    """The list entry of a transaction. An invalid one may claim anything, so only what has the right form is kept."""
    tx_id = transaction.tx_id
    known = transaction.valid or (len(tx_id) == TX_ID_DIGITS and tx_id.isascii() and tx_id.isalnum())
    return {
        "block_number": block_number,
        "position": transaction.position,
        "tx_id": tx_id if known else "",
        "kind": transaction.kind,
        "verdict": transaction.verdict,
        "creator_msp": transaction.creator_msp if transaction.valid else "",
        "chaincode": transaction.chaincode if transaction.valid else "",
        "proposed_at": instants.text_of(transaction.proposed_at)
        if transaction.valid and transaction.proposed_at
        else None,
    }
