"""Conflict checks at commit: has what a transaction read changed since it read it?"""

from fabric_protos.peer.transaction_pb2 import TxValidationCode

from fairledger_chaincode.simulator.rwset import CollectionSet, KeyRead, NamespaceSet, RangeRead, ReadWriteSet
from fairledger_chaincode.simulator.state import WorldState

VALID = "VALID"
MVCC_READ_CONFLICT: str = TxValidationCode.Name(TxValidationCode.MVCC_READ_CONFLICT)
PHANTOM_READ_CONFLICT: str = TxValidationCode.Name(TxValidationCode.PHANTOM_READ_CONFLICT)


def conflict(rwset: ReadWriteSet, world: WorldState) -> str:
    """Return ``VALID``, or the name of the conflict with ``world``, which includes the block's earlier transactions."""
    for part in rwset.namespaces:
        if not _reads_hold(part, world):
            return MVCC_READ_CONFLICT
        if not all(_range_holds(part.namespace, read, world) for read in part.range_reads):
            return PHANTOM_READ_CONFLICT
        if not all(_hashed_reads_hold(part.namespace, collection, world) for collection in part.collections):
            return MVCC_READ_CONFLICT
    return VALID


def _reads_hold(part: NamespaceSet, world: WorldState) -> bool:
    store = world.public(part.namespace)
    return all(store.version(read.key) == read.version for read in part.reads)


def _range_holds(namespace: str, read: RangeRead, world: WorldState) -> bool:
    current = world.public(namespace).scan(read.start, read.end, include_end=not read.exhausted)
    return tuple(KeyRead(key, held.version) for key, held in current) == read.reads


def _hashed_reads_hold(namespace: str, collection: CollectionSet, world: WorldState) -> bool:
    store = world.hashed(namespace, collection.collection)
    return all(store.version(read.key_hash) == read.version for read in collection.reads)
