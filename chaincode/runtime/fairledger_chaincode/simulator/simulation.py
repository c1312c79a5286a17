"""One transaction while it is simulated on one peer: reads see the committed state only, writes are collected.

Fabric's rules about what may be combined are kept: a transaction that paged or queried private ranges can't write,
and one that wrote can't do either any more. Every call raises ``LedgerRefusal`` with the peer's text.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from fairledger_chaincode.simulator.cursor import HistoryCursor, PrivateRangeCursor, RangeCursor
from fairledger_chaincode.simulator.definition import Definitions
from fairledger_chaincode.simulator.errors import LedgerRefusal
from fairledger_chaincode.simulator.rwset import PrivateChange, ReadWriteSet
from fairledger_chaincode.simulator.rwset_builder import ReadWriteSetBuilder, entries_of, hash_of
from fairledger_chaincode.simulator.state import PrivateData, WorldState
from fairledger_chaincode.simulator.store import VersionedValue
from fairledger_chaincode.simulator.version import text


@dataclass(frozen=True, slots=True)
class SimulationResult:
    """What a finished simulation amounts to. ``private_reads`` names collections whose values were read in clear."""

    rwset: ReadWriteSet
    private_changes: tuple[PrivateChange, ...]
    private_reads: frozenset[tuple[str, str]]


class Simulation:
    """The ledger as one transaction on one organisation's peer sees and changes it."""

    def __init__(self, tx_id: str, world: WorldState, private: PrivateData, definitions: Definitions) -> None:
        self._tx_id = tx_id
        self._world = world
        self._private = private
        self._definitions = definitions
        self._builder = ReadWriteSetBuilder()
        self._ranges: list[tuple[str, RangeCursor]] = []
        self._private_reads: set[tuple[str, str]] = set()
        self._wrote = False
        self._paged = False
        self._queried_private = False

    # Public state

    def get(self, namespace: str, key: str) -> bytes | None:
        """Return the committed value of ``key``; a key that is missing enters the read set too."""
        held = self._read(namespace, key)
        return None if held is None else held.value

    def get_metadata(self, namespace: str, key: str) -> Mapping[str, bytes]:
        """Return the committed metadata of ``key``, which counts as reading the key."""
        held = self._read(namespace, key)
        return {} if held is None else held.metadata

    def put(self, namespace: str, key: str, value: bytes) -> None:
        """Set ``key`` at commit; an empty value is a delete, as in Fabric."""
        self._check_write()
        self._builder.namespace(namespace).writes[key] = value or None

    def delete(self, namespace: str, key: str) -> None:
        """Delete ``key`` at commit."""
        self.put(namespace, key, b"")

    def put_metadata(self, namespace: str, key: str, metadata: Mapping[str, bytes]) -> None:
        """Replace the metadata of ``key`` at commit; nothing happens if there is no such key then."""
        self._check_write()
        self._builder.namespace(namespace).metadata[key] = entries_of(metadata)

    def range(self, namespace: str, start: str, end: str) -> RangeCursor:
        """Open the range from ``start`` to before ``end``; empty bounds are the first and the last key there are."""
        return self._open_range(namespace, start, end)

    def page(self, namespace: str, start: str, end: str) -> RangeCursor:
        """Open a range of which one page will be read; only in a transaction that does not write."""
        if self._wrote:
            raise self._unsupported("Paginated queries are supported only in a read-only transaction")
        self._paged = True
        return self._open_range(namespace, start, end)

    def history(self, namespace: str, key: str) -> HistoryCursor:
        """Open the history of ``key``; it is not checked again at commit."""
        return HistoryCursor(self._world.history(namespace, key))

    # Private data

    def get_private(self, namespace: str, collection: str, key: str) -> bytes | None:
        """Return the private value; refused where the peer has no copy of what the channel agreed on."""
        self._check_collection(namespace, collection)
        held = self._private.store(namespace, collection).get(key)
        hashed = self._world.hashed(namespace, collection).version(hash_of(key))
        version = None if held is None else held.version
        if hashed != version:
            raise LedgerRefusal(
                "private data matching public hash version is not available. "
                f"Public hash version = {text(hashed)}, Private data version = {text(version)}"
            )
        self._builder.namespace(namespace).collection(collection).reads[key] = version
        self._private_reads.add((namespace, collection))
        return None if held is None else held.value

    def get_private_hash(self, namespace: str, collection: str, key: str) -> bytes | None:
        """Return the hash of the private value, which every peer knows."""
        held = self._read_hash(namespace, collection, key)
        return None if held is None else held.value

    def get_private_metadata(self, namespace: str, collection: str, key: str) -> Mapping[str, bytes]:
        """Return the metadata of a private key, which every peer knows."""
        held = self._read_hash(namespace, collection, key)
        return {} if held is None else held.metadata

    def put_private(self, namespace: str, collection: str, key: str, value: bytes) -> None:
        """Set a private key at commit; an empty value is a delete."""
        self._write_private(namespace, collection, key, value or None, purge=False)

    def delete_private(self, namespace: str, collection: str, key: str) -> None:
        """Delete a private key at commit; members keep their old copies on disk."""
        self._write_private(namespace, collection, key, None, purge=False)

    def purge_private(self, namespace: str, collection: str, key: str) -> None:
        """Delete a private key at commit, and with it every copy that members hold."""
        self._write_private(namespace, collection, key, None, purge=True)

    def put_private_metadata(self, namespace: str, collection: str, key: str, metadata: Mapping[str, bytes]) -> None:
        """Replace the metadata of a private key at commit."""
        self._check_collection(namespace, collection)
        self._check_write()
        self._builder.namespace(namespace).collection(collection).metadata[key] = entries_of(metadata)

    def range_private(self, namespace: str, collection: str, start: str, end: str) -> PrivateRangeCursor:
        """Open a range of what this peer holds; only in a transaction that does not write."""
        if self._wrote:
            raise self._unsupported("Queries on pvt data is supported only in a read-only transaction")
        self._queried_private = True
        self._check_collection(namespace, collection)
        return PrivateRangeCursor(namespace, self._private.store(namespace, collection), start, end)

    def result(self) -> SimulationResult:
        """Finish: return what was read and written."""
        for namespace, cursor in self._ranges:
            self._builder.namespace(namespace).add_range(cursor.read)
        return SimulationResult(self._builder.build(), self._builder.private_changes(), frozenset(self._private_reads))

    def _read(self, namespace: str, key: str) -> VersionedValue | None:
        held = self._world.public(namespace).get(key)
        self._builder.namespace(namespace).reads[key] = None if held is None else held.version
        return held

    def _read_hash(self, namespace: str, collection: str, key: str) -> VersionedValue | None:
        self._check_collection(namespace, collection)
        held = self._world.hashed(namespace, collection).get(hash_of(key))
        version = None if held is None else held.version
        self._builder.namespace(namespace).collection(collection).reads[key] = version
        return held

    def _write_private(self, namespace: str, collection: str, key: str, value: bytes | None, *, purge: bool) -> None:
        self._check_collection(namespace, collection)
        self._check_write()
        self._builder.namespace(namespace).collection(collection).writes[key] = (value, purge)

    def _open_range(self, namespace: str, start: str, end: str) -> RangeCursor:
        cursor = RangeCursor(namespace, self._world.public(namespace), start, end)
        self._ranges.append((namespace, cursor))
        return cursor

    def _check_collection(self, namespace: str, collection: str) -> None:
        if self._definitions.collection(namespace, collection) is None:
            raise LedgerRefusal(
                f"collection [{collection}] not defined in the collection config for chaincode [{namespace}]"
            )

    def _check_write(self) -> None:
        if self._queried_private:
            raise self._unsupported("Transaction has already performed queries on pvt data. Writes are not allowed")
        if self._paged:
            raise self._unsupported("Transaction has already performed a paginated query. Writes are not allowed")
        self._wrote = True

    def _unsupported(self, reason: str) -> LedgerRefusal:
        return LedgerRefusal(f"txid [{self._tx_id}]: unsuppored transaction. {reason}")  # the peer's own spelling
