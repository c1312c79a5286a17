"""What a transaction read and wrote: the part of an endorsement that is compared, signed and validated.

Private data appear here as hashes only. All parts are sorted, so equal simulations give equal sets.
"""

from dataclasses import dataclass

from fairledger_chaincode.simulator.version import Version

Entries = tuple[tuple[str, bytes], ...]  # metadata of one key: (name, value), sorted by name


@dataclass(frozen=True, slots=True)
class KeyRead:
    """A key and the version it was read at; ``None`` when it did not exist."""

    key: str
    version: Version | None


@dataclass(frozen=True, slots=True)
class RangeRead:
    """A range as far as it was read: to ``end`` exclusively when exhausted, else to and with the last key seen."""

    start: str
    end: str
    exhausted: bool
    reads: tuple[KeyRead, ...]


@dataclass(frozen=True, slots=True)
class KeyWrite:
    """A new value of a key; ``None`` deletes it. Fabric takes an empty value for a delete too."""

    key: str
    value: bytes | None


@dataclass(frozen=True, slots=True)
class MetadataWrite:
    """New metadata of a key, replacing all it had."""

    key: str
    entries: Entries


@dataclass(frozen=True, slots=True)
class HashedRead:
    """A private key, by hash, and the version it was read at."""

    key_hash: bytes
    version: Version | None


@dataclass(frozen=True, slots=True)
class HashedWrite:
    """Hashes (SHA-256) of a private key and its new value; ``None`` deletes, and ``purge`` erases its past too."""

    key_hash: bytes
    value_hash: bytes | None
    purge: bool = False


@dataclass(frozen=True, slots=True)
class HashedMetadataWrite:
    """New metadata of a private key, which is itself public."""

    key_hash: bytes
    entries: Entries


@dataclass(frozen=True, slots=True)
class CollectionSet:
    """What was done in one private data collection, as everybody sees it."""

    collection: str
    reads: tuple[HashedRead, ...]
    writes: tuple[HashedWrite, ...]
    metadata_writes: tuple[HashedMetadataWrite, ...]


@dataclass(frozen=True, slots=True)
class NamespaceSet:
    """What was done in one chaincode's namespace."""

    namespace: str
    reads: tuple[KeyRead, ...]
    range_reads: tuple[RangeRead, ...]
    writes: tuple[KeyWrite, ...]
    metadata_writes: tuple[MetadataWrite, ...]
    collections: tuple[CollectionSet, ...]

    @property
    def writes_anything(self) -> bool:
        """Whether this namespace's endorsement policy has a say."""
        return bool(self.writes or self.metadata_writes) or any(
            collection.writes or collection.metadata_writes for collection in self.collections
        )


@dataclass(frozen=True, slots=True)
class ReadWriteSet:
    """All that a transaction read and wrote, by namespace."""

    namespaces: tuple[NamespaceSet, ...]

    def namespace(self, name: str) -> NamespaceSet | None:
        """Return what was done in the namespace ``name``, or ``None``."""
        return next((found for found in self.namespaces if found.namespace == name), None)


@dataclass(frozen=True, slots=True)
class PrivateWrite:
    """A private key and value in clear; travels between endorsers and members only, never in a block."""

    namespace: str
    collection: str
    key: str
    value: bytes | None
    purge: bool = False


@dataclass(frozen=True, slots=True)
class PrivateTouch:
    """A private key whose metadata changed, so that members move their copy to the new version."""

    namespace: str
    collection: str
    key: str


PrivateChange = PrivateWrite | PrivateTouch
