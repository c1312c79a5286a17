"""gRPC to the peers. The only module that imports ``grpc``; everything above it knows ``TransportError`` alone."""

import asyncio
import os
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass
from typing import Any

os.environ.setdefault("GRPC_VERBOSITY", "NONE")  # its own log would repeat on stderr what is raised as our errors

import grpc
from fabric_protos.discovery import protocol_pb2
from fabric_protos.gateway import gateway_pb2
from fabric_protos.peer import events_pb2
from google.rpc import status_pb2

from fairledger.gateway.errors import NodeDetail
from fairledger.gateway.limits import Limits
from fairledger.profile import Node

_NEVER_SENT = ("failed to connect to all addresses", "no orderer nodes available")

KEEPALIVE_MS = 65_000  # a Fabric peer hangs up on clients that ping more often than every 60 s
KEEPALIVE_TIMEOUT_MS = 20_000
RECONNECT_BACKOFF_MS = (100, 1_000)  # smallest and largest, between gRPC's own attempts to connect

UNAVAILABLE = "UNAVAILABLE"
DEADLINE_EXCEEDED = "DEADLINE_EXCEEDED"
INVALID_ARGUMENT = "INVALID_ARGUMENT"
CANCELLED = "CANCELLED"
PERMISSION_DENIED = "PERMISSION_DENIED"
UNKNOWN = "UNKNOWN"


class TransportError(Exception):
    """A call ended without its answer. ``status`` is gRPC's name for why; ``details`` what other nodes had said."""

    def __init__(self, node: Node, status: str, message: str, details: tuple[NodeDetail, ...] = ()) -> None:
        super().__init__(f"{node.endpoint}: {status}: {message}")
        self.node = node
        self.status = status
        self.message = message
        self.details = details
        self.earlier: tuple[TransportError, ...] = ()  # of the same question, put to other peers or before

    @property
    def busy(self) -> bool:
        """Whether the peer refused the call unseen, because too many are in flight: calling again is always safe."""
        return self.status == UNKNOWN and self.message.startswith("too many requests for ")

    @property
    def undelivered(self) -> bool:
        """Whether the call surely had no effect: it never left, or the peer refused it unseen."""
        return self.busy or (self.status == UNAVAILABLE and self.message.startswith(_NEVER_SENT))

    @property
    def all_details(self) -> tuple[NodeDetail, ...]:
        """``details``, or what the called node itself said when there are none."""
        return self.details or (NodeDetail(self.node.endpoint, self.node.msp_id, f"{self.status}: {self.message}"),)


@dataclass(frozen=True)
class ClientTls:
    """A TLS certificate of the client's own, for peers that ask for one."""

    certificate_pem: bytes
    private_key_pem: bytes

    def __repr__(self) -> str:
        return "ClientTls(...)"


class PeerConnection:
    """A connection to one peer; gRPC makes it, and makes it again when it breaks."""

    def __init__(self, node: Node, limits: Limits, client_tls: ClientTls | None = None) -> None:
        self.node = node
        self._channel = _open(node, limits, client_tls)
        unary = self._channel.unary_unary
        gateway = "/gateway.Gateway/"
        self._evaluate = unary(f"{gateway}Evaluate", _serialize, gateway_pb2.EvaluateResponse.FromString)
        self._endorse = unary(f"{gateway}Endorse", _serialize, gateway_pb2.EndorseResponse.FromString)
        self._submit = unary(f"{gateway}Submit", _serialize, gateway_pb2.SubmitResponse.FromString)
        self._status = unary(f"{gateway}CommitStatus", _serialize, gateway_pb2.CommitStatusResponse.FromString)
        self._discover = unary("/discovery.Discovery/Discover", _serialize, protocol_pb2.Response.FromString)
        self._events = self._channel.unary_stream(
            f"{gateway}ChaincodeEvents", _serialize, gateway_pb2.ChaincodeEventsResponse.FromString
        )
        self._deliver = self._channel.unary_stream(
            "/protos.Deliver/Deliver", _serialize, events_pb2.DeliverResponse.FromString
        )
        self._closed = False

    async def evaluate(self, request: Any, deadline_s: float) -> Any:
        """``gateway.EvaluateRequest`` to ``EvaluateResponse``. Raises ``TransportError``, as all calls here do."""
        return await self._call(self._evaluate, request, deadline_s)

    async def endorse(self, request: Any, deadline_s: float) -> Any:
        """``gateway.EndorseRequest`` to ``EndorseResponse``."""
        return await self._call(self._endorse, request, deadline_s)

    async def submit(self, request: Any, deadline_s: float) -> Any:
        """``gateway.SubmitRequest`` to ``SubmitResponse``."""
        return await self._call(self._submit, request, deadline_s)

    async def commit_status(self, request: Any, deadline_s: float) -> Any:
        """``gateway.SignedCommitStatusRequest`` to ``CommitStatusResponse``; waits for the commit."""
        return await self._call(self._status, request, deadline_s)

    async def discover(self, request: Any, deadline_s: float) -> Any:
        """``discovery.SignedRequest`` to ``Response``."""
        return await self._call(self._discover, request, deadline_s)

    def chaincode_events(self, request: Any) -> AsyncGenerator[Any, None]:
        """``gateway.SignedChaincodeEventsRequest`` to a stream of ``ChaincodeEventsResponse``."""
        return self._responses(self._events, request)

    def deliver(self, envelope: Any) -> AsyncGenerator[Any, None]:
        """A signed ``SeekInfo`` envelope to a stream of ``protos.DeliverResponse``."""
        return self._responses(self._deliver, envelope)

    async def probe(self, deadline_s: float) -> None:
        """Return when the peer's gateway answers. Raises ``TransportError`` when it does not.

        An empty request is refused as invalid before any work is done for it.
        """
        try:
            await self.evaluate(gateway_pb2.EvaluateRequest(), deadline_s)
        except TransportError as error:
            if error.status != INVALID_ARGUMENT and not error.busy:
                raise

    async def close(self) -> None:
        """Close the connection; calls under way end with ``TransportError``."""
        self._closed = True
        await self._channel.close()

    async def _call(self, method: Any, request: Any, deadline_s: float) -> Any:
        self._raise_if_closed()
        try:
            return await method(request, timeout=deadline_s)
        except grpc.aio.AioRpcError as error:
            raise self._failed(error) from error
        except asyncio.CancelledError:
            self._raise_if_closed_under_us()
            raise

    async def _responses(self, method: Any, request: Any) -> AsyncGenerator[Any, None]:
        self._raise_if_closed()
        call = method(request)
        try:
            async for response in call:
                yield response
        except grpc.aio.AioRpcError as error:
            raise self._failed(error) from error
        except asyncio.CancelledError:
            self._raise_if_closed_under_us()
            raise
        finally:
            call.cancel()

    def _failed(self, error: grpc.aio.AioRpcError) -> TransportError:
        return TransportError(self.node, error.code().name, error.details() or "", _details(error))

    def _raise_if_closed_under_us(self) -> None:
        """Closing a channel cancels its calls, which must not look as if the caller's task had been cancelled."""
        task = asyncio.current_task()
        if task is not None and not task.cancelling():
            self._raise_if_closed()

    def _raise_if_closed(self) -> None:
        if self._closed:
            raise TransportError(self.node, CANCELLED, "the gateway was closed")


def _open(node: Node, limits: Limits, client_tls: ClientTls | None) -> grpc.aio.Channel:
    first_ms, most_ms = RECONNECT_BACKOFF_MS
    options: list[tuple[str, int | str]] = [
        ("grpc.max_send_message_length", limits.message_max_bytes),
        ("grpc.max_receive_message_length", limits.message_max_bytes),
        ("grpc.keepalive_time_ms", KEEPALIVE_MS),
        ("grpc.keepalive_timeout_ms", KEEPALIVE_TIMEOUT_MS),
        ("grpc.initial_reconnect_backoff_ms", first_ms),
        ("grpc.min_reconnect_backoff_ms", round(1_000 * limits.connect_deadline_s)),  # gRPC's bound on one attempt
        ("grpc.max_reconnect_backoff_ms", most_ms),
        ("grpc.http2.bdp_probe", 0),  # bandwidth probes cost the peer more than they gain on short messages
        ("grpc.use_local_subchannel_pool", 1),  # a gateway's connections are its own, and close with it
    ]
    if node.host_override is not None:
        options.append(("grpc.ssl_target_name_override", node.host_override))
        options.append(("grpc.default_authority", node.host_override))
    if node.tls_root_pem is None:
        return grpc.aio.insecure_channel(node.endpoint, options=options)
    credentials = grpc.ssl_channel_credentials(
        root_certificates=node.tls_root_pem,
        private_key=client_tls.private_key_pem if client_tls else None,
        certificate_chain=client_tls.certificate_pem if client_tls else None,
    )
    return grpc.aio.secure_channel(node.endpoint, credentials, options=options)


def _serialize(message: Any) -> bytes:
    return bytes(message.SerializeToString())


def _details(error: grpc.aio.AioRpcError) -> tuple[NodeDetail, ...]:
    """What the nodes behind the called one said: ``gateway.ErrorDetail`` messages in a ``google.rpc.Status``."""
    for key, value in error.trailing_metadata() or ():
        if key == "grpc-status-details-bin":
            return tuple(_node_details(value))
    return ()


def _node_details(status: bytes) -> Iterator[NodeDetail]:
    for packed in status_pb2.Status.FromString(status).details:
        detail = gateway_pb2.ErrorDetail()
        if packed.Unpack(detail):
            yield NodeDetail(detail.address, detail.msp_id, detail.message)
