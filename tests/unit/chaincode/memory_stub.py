"""A stub over a dictionary, for tests of what stands above it."""

import asyncio

from fabric_protos.ledger.queryresult.kv_query_result_pb2 import KV
from fabric_protos.peer.chaincode_pb2 import ChaincodeInput
from fabric_protos.peer.chaincode_shim_pb2 import (
    ChaincodeMessage,
    DelState,
    GetState,
    GetStateByRange,
    PutState,
    QueryResponse,
    QueryResultBytes,
)

from fairledger_chaincode.calls import PeerCalls
from fairledger_chaincode.proposal import TransactionProposal
from fairledger_chaincode.stub import Stub
from tests.unit.chaincode.scripted_peer import CHANNEL, answer_to, signed_proposal


class MemoryStub:
    """One collection whose writes are seen at once; requests for another collection are an error of the test."""

    def __init__(self, collection: str) -> None:
        self.collection = collection
        self.states: dict[str, bytes] = {}
        self._calls = PeerCalls(self, CHANNEL, "tx1")

    def as_stub(self) -> Stub:
        return Stub(self._calls, ChaincodeInput(), TransactionProposal(signed_proposal()))

    async def receive(self) -> ChaincodeMessage | None:
        raise NotImplementedError

    async def drain(self) -> None:
        return None

    def send(self, message: ChaincodeMessage) -> None:
        asyncio.get_running_loop().call_soon(self._calls.answer, answer_to(message, self._answer(message)))

    def _answer(self, message: ChaincodeMessage) -> bytes:
        if message.type == ChaincodeMessage.PUT_STATE:
            put = PutState.FromString(message.payload)
            assert put.collection == self.collection
            self.states[put.key] = put.value
            return b""
        if message.type == ChaincodeMessage.DEL_STATE:
            delete = DelState.FromString(message.payload)
            assert delete.collection == self.collection
            del self.states[delete.key]
            return b""
        if message.type == ChaincodeMessage.GET_STATE_BY_RANGE:
            asked = GetStateByRange.FromString(message.payload)
            assert asked.collection == self.collection
            found = [KV(key=key, value=self.states[key]) for key in sorted(self.states)]
            kept = [kv for kv in found if asked.startKey <= kv.key < asked.endKey]
            results = [QueryResultBytes(resultBytes=kv.SerializeToString()) for kv in kept]
            return bytes(QueryResponse(results=results).SerializeToString())
        get = GetState.FromString(message.payload)
        assert get.collection == self.collection
        return self.states.get(get.key, b"")
