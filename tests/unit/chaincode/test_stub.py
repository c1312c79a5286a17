"""Every ledger call: what the peer is asked, and what becomes of its answer."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from fabric_protos.ledger.queryresult.kv_query_result_pb2 import KV, KeyModification
from fabric_protos.peer.chaincode_pb2 import ChaincodeInput, ChaincodeSpec
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
    QueryResultBytes,
    QueryStateClose,
    QueryStateNext,
    StateMetadata,
    StateMetadataResult,
)
from fabric_protos.peer.proposal_response_pb2 import Response

from fairledger_chaincode.calls import PeerCalls
from fairledger_chaincode.endorsement import require_all
from fairledger_chaincode.errors import (
    ArgumentsRefused,
    CallRefused,
    CollectionRefused,
    EventRefused,
    KeyRefused,
    MessageTooLarge,
    PeerError,
    ReadOnly,
    StreamLost,
)
from fairledger_chaincode.proposal import TransactionProposal
from fairledger_chaincode.results import HistoricValue, KeyValue, Page
from fairledger_chaincode.stub import Stub
from tests.unit.chaincode.scripted_peer import CHANNEL, NOW, Answer, answer_to, signed_proposal

Ask = Callable[[Stub], Awaitable[Any]]


class Peer:
    """Answers the requests of one stub from a list, and keeps what it was asked."""

    def __init__(self, *answers: Answer | ChaincodeMessage) -> None:
        self.asked: list[ChaincodeMessage] = []
        self.silent = False
        self._answers = list(answers)
        self.calls = PeerCalls(self, CHANNEL, "tx1")
        call = ChaincodeInput(args=[b"f", b"\xff"], decorations={"d": b"1"})
        proposal = signed_proposal(creator=b"who", transient={"t": b"1"})
        self.stub = Stub(self.calls, call, TransactionProposal(proposal))

    async def receive(self) -> ChaincodeMessage | None:
        raise NotImplementedError

    def send(self, message: ChaincodeMessage) -> None:
        self.asked.append(message)
        if self.silent:
            return
        answer = self._answers.pop(0) if self._answers else b""
        reply = answer if isinstance(answer, ChaincodeMessage) else answer_to(message, answer)
        asyncio.get_running_loop().call_soon(self.calls.answer, reply)

    async def drain(self) -> None:
        return None


def kv(key: str, value: bytes) -> QueryResultBytes:
    return QueryResultBytes(resultBytes=KV(namespace="credit", key=key, value=value).SerializeToString())


async def collect(found: AsyncIterator[Any]) -> list[Any]:
    return [each async for each in found]


READS: list[tuple[Ask, int, Any, bytes, Any]] = [
    (lambda s: s.get_state("k"), ChaincodeMessage.GET_STATE, GetState(key="k"), b"v", b"v"),
    (lambda s: s.get_state("k"), ChaincodeMessage.GET_STATE, GetState(key="k"), b"", None),
    (lambda s: s.get_private_data("c", "k"), ChaincodeMessage.GET_STATE, GetState(key="k", collection="c"), b"v", b"v"),
    (
        lambda s: s.get_private_data_hash("c", "k"),
        ChaincodeMessage.GET_PRIVATE_DATA_HASH,
        GetState(key="k", collection="c"),
        b"hash",
        b"hash",
    ),
    (
        lambda s: s.get_private_data_hash("c", "k"),
        ChaincodeMessage.GET_PRIVATE_DATA_HASH,
        GetState(key="k", collection="c"),
        b"",
        None,
    ),
    (
        lambda s: s.get_state_validation_parameter("k"),
        ChaincodeMessage.GET_STATE_METADATA,
        GetStateMetadata(key="k"),
        StateMetadataResult(
            entries=[
                StateMetadata(metakey="OTHER", value=b"o"),
                StateMetadata(metakey="VALIDATION_PARAMETER", value=b"p"),
            ]
        ).SerializeToString(),
        b"p",
    ),
    (
        lambda s: s.get_private_data_validation_parameter("c", "k"),
        ChaincodeMessage.GET_STATE_METADATA,
        GetStateMetadata(key="k", collection="c"),
        b"",
        None,
    ),
]

POLICY = require_all(["AssociationMSP"])
METADATA = StateMetadata(metakey="VALIDATION_PARAMETER", value=POLICY)
WRITES: list[tuple[Ask, int, Any]] = [
    (lambda s: s.put_state("k", b"v"), ChaincodeMessage.PUT_STATE, PutState(key="k", value=b"v")),
    (lambda s: s.delete_state("k"), ChaincodeMessage.DEL_STATE, DelState(key="k")),
    (
        lambda s: s.put_private_data("c", "k", b"v"),
        ChaincodeMessage.PUT_STATE,
        PutState(key="k", value=b"v", collection="c"),
    ),
    (lambda s: s.delete_private_data("c", "k"), ChaincodeMessage.DEL_STATE, DelState(key="k", collection="c")),
    (
        lambda s: s.purge_private_data("c", "k"),
        ChaincodeMessage.PURGE_PRIVATE_DATA,
        PurgePrivateState(key="k", collection="c"),
    ),
    (
        lambda s: s.set_state_validation_parameter("k", POLICY),
        ChaincodeMessage.PUT_STATE_METADATA,
        PutStateMetadata(key="k", metadata=METADATA),
    ),
    (
        lambda s: s.set_private_data_validation_parameter("c", "k", POLICY),
        ChaincodeMessage.PUT_STATE_METADATA,
        PutStateMetadata(key="k", collection="c", metadata=METADATA),
    ),
]
COMPOSITE = "\x00note\x00a\x00"
RANGES: list[tuple[Callable[[Stub], AsyncIterator[Any]], GetStateByRange]] = [
    (lambda s: s.get_state_by_range("a", "b"), GetStateByRange(startKey="a", endKey="b")),
    (lambda s: s.get_state_by_range("", ""), GetStateByRange(startKey="\x01", endKey="")),
    (
        lambda s: s.get_state_by_partial_composite_key("note", ["a"]),
        GetStateByRange(startKey=COMPOSITE, endKey=COMPOSITE + "\U0010ffff"),
    ),
    (
        lambda s: s.get_private_data_by_range("c", "", "b"),
        GetStateByRange(startKey="\x01", endKey="b", collection="c"),
    ),
    (
        lambda s: s.get_private_data_by_partial_composite_key("c", "note", ["a"]),
        GetStateByRange(startKey=COMPOSITE, endKey=COMPOSITE + "\U0010ffff", collection="c"),
    ),
]
ALL_READS: list[Ask] = [
    *(read[0] for read in READS),
    *((lambda s, found=found: collect(found(s))) for found, _request in RANGES),
    lambda s: collect(s.get_history("k")),
    lambda s: s.get_state_by_range_page("", "", 1),
    lambda s: s.get_state_by_partial_composite_key_page("note", [], 1),
    lambda s: s.get_state_by_beginning_page("note", "a", 1),
    lambda s: s.invoke_chaincode("other", []),
]


@pytest.mark.parametrize(("ask", "kind", "request_", "answer", "result"), READS)
async def test_reads(ask: Ask, kind: int, request_: Any, answer: bytes, result: object) -> None:
    peer = Peer(answer)
    assert await ask(peer.stub) == result
    (asked,) = peer.asked
    assert (asked.type, asked.txid, asked.channel_id) == (kind, "tx1", CHANNEL)
    assert type(request_).FromString(asked.payload) == request_


@pytest.mark.parametrize(("ask", "kind", "request_"), WRITES)
async def test_writes(ask: Ask, kind: int, request_: Any) -> None:
    peer = Peer()
    await ask(peer.stub)
    (asked,) = peer.asked
    assert (asked.type, asked.txid, asked.channel_id) == (kind, "tx1", CHANNEL)
    assert type(request_).FromString(asked.payload) == request_


@pytest.mark.parametrize(("found", "request_"), RANGES)
async def test_ranges_ask_for_the_right_bounds(
    found: Callable[[Stub], AsyncIterator[Any]], request_: GetStateByRange
) -> None:
    peer = Peer(QueryResponse(results=[kv("k1", b"1"), kv("k2", b"2")], id="q").SerializeToString())
    assert await collect(found(peer.stub)) == [KeyValue("k1", b"1"), KeyValue("k2", b"2")]
    (asked,) = peer.asked
    assert asked.type == ChaincodeMessage.GET_STATE_BY_RANGE
    assert GetStateByRange.FromString(asked.payload) == request_


@pytest.mark.parametrize("ask", [*ALL_READS, *(write[0] for write in WRITES)])
async def test_the_peers_error_is_raised_and_never_a_value(ask: Ask) -> None:
    peer = Peer(RuntimeError("GET_STATE failed: transaction ID: tx1: no such luck"))
    with pytest.raises(PeerError) as failure:
        await ask(peer.stub)
    assert failure.value.code == "CHAINCODE_PEER"
    assert failure.value.message == "GET_STATE failed: transaction ID: tx1: no such luck"
    assert peer.calls.failure is failure.value


async def test_an_answer_of_another_type_is_an_error() -> None:
    peer = Peer(ChaincodeMessage(type=ChaincodeMessage.READY, payload=b"value"))
    with pytest.raises(PeerError):
        await peer.stub.get_state("k")


@pytest.mark.parametrize("write", [write[0] for write in WRITES])
async def test_a_query_does_not_write(write: Ask) -> None:
    peer = Peer()
    peer.stub.read_only = True
    with pytest.raises(ReadOnly) as refusal:
        await write(peer.stub)
    assert refusal.value.code == "CHAINCODE_READ_ONLY"
    with pytest.raises(ReadOnly):
        peer.stub.set_event("e", b"")
    assert peer.asked == []


BAD_KEYS: list[Callable[[Stub, str], Any]] = [
    lambda s, k: s.get_state(k),
    lambda s, k: s.put_state(k, b"v"),
    lambda s, k: s.delete_state(k),
    lambda s, k: s.get_private_data("c", k),
    lambda s, k: s.get_private_data_hash("c", k),
    lambda s, k: s.put_private_data("c", k, b"v"),
    lambda s, k: s.delete_private_data("c", k),
    lambda s, k: s.purge_private_data("c", k),
    lambda s, k: s.get_state_validation_parameter(k),
    lambda s, k: s.set_state_validation_parameter(k, POLICY),
    lambda s, k: collect(s.get_history(k)),
    lambda s, k: collect(s.get_state_by_partial_composite_key("note", [k])),
]


@pytest.mark.parametrize("ask", BAD_KEYS)
@pytest.mark.parametrize("key", ["", "a\x00b", "a\U0010ffff", "\x00", "\ud800"])
async def test_no_key_with_a_reserved_character_reaches_the_peer(ask: Callable[[Stub, str], Any], key: str) -> None:
    peer = Peer()
    with pytest.raises(KeyRefused):
        await ask(peer.stub, key)
    assert peer.asked == []


NEEDS_COLLECTION: list[Callable[[Stub], Any]] = [
    lambda s: s.get_private_data("", "k"),
    lambda s: s.get_private_data_hash("", "k"),
    lambda s: s.put_private_data("", "k", b"v"),
    lambda s: s.delete_private_data("", "k"),
    lambda s: s.purge_private_data("", "k"),
    lambda s: collect(s.get_private_data_by_range("", "", "")),
    lambda s: collect(s.get_private_data_by_partial_composite_key("", "note")),
    lambda s: s.get_private_data_validation_parameter("", "k"),
    lambda s: s.set_private_data_validation_parameter("", "k", POLICY),
]


@pytest.mark.parametrize("ask", NEEDS_COLLECTION)
async def test_private_data_never_go_to_the_public_state(ask: Callable[[Stub], Any]) -> None:
    peer = Peer()
    with pytest.raises(CollectionRefused) as refusal:
        await ask(peer.stub)
    assert refusal.value.code == "CHAINCODE_COLLECTION"
    assert peer.asked == []


async def test_a_range_is_fetched_in_batches_as_it_is_read() -> None:
    peer = Peer(
        QueryResponse(results=[kv("a", b"1"), kv("b", b"2")], has_more=True, id="q7").SerializeToString(),
        QueryResponse(results=[], has_more=True, id="q7").SerializeToString(),
        QueryResponse(results=[kv("c", b"3")], id="q7").SerializeToString(),
    )
    found = peer.stub.get_state_by_range("", "")
    assert peer.asked == []
    assert await anext(found) == KeyValue("a", b"1")
    assert await anext(found) == KeyValue("b", b"2")
    assert len(peer.asked) == 1
    assert [state.key async for state in found] == ["c"]
    assert [message.type for message in peer.asked[1:]] == [ChaincodeMessage.QUERY_STATE_NEXT] * 2
    assert all(QueryStateNext.FromString(message.payload).id == "q7" for message in peer.asked[1:])
    await found.close()
    assert len(peer.asked) == 3  # nothing is left to close


async def test_a_range_left_early_can_be_closed() -> None:
    peer = Peer(QueryResponse(results=[kv("a", b"1")], has_more=True, id="q7").SerializeToString())
    found = peer.stub.get_state_by_range("", "")
    await anext(found)
    await found.close()
    assert peer.asked[1].type == ChaincodeMessage.QUERY_STATE_CLOSE
    assert QueryStateClose.FromString(peer.asked[1].payload).id == "q7"
    assert await collect(found) == []
    await found.close()
    assert len(peer.asked) == 2


async def test_a_range_closed_before_it_was_read_asks_nothing() -> None:
    peer = Peer()
    found = peer.stub.get_state_by_range("", "")
    await found.close()
    assert await collect(found) == []
    assert peer.asked == []


async def test_an_error_in_the_middle_of_a_range_is_raised() -> None:
    peer = Peer(
        QueryResponse(results=[kv("a", b"1")], has_more=True, id="q").SerializeToString(), RuntimeError("iterator lost")
    )
    found = peer.stub.get_state_by_range("", "")
    assert (await anext(found)).key == "a"
    with pytest.raises(PeerError, match="iterator lost"):
        await anext(found)


async def test_a_page_carries_size_and_bookmark_both_ways() -> None:
    described = QueryResponseMetadata(fetched_records_count=1, bookmark="c").SerializeToString()
    peer = Peer(QueryResponse(results=[kv("b", b"2")], metadata=described).SerializeToString())
    page = await peer.stub.get_state_by_range_page("a", "z", 1, "b")
    assert page == Page((KeyValue("b", b"2"),), "c")
    request = GetStateByRange.FromString(peer.asked[0].payload)
    assert (request.startKey, request.endKey) == ("a", "z")
    assert QueryMetadata.FromString(request.metadata) == QueryMetadata(pageSize=1, bookmark="b")


async def test_a_page_of_composite_keys_and_the_last_page() -> None:
    peer = Peer(QueryResponse(results=[]).SerializeToString())
    page = await peer.stub.get_state_by_partial_composite_key_page("note", ["a"], 10)
    assert page == Page((), "")
    request = GetStateByRange.FromString(peer.asked[0].payload)
    assert (request.startKey, request.endKey) == (COMPOSITE, COMPOSITE + "\U0010ffff")
    assert QueryMetadata.FromString(request.metadata) == QueryMetadata(pageSize=10)


async def test_a_page_of_composite_keys_whose_first_attribute_begins_with_a_text() -> None:
    peer = Peer(QueryResponse(results=[]).SerializeToString())
    assert await peer.stub.get_state_by_beginning_page("note", "a", 10, "\x00note\x00ab\x00") == Page((), "")
    request = GetStateByRange.FromString(peer.asked[0].payload)
    assert (request.startKey, request.endKey) == ("\x00note\x00a", "\x00note\x00a\U0010ffff")
    assert QueryMetadata.FromString(request.metadata) == QueryMetadata(pageSize=10, bookmark="\x00note\x00ab\x00")


@pytest.mark.parametrize("bookmark", ["\x00note\x00", "a", "d", "\x00"])
async def test_a_bookmark_from_outside_of_the_range_is_refused(bookmark: str) -> None:
    peer = Peer()
    with pytest.raises(ArgumentsRefused):
        await peer.stub.get_state_by_range_page("b", "d", 1, bookmark)
    assert peer.asked == []


@pytest.mark.parametrize("page_size", [0, -1, 100_001])
async def test_a_page_size_out_of_bounds_is_refused(page_size: int) -> None:
    with pytest.raises(ArgumentsRefused):
        await Peer().stub.get_state_by_range_page("", "", page_size)


async def test_a_history_tells_values_deletions_times_and_transactions() -> None:
    written = KeyModification(tx_id="t1", value=b"1")
    written.timestamp.FromDatetime(NOW)
    deleted = KeyModification(tx_id="t2", is_delete=True)
    results = [QueryResultBytes(resultBytes=each.SerializeToString()) for each in (deleted, written)]
    peer = Peer(QueryResponse(results=results).SerializeToString())
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    assert await collect(peer.stub.get_history("k")) == [
        HistoricValue("t2", b"", epoch, is_delete=True),
        HistoricValue("t1", b"1", NOW, is_delete=False),
    ]
    assert GetHistoryForKey.FromString(peer.asked[0].payload).key == "k"


def called(status: int, payload: bytes = b"", message: str = "") -> bytes:
    response = Response(status=status, payload=payload, message=message)
    inner = ChaincodeMessage(type=ChaincodeMessage.COMPLETED, payload=response.SerializeToString())
    return bytes(inner.SerializeToString())


@pytest.mark.parametrize(("channel", "target"), [("", "other"), ("city", "other/city")])
async def test_another_chaincode_is_called_by_its_name(channel: str, target: str) -> None:
    peer = Peer(called(200, b"answer"))
    assert await peer.stub.invoke_chaincode("other", ["f", b"\xff", "ä"], channel) == b"answer"
    assert peer.asked[0].type == ChaincodeMessage.INVOKE_CHAINCODE
    spec = ChaincodeSpec.FromString(peer.asked[0].payload)
    assert spec.chaincode_id.name == target
    assert list(spec.input.args) == [b"f", b"\xff", "ä".encode()]


@pytest.mark.parametrize("status", [400, 404, 500])
async def test_a_called_chaincode_that_refuses_raises(status: int) -> None:
    peer = Peer(called(status, b"payload", "NOTE_UNKNOWN: no"))
    with pytest.raises(CallRefused) as refusal:
        await peer.stub.invoke_chaincode("other", [])
    assert (refusal.value.code, refusal.value.status) == ("CHAINCODE_CALL", status)
    assert "NOTE_UNKNOWN: no" in refusal.value.message
    assert peer.calls.failure is refusal.value


@pytest.mark.parametrize(
    "answer",
    [
        b"\xff",
        ChaincodeMessage(type=ChaincodeMessage.ERROR, payload=b"broken").SerializeToString(),
        ChaincodeMessage(type=ChaincodeMessage.COMPLETED, payload=b"\xff").SerializeToString(),
    ],
)
async def test_an_answer_of_a_called_chaincode_that_is_none_raises(answer: bytes) -> None:
    peer = Peer(answer)
    with pytest.raises(PeerError):
        await peer.stub.invoke_chaincode("other", [])
    assert isinstance(peer.calls.failure, PeerError)


async def test_a_called_chaincode_has_a_name() -> None:
    with pytest.raises(ArgumentsRefused):
        await Peer().stub.invoke_chaincode("", [])


def test_the_last_event_counts_and_each_has_a_name() -> None:
    stub = Peer().stub
    stub.set_event("first", b"1")
    stub.set_event("last", b"2")
    assert stub.event is not None
    assert (stub.event.event_name, stub.event.payload) == ("last", b"2")
    with pytest.raises(EventRefused) as refusal:
        stub.set_event("", b"")
    assert refusal.value.code == "CHAINCODE_EVENT"


def test_what_the_stub_knows_of_its_call() -> None:
    stub = Peer().stub
    assert (stub.tx_id, stub.channel_id, stub.args) == ("tx1", CHANNEL, (b"f", b"\xff"))
    assert dict(stub.decorations) == {"d": b"1"}
    assert (stub.creator, dict(stub.transient), len(stub.binding)) == (b"who", {"t": b"1"}, 32)
    assert stub.split_composite_key(stub.create_composite_key("note", ["a"])) == ("note", ("a",))


async def test_a_policy_that_is_none_is_refused() -> None:
    peer = Peer()
    with pytest.raises(ArgumentsRefused):
        await peer.stub.set_state_validation_parameter("k", b"\xff")
    assert peer.asked == []


async def test_requests_that_overlap_are_sent_one_after_the_other() -> None:
    peer = Peer(b"1", b"2", RuntimeError("third"), b"4")
    answers = await asyncio.gather(*(peer.stub.get_state(f"k{n}") for n in range(4)), return_exceptions=True)
    assert answers[:2] == [b"1", b"2"]
    assert isinstance(answers[2], PeerError)
    assert answers[3] == b"4"
    assert [GetState.FromString(message.payload).key for message in peer.asked] == ["k0", "k1", "k2", "k3"]


async def test_nobody_waits_for_an_answer_twice() -> None:
    peer = Peer()
    assert not peer.calls.answer(ChaincodeMessage())
    await peer.stub.get_state("k")
    assert not peer.calls.answer(ChaincodeMessage())


async def test_a_lost_stream_fails_the_request_under_way() -> None:
    peer = Peer()
    peer.silent = True
    waiting = asyncio.create_task(peer.stub.get_state("k"))
    await asyncio.sleep(0)
    peer.calls.lose()
    with pytest.raises(StreamLost):
        await waiting
    peer.calls.lose()


async def test_a_request_beyond_the_message_limit_is_refused_here() -> None:
    peer = Peer()
    peer.calls.request_max_bytes = 100
    with pytest.raises(MessageTooLarge) as refusal:
        await peer.stub.put_state("k", b"v" * 200)
    assert refusal.value.code == "CHAINCODE_MESSAGE_TOO_LARGE"
    assert peer.asked == []
