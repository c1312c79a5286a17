"""The chaincode's side of Fabric's chaincode protocol, over any stream of messages."""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence

from fabric_protos.peer.chaincode_pb2 import ChaincodeID
from fabric_protos.peer.chaincode_shim_pb2 import ChaincodeMessage

from fairledger_chaincode.contract import Contract
from fairledger_chaincode.executor import Executor
from fairledger_chaincode.functions import FunctionTable
from fairledger_chaincode.limits import DEFAULT_LIMITS, Limits
from fairledger_chaincode.session import PeerSession
from fairledger_chaincode.stream import MessageStream, PromptStream

log = logging.getLogger(__name__)


class ChaincodeHandler:
    """Serves peers on behalf of ``contracts``; the first of them answers calls that name no contract.

    ``chaincode_id`` is the package id that the peer expects. ``clock`` tells the endorser's own time in seconds since
    1970 UTC, which proposals are compared with. Raises ``StartRefused`` for contracts that can't be served.
    """

    def __init__(
        self,
        contracts: Sequence[Contract],
        chaincode_id: str,
        limits: Limits = DEFAULT_LIMITS,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._limits = limits
        self._executor = Executor(FunctionTable(contracts), limits, clock)
        self._register = ChaincodeMessage(
            type=ChaincodeMessage.REGISTER, payload=ChaincodeID(name=chaincode_id).SerializeToString()
        )
        self._sessions: set[PeerSession] = set()
        self._stopping = False

    async def run(self, stream: MessageStream) -> None:
        """Register on ``stream`` and answer until the peer closes it; running transactions are then cancelled.

        Returns also when the peer breaks the protocol before it is ready, after telling it so.
        """
        session = PeerSession(stream, self._executor, self._limits)
        session.stopping = self._stopping
        self._sessions.add(session)
        try:
            stream.send(self._register)
            if isinstance(stream, PromptStream):
                stream.deliver_to(session.handle)
            while (message := await stream.receive()) is not None:
                if not session.handle(message):
                    break
                await stream.drain()
        finally:
            self._sessions.discard(session)
            await session.close()

    async def stop(self) -> None:
        """Refuse new transactions, and wait for the running ones, at most ``Limits.stop_max_s``."""
        self._stopping = True
        running = [task for session in self._sessions for task in session.stop()]
        if running:
            _done, late = await asyncio.wait(running, timeout=self._limits.stop_max_s)
            log.info("stopping", extra={"transactions_cut_off": len(late)})
