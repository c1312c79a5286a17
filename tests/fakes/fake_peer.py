"""A peer that is none: connects to a running chaincode server over gRPC, as Fabric's peer does, and drives it.

Behind the connection is the ledger simulator, so contracts on the server find a ledger with Fabric's semantics:

    async with FakePeer("127.0.0.1:7052", tls=PeerTls(root_pem, certificate_pem, key_pem)) as peer:
        alice = peer.ledger.identity("Org1MSP", "alice", role="producer")
        await asyncio.gather(*(peer.ledger.submit(alice, "put", str(n)) for n in range(200)))

All transactions share one stream; when it breaks, the next transaction opens another, as a peer's does.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType

import grpc
from fabric_protos.peer.chaincode_shim_pb2 import ChaincodeMessage

from fairledger_chaincode import MessageStream
from fairledger_chaincode.simulator import Collection, LedgerSimulator

CONNECT = "/protos.Chaincode/Connect"
MESSAGE_MAX_BYTES = 100 * 1024 * 1024
CONNECT_MAX_S = 30.0


@dataclass(frozen=True)
class PeerTls:
    """What a peer needs for TLS with a client certificate, all PEM; ``name`` is what the server's certificate says.

    Without ``certificate`` and ``key`` the peer comes without a client certificate.
    """

    root: bytes
    certificate: bytes | None = None
    key: bytes | None = None
    name: str | None = None


class GrpcStream:
    """The peer's end of one gRPC call; it is a ``MessageStream``."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        connect = channel.stream_stream(
            CONNECT,
            request_serializer=ChaincodeMessage.SerializeToString,
            response_deserializer=ChaincodeMessage.FromString,
        )
        self._outbox: asyncio.Queue[ChaincodeMessage | None] = asyncio.Queue()
        self._call = connect()
        self._writer = asyncio.create_task(self._write())

    async def receive(self) -> ChaincodeMessage | None:
        try:
            message = await self._call.read()
        except (grpc.aio.AioRpcError, asyncio.CancelledError):
            return None
        return None if message is grpc.aio.EOF else message

    def send(self, message: ChaincodeMessage) -> None:
        self._outbox.put_nowait(message)

    async def drain(self) -> None:
        await asyncio.sleep(0)  # a peer does not wait for its chaincode to read

    def close(self) -> None:
        self._outbox.put_nowait(None)
        self._call.cancel()

    async def _write(self) -> None:
        try:
            while (message := await self._outbox.get()) is not None:
                await self._call.write(message)
        except (grpc.aio.AioRpcError, asyncio.InvalidStateError):
            pass  # the reader sees the end of the stream too, and tells


class FakePeer:
    """A peer of each of ``organizations`` that reaches its chaincode at ``address`` (host:port).

    ``connections`` counts the streams it has opened.
    """

    def __init__(
        self,
        address: str,
        *,
        tls: PeerTls | None = None,
        organizations: Sequence[str] = ("Org1MSP",),
        policy: str | None = None,
        collections: Sequence[Collection] = (),
        chaincode: str = "chaincode",
        execute_max_s: float = 120.0,
        connect_max_s: float = CONNECT_MAX_S,
    ) -> None:
        self.connections = 0
        self._connect_max_s = connect_max_s
        self._address = address
        self._tls = tls
        self._channels: list[grpc.aio.Channel] = []
        self.ledger = LedgerSimulator(
            organizations=organizations,
            policy=policy,
            collections=collections,
            replicas=1,
            chaincode=chaincode,
            connect=self._connect,
            execute_max_s=execute_max_s,
        )

    async def __aenter__(self) -> "FakePeer":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Drop all streams and connections."""
        await self.ledger.close()
        for channel in self._channels:
            await channel.close()

    async def _connect(self) -> MessageStream:
        channel = self._open()
        self._channels.append(channel)
        try:
            async with asyncio.timeout(self._connect_max_s):
                await channel.channel_ready()
        except TimeoutError as error:
            raise ConnectionError(f"connection to {self._address} failed") from error
        self.connections += 1
        return GrpcStream(channel)

    def _open(self) -> grpc.aio.Channel:
        options: list[tuple[str, int | str]] = [
            ("grpc.max_send_message_length", MESSAGE_MAX_BYTES),
            ("grpc.max_receive_message_length", MESSAGE_MAX_BYTES),
            ("grpc.use_local_subchannel_pool", 1),
        ]
        if self._tls is None:
            return grpc.aio.insecure_channel(self._address, options=options)
        if self._tls.name is not None:
            options.append(("grpc.ssl_target_name_override", self._tls.name))
        credentials = grpc.ssl_channel_credentials(
            root_certificates=self._tls.root, private_key=self._tls.key, certificate_chain=self._tls.certificate
        )
        return grpc.aio.secure_channel(self._address, credentials, options=options)
