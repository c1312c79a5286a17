"""The proof that an order's personal data were purged: the transaction that says so and orders it, and its block."""

import asyncio
from dataclasses import dataclass

from fairledger.api.service import Service
from fairledger.gateway import block_hash
from fairledger.privacy.purge_proof import carries_purge
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


def _written(service: Service, record: OrderRecord) -> tuple[str, int] | None:
    with service.database.reading() as connection:
        return where_written(connection, OrderRecord, record.platform, record.order)
