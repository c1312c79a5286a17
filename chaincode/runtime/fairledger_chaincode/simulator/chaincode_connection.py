"""The peer's end of one chaincode stream, with any number of transactions on it at once."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from fabric_protos.peer.chaincode_pb2 import ChaincodeID, ChaincodeSpec
from fabric_protos.peer.chaincode_shim_pb2 import ChaincodeMessage
from fabric_protos.peer.proposal_pb2 import SignedProposal

from fairledger_chaincode.simulator.errors import LedgerRefusal
from fairledger_chaincode.simulator.faults import Faults
from fairledger_chaincode.simulator.ledger_calls import LedgerCalls
from fairledger_chaincode.stream import MessageStream

logger = logging.getLogger(__name__)

TIMEOUT = "timeout expired while executing transaction"
TERMINATED = "chaincode stream terminated"

InvokeOther = Callable[[ChaincodeSpec], Awaitable[ChaincodeMessage]]


@dataclass(slots=True)
class RunningTransaction:
    """A transaction that the chaincode is working on. ``invoke`` runs another chaincode within it."""

    tx_id: str
    channel_id: str
    calls: LedgerCalls
    invoke: InvokeOther
    finished: asyncio.Future[ChaincodeMessage]
    asking: bool = field(default=False)


class ChaincodeConnection:
    """Speaks the peer's side of the protocol on ``stream``: registration, transactions, ledger calls.

    ``requests`` counts what the chaincode asked, by type, for tests that measure or inject.
    """

    def __init__(self, stream: MessageStream, faults: Faults, *, execute_max_s: float) -> None:
        self.chaincode_id = ""
        self.requests: dict[str, int] = {}
        self._stream = stream
        self._faults = faults
        self._execute_max_s = execute_max_s
        self._running: dict[tuple[str, str], RunningTransaction] = {}
        self._registered: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._invocations: set[asyncio.Task[None]] = set()
        self._reader = asyncio.create_task(self._read())

    @property
    def is_lost(self) -> bool:
        """Whether the stream has ended."""
        return self._reader.done()

    async def registered(self) -> str:
        """Wait for the chaincode's REGISTER and return its id.

        Raises ``LedgerRefusal`` when the stream ends before, or the chaincode takes longer than the peer waits.
        """
        try:
            async with asyncio.timeout(self._execute_max_s):
                return await asyncio.shield(self._registered)
        except TimeoutError:
            raise LedgerRefusal("timeout expired while starting chaincode") from None

    async def execute(
        self, transaction: RunningTransaction, payload: bytes, proposal: SignedProposal
    ) -> ChaincodeMessage:
        """Let the chaincode run ``transaction``; returns its COMPLETED or ERROR.

        Raises ``LedgerRefusal`` when the stream ends, the chaincode takes longer than the peer waits, or the same
        transaction is already running on this stream.
        """
        key = (transaction.channel_id, transaction.tx_id)
        if key in self._running:
            raise LedgerRefusal(f"error sending: txid: {transaction.tx_id}({transaction.channel_id}) exists")
        if self.is_lost:
            raise LedgerRefusal(f"error sending: {TERMINATED}")
        self._running[key] = transaction
        self._stream.send(
            ChaincodeMessage(
                type=ChaincodeMessage.TRANSACTION,
                payload=payload,
                txid=transaction.tx_id,
                channel_id=transaction.channel_id,
                proposal=proposal,
            )
        )
        try:
            async with asyncio.timeout(self._execute_max_s):
                return await transaction.finished
        except TimeoutError:
            raise LedgerRefusal(f"error sending: {TIMEOUT}") from None
        finally:
            del self._running[key]

    def keep_alive(self) -> None:
        """Send a KEEPALIVE, as a peer does now and then."""
        self._stream.send(ChaincodeMessage(type=ChaincodeMessage.KEEPALIVE))

    async def close(self) -> None:
        """Drop the stream; running transactions fail."""
        self._reader.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._reader

    async def _read(self) -> None:
        try:
            while (message := await self._stream.receive()) is not None:
                if not self._take(message):
                    break
        finally:
            self._end()

    def _take(self, message: ChaincodeMessage) -> bool:
        """Act on one message; false ends the stream, as a peer does on what it does not understand."""
        if message.type == ChaincodeMessage.KEEPALIVE:
            return True
        if not self._registered.done():
            return self._register(message)
        transaction = self._running.get((message.channel_id, message.txid))
        if message.type in (ChaincodeMessage.COMPLETED, ChaincodeMessage.ERROR):
            if transaction is not None and not transaction.finished.done():
                transaction.finished.set_result(message)
            return True
        return self._ask(message, transaction)

    def _register(self, message: ChaincodeMessage) -> bool:
        if message.type != ChaincodeMessage.REGISTER:
            return False
        self.chaincode_id = ChaincodeID.FromString(message.payload).name
        if not self.chaincode_id:
            return False
        self._stream.send(ChaincodeMessage(type=ChaincodeMessage.REGISTERED))
        self._stream.send(ChaincodeMessage(type=ChaincodeMessage.READY))
        self._registered.set_result(self.chaincode_id)
        return True

    def _ask(self, message: ChaincodeMessage, transaction: RunningTransaction | None) -> bool:
        if message.type not in ChaincodeMessage.Type.values():
            return False
        kind = ChaincodeMessage.Type.Name(message.type)
        self.requests[kind] = self.requests.get(kind, 0) + 1
        fault = self._faults.take(message.type)
        if fault is not None and fault.message is None:
            return False
        if fault is not None:
            self._refuse(message, fault.message or "")
        elif transaction is None:
            self._refuse(message, "no ledger context")
        elif transaction.asking:
            logger.warning("a request is pending for transaction %s: a peer drops the second", message.txid)
        elif message.type == ChaincodeMessage.INVOKE_CHAINCODE:
            transaction.asking = True
            task = asyncio.create_task(self._invoke(message, transaction))
            self._invocations.add(task)
            task.add_done_callback(self._invocations.discard)
        elif transaction.calls.knows(message.type):
            self._answer(message, transaction)
        else:
            return False
        return True

    def _answer(self, message: ChaincodeMessage, transaction: RunningTransaction) -> None:
        try:
            payload = transaction.calls.answer(message.type, message.payload)
        except LedgerRefusal as refusal:
            self._refuse(message, str(refusal))
        else:
            self._respond(message, payload)

    async def _invoke(self, message: ChaincodeMessage, transaction: RunningTransaction) -> None:
        try:
            answer = await transaction.invoke(ChaincodeSpec.FromString(message.payload))
        except LedgerRefusal as refusal:
            transaction.asking = False
            self._refuse(message, str(refusal))
        else:
            transaction.asking = False
            self._respond(message, answer.SerializeToString())

    def _respond(self, request: ChaincodeMessage, payload: bytes) -> None:
        self._stream.send(
            ChaincodeMessage(
                type=ChaincodeMessage.RESPONSE, payload=payload, txid=request.txid, channel_id=request.channel_id
            )
        )

    def _refuse(self, request: ChaincodeMessage, reason: str) -> None:
        kind = ChaincodeMessage.Type.Name(request.type)
        self._stream.send(
            ChaincodeMessage(
                type=ChaincodeMessage.ERROR,
                payload=f"{kind} failed: transaction ID: {request.txid}: {reason}".encode(),
                txid=request.txid,
                channel_id=request.channel_id,
            )
        )

    def _end(self) -> None:
        close = getattr(self._stream, "close", None)
        if close is not None:
            close()
        for invocation in self._invocations:
            invocation.cancel()
        for transaction in self._running.values():
            if not transaction.finished.done():
                transaction.finished.set_exception(LedgerRefusal(f"error sending: {TERMINATED}"))
        if not self._registered.done():
            self._registered.set_exception(LedgerRefusal(TERMINATED))
            self._registered.exception()  # nobody may be waiting
