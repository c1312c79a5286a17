"""One transaction's conversation with the peer: one request at a time, each with its answer."""

import asyncio

from fabric_protos.peer.chaincode_shim_pb2 import ChaincodeMessage

from fairledger_chaincode.errors import CallRefused, MessageTooLarge, PeerError, StreamLost
from fairledger_chaincode.limits import DEFAULT_LIMITS
from fairledger_chaincode.stream import MessageStream


class PeerCalls:
    """Requests of the transaction ``tx_id`` on ``channel_id``.

    The peer drops a second request of a transaction while it works on the first, so callers that overlap wait for
    each other here. ``failure`` is the first error that the peer answered: a transaction that has one must fail,
    whatever the contract makes of it.
    """

    __slots__ = ("_answer", "_stream", "channel_id", "failure", "request_max_bytes", "tx_id")

    def __init__(
        self,
        stream: MessageStream,
        channel_id: str,
        tx_id: str,
        *,
        request_max_bytes: int = DEFAULT_LIMITS.payload_max_bytes,
    ) -> None:
        self.channel_id = channel_id
        self.tx_id = tx_id
        self.request_max_bytes = request_max_bytes
        self.failure: PeerError | CallRefused | None = None
        self._stream = stream
        self._answer: asyncio.Future[ChaincodeMessage] | None = None

    async def call(self, kind: int, request: bytes) -> bytes:
        """Ask the peer, and return the payload of its answer.

        Raises ``PeerError`` with the peer's message when it answers ERROR, ``StreamLost`` when it is gone, and
        ``MessageTooLarge`` for a request that it would not take.
        """
        if len(request) > self.request_max_bytes:
            raise MessageTooLarge(f"a request to the peer has more than {self.request_max_bytes} bytes")
        while self._answer is not None:
            await asyncio.wait((self._answer,))
        answer = self._answer = asyncio.get_running_loop().create_future()
        try:
            self._stream.send(ChaincodeMessage(type=kind, payload=request, txid=self.tx_id, channel_id=self.channel_id))
            message = await answer
        finally:
            self._answer = None
        if message.type == ChaincodeMessage.RESPONSE:
            return bytes(message.payload)
        if message.type == ChaincodeMessage.ERROR:
            raise self.failed(PeerError(message.payload.decode("utf-8", "replace")))
        raise self.failed(PeerError(f"unexpected message of type {message.type}"))

    def failed(self, failure: PeerError | CallRefused) -> PeerError | CallRefused:
        """Note that this transaction can't succeed any more; returns ``failure``, to be raised."""
        if self.failure is None:
            self.failure = failure
        return failure

    def answer(self, message: ChaincodeMessage) -> bool:
        """Hand the peer's answer to whoever waits for it; False when nobody does."""
        if self._answer is None or self._answer.done():
            return False
        self._answer.set_result(message)
        return True

    def lose(self) -> None:
        """Fail a request that is under way, since the peer is gone."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(StreamLost("the peer's stream ended"))
