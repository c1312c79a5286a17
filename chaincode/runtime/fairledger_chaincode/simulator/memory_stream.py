"""A chaincode stream without a network: two ends, each of which receives what the other sent."""

import asyncio

from fabric_protos.peer.chaincode_shim_pb2 import ChaincodeMessage


class MemoryStream:
    """One end of a stream in memory; it is a ``MessageStream``. Messages are copied on their way, as a wire would."""

    def __init__(self) -> None:
        self._inbox: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._other: MemoryStream | None = None
        self._ended = False

    @classmethod
    def pair(cls) -> tuple["MemoryStream", "MemoryStream"]:
        """Return the two ends of a new stream."""
        one, other = cls(), cls()
        one._other, other._other = other, one
        return one, other

    async def receive(self) -> ChaincodeMessage | None:
        """Return the next message, or ``None`` for ever once the other end has closed."""
        if self._ended:
            return None
        encoded = await self._inbox.get()
        if encoded is None:
            self._ended = True
            return None
        return ChaincodeMessage.FromString(encoded)

    def send(self, message: ChaincodeMessage) -> None:
        """Hand ``message`` to the other end; dropped on a closed stream."""
        other = self._other
        if other is not None:
            other._inbox.put_nowait(message.SerializeToString())  # noqa: SLF001 - the same class

    async def drain(self) -> None:
        """Let the other end take what was sent; memory has room."""
        await asyncio.sleep(0)

    def close(self) -> None:
        """End the stream for both; messages already sent are still received."""
        other, self._other = self._other, None
        if other is not None:
            other._inbox.put_nowait(None)  # noqa: SLF001 - the same class
            other._other = None  # noqa: SLF001 - the same class
            self._inbox.put_nowait(None)
