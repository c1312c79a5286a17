"""The narrow interface between the chaincode protocol and whatever carries it.

The handler knows nothing of HTTP/2, TLS or sockets. A real connection to a peer, the simulator and the tests'
fake peer all stand behind this.
"""

from collections.abc import Callable
from typing import Protocol, runtime_checkable

from fabric_protos.peer.chaincode_shim_pb2 import ChaincodeMessage


class MessageStream(Protocol):
    """One bidirectional stream of chaincode messages with one peer."""

    async def receive(self) -> ChaincodeMessage | None:
        """Wait for the peer's next message; ``None`` when the peer has closed its side or the connection is lost.

        Only one task may wait at a time. Once it returned ``None`` it does so for ever.
        """
        ...

    def send(self, message: ChaincodeMessage) -> None:
        """Queue ``message``; never blocks, never raises. On a closed stream it is dropped.

        Messages leave in the order in which they were queued, and whole.
        """
        ...

    async def drain(self) -> None:
        """Return when little enough is queued that more may be sent; at once on a closed stream."""
        ...


@runtime_checkable
class PromptStream(MessageStream, Protocol):
    """A stream that can hand a message over as soon as it has come, without a turn of the event loop in between."""

    def deliver_to(self, take: Callable[[ChaincodeMessage], bool]) -> None:
        """From now on call ``take`` with each message, while nothing waits and the peer keeps up with what is sent.

        All other messages are still for ``receive``; so is the end. When ``take`` returns False, the stream ends.
        """
        ...
