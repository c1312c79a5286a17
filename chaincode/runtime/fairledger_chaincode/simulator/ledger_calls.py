"""The peer's answers to the ledger calls of one running transaction in one chaincode."""

from collections.abc import Callable, Mapping

from fabric_protos.peer.chaincode_shim_pb2 import (
    ChaincodeMessage,
    DelState,
    GetHistoryForKey,
    GetQueryResult,
    GetState,
    GetStateByRange,
    GetStateMetadata,
    PurgePrivateState,
    PutState,
    PutStateMetadata,
    QueryMetadata,
    QueryStateClose,
    QueryStateNext,
    StateMetadata,
    StateMetadataResult,
)

from fairledger_chaincode.simulator.access import CollectionAccess
from fairledger_chaincode.simulator.errors import LedgerRefusal
from fairledger_chaincode.simulator.query import OpenQueries
from fairledger_chaincode.simulator.simulation import Simulation


class LedgerCalls:
    """Decodes a request, lets the simulation do it, encodes the result. Raises ``LedgerRefusal`` as the peer would.

    ``namespace`` is the chaincode that is running: an invoked chaincode has calls of its own on the same simulation.
    """

    def __init__(self, namespace: str, simulation: Simulation, access: CollectionAccess) -> None:
        self.queries = OpenQueries()
        self._namespace = namespace
        self._simulation = simulation
        self._access = access
        self._handlers: Mapping[int, Callable[[bytes], bytes]] = {
            ChaincodeMessage.GET_STATE: self._get,
            ChaincodeMessage.PUT_STATE: self._put,
            ChaincodeMessage.DEL_STATE: self._delete,
            ChaincodeMessage.GET_STATE_BY_RANGE: self._range,
            ChaincodeMessage.GET_QUERY_RESULT: self._rich_query,
            ChaincodeMessage.QUERY_STATE_NEXT: self._next,
            ChaincodeMessage.QUERY_STATE_CLOSE: self._close,
            ChaincodeMessage.GET_HISTORY_FOR_KEY: self._history,
            ChaincodeMessage.GET_STATE_METADATA: self._get_metadata,
            ChaincodeMessage.PUT_STATE_METADATA: self._put_metadata,
            ChaincodeMessage.GET_PRIVATE_DATA_HASH: self._private_hash,
            ChaincodeMessage.PURGE_PRIVATE_DATA: self._purge,
        }

    def knows(self, kind: int) -> bool:
        """Tell whether ``kind`` is a ledger call; a peer ends the stream on a message that it does not know."""
        return kind in self._handlers

    def answer(self, kind: int, payload: bytes) -> bytes:
        """Return the payload of the RESPONSE to a request of type ``kind``."""
        return self._handlers[kind](payload)

    def _get(self, payload: bytes) -> bytes:
        request = GetState.FromString(payload)
        if request.collection:
            self._access.check_read(request.collection)
            return self._simulation.get_private(self._namespace, request.collection, request.key) or b""
        return self._simulation.get(self._namespace, request.key) or b""

    def _private_hash(self, payload: bytes) -> bytes:
        request = GetState.FromString(payload)
        return self._simulation.get_private_hash(self._namespace, request.collection, request.key) or b""

    def _put(self, payload: bytes) -> bytes:
        request = PutState.FromString(payload)
        if request.collection:
            self._access.check_write(request.collection)
            self._simulation.put_private(self._namespace, request.collection, request.key, request.value)
        else:
            self._simulation.put(self._namespace, request.key, request.value)
        return b""

    def _delete(self, payload: bytes) -> bytes:
        request = DelState.FromString(payload)
        if request.collection:
            self._access.check_write(request.collection)
            self._simulation.delete_private(self._namespace, request.collection, request.key)
        else:
            self._simulation.delete(self._namespace, request.key)
        return b""

    def _purge(self, payload: bytes) -> bytes:
        request = PurgePrivateState.FromString(payload)
        if not request.collection:
            raise LedgerRefusal("only applicable for private data")
        self._access.check_write(request.collection)
        self._simulation.purge_private(self._namespace, request.collection, request.key)
        return b""

    def _range(self, payload: bytes) -> bytes:
        request = GetStateByRange.FromString(payload)
        paging = QueryMetadata.FromString(request.metadata)
        if request.collection:
            self._access.check_read(request.collection)
            return self.queries.start(
                self._simulation.range_private(self._namespace, request.collection, request.startKey, request.endKey)
            )
        if paging.pageSize or paging.bookmark:
            start = paging.bookmark or request.startKey
            page = self._simulation.page(self._namespace, start, request.endKey)
            return self.queries.page(page, paging.pageSize)
        return self.queries.start(self._simulation.range(self._namespace, request.startKey, request.endKey))

    def _rich_query(self, payload: bytes) -> bytes:
        request = GetQueryResult.FromString(payload)
        paging = QueryMetadata.FromString(request.metadata)
        if request.collection:
            self._access.check_read(request.collection)
        what = "ExecuteQueryWithMetadata" if paging.pageSize or paging.bookmark else "ExecuteQuery"
        raise LedgerRefusal(f"{what} not supported for leveldb")

    def _next(self, payload: bytes) -> bytes:
        return self.queries.next(QueryStateNext.FromString(payload).id)

    def _close(self, payload: bytes) -> bytes:
        return self.queries.close(QueryStateClose.FromString(payload).id)

    def _history(self, payload: bytes) -> bytes:
        request = GetHistoryForKey.FromString(payload)
        return self.queries.start(self._simulation.history(self._namespace, request.key))

    def _get_metadata(self, payload: bytes) -> bytes:
        request = GetStateMetadata.FromString(payload)
        if request.collection:
            self._access.check_read(request.collection)
            metadata = self._simulation.get_private_metadata(self._namespace, request.collection, request.key)
        else:
            metadata = self._simulation.get_metadata(self._namespace, request.key)
        entries = [StateMetadata(metakey=name, value=value) for name, value in metadata.items()]
        return bytes(StateMetadataResult(entries=entries).SerializeToString())

    def _put_metadata(self, payload: bytes) -> bytes:
        request = PutStateMetadata.FromString(payload)
        metadata = {request.metadata.metakey: request.metadata.value}
        if request.collection:
            self._access.check_write(request.collection)
            self._simulation.put_private_metadata(self._namespace, request.collection, request.key, metadata)
        else:
            self._simulation.put_metadata(self._namespace, request.key, metadata)
        return b""
