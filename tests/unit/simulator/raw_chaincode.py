"""The chaincode's end of a stream in a test's own hands: whatever it sends, a peer has to cope with."""

import asyncio
from collections.abc import Awaitable, Callable

from fabric_protos.peer.chaincode_pb2 import ChaincodeID
from fabric_protos.peer.chaincode_shim_pb2 import ChaincodeMessage
from fabric_protos.peer.proposal_response_pb2 import Response

from fairledger_chaincode import MessageStream
from fairledger_chaincode.simulator.memory_stream import MemoryStream

Behaviour = Callable[["RawChaincode"], Awaitable[None]]


class RawChaincode:
    """One connection of a chaincode that does exactly what ``behaviour`` does with it."""

    def __init__(self, stream: MemoryStream) -> None:
        self.stream = stream
        self.transaction = ChaincodeMessage()

    async def register(self, name: str = "raw:1") -> None:
        """Register and wait until the peer is ready."""
        self.stream.send(
            ChaincodeMessage(type=ChaincodeMessage.REGISTER, payload=ChaincodeID(name=name).SerializeToString())
        )
        assert await self.kind() == "REGISTERED"
        assert await self.kind() == "READY"

    async def begin(self) -> None:
        """Register, and wait for a transaction."""
        await self.register()
        self.transaction = await self.receive()
        assert self.transaction.type == ChaincodeMessage.TRANSACTION

    async def receive(self) -> ChaincodeMessage:
        message = await self.stream.receive()
        assert message is not None, "the peer has closed the stream"
        return message

    async def kind(self) -> str:
        return str(ChaincodeMessage.Type.Name((await self.receive()).type))

    def send(self, kind: int, payload: bytes = b"", txid: str | None = None) -> None:
        self.stream.send(
            ChaincodeMessage(
                type=kind,
                payload=payload,
                txid=self.transaction.txid if txid is None else txid,
                channel_id=self.transaction.channel_id,
            )
        )

    def answer(self, payload: bytes = b"", status: int = 200, message: str = "") -> None:
        """Complete the transaction."""
        response = Response(status=status, payload=payload, message=message)
        self.send(ChaincodeMessage.COMPLETED, response.SerializeToString())


class RawReplicas:
    """Gives a peer one connection after the other, each with the next of ``behaviours``."""

    def __init__(self, *behaviours: Behaviour) -> None:
        self._behaviours = list(behaviours)
        self.tasks: list[asyncio.Task[None]] = []

    async def connect(self) -> MessageStream:
        if not self._behaviours:
            raise ConnectionRefusedError("nobody listens")
        chaincode_end, peer_end = MemoryStream.pair()
        task = asyncio.ensure_future(self._behaviours.pop(0)(RawChaincode(chaincode_end)))
        self.tasks.append(task)
        return peer_end
