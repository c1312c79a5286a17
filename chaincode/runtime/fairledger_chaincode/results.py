"""What ranges and histories answer: records, pages, and the iterator that fetches as it goes."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar

from fabric_protos.ledger.queryresult.kv_query_result_pb2 import KV, KeyModification
from fabric_protos.peer.chaincode_shim_pb2 import (
    ChaincodeMessage,
    QueryResponse,
    QueryStateClose,
    QueryStateNext,
)

from fairledger_chaincode.calls import PeerCalls


@dataclass(frozen=True, slots=True)
class KeyValue:
    """One state of the ledger."""

    key: str
    value: bytes


@dataclass(frozen=True, slots=True)
class HistoricValue:
    """What one transaction made of a key: its new value, or its deletion (then ``value`` is empty)."""

    tx_id: str
    value: bytes
    time: datetime
    is_delete: bool


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a range. ``bookmark`` asks for the next one; it is empty after the last."""

    items: tuple[KeyValue, ...]
    bookmark: str


def read_key_value(encoded: bytes) -> KeyValue:
    """Decode one result of a range."""
    found = KV.FromString(encoded)
    return KeyValue(found.key, found.value)


def read_historic_value(encoded: bytes) -> HistoricValue:
    """Decode one result of a history."""
    found = KeyModification.FromString(encoded)
    return HistoricValue(found.tx_id, found.value, found.timestamp.ToDatetime(tzinfo=UTC), found.is_delete)


Result = TypeVar("Result")


class ResultIterator(AsyncIterator[Result], Generic[Result]):
    """Results in the peer's order, fetched from it in batches as they are asked for.

    The first request goes out with the first result asked for. Leaving early is free: the peer forgets the query
    with the transaction. ``close`` lets it forget earlier.
    """

    def __init__(self, calls: PeerCalls, kind: int, request: bytes, read: Callable[[bytes], Result]) -> None:
        self._calls = calls
        self._kind = kind
        self._request = request
        self._read = read
        self._response: QueryResponse | None = None
        self._position = 0

    def __aiter__(self) -> "ResultIterator[Result]":
        return self

    async def __anext__(self) -> Result:
        response = self._response
        if response is None:
            response = await self._fetch(self._kind, self._request)
        while self._position >= len(response.results):
            if not response.has_more:
                raise StopAsyncIteration
            request = QueryStateNext(id=response.id).SerializeToString()
            response = await self._fetch(ChaincodeMessage.QUERY_STATE_NEXT, request)
        self._position += 1
        return self._read(response.results[self._position - 1].resultBytes)

    async def _fetch(self, kind: int, request: bytes) -> QueryResponse:
        self._response = QueryResponse.FromString(await self._calls.call(kind, request))
        self._position = 0
        return self._response

    async def close(self) -> None:
        """Tell the peer that no more results are wanted. Harmless when there are none left."""
        response, self._response = self._response, QueryResponse()
        if response is not None and response.has_more:
            request = QueryStateClose(id=response.id).SerializeToString()
            await self._calls.call(ChaincodeMessage.QUERY_STATE_CLOSE, request)
