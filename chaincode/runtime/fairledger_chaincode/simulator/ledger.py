"""The channel's ledger: validates blocks of endorsed transactions and applies the valid ones, as committers do."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from fabric_protos.peer.transaction_pb2 import TxValidationCode

from fairledger_chaincode.simulator.conflicts import VALID, conflict
from fairledger_chaincode.simulator.definition import Definitions
from fairledger_chaincode.simulator.policy import Signer, is_satisfied
from fairledger_chaincode.simulator.requirements import (
    WrittenKey,
    metadata_keys,
    namespaces,
    requirements,
    written_keys,
)
from fairledger_chaincode.simulator.rwset import CollectionSet, NamespaceSet, PrivateTouch, PrivateWrite
from fairledger_chaincode.simulator.rwset_builder import hash_of
from fairledger_chaincode.simulator.state import KeyModification, PrivateData, WorldState
from fairledger_chaincode.simulator.store import NO_METADATA, Key, VersionedStore, VersionedValue
from fairledger_chaincode.simulator.transaction import Block, ChaincodeEvent, Committed, Endorsed
from fairledger_chaincode.simulator.version import Version

INVALID_CHAINCODE: str = TxValidationCode.Name(TxValidationCode.INVALID_CHAINCODE)
DUPLICATE_TXID: str = TxValidationCode.Name(TxValidationCode.DUPLICATE_TXID)
ENDORSEMENT_POLICY_FAILURE: str = TxValidationCode.Name(TxValidationCode.ENDORSEMENT_POLICY_FAILURE)


class Ledger:
    """State and blocks of one channel, and the private data of each organisation in ``peers``."""

    def __init__(self, definitions: Definitions, peers: Mapping[str, Signer]) -> None:
        self.definitions = definitions
        self.world = WorldState()
        self.private = {msp_id: PrivateData() for msp_id in peers}
        self.blocks = [Block(0, ())]  # the channel's first block is its configuration
        self._peers = dict(peers)
        self._tx_ids: set[str] = set()
        self._expiries: dict[int, list[tuple[str, str, str, int]]] = defaultdict(list)

    @property
    def height(self) -> int:
        """The number of the next block."""
        return len(self.blocks)

    def knows(self, tx_id: str) -> bool:
        """Tell whether a transaction of this id is in a block, valid or not."""
        return tx_id in self._tx_ids

    def commit(self, transactions: Sequence[Endorsed]) -> Block:
        """Validate ``transactions`` as one block, apply the valid ones in order, and return the block.

        Raises ``ChannelHalted`` where Fabric's peers would stop; nothing is applied then.
        """
        number = self.height
        codes = self._validate_endorsements(transactions)
        changed: set[tuple[str, str, bytes]] = set()
        for position, transaction in enumerate(transactions):
            if codes[position] == VALID:
                codes[position] = conflict(transaction.rwset, self.world)
            if codes[position] == VALID:
                self._apply(transaction, Version(number, position), changed)
        self._expire(number, changed)
        self._tx_ids |= {transaction.tx_id for transaction in transactions}
        block = Block(
            number,
            tuple(
                _committed(transaction, number, position, codes[position])
                for position, transaction in enumerate(transactions)
            ),
        )
        self.blocks.append(block)
        return block

    # Validation before any conflict check: transaction ids and endorsement policies, against the state before the block

    def _validate_endorsements(self, transactions: Sequence[Endorsed]) -> list[str]:
        codes: list[str] = []
        policies_changed: set[WrittenKey] = set()
        for transaction in transactions:
            codes.append(self._endorsement_code(transaction, policies_changed))
            if codes[-1] == VALID:
                policies_changed |= set(metadata_keys(transaction.rwset))
        seen: set[str] = set()
        for position, transaction in enumerate(transactions):
            if codes[position] == VALID and transaction.tx_id in seen:
                codes[position] = DUPLICATE_TXID
            elif codes[position] == VALID:
                seen.add(transaction.tx_id)
        return codes

    def _endorsement_code(self, transaction: Endorsed, policies_changed: set[WrittenKey]) -> str:
        if self.knows(transaction.tx_id):
            return DUPLICATE_TXID
        if not all(name in self.definitions for name in namespaces(transaction.rwset, transaction.chaincode)):
            return INVALID_CHAINCODE
        if policies_changed & set(written_keys(transaction.rwset)):
            return ENDORSEMENT_POLICY_FAILURE  # an earlier transaction of the block changes the policy of a key
        needed = requirements(transaction.rwset, transaction.chaincode, self.definitions, self.world)
        satisfied = all(is_satisfied(requirement.policy, transaction.endorsers) for requirement in needed)
        return VALID if satisfied else ENDORSEMENT_POLICY_FAILURE

    # Application

    def _apply(self, transaction: Endorsed, version: Version, changed: set[tuple[str, str, bytes]]) -> None:
        for part in transaction.rwset.namespaces:
            self._apply_public(part, transaction, version)
            for collection in part.collections:
                self._apply_hashed(part.namespace, collection, version, changed)
        for change in transaction.private_changes:
            for msp_id, private in self.private.items():
                if isinstance(change, PrivateWrite):
                    self._apply_private(change, msp_id, private, version)
                else:
                    self._touch_private(change, private)
            self._schedule_expiry(change, version.block)

    def _apply_public(self, part: NamespaceSet, transaction: Endorsed, version: Version) -> None:
        store = self.world.public(part.namespace)
        metadata = {write.key: dict(write.entries) for write in part.metadata_writes}
        for write in part.writes:
            _write(store, write.key, write.value, version, metadata.pop(write.key, None))
            modification = KeyModification(transaction.tx_id, write.value, transaction.time, version)
            self.world.remember(part.namespace, write.key, modification)
        for key, entries in metadata.items():
            _write_metadata(store, key, version, entries)

    def _apply_hashed(
        self, namespace: str, part: CollectionSet, version: Version, changed: set[tuple[str, str, bytes]]
    ) -> None:
        store = self.world.hashed(namespace, part.collection)
        metadata = {write.key_hash: dict(write.entries) for write in part.metadata_writes}
        changed |= {(namespace, part.collection, write.key_hash) for write in part.writes}
        changed |= {(namespace, part.collection, key_hash) for key_hash in metadata}
        for write in part.writes:
            _write(store, write.key_hash, write.value_hash, version, metadata.pop(write.key_hash, None))
        for key_hash, entries in metadata.items():
            _write_metadata(store, key_hash, version, entries)

    def _apply_private(self, change: PrivateWrite, msp_id: str, private: PrivateData, version: Version) -> None:
        if change.purge:
            private.erase(change.namespace, change.collection, change.key, before=version)
        elif change.value is None:
            private.store(change.namespace, change.collection).delete(change.key)
        elif self.definitions.is_member(self._peers[msp_id], change.namespace, change.collection):
            held = VersionedValue(change.value, version)
            private.keep(change.namespace, change.collection, change.key, held)

    def _touch_private(self, change: PrivateTouch, private: PrivateData) -> None:
        """Move a member's copy to the version of its hash, which a change of metadata alone has raised."""
        store = private.store(change.namespace, change.collection)
        held = store.get(change.key)
        hashed = self.world.hashed(change.namespace, change.collection).get(hash_of(change.key))
        if held is not None and hashed is not None and hash_of(held.value) == hashed.value:
            store.put(change.key, VersionedValue(held.value, hashed.version))

    # Time to live

    def _schedule_expiry(self, change: PrivateWrite | PrivateTouch, block: int) -> None:
        collection = self.definitions.collection(change.namespace, change.collection)
        if collection is not None and collection.block_to_live:
            entry = (change.namespace, change.collection, change.key, block)
            self._expiries[block + collection.block_to_live + 1].append(entry)

    def _expire(self, number: int, changed: set[tuple[str, str, bytes]]) -> None:
        for namespace, collection, key, written_in in self._expiries.pop(number, ()):
            key_hash = hash_of(key)
            hashed = self.world.hashed(namespace, collection)
            current = hashed.version(key_hash)
            if (namespace, collection, key_hash) not in changed and current and current.block == written_in:
                hashed.delete(key_hash)
            for private in self.private.values():
                private.expire(namespace, collection, key, written_in=written_in)


def _write(
    store: VersionedStore[Key],
    key: Key,
    value: bytes | None,
    version: Version,
    metadata: Mapping[str, bytes] | None,
) -> None:
    if value is None:
        store.delete(key)
        return
    held = store.get(key)
    kept = NO_METADATA if held is None else held.metadata
    store.put(key, VersionedValue(value, version, kept if metadata is None else metadata))


def _write_metadata(store: VersionedStore[Key], key: Key, version: Version, metadata: Mapping[str, bytes]) -> None:
    held = store.get(key)
    if held is not None:
        store.put(key, VersionedValue(held.value, version, metadata))


def _committed(transaction: Endorsed, number: int, position: int, code: str) -> Committed:
    event = transaction.event if code == VALID else None
    events = (
        (ChaincodeEvent(number, transaction.tx_id, transaction.chaincode, event.name, event.payload),)
        if event is not None
        else ()
    )
    return Committed(transaction.tx_id, transaction.result, number, position, code, events)
