"""Writing to the ledger and reading from it, once or under load, by the probe's plain calls."""

import asyncio
import secrets
import time
from dataclasses import dataclass, field

from fairledger.gateway import Limits
from fairledger.gateway.errors import GatewayError
from fairledger_network.status import NodeStatus, status
from tests.network.running_consortium import RunningConsortium

CHANNEL = "credit-channel"
PEERS = ("peer0.PlatformA", "peer0.PlatformB", "peer0.Association", "peer0.Regulator")
WRITERS = 10
PAUSE_AFTER_ERROR_S = 0.2
SETTLE_DEADLINE_S = 60.0


async def settled(consortium: RunningConsortium) -> list[NodeStatus]:
    """All nodes, once their ledgers are equally high: a commit is confirmed when the first peer has it."""
    deadline = time.monotonic() + SETTLE_DEADLINE_S
    while True:
        nodes = await asyncio.to_thread(status, consortium)
        heights = {node.height for node in nodes if node.node.kind in ("peer", "orderer")}
        if len(heights) == 1:
            return nodes
        assert time.monotonic() < deadline, f"the ledgers stay at heights {heights}"


async def put(consortium: RunningConsortium, key: str, value: str, *, limits: Limits | None = None) -> None:
    """Write one state as the producer, and wait until all peers have it."""
    async with consortium.gateway("PlatformA", "producer", limits=limits) as gateway:
        await gateway.network(CHANNEL).contract("probe", "calls").submit("put", key, value)
    await settled(consortium)


async def get(consortium: RunningConsortium, organization: str, name: str, key: str) -> str:
    """Read one state at the organisation's own peer."""
    async with consortium.gateway(organization, name) as gateway:
        return (await gateway.network(CHANNEL).contract("probe", "calls").evaluate("get", key)).decode()


@dataclass
class Load:
    """Writers that go on until they are told to stop; ``acknowledged`` are the keys whose commit was confirmed."""

    consortium: RunningConsortium
    organization: str = "PlatformA"
    name: str = "producer"
    acknowledged: list[str] = field(default_factory=list)
    _stop: asyncio.Event = field(default_factory=asyncio.Event)
    _progress: asyncio.Condition = field(default_factory=asyncio.Condition)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def __aenter__(self) -> "Load":
        self._tasks = [asyncio.create_task(self._write(f"load-{secrets.token_hex(4)}")) for _ in range(WRITERS)]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._stop.set()
        await asyncio.gather(*self._tasks)

    async def wait_for(self, count: int) -> None:
        """Wait until ``count`` more writes are acknowledged."""
        goal = len(self.acknowledged) + count
        async with self._progress:
            await self._progress.wait_for(lambda: len(self.acknowledged) >= goal)

    async def _write(self, prefix: str) -> None:
        written = 0
        while not self._stop.is_set():
            try:
                async with self.consortium.gateway(self.organization, self.name) as gateway:
                    contract = gateway.network(CHANNEL).contract("probe", "calls")
                    while not self._stop.is_set():
                        key = f"{prefix}-{written}"
                        written += 1
                        await contract.submit("put", key, key)
                        async with self._progress:
                            self.acknowledged.append(key)
                            self._progress.notify_all()
            except GatewayError:  # what a node's death does to a call; the key is not acknowledged
                await asyncio.sleep(PAUSE_AFTER_ERROR_S)

    async def missing(self, organization: str, name: str) -> list[str]:
        """Acknowledged keys that the organisation's peer does not have with their value."""
        async with self.consortium.gateway(organization, name) as gateway:
            contract = gateway.network(CHANNEL).contract("probe", "calls")
            values = await asyncio.gather(*(contract.evaluate("get", key) for key in self.acknowledged))
        return [key for key, value in zip(self.acknowledged, values, strict=True) if value.decode() != key]
