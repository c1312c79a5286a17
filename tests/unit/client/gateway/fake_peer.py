"""A gRPC server with a peer's service definitions, for answers that a real peer can't be made to give on demand."""

# ruff: noqa: N802 - gRPC names the methods

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Self

import grpc
from fabric_protos.common import common_pb2
from fabric_protos.discovery import protocol_pb2, protocol_pb2_grpc
from fabric_protos.gateway import gateway_pb2, gateway_pb2_grpc
from fabric_protos.msp import identities_pb2
from fabric_protos.orderer import ab_pb2
from fabric_protos.peer import (
    chaincode_event_pb2,
    events_pb2,
    events_pb2_grpc,
    proposal_pb2,
    proposal_response_pb2,
    transaction_pb2,
)
from google.rpc import status_pb2

from fairledger.gateway.block import block_hash
from fairledger.profile import ConnectionProfile, Node, Organization

Answer = Callable[[Any], Awaitable[Any]]


@dataclass(frozen=True)
class Fault:
    """An answer that is none: a gRPC status with what the nodes behind the peer said (address, MSP id, message)."""

    code: grpc.StatusCode
    message: str = ""
    details: tuple[tuple[str, str, str], ...] = ()


BUSY = Fault(grpc.StatusCode.UNKNOWN, "too many requests for /gateway.Gateway, exceeding concurrency limit (500)")
GONE = Fault(grpc.StatusCode.UNAVAILABLE, "socket closed")


@dataclass
class Stream:
    """The answers of one call to a stream: messages, and then a fault, the end, or silence for ever."""

    messages: list[Any]
    then: Fault | None = None
    silent: bool = False


@dataclass
class FakePeer(  # the generated servicers are untyped
    gateway_pb2_grpc.GatewayServicer,  # type: ignore[misc]
    events_pb2_grpc.DeliverServicer,  # type: ignore[misc]
    protocol_pb2_grpc.DiscoveryServicer,  # type: ignore[misc]
):
    """Answers from ``script`` (by method name) first, then as a peer without trouble would."""

    msp_id: str = "PlatformAMSP"
    name: str = "peer0.PlatformA"
    script: dict[str, deque[Any]] = field(default_factory=lambda: defaultdict(deque))
    requests: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    committed: dict[str, tuple[int, int]] = field(default_factory=dict)  # tx id: code, block number
    result: bytes = b"done"
    endpoint: str = ""
    in_flight: int = 0
    in_flight_most: int = 0
    delay_s: float = 0.0
    asked: asyncio.Event = field(default_factory=asyncio.Event)  # a query has come

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self, port: int = 0, tls: tuple[bytes, bytes] | None = None) -> None:
        self.server = grpc.aio.server()
        gateway_pb2_grpc.add_GatewayServicer_to_server(self, self.server)
        events_pb2_grpc.add_DeliverServicer_to_server(self, self.server)
        protocol_pb2_grpc.add_DiscoveryServicer_to_server(self, self.server)
        address = f"127.0.0.1:{port}"
        if tls:
            self.port = self.server.add_secure_port(address, grpc.ssl_server_credentials([tls]))
        else:
            self.port = self.server.add_insecure_port(address)
        self.endpoint = f"127.0.0.1:{self.port}"
        await self.server.start()

    async def stop(self) -> None:
        await self.server.stop(grace=None)

    @property
    def node(self) -> Node:
        return Node(self.name, self.msp_id, self.endpoint, None)

    def then(self, method: str, *answers: Any) -> None:
        """The next answers of ``method``: a message, a ``Fault``, a ``Stream``, or a function of the request."""
        self.script[method].extend(answers)

    async def Evaluate(self, request: Any, context: Any) -> Any:
        result = gateway_pb2.EvaluateResponse(result=proposal_response_pb2.Response(status=200, payload=self.result))
        if not request.HasField("proposed_transaction"):
            return await self._answer("probe", request, context, Fault(grpc.StatusCode.INVALID_ARGUMENT, "empty"))
        return await self._answer("evaluate", request, context, result)

    async def Endorse(self, request: Any, context: Any) -> Any:
        return await self._answer("endorse", request, context, lambda: endorsed(request, self.result, [self.msp_id]))

    async def Submit(self, request: Any, context: Any) -> Any:
        self.committed.setdefault(request.transaction_id, (0, 7))
        return await self._answer("submit", request, context, gateway_pb2.SubmitResponse())

    async def CommitStatus(self, request: Any, context: Any) -> Any:
        tx_id = gateway_pb2.CommitStatusRequest.FromString(request.request).transaction_id

        def status() -> Any:
            code, block_number = self.committed[tx_id]
            return gateway_pb2.CommitStatusResponse(result=code, block_number=block_number)

        return await self._answer("commit_status", request, context, status)

    async def Discover(self, request: Any, context: Any) -> Any:
        return await self._answer("discover", request, context, protocol_pb2.Response())

    async def ChaincodeEvents(self, request: Any, context: Any) -> AsyncIterator[Any]:
        asked = gateway_pb2.ChaincodeEventsRequest.FromString(request.request)
        async for message in self._stream("chaincode_events", asked, context):
            yield message

    async def Deliver(self, request_iterator: AsyncIterator[Any], context: Any) -> AsyncIterator[Any]:
        async for envelope in request_iterator:
            payload = common_pb2.Payload.FromString(envelope.payload)
            async for message in self._stream("deliver", ab_pb2.SeekInfo.FromString(payload.data), context):
                yield message

    async def _answer(self, method: str, request: Any, context: Any, usual: Any) -> Any:
        self.requests[method].append(request)
        if method == "evaluate":
            self.asked.set()
        self.in_flight += 1
        self.in_flight_most = max(self.in_flight, self.in_flight_most)
        try:
            await asyncio.sleep(self.delay_s)
            answer = self.script[method].popleft() if self.script[method] else usual
            if callable(answer):
                answer = answer() if answer is usual else await answer(request)
            if isinstance(answer, Fault):
                await abort(context, answer)
            return answer
        finally:
            self.in_flight -= 1

    async def _stream(self, method: str, request: Any, context: Any) -> AsyncIterator[Any]:
        self.requests[method].append(request)
        stream = self.script[method].popleft() if self.script[method] else Stream([], silent=True)
        for message in stream.messages:
            yield message
        if stream.then:
            await abort(context, stream.then)
        if stream.silent:
            await asyncio.Event().wait()


async def abort(context: Any, fault: Fault) -> None:
    if fault.details:
        status = status_pb2.Status(code=fault.code.value[0], message=fault.message)
        for address, msp_id, message in fault.details:
            status.details.add().Pack(gateway_pb2.ErrorDetail(address=address, msp_id=msp_id, message=message))
        context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
    await context.abort(fault.code, fault.message)


def profile_of(*peers: Node) -> ConnectionProfile:
    """A profile of the organisations of ``peers``; the first peer's organisation is the client's own."""
    organizations = {}
    for msp_id in dict.fromkeys(peer.msp_id for peer in peers):
        name = msp_id.removesuffix("MSP")
        own = tuple(peer for peer in peers if peer.msp_id == msp_id)
        organizations[name] = Organization(name, msp_id, own, (), ())
    return ConnectionProfile(peers[0].msp_id.removesuffix("MSP"), organizations, ("credit-channel",))


def endorsed(request: Any, result: bytes, msp_ids: list[str], invocation: bytes | None = None) -> Any:
    """The transaction that a gateway peer assembles from a proposal and its endorsements."""
    proposal = proposal_pb2.Proposal.FromString(request.proposed_transaction.proposal_bytes)
    header = common_pb2.Header.FromString(proposal.header)
    payload = proposal_pb2.ChaincodeProposalPayload.FromString(proposal.payload)
    public = proposal_pb2.ChaincodeProposalPayload(input=payload.input if invocation is None else invocation)
    action = proposal_pb2.ChaincodeAction(response=proposal_response_pb2.Response(status=200, payload=result))
    responded = proposal_response_pb2.ProposalResponsePayload(extension=action.SerializeToString())
    endorsements = [
        proposal_response_pb2.Endorsement(endorser=identities_pb2.SerializedIdentity(mspid=msp_id).SerializeToString())
        for msp_id in msp_ids
    ]
    actions = transaction_pb2.ChaincodeActionPayload(
        chaincode_proposal_payload=public.SerializeToString(),
        action=transaction_pb2.ChaincodeEndorsedAction(
            proposal_response_payload=responded.SerializeToString(), endorsements=endorsements
        ),
    )
    transaction = transaction_pb2.Transaction(
        actions=[transaction_pb2.TransactionAction(header=header.signature_header, payload=actions.SerializeToString())]
    )
    content = common_pb2.Payload(header=header, data=transaction.SerializeToString())
    return gateway_pb2.EndorseResponse(prepared_transaction=common_pb2.Envelope(payload=content.SerializeToString()))


def chain(length: int) -> list[Any]:
    """Blocks that follow from each other, each with one envelope."""
    blocks: list[Any] = []
    for number in range(length):
        envelope = envelope_of(f"tx{number}")
        block = common_pb2.Block(
            header=common_pb2.BlockHeader(
                number=number,
                previous_hash=block_hash(blocks[-1].header) if blocks else b"",
                data_hash=sha256(envelope).digest(),
            ),
            data=common_pb2.BlockData(data=[envelope]),
            metadata=common_pb2.BlockMetadata(metadata=[b"", b"", b"\x00"]),
        )
        blocks.append(block)
    return blocks


def envelope_of(tx_id: str) -> bytes:
    channel_header = common_pb2.ChannelHeader(tx_id=tx_id).SerializeToString()
    payload = common_pb2.Payload(header=common_pb2.Header(channel_header=channel_header))
    return bytes(common_pb2.Envelope(payload=payload.SerializeToString()).SerializeToString())


def delivered(blocks: list[Any]) -> list[Any]:
    return [events_pb2.DeliverResponse(block=block) for block in blocks]


def ended(status: str) -> Any:
    return events_pb2.DeliverResponse(status=common_pb2.Status.Value(status))


def events(block_number: int, *tx_ids: str) -> Any:
    return gateway_pb2.ChaincodeEventsResponse(
        block_number=block_number,
        events=[
            chaincode_event_pb2.ChaincodeEvent(
                chaincode_id="credit", tx_id=tx_id, event_name="captured", payload=tx_id.encode()
            )
            for tx_id in tx_ids
        ],
    )
