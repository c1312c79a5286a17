"""A chaincode as a simulated channel knows it: its definition, and how a peer gets a stream to it."""

import asyncio
import copy
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from fairledger_chaincode.contract import Contract
from fairledger_chaincode.handler import ChaincodeHandler
from fairledger_chaincode.limits import Limits
from fairledger_chaincode.simulator.definition import ChaincodeDefinition
from fairledger_chaincode.simulator.memory_stream import MemoryStream
from fairledger_chaincode.stream import MessageStream

Contracts = Sequence[Contract] | Callable[[], Sequence[Contract]]
Connect = Callable[[], Awaitable[MessageStream]]


@dataclass(frozen=True, slots=True)
class SimulatedChaincode:
    """A chaincode on the channel. ``connect`` opens a stream on which a replica of it registers."""

    definition: ChaincodeDefinition
    connect: Connect


class MemoryReplicas:
    """Starts replicas of contracts in this process, each with contract objects of its own.

    ``contracts`` are copied for each replica (``copy.deepcopy``), or made by it when it is a function.
    """

    def __init__(self, contracts: Contracts, chaincode_id: str, *, limits: Limits, clock: Callable[[], float]) -> None:
        self._contracts = contracts
        self._chaincode_id = chaincode_id
        self._limits = limits
        self._clock = clock
        self._tasks: set[asyncio.Task[None]] = set()

    async def connect(self) -> MessageStream:
        """Start a replica and return the peer's end of its stream."""
        contracts = self._contracts() if callable(self._contracts) else copy.deepcopy(self._contracts)
        handler = ChaincodeHandler(contracts, self._chaincode_id, self._limits, clock=self._clock)
        chaincode_end, peer_end = MemoryStream.pair()
        task = asyncio.create_task(handler.run(chaincode_end))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return peer_end
