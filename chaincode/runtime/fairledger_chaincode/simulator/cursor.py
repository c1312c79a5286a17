"""Results of queries, fetched one by one, so that only what was really read enters the read set."""

from collections.abc import Iterable, Iterator
from typing import Protocol

from fabric_protos.ledger.queryresult.kv_query_result_pb2 import KV
from fabric_protos.ledger.queryresult.kv_query_result_pb2 import KeyModification as HistoryRecord

from fairledger_chaincode.simulator.rwset import KeyRead, RangeRead
from fairledger_chaincode.simulator.state import KeyModification
from fairledger_chaincode.simulator.store import VersionedStore


class Cursor(Protocol):
    """An open query of one transaction."""

    def fetch(self) -> bytes | None:
        """Return the next result, serialised, or ``None`` after the last."""
        ...


class RangeCursor:
    """A range of public keys. ``read`` is what has been read so far, for the conflict check at commit."""

    def __init__(self, namespace: str, store: VersionedStore[str], start: str, end: str) -> None:
        self._namespace = namespace
        self._items = store.scan(start, end)
        self._start = start
        self._end = end
        self._reads: list[KeyRead] = []
        self._exhausted = False

    def fetch(self) -> bytes | None:
        """Return the next ``KV``."""
        found = next(self._items, None)
        if found is None:
            self._exhausted = True
            return None
        key, held = found
        self._reads.append(KeyRead(key, held.version))
        return bytes(KV(namespace=self._namespace, key=key, value=held.value).SerializeToString())

    def bookmark(self) -> str:
        """Return the key after the last one fetched, at which a next page begins; empty if there is none."""
        found = next(self._items, None)
        return "" if found is None else found[0]

    @property
    def read(self) -> RangeRead:
        """What the transaction has seen of the range."""
        end = self._end if self._exhausted or not self._reads else self._reads[-1].key
        return RangeRead(self._start, end, self._exhausted, tuple(self._reads))


class PrivateRangeCursor:
    """A range of private keys; not checked at commit, which is why only read-only transactions may have one."""

    def __init__(self, namespace: str, store: VersionedStore[str], start: str, end: str) -> None:
        self._namespace = namespace
        self._items = store.scan(start, end)

    def fetch(self) -> bytes | None:
        """Return the next ``KV``."""
        found = next(self._items, None)
        if found is None:
            return None
        key, held = found
        return bytes(KV(namespace=self._namespace, key=key, value=held.value).SerializeToString())


class HistoryCursor:
    """The history of a key, newest first; not checked at commit."""

    def __init__(self, modifications: Iterable[KeyModification]) -> None:
        self._modifications: Iterator[KeyModification] = iter(modifications)

    def fetch(self) -> bytes | None:
        """Return the next ``KeyModification`` record."""
        found = next(self._modifications, None)
        if found is None:
            return None
        record = HistoryRecord(tx_id=found.tx_id, value=found.value or b"", is_delete=found.value is None)
        record.timestamp.FromDatetime(found.time)
        return bytes(record.SerializeToString())
