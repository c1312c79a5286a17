"""A sorted store of versioned values: one namespace of the world state."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Generic, TypeVar

from fairledger_chaincode.simulator.version import Version

Key = TypeVar("Key", str, bytes)

NO_METADATA: Mapping[str, bytes] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class VersionedValue:
    """What a key holds, since when, and its metadata (such as a key-level endorsement policy) by name."""

    value: bytes
    version: Version
    metadata: Mapping[str, bytes] = field(default_factory=lambda: NO_METADATA)


class VersionedStore(Generic[Key]):
    """Keys in the order of their bytes. Code points order text as its UTF-8 bytes do, so ``str`` compares right."""

    def __init__(self) -> None:
        self._values: dict[Key, VersionedValue] = {}
        self._keys: list[Key] = []

    def __len__(self) -> int:
        return len(self._keys)

    def get(self, key: Key) -> VersionedValue | None:
        """Return what ``key`` holds, or ``None``."""
        return self._values.get(key)

    def version(self, key: Key) -> Version | None:
        """Return the version of ``key``, or ``None`` if there is no such key."""
        held = self._values.get(key)
        return None if held is None else held.version

    def put(self, key: Key, value: VersionedValue) -> None:
        """Replace what ``key`` holds."""
        if key not in self._values:
            insort(self._keys, key)
        self._values[key] = value

    def delete(self, key: Key) -> None:
        """Forget ``key``; to delete what is not there is no error, as on the ledger."""
        if self._values.pop(key, None) is not None:
            del self._keys[bisect_left(self._keys, key)]

    def scan(self, start: Key, end: Key, *, include_end: bool = False) -> Iterator[tuple[Key, VersionedValue]]:
        """Walk the keys from ``start`` to before ``end`` in order; an empty ``end`` means to the last key.

        With ``include_end`` the key ``end`` itself belongs to the range. The store must not change meanwhile.
        """
        index = bisect_left(self._keys, start)
        if not end and not include_end:
            stop = len(self._keys)
        else:
            stop = bisect_right(self._keys, end) if include_end else bisect_left(self._keys, end)
        for position in range(index, stop):
            key = self._keys[position]
            yield key, self._values[key]

    def items(self) -> Iterator[tuple[Key, VersionedValue]]:
        """Walk everything in order."""
        for key in self._keys:
            yield key, self._values[key]
