"""All that a transaction can ask of its peer.

What a transaction reads is the state before it: a value put by the same transaction is not seen by a later get,
range or history of it, since the peer applies writes only when the block commits.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from fabric_protos.common.policies_pb2 import SignaturePolicyEnvelope
from fabric_protos.peer.chaincode_event_pb2 import ChaincodeEvent
from fabric_protos.peer.chaincode_pb2 import ChaincodeID, ChaincodeInput, ChaincodeSpec
from fabric_protos.peer.chaincode_shim_pb2 import (
    ChaincodeMessage,
    DelState,
    GetHistoryForKey,
    GetState,
    GetStateByRange,
    GetStateMetadata,
    PurgePrivateState,
    PutState,
    PutStateMetadata,
    QueryMetadata,
    QueryResponse,
    QueryResponseMetadata,
    StateMetadata,
    StateMetadataResult,
)
from fabric_protos.peer.proposal_response_pb2 import Response
from google.protobuf.message import DecodeError

from fairledger_chaincode import keys
from fairledger_chaincode.calls import PeerCalls
from fairledger_chaincode.errors import (
    ArgumentsRefused,
    CallRefused,
    CollectionRefused,
    EventRefused,
    PeerError,
    ReadOnly,
)
from fairledger_chaincode.proposal import TransactionProposal
from fairledger_chaincode.results import (
    HistoricValue,
    KeyValue,
    Page,
    ResultIterator,
    read_historic_value,
    read_key_value,
)

PUBLIC = ""  # the name that the protocol gives to the public state among the collections
VALIDATION_PARAMETER = "VALIDATION_PARAMETER"  # the metadata key of a key's own endorsement policy
STATUS_REFUSED_MIN = 400
PAGE_SIZE_MAX = 100_000  # the peer's own limit of results of one query, by default


class Stub:
    """The ledger as one transaction sees it.

    Every call raises ``PeerError`` when the peer answers ERROR, and ``StreamLost`` when the peer is gone; calls that
    write raise ``ReadOnly`` in a query. Keys are checked as ``keys.check_key`` says (``KeyRefused``).
    """

    create_composite_key = staticmethod(keys.create_composite_key)
    split_composite_key = staticmethod(keys.split_composite_key)

    def __init__(self, calls: PeerCalls, call: ChaincodeInput, proposal: TransactionProposal) -> None:
        self.read_only = False
        self.event: ChaincodeEvent | None = None
        self.proposal = proposal
        self._calls = calls
        self._input = call

    # What was asked, and by whom

    @property
    def tx_id(self) -> str:
        """The transaction's id, as the client computed it."""
        return self._calls.tx_id

    @property
    def channel_id(self) -> str:
        """The channel that the transaction belongs to."""
        return self._calls.channel_id

    @property
    def args(self) -> Sequence[bytes]:
        """The arguments as they came, the function's name first."""
        return tuple(self._input.args)

    @property
    def decorations(self) -> Mapping[str, bytes]:
        """What the peer itself added to the call."""
        return MappingProxyType(dict(self._input.decorations))

    @property
    def creator(self) -> bytes:
        """The client's serialised identity (``msp.SerializedIdentity``)."""
        return self.proposal.creator

    @property
    def transient(self) -> Mapping[str, bytes]:
        """Data sent to the endorsers only, which never reach a block."""
        return self.proposal.transient

    @property
    def binding(self) -> bytes:
        """SHA-256 of nonce, creator and epoch of the proposal."""
        return self.proposal.binding

    # Public state

    async def get_state(self, key: str) -> bytes | None:
        """The committed value, or None; Fabric makes no difference between no value and an empty one."""
        return await self._get(PUBLIC, key)

    async def put_state(self, key: str, value: bytes) -> None:
        """Write ``value`` when the transaction commits. An empty value reads back as none."""
        await self._put(PUBLIC, key, value)

    async def delete_state(self, key: str) -> None:
        """Delete the key when the transaction commits; no error when there is none."""
        await self._delete(PUBLIC, key)

    def get_state_by_range(self, start: str, end: str) -> ResultIterator[KeyValue]:
        """Simple keys from ``start`` to before ``end``, in the order of their UTF-8; empty means unbounded.

        Composite keys are never among them. The commit checks that the range, as far as it was read, is unchanged. A
        peer ends a range after ``PAGE_SIZE_MAX`` results and does not say that there are more: read pages when there
        may be. That holds for every range here, and for histories.
        """
        return self._range(PUBLIC, *keys.simple_range(start, end))

    async def get_state_by_range_page(self, start: str, end: str, page_size: int, bookmark: str = "") -> Page:
        """One page of a simple range; for queries only, since a peer refuses to write in a transaction that paged.

        ``bookmark`` is what the page before gave. Raises ``ArgumentsRefused`` for a page size below 1 or too big, and
        for a bookmark outside of the range.
        """
        return await self._page(*keys.simple_range(start, end), page_size, bookmark)

    def get_state_by_partial_composite_key(
        self, object_type: str, attributes: Sequence[str] = ()
    ) -> ResultIterator[KeyValue]:
        """Composite keys whose first parts are these, in the order of their UTF-8."""
        return self._range(PUBLIC, *keys.composite_range(object_type, attributes))

    async def get_state_by_partial_composite_key_page(
        self, object_type: str, attributes: Sequence[str], page_size: int, bookmark: str = ""
    ) -> Page:
        """One page of a range of composite keys; for queries only, as ``get_state_by_range_page``."""
        return await self._page(*keys.composite_range(object_type, attributes), page_size, bookmark)

    async def get_state_by_beginning_page(
        self, object_type: str, beginning: str, page_size: int, bookmark: str = ""
    ) -> Page:
        """One page of the composite keys whose first attribute begins with ``beginning``; for queries only."""
        return await self._page(*keys.beginning_range(object_type, beginning), page_size, bookmark)

    def get_history(self, key: str) -> ResultIterator[HistoricValue]:
        """What committed transactions made of the key, the newest first. Not checked again at commit."""
        keys.check_key(key)
        request = GetHistoryForKey(key=key).SerializeToString()
        return ResultIterator(self._calls, ChaincodeMessage.GET_HISTORY_FOR_KEY, request, read_historic_value)

    async def get_state_validation_parameter(self, key: str) -> bytes | None:
        """The key's own endorsement policy as it is stored, or None when the chaincode's applies."""
        return await self._get_validation_parameter(PUBLIC, key)

    async def set_state_validation_parameter(self, key: str, policy: bytes) -> None:
        """Give the key its own endorsement policy, as ``endorsement.require_all`` makes it."""
        await self._set_validation_parameter(PUBLIC, key, policy)

    # Private state. Each collection is a ledger of its own; the peer decides who may read and write it.

    async def get_private_data(self, collection: str, key: str) -> bytes | None:
        """The committed private value, or None."""
        return await self._get(_named(collection), key)

    async def get_private_data_hash(self, collection: str, key: str) -> bytes | None:
        """SHA-256 of the committed private value, which every peer of the channel knows, or None."""
        keys.check_key(key)
        request = GetState(key=key, collection=_named(collection)).SerializeToString()
        return await self._calls.call(ChaincodeMessage.GET_PRIVATE_DATA_HASH, request) or None

    async def put_private_data(self, collection: str, key: str, value: bytes) -> None:
        """Write a private value when the transaction commits. The peer refuses an empty one."""
        await self._put(_named(collection), key, value)

    async def delete_private_data(self, collection: str, key: str) -> None:
        """Delete a private value when the transaction commits; its history stays with the members."""
        await self._delete(_named(collection), key)

    async def purge_private_data(self, collection: str, key: str) -> None:
        """Delete a private value and all that members keep of it; only its hashes stay in the blocks."""
        self._check_write(key)
        request = PurgePrivateState(key=key, collection=_named(collection)).SerializeToString()
        await self._calls.call(ChaincodeMessage.PURGE_PRIVATE_DATA, request)

    def get_private_data_by_range(self, collection: str, start: str, end: str) -> ResultIterator[KeyValue]:
        """Simple keys of a collection, as ``get_state_by_range``."""
        return self._range(_named(collection), *keys.simple_range(start, end))

    def get_private_data_by_partial_composite_key(
        self, collection: str, object_type: str, attributes: Sequence[str] = ()
    ) -> ResultIterator[KeyValue]:
        """Composite keys of a collection whose first parts are these."""
        return self._range(_named(collection), *keys.composite_range(object_type, attributes))

    async def get_private_data_validation_parameter(self, collection: str, key: str) -> bytes | None:
        """The private key's own endorsement policy, or None."""
        return await self._get_validation_parameter(_named(collection), key)

    async def set_private_data_validation_parameter(self, collection: str, key: str, policy: bytes) -> None:
        """Give the private key its own endorsement policy."""
        await self._set_validation_parameter(_named(collection), key, policy)

    # Beyond the state

    def set_event(self, name: str, payload: bytes) -> None:
        """Say something to the clients when the transaction commits. One event a transaction: the last one counts."""
        self._check_writable()
        if type(name) is not str or not name:
            raise EventRefused("an event has a name")
        self.event = ChaincodeEvent(event_name=name, payload=payload)

    async def invoke_chaincode(self, name: str, args: Sequence[str | bytes], channel: str = "") -> bytes:
        """Call another chaincode in this transaction, and return the payload of its answer.

        On this channel its writes join the transaction's; on another ``channel`` they are forgotten, only reads make
        sense. Its event is dropped. Raises ``CallRefused`` for a status of 400 or more, after which this transaction
        can't succeed; ``ArgumentsRefused`` for an empty name.
        """
        if not name:
            raise ArgumentsRefused("the chaincode to call has a name")
        target = f"{name}/{channel}" if channel else name
        request = ChaincodeSpec(
            chaincode_id=ChaincodeID(name=target),
            input=ChaincodeInput(args=[arg.encode() if isinstance(arg, str) else arg for arg in args]),
        ).SerializeToString()
        payload = await self._calls.call(ChaincodeMessage.INVOKE_CHAINCODE, request)
        return self._read_called(payload)

    def _read_called(self, payload: bytes) -> bytes:
        try:
            answer = ChaincodeMessage.FromString(payload)
            if answer.type != ChaincodeMessage.COMPLETED:
                raise self._calls.failed(PeerError(answer.payload.decode("utf-8", "replace")))
            response = Response.FromString(answer.payload)
        except DecodeError as error:
            raise self._calls.failed(PeerError("the called chaincode's answer can't be read")) from error
        if response.status >= STATUS_REFUSED_MIN:
            raise self._calls.failed(CallRefused(response.status, response.message))
        return bytes(response.payload)

    # The requests behind them

    def _check_writable(self) -> None:
        if self.read_only:
            raise ReadOnly("a query does not write: declare the function with @transaction")

    def _check_write(self, key: str) -> None:
        self._check_writable()
        keys.check_key(key)

    async def _get(self, collection: str, key: str) -> bytes | None:
        keys.check_key(key)
        request = GetState(key=key, collection=collection).SerializeToString()
        return await self._calls.call(ChaincodeMessage.GET_STATE, request) or None

    async def _put(self, collection: str, key: str, value: bytes) -> None:
        self._check_write(key)
        request = PutState(key=key, value=value, collection=collection).SerializeToString()
        await self._calls.call(ChaincodeMessage.PUT_STATE, request)

    async def _delete(self, collection: str, key: str) -> None:
        self._check_write(key)
        request = DelState(key=key, collection=collection).SerializeToString()
        await self._calls.call(ChaincodeMessage.DEL_STATE, request)

    def _range(self, collection: str, start: str, end: str) -> ResultIterator[KeyValue]:
        request = GetStateByRange(startKey=start, endKey=end, collection=collection).SerializeToString()
        return ResultIterator(self._calls, ChaincodeMessage.GET_STATE_BY_RANGE, request, read_key_value)

    async def _page(self, start: str, end: str, page_size: int, bookmark: str) -> Page:
        if not 1 <= page_size <= PAGE_SIZE_MAX:
            raise ArgumentsRefused(f"a page has between 1 and {PAGE_SIZE_MAX} results")
        # The peer starts at the bookmark, wherever that is: one from outside would show what the caller can't ask for.
        if bookmark and not (start <= bookmark and (not end or bookmark < end)):
            raise ArgumentsRefused("the bookmark is of another range")
        metadata = QueryMetadata(pageSize=page_size, bookmark=bookmark).SerializeToString()
        request = GetStateByRange(startKey=start, endKey=end, metadata=metadata).SerializeToString()
        answer = await self._calls.call(ChaincodeMessage.GET_STATE_BY_RANGE, request)
        response = QueryResponse.FromString(answer)
        described = QueryResponseMetadata.FromString(response.metadata)
        items = tuple(read_key_value(result.resultBytes) for result in response.results)
        return Page(items, described.bookmark)

    async def _get_validation_parameter(self, collection: str, key: str) -> bytes | None:
        keys.check_key(key)
        request = GetStateMetadata(key=key, collection=collection).SerializeToString()
        answer = await self._calls.call(ChaincodeMessage.GET_STATE_METADATA, request)
        entries = StateMetadataResult.FromString(answer).entries
        return next((entry.value for entry in entries if entry.metakey == VALIDATION_PARAMETER), None)

    async def _set_validation_parameter(self, collection: str, key: str, policy: bytes) -> None:
        self._check_write(key)
        try:
            SignaturePolicyEnvelope.FromString(policy)
        except DecodeError as error:
            raise ArgumentsRefused("the endorsement policy is no SignaturePolicyEnvelope") from error
        metadata = StateMetadata(metakey=VALIDATION_PARAMETER, value=policy)
        request = PutStateMetadata(key=key, collection=collection, metadata=metadata).SerializeToString()
        await self._calls.call(ChaincodeMessage.PUT_STATE_METADATA, request)


def _named(collection: str) -> str:
    if type(collection) is not str or not collection:
        raise CollectionRefused("private data are in a collection that has a name")
    return collection
