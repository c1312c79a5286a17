"""The state of the channel: what every peer holds alike, and what members of collections hold besides."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from fairledger_chaincode.simulator.store import VersionedStore, VersionedValue
from fairledger_chaincode.simulator.version import Version


@dataclass(frozen=True, slots=True)
class KeyModification:
    """One entry of a key's history; ``value`` is ``None`` for a delete, ``time`` is the proposal's."""

    tx_id: str
    value: bytes | None
    time: datetime
    version: Version


class WorldState:
    """Public values and the hashes of private ones, equal at all peers."""

    def __init__(self) -> None:
        self._public: dict[str, VersionedStore[str]] = defaultdict(VersionedStore)
        self._hashed: dict[tuple[str, str], VersionedStore[bytes]] = defaultdict(VersionedStore)
        self._history: dict[tuple[str, str], list[KeyModification]] = defaultdict(list)

    def public(self, namespace: str) -> VersionedStore[str]:
        """Return the public state of the chaincode ``namespace``."""
        return self._public[namespace]

    def hashed(self, namespace: str, collection: str) -> VersionedStore[bytes]:
        """Return hashes of values by hashes of keys of one collection."""
        return self._hashed[namespace, collection]

    def history(self, namespace: str, key: str) -> Iterator[KeyModification]:
        """Walk the valid writes of ``key``, newest first."""
        return reversed(self._history.get((namespace, key), []))

    def remember(self, namespace: str, key: str, modification: KeyModification) -> None:
        """Add a write to the history of ``key``."""
        self._history[namespace, key].append(modification)

    def dump(self) -> dict[str, dict[str, VersionedValue]]:
        """Return the whole public state by namespace and key, for comparison."""
        return {name: dict(store.items()) for name, store in sorted(self._public.items()) if len(store)}


class PrivateData:
    """What the peers of one organisation hold of private data: the current values, and every copy ever received.

    A delete leaves old copies on disk; a purge and the end of a value's time to live erase them.
    """

    def __init__(self) -> None:
        self._stores: dict[tuple[str, str], VersionedStore[str]] = defaultdict(VersionedStore)
        self._copies: dict[tuple[str, str, str], list[tuple[Version, bytes]]] = defaultdict(list)

    def store(self, namespace: str, collection: str) -> VersionedStore[str]:
        """Return the current values of one collection, by clear key."""
        return self._stores[namespace, collection]

    def keep(self, namespace: str, collection: str, key: str, value: VersionedValue) -> None:
        """Receive a new value."""
        self.store(namespace, collection).put(key, value)
        self._copies[namespace, collection, key].append((value.version, value.value))

    def copies(self, namespace: str, collection: str, key: str) -> list[bytes]:
        """Return every value of ``key`` that is still on the organisation's disks, oldest first."""
        return [value for _, value in self._copies[namespace, collection, key]]

    def erase(self, namespace: str, collection: str, key: str, *, before: Version) -> None:
        """Purge: forget every copy of ``key`` older than ``before``, the current value too if it is that old."""
        kept = [copy for copy in self._copies[namespace, collection, key] if copy[0] >= before]
        self._copies[namespace, collection, key] = kept
        current = self.store(namespace, collection).version(key)
        if current is not None and current < before:
            self.store(namespace, collection).delete(key)

    def expire(self, namespace: str, collection: str, key: str, *, written_in: int) -> None:
        """Forget what ``key`` was given in block ``written_in``."""
        kept = [copy for copy in self._copies[namespace, collection, key] if copy[0].block != written_in]
        self._copies[namespace, collection, key] = kept
        current = self.store(namespace, collection).version(key)
        if current is not None and current.block == written_in:
            self.store(namespace, collection).delete(key)
