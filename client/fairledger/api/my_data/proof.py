"""The proof that an order's personal data were purged: the transaction that says so and orders it, and its block."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from fairledger.api.ledger import Ledger
from fairledger.api.service import Service
from fairledger.gateway import block_hash
from fairledger.privacy.purge_proof import carries_purge
from fairledger.proof.export import prove_transaction
from fairledger.readmodel.records import where_written
from fairledger_contracts.records.order_record import OrderRecord
from fairledger_contracts.records.personal_data import PersonalData, collection_of


@dataclass(frozen=True)
class PurgeProof:
    """Where it is on the ledger; ``carried`` tells that the block here holds the order to purge the last version."""

    tx_id: str
    block_number: int
    block_hash: str
    carried: bool


async def proof_of(service: Service, record: OrderRecord) -> PurgeProof | None:
    """The proof, by the block that this organisation's peer has; None until the read model has it.

    Raises ``GatewayError``.
    """
    written = await asyncio.to_thread(_written, service, record)
    if written is None:
        return None
    tx_id, number = written
    block = await service.ledger.block(number)
    key = PersonalData.key_of(record.order, record.seal.version)
    carried = carries_purge(block, tx_id, collection_of(record.platform), key)
    return PurgeProof(tx_id, number, block_hash(block.header).hex(), carried)


async def proof_file(service: Service, record: OrderRecord) -> bytes | None:
    """The proof as a file that ``fairledger privacy purged`` verifies; None until the read model has the purge.

    Raises ``GatewayError``.
    """
    written = await asyncio.to_thread(_written, service, record)
    if record.purged_at is None or written is None:
        return None
    tx_id, number = written
    return (await prove_transaction(OwnPeer(service.ledger, number), tx_id)).to_bytes()


@dataclass(frozen=True)
class OwnPeer:
    """What the export of a proof asks for, from the organisation's own peer; the transaction is in block ``number``."""

    ledger: Ledger
    number: int

    async def block_by_tx_id(self, tx_id: str) -> Any:
        """The block that the read model names."""
        del tx_id
        return await self.ledger.block(self.number)

    async def block_events(self, start_block: int, *, stop_block: int) -> AsyncGenerator[Any, None]:
        """The blocks from ``start_block`` to ``stop_block``, which are all there."""
        if start_block > stop_block:
            return
        async with aclosing(self.ledger.blocks(start_block)) as blocks:
            async for block in blocks:
                yield block
                if block.header.number == stop_block:
                    return


def _written(service: Service, record: OrderRecord) -> tuple[str, int] | None:
    with service.database.reading() as connection:
        return where_written(connection, OrderRecord, record.platform, record.order)
