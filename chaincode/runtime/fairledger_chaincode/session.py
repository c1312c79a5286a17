"""One peer's stream: its state, and the transactions that run on it."""

import asyncio
import logging
from enum import Enum, auto

from fabric_protos.peer.chaincode_pb2 import ChaincodeInput
from fabric_protos.peer.chaincode_shim_pb2 import ChaincodeMessage
from fabric_protos.peer.proposal_response_pb2 import Response
from google.protobuf.message import DecodeError

from fairledger_chaincode.calls import PeerCalls
from fairledger_chaincode.errors import ArgumentsRefused, Busy, ContractError, MessageTooLarge, Stopping, StreamLost
from fairledger_chaincode.executor import STATUS_OK, STATUS_REFUSED, Executor
from fairledger_chaincode.limits import Limits
from fairledger_chaincode.proposal import TransactionProposal
from fairledger_chaincode.stream import MessageStream
from fairledger_chaincode.stub import Stub

log = logging.getLogger(__name__)


class SessionState(Enum):
    """How far the peer has come in its greeting."""

    CREATED = auto()
    REGISTERED = auto()
    READY = auto()


class PeerSession:
    """Runs each transaction of one stream as a task, and brings the peer's answers to the task that waits."""

    def __init__(self, stream: MessageStream, executor: Executor, limits: Limits) -> None:
        self.stopping = False
        self._stream = stream
        self._executor = executor
        self._limits = limits
        self._state = SessionState.CREATED
        self._calls: dict[tuple[str, str], PeerCalls] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def handle(self, message: ChaincodeMessage) -> bool:
        """Take one message of the peer; False when the stream can't go on."""
        kind = message.type
        if kind in (ChaincodeMessage.RESPONSE, ChaincodeMessage.ERROR) and self._state is SessionState.READY:
            calls = self._calls.get((message.channel_id, message.txid))
            if calls is None or not calls.answer(message):
                log.warning("an answer that nobody waits for", extra={"tx_id": message.txid})
        elif kind in (ChaincodeMessage.TRANSACTION, ChaincodeMessage.INIT) and self._state is SessionState.READY:
            self._start(message)
        elif kind == ChaincodeMessage.KEEPALIVE:
            self._stream.send(message)
        elif kind == ChaincodeMessage.REGISTERED and self._state is SessionState.CREATED:
            self._state = SessionState.REGISTERED
        elif kind == ChaincodeMessage.READY and self._state is SessionState.REGISTERED:
            self._state = SessionState.READY
            log.info("registered with a peer")
        elif self._state is SessionState.READY:
            log.warning("a message of a type that is not for a chaincode", extra={"type": kind})
        else:
            self._refuse_greeting(message)
            return False
        return True

    def stop(self) -> set[asyncio.Task[None]]:
        """Refuse new transactions from now on; returns those that run."""
        self.stopping = True
        return set(self._tasks)

    async def close(self) -> None:
        """Cancel what runs: the peer is gone."""
        tasks = list(self._tasks)
        for calls in self._calls.values():
            calls.lose()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if tasks:
            log.warning("the peer's stream ended under running transactions", extra={"transactions": len(tasks)})

    def _refuse_greeting(self, message: ChaincodeMessage) -> None:
        log.error("the peer broke the protocol", extra={"type": message.type, "state": self._state.name})
        text = f"a message of type {message.type} does not fit the state {self._state.name}"
        self._stream.send(ChaincodeMessage(type=ChaincodeMessage.ERROR, payload=text.encode(), txid=message.txid))

    def _start(self, message: ChaincodeMessage) -> None:
        transaction = (message.channel_id, message.txid)
        if transaction in self._calls:
            log.error("a transaction that is already running", extra={"tx_id": message.txid})
        elif self.stopping:
            self._refuse(message, Stopping("this chaincode server is going down"))
        elif len(self._calls) >= self._limits.transactions_max:
            self._refuse(message, Busy(f"{self._limits.transactions_max} transactions are running already"))
        else:
            calls = self._calls[transaction] = PeerCalls(
                self._stream,
                message.channel_id,
                message.txid,
                request_max_bytes=self._limits.payload_max_bytes,
            )
            task = asyncio.get_running_loop().create_task(self._run(message, calls))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _refuse(self, message: ChaincodeMessage, refusal: ContractError) -> None:
        self._answer(message, Response(status=STATUS_REFUSED, message=str(refusal)), None)

    async def _run(self, message: ChaincodeMessage, calls: PeerCalls) -> None:
        stub: Stub | None = None
        try:
            stub = _stub(message, calls)
            response = await self._respond(message, stub, calls)
            self._check_size(response, stub)
        except ContractError as error:
            response = Response(status=STATUS_REFUSED, message=str(error))
        except StreamLost:
            return
        finally:
            del self._calls[message.channel_id, message.txid]
        self._answer(message, response, stub)

    async def _respond(self, message: ChaincodeMessage, stub: Stub, calls: PeerCalls) -> Response:
        if message.type == ChaincodeMessage.INIT and not stub.args:
            return Response(status=STATUS_OK)  # a chaincode that was approved with init required, and has nothing to do
        return await self._executor.execute(stub, calls)

    def _check_size(self, response: Response, stub: Stub) -> None:
        event_bytes = 0 if stub.event is None else len(stub.event.payload)
        if len(response.payload) + event_bytes > self._limits.payload_max_bytes:
            raise MessageTooLarge(f"result and event have more than {self._limits.payload_max_bytes} bytes")

    def _answer(self, message: ChaincodeMessage, response: Response, stub: Stub | None) -> None:
        refused = response.status >= STATUS_REFUSED
        if refused and message.type == ChaincodeMessage.INIT:
            kind, payload = ChaincodeMessage.ERROR, response.message.encode()
        else:
            kind, payload = ChaincodeMessage.COMPLETED, response.SerializeToString()
        answer = ChaincodeMessage(type=kind, payload=payload, txid=message.txid, channel_id=message.channel_id)
        if stub is not None and stub.event is not None and not refused:
            answer.chaincode_event.CopyFrom(stub.event)
        self._stream.send(answer)


def _stub(message: ChaincodeMessage, calls: PeerCalls) -> Stub:
    try:
        call = ChaincodeInput.FromString(message.payload)
    except DecodeError as error:
        raise ArgumentsRefused("the call can't be read") from error
    return Stub(calls, call, TransactionProposal(message.proposal))
