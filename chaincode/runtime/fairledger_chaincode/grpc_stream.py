"""One call of the gRPC service, as a stream of chaincode messages."""

import asyncio
from collections import deque
from collections.abc import Callable

from fabric_protos.peer.chaincode_shim_pb2 import ChaincodeMessage
from google.protobuf.message import DecodeError

from fairledger_chaincode.framing import STATUS_INTERNAL, Deframer, FramingError, frame
from fairledger_chaincode.limits import Limits


class GrpcStream:
    """Implements ``MessageStream`` between the handler above and an HTTP/2 connection below.

    The connection is told by ``on_output`` that there is something to send, and by ``on_consumed`` how many bytes the
    peer may send anew: those that were taken in, so that a handler that lags shuts the peer's window.
    """

    def __init__(self, limits: Limits, *, on_output: Callable[[], None], on_consumed: Callable[[int], None]) -> None:
        self.outgoing = bytearray()
        self.remote_closed = False
        self.closed = False
        self.failure: FramingError | None = None
        self._limits = limits
        self._on_output = on_output
        self._on_consumed = on_consumed
        self._deframer = Deframer(limits.message_max_bytes)
        self._messages: deque[tuple[ChaincodeMessage, int]] = deque()
        self._queued_bytes = 0
        self._unacknowledged_bytes = 0
        self._receiver: asyncio.Future[None] | None = None
        self._drained: asyncio.Future[None] | None = None
        self._deliver: Callable[[ChaincodeMessage], bool] | None = None

    # The handler's side

    async def receive(self) -> ChaincodeMessage | None:
        """The next message, or None when there will be no more; what came before the end is still delivered."""
        while not self._messages:
            if self.remote_closed or self.closed:
                return None
            self._receiver = asyncio.get_running_loop().create_future()
            self._on_output()  # runs once the tasks woken by what was received have had their turn
            await self._receiver
        message, size = self._messages.popleft()
        self._queued_bytes -= size
        if self._unacknowledged_bytes and self._queued_bytes <= self._limits.receive_queue_max_bytes:
            consumed, self._unacknowledged_bytes = self._unacknowledged_bytes, 0
            self._on_consumed(consumed)
            self._on_output()
        return message

    def deliver_to(self, take: Callable[[ChaincodeMessage], bool]) -> None:
        """Call ``take`` with each message as it comes, while nothing waits for ``receive`` or to be sent."""
        self._deliver = take

    def send(self, message: ChaincodeMessage) -> None:
        """Queue ``message``; it leaves with all others that are queued before the loop turns."""
        if not self.closed:
            self.outgoing += frame(message.SerializeToString())
            self._on_output()

    async def drain(self) -> None:
        """Wait while more than ``Limits.send_queue_max_bytes`` are queued."""
        while len(self.outgoing) > self._limits.send_queue_max_bytes and not self.closed:
            if self._drained is None:
                self._drained = asyncio.get_running_loop().create_future()
            await asyncio.shield(self._drained)

    # The connection's side

    def feed(self, data: bytes, flow_controlled_bytes: int) -> None:
        """Take what the peer sent. A message that can't be read ends the stream; ``failure`` then says why."""
        if self.remote_closed or self.closed:
            self._on_consumed(flow_controlled_bytes)
            return
        try:
            for encoded in self._deframer.feed(data):
                self._take(ChaincodeMessage.FromString(encoded), len(encoded))
        except FramingError as error:
            self.fail(error)
        except DecodeError:
            self.fail(FramingError(STATUS_INTERNAL, "a message that is no ChaincodeMessage"))
        if self._queued_bytes > self._limits.receive_queue_max_bytes:
            self._unacknowledged_bytes += flow_controlled_bytes
        else:
            self._on_consumed(flow_controlled_bytes)
        if self._messages:
            self._wake(self._receiver)

    def _take(self, message: ChaincodeMessage, size: int) -> None:
        keeps_up = not self._messages and len(self.outgoing) <= self._limits.send_queue_max_bytes
        if self._deliver is None or not keeps_up:
            self._messages.append((message, size))
            self._queued_bytes += size
        elif not self.remote_closed:
            if not self._deliver(message):
                self.end_input()
            self._on_output()  # runs once the tasks that the message woke have had their turn

    def fail(self, failure: FramingError) -> None:
        """Take nothing more from the peer: it does not speak the protocol."""
        self.failure = failure
        self.end_input()

    def end_input(self) -> None:
        """The peer sends nothing more."""
        self.remote_closed = True
        self._wake(self._receiver)

    def taken(self, size: int) -> None:
        """``size`` bytes of ``outgoing`` have left."""
        del self.outgoing[:size]
        if len(self.outgoing) <= self._limits.send_queue_max_bytes:
            self._wake(self._drained)
            self._drained = None

    def lose(self) -> None:
        """The call is over: nothing comes or goes any more."""
        self.closed = True
        self.outgoing.clear()
        consumed, self._unacknowledged_bytes = self._unacknowledged_bytes, 0
        self._on_consumed(consumed)  # the connection's window goes on without the stream
        self._wake(self._receiver)
        self._wake(self._drained)
        self._drained = None

    @staticmethod
    def _wake(waiter: "asyncio.Future[None] | None") -> None:
        if waiter is not None and not waiter.done():
            waiter.set_result(None)
