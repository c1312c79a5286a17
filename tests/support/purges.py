"""The transaction that purges an order's personal data, as a proof needs it; each part can be falsified."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from fabric_protos.ledger.rwset.kvrwset import kv_rwset_pb2

from fairledger.proof import Bundle
from fairledger.proof.export import prove_transaction
from fairledger_contracts.records.order_record import OrderFacts, OrderRecord, Seal
from fairledger_contracts.records.personal_data import PersonalData, collection_of
from fairledger_contracts.records.signatory import Signatory
from tests.support.privacy import FACTS, FIELDS, ORDER, PLATFORM
from tests.support.proofs import ProvedChannel, recorder_of

TRANSACTION = 5


@dataclass
class Purge:
    """The record and the private write of a purge, after so many blocks ``between`` it and the configuration.

    ``order`` changes what is written of the order.
    """

    order: Mapping[str, Any] = field(default_factory=dict)
    key: str = ""
    collection: str = collection_of(PLATFORM)
    version: str = "0002"
    is_purge: bool = True
    more: Mapping[str, bytes | None] = field(default_factory=dict)
    chaincode: str = "credit"
    between: int = 0
    change: Callable[[Any], None] = lambda _: None

    async def proved(self, channel: ProvedChannel) -> Bundle:
        """Commit it, signed by the platform, and prove it."""
        channel.producer = channel.person("platform")
        channel.configure()
        for number in range(self.between):
            channel.add([channel.transaction(TRANSACTION + 1 + number, {})])
        record = order_of(channel).model_copy(update=dict(self.order))
        hashed = kv_rwset_pb2.KVWriteHash(
            key_hash=hashlib.sha256(PersonalData.key_of(ORDER, self.version).encode()).digest(),
            is_delete=True,
            is_purge=self.is_purge,
        )
        written = {self.key or record.ledger_key: record.to_state(), **self.more}
        channel.add(
            [
                channel.transaction(
                    TRANSACTION,
                    written,
                    function="privacy:purge",
                    found=[record.ledger_key],
                    private={self.collection: [hashed]},
                    chaincode=self.chaincode,
                    change=self.change,
                )
            ]
        )
        return await prove_transaction(channel, channel.tx_id(TRANSACTION))


def signatory_of(channel: ProvedChannel) -> Signatory:
    """Who signs on the channel, as records name them."""
    return Signatory(**recorder_of(channel.producer).model_dump(exclude={"certificate"}))


def order_of(channel: ProvedChannel) -> OrderRecord:
    """An order that was corrected once and then purged, by who signs on the channel."""
    signer = signatory_of(channel)
    seals = tuple(
        Seal(version=version, fields=FIELDS, root=digit * 64, private_sha256=digit * 64)
        for version, digit in (("0001", "1"), ("0002", "2"))
    )
    return OrderRecord(
        platform=PLATFORM,
        order=ORDER,
        facts=OrderFacts.model_validate(FACTS),
        seals=seals,
        published_at=channel.now,
        recorder=signer,
        purged_at=channel.now,
        purged_by=signer,
        purge_reason="the person asked",
    )
