"""Collects reads and writes while a transaction is simulated; the last write of a key is the one that counts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from fairledger_chaincode.simulator.rwset import (
    CollectionSet,
    Entries,
    HashedMetadataWrite,
    HashedRead,
    HashedWrite,
    KeyRead,
    KeyWrite,
    MetadataWrite,
    NamespaceSet,
    PrivateChange,
    PrivateTouch,
    PrivateWrite,
    RangeRead,
    ReadWriteSet,
)
from fairledger_chaincode.simulator.version import Version


def hash_of(text_or_bytes: str | bytes) -> bytes:
    """SHA-256 as Fabric takes it of private keys and values."""
    data = text_or_bytes.encode() if isinstance(text_or_bytes, str) else text_or_bytes
    return sha256(data).digest()


@dataclass(slots=True)
class CollectionBuilder:
    """What was done so far in one collection, by clear key."""

    reads: dict[str, Version | None] = field(default_factory=dict)
    writes: dict[str, tuple[bytes | None, bool]] = field(default_factory=dict)
    metadata: dict[str, Entries] = field(default_factory=dict)

    def build(self, name: str) -> CollectionSet:
        """Return the public, hashed form, ordered by clear key as Fabric orders it."""
        return CollectionSet(
            name,
            tuple(HashedRead(hash_of(key), version) for key, version in sorted(self.reads.items())),
            tuple(
                HashedWrite(hash_of(key), None if value is None else hash_of(value), purge)
                for key, (value, purge) in sorted(self.writes.items())
            ),
            tuple(HashedMetadataWrite(hash_of(key), entries) for key, entries in sorted(self.metadata.items())),
        )


@dataclass(slots=True)
class NamespaceBuilder:
    """What was done so far in one chaincode's namespace."""

    reads: dict[str, Version | None] = field(default_factory=dict)
    ranges: dict[tuple[str, str, bool], RangeRead] = field(default_factory=dict)
    writes: dict[str, bytes | None] = field(default_factory=dict)
    metadata: dict[str, Entries] = field(default_factory=dict)
    collections: dict[str, CollectionBuilder] = field(default_factory=dict)

    def collection(self, name: str) -> CollectionBuilder:
        """Return the part for the collection ``name``, made when first asked for."""
        return self.collections.setdefault(name, CollectionBuilder())

    def add_range(self, read: RangeRead) -> None:
        """Keep ``read`` unless the same range was read before."""
        self.ranges.setdefault((read.start, read.end, read.exhausted), read)

    def build(self, name: str) -> NamespaceSet:
        """Return the finished set of the namespace ``name``."""
        return NamespaceSet(
            name,
            tuple(KeyRead(key, version) for key, version in sorted(self.reads.items())),
            tuple(self.ranges.values()),
            tuple(KeyWrite(key, value) for key, value in sorted(self.writes.items())),
            tuple(MetadataWrite(key, entries) for key, entries in sorted(self.metadata.items())),
            tuple(part.build(collection) for collection, part in sorted(self.collections.items())),
        )


class ReadWriteSetBuilder:
    """Collects one transaction's reads and writes over all namespaces it touches."""

    def __init__(self) -> None:
        self._namespaces: dict[str, NamespaceBuilder] = {}

    def namespace(self, name: str) -> NamespaceBuilder:
        """Return the part for the namespace ``name``, made when first asked for."""
        return self._namespaces.setdefault(name, NamespaceBuilder())

    def build(self) -> ReadWriteSet:
        """Return the public set."""
        return ReadWriteSet(tuple(part.build(name) for name, part in sorted(self._namespaces.items())))

    def private_changes(self) -> tuple[PrivateChange, ...]:
        """Return the private writes in clear and the private keys whose metadata changed."""
        changes: list[PrivateChange] = []
        for namespace, part in sorted(self._namespaces.items()):
            for name, collection in sorted(part.collections.items()):
                changes += [
                    PrivateWrite(namespace, name, key, value, purge)
                    for key, (value, purge) in sorted(collection.writes.items())
                ]
                changes += [PrivateTouch(namespace, name, key) for key in sorted(collection.metadata)]
        return tuple(changes)


def entries_of(metadata: Mapping[str, bytes]) -> Entries:
    """Sort metadata by name, as it is written."""
    return tuple(sorted(metadata.items()))
