"""What the gateway client costs over a bare gRPC call, on a running consortium.

Queries by ``Contract.evaluate`` alternate with the same query sent as ready-made, pre-signed bytes over ``grpc.aio``:
rates, processor time and their ratios. The query is the peer's own ``qscc:GetChainInfo``, so that no chaincode server
is part of what is measured.
"""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import grpc
from fabric_protos.gateway import gateway_pb2

from fairledger.gateway import Contract, Gateway
from fairledger.profile import ConnectionProfile, Node
from fairledger.wallet import WalletEntry

CHAINCODE, FUNCTION = "qscc", "GetChainInfo"

Call = Callable[[int], Awaitable[object]]  # by the number of the worker that calls


@dataclass
class Cost:
    """Sums over all rounds: calls, seconds from first to last, and this process's processor seconds."""

    calls: int = 0
    seconds: list[float] = field(default_factory=list)
    cpu_seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Calls a second, over all rounds."""
        return self.calls / sum(self.seconds)

    @property
    def cpu_ms(self) -> float:
        """Processor milliseconds a call."""
        return 1000 * self.cpu_seconds / self.calls


@dataclass
class GatewayCost:
    """The client and the bare call beside each other."""

    client: Cost = field(default_factory=Cost)
    bare: Cost = field(default_factory=Cost)
    lone_client_ms: float = 0.0
    lone_bare_ms: float = 0.0

    @property
    def rate_ratio(self) -> float:
        """The client's rate as a share of the bare call's."""
        return self.client.rate / self.bare.rate

    @property
    def added_cpu_ms(self) -> float:
        """Processor milliseconds that the client adds to a call: proposal, signature, limits, errors."""
        return self.client.cpu_ms - self.bare.cpu_ms


async def measure_gateway(
    profile: ConnectionProfile, entry: WalletEntry, channel: str, *, calls: int, in_flight: int, rounds: int
) -> GatewayCost:
    """Measure both ways in turn, ``rounds`` times ``calls`` each, with ``in_flight`` at a time; then one by one."""
    cost = GatewayCost()
    async with Gateway.connect(profile, entry.identity, entry.signer) as gateway:
        contract = gateway.network(channel).contract(CHAINCODE)
        async with _channel(profile.own.peers[0]) as connection:
            bare = _bare_call(connection, contract, entry, in_flight)

            async def evaluate(_: int) -> object:
                return await contract.evaluate(FUNCTION, channel)

            for _ in range(rounds):
                await _measure(cost.client, evaluate, calls, in_flight)
                await _measure(cost.bare, bare, calls, in_flight)
            cost.lone_client_ms = await _lone_ms(evaluate)
            cost.lone_bare_ms = await _lone_ms(bare)
    return cost


def report(cost: GatewayCost) -> str:
    """The figures as lines of text."""
    lines = [
        f"{'':14}{'calls/s':>10}{'CPU ms/call':>14}{'alone ms':>11}",
        f"{'bare gRPC':14}{cost.bare.rate:10.0f}{cost.bare.cpu_ms:14.3f}{cost.lone_bare_ms:11.2f}",
        f"{'client':14}{cost.client.rate:10.0f}{cost.client.cpu_ms:14.3f}{cost.lone_client_ms:11.2f}",
        f"the client reaches {cost.rate_ratio:.2f} of the bare rate and adds {cost.added_cpu_ms:.3f} ms of CPU a call",
    ]
    return "\n".join(lines)


def _bare_call(connection: grpc.aio.Channel, contract: Contract, entry: WalletEntry, workers: int) -> Call:
    """Requests are made beforehand, one a worker: a peer runs a transaction id only once at a time."""
    requests = []
    for _ in range(workers):
        proposal = contract.new_proposal(FUNCTION, contract.channel)
        signed = proposal.with_signature(entry.signer.sign(proposal.digest))
        request = gateway_pb2.EvaluateRequest(
            transaction_id=signed.tx_id, channel_id=signed.channel, proposed_transaction=signed.signed()
        )
        requests.append(request.SerializeToString())
    method = connection.unary_unary("/gateway.Gateway/Evaluate")  # bytes in, bytes out

    async def call(worker: int) -> object:
        return await method(requests[worker])

    return call


def _channel(peer: Node) -> grpc.aio.Channel:
    options = [("grpc.ssl_target_name_override", peer.host_override)] if peer.host_override else []
    return grpc.aio.secure_channel(peer.endpoint, grpc.ssl_channel_credentials(peer.tls_root_pem), options=options)


async def _measure(cost: Cost, call: Call, calls: int, in_flight: int) -> None:
    async def work(worker: int, share: int) -> None:
        for _ in range(share):
            await call(worker)

    await asyncio.gather(*(work(worker, 1) for worker in range(in_flight)))  # warm
    cpu, began = time.process_time(), time.perf_counter()
    await asyncio.gather(*(work(worker, calls // in_flight) for worker in range(in_flight)))
    cost.seconds.append(time.perf_counter() - began)
    cost.cpu_seconds += time.process_time() - cpu
    cost.calls += calls // in_flight * in_flight


async def _lone_ms(call: Call, times: int = 200) -> float:
    """Median milliseconds of one call, with nothing else in flight."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        await call(0)
        taken.append(1000 * (time.perf_counter() - began))
    return statistics.median(taken)
