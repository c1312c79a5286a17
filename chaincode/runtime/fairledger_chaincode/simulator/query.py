"""Open queries of a transaction, and their answers in the batches in which a peer sends them."""

from fabric_protos.peer.chaincode_shim_pb2 import QueryResponse, QueryResponseMetadata, QueryResultBytes

from fairledger_chaincode.simulator.cursor import Cursor, RangeCursor
from fairledger_chaincode.simulator.errors import LedgerRefusal

BATCH_RESULTS = 100  # results in one answer, as Fabric's peer has it
QUERY_RESULTS_MAX = 100_000  # results of one query, Fabric's default of ledger.state.totalQueryLimit


class OpenQuery:
    """One query under way: a batch is cut when a further result is known, so the peer reads one ahead."""

    def __init__(self, query_id: str, cursor: Cursor) -> None:
        self.id = query_id
        self._cursor = cursor
        self._pending: list[bytes] = []
        self._count = 0

    def answer(self) -> QueryResponse:
        """Return the next batch; ``has_more`` is false with the last."""
        while self._count < QUERY_RESULTS_MAX:
            result = self._cursor.fetch()
            if result is None:
                break
            self._count += 1
            if len(self._pending) == BATCH_RESULTS:
                batch, self._pending = self._pending, [result]
                return _response(self.id, batch, has_more=True)
            self._pending.append(result)
        batch, self._pending = self._pending, []
        return _response(self.id, batch, has_more=False)


class OpenQueries:
    """The queries that a transaction has open; the peer forgets them when the transaction ends."""

    def __init__(self) -> None:
        self._open: dict[str, OpenQuery] = {}
        self._opened = 0

    def __len__(self) -> int:
        return len(self._open)

    def start(self, cursor: Cursor) -> bytes:
        """Open a query and return its first batch."""
        return self._answer(OpenQuery(self._new_id(), cursor))

    def page(self, cursor: RangeCursor, page_size: int) -> bytes:
        """Return a whole page with the bookmark of the next; ``page_size`` 0 is as much as one query may have."""
        results: list[bytes] = []
        while len(results) < min(page_size or QUERY_RESULTS_MAX, QUERY_RESULTS_MAX):
            result = cursor.fetch()
            if result is None:
                break
            results.append(result)
        response = _response(self._new_id(), results, has_more=False)
        described = QueryResponseMetadata(fetched_records_count=len(results), bookmark=cursor.bookmark())
        response.metadata = described.SerializeToString()
        return bytes(response.SerializeToString())

    def next(self, query_id: str) -> bytes:
        """Return the next batch; raises ``LedgerRefusal`` for a query that is finished, closed or was never open."""
        query = self._open.get(query_id)
        if query is None:
            raise LedgerRefusal("query iterator not found")
        return self._answer(query)

    def close(self, query_id: str) -> bytes:
        """Forget a query; harmless for one that is not open."""
        self._open.pop(query_id, None)
        return bytes(QueryResponse(id=query_id, has_more=False).SerializeToString())

    def _new_id(self) -> str:
        self._opened += 1
        return f"query-{self._opened}"

    def _answer(self, query: OpenQuery) -> bytes:
        response = query.answer()
        if response.has_more:
            self._open[query.id] = query
        else:
            self._open.pop(query.id, None)
        return bytes(response.SerializeToString())


def _response(query_id: str, batch: list[bytes], *, has_more: bool) -> QueryResponse:
    return QueryResponse(
        id=query_id, has_more=has_more, results=[QueryResultBytes(resultBytes=result) for result in batch]
    )
