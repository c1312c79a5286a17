"""Which peer is asked: the organisation's own, the next of them when one fails, and for transient data a named one."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from fairledger.gateway import codes
from fairledger.gateway.backoff import backoff_s
from fairledger.gateway.errors import GatewayRefused, GatewayUnreachable
from fairledger.gateway.limits import Limits
from fairledger.gateway.proposal import Proposal
from fairledger.gateway.transport import UNAVAILABLE, ClientTls, PeerConnection, TransportError
from fairledger.profile import ConnectionProfile, Node

Call = Callable[[PeerConnection, float], Awaitable[Any]]


class Peers:
    """Connections to the gateway's own ``nodes``, and on demand to those of other organisations in the profile."""

    def __init__(
        self, profile: ConnectionProfile, nodes: Sequence[Node], limits: Limits, client_tls: ClientTls | None
    ) -> None:
        self._profile = profile
        self._nodes = tuple(nodes)
        self._limits = limits
        self._client_tls = client_tls
        self._connections: dict[Node, PeerConnection] = {}
        self._preferred = 0

    async def connect(self) -> None:
        """Return as soon as one of the own peers answers. Raises ``GatewayUnreachable`` when none does."""
        probes = [
            asyncio.create_task(self._connection(node).probe(self._limits.connect_deadline_s)) for node in self._nodes
        ]
        failed: list[TransportError] = []
        try:
            for probe in asyncio.as_completed(probes):
                try:
                    await probe
                except TransportError as error:
                    failed.append(error)
                else:
                    break
            else:
                details = tuple(detail for error in failed for detail in error.all_details)
                raise GatewayUnreachable(codes.UNREACHABLE, "no peer answers", details=details)
            self._preferred = next(i for i, probe in enumerate(probes) if _succeeded(probe))
        finally:
            for probe in probes:
                probe.cancel()
            await asyncio.gather(*probes, return_exceptions=True)

    def own(self) -> list[PeerConnection]:
        """The own peers, the one that answered last in front."""
        nodes = self._nodes[self._preferred :] + self._nodes[: self._preferred]
        return [self._connection(node) for node in nodes]

    def own_organizations(self) -> tuple[str, ...]:
        """The MSP ids of the own peers."""
        return tuple(sorted({node.msp_id for node in self._nodes}))

    def for_proposal(self, proposal: Proposal) -> list[PeerConnection]:
        """The peers that may see ``proposal``: with transient data, only those of the organisations it names.

        Raises ``GatewayRefused`` with
          GATEWAY_TRANSIENT_WITHOUT_ORGANIZATIONS  no organisation is named for the transient data
          GATEWAY_TRANSIENT_WITHOUT_PEER           the profile has no peer of any that is named
        """
        if not proposal.has_transient:
            return self.own()
        named = set(proposal.endorsing_organizations)
        if not named:
            message = "name the organisations that may see the transient data"
            raise GatewayRefused(codes.TRANSIENT_WITHOUT_ORGANIZATIONS, message, tx_id=proposal.tx_id)
        own = [connection for connection in self.own() if connection.node.msp_id in named]
        others = [node for node in self._profile.peers if node.msp_id in named and node not in self._nodes]
        if not own and not others:
            message = f"the profile has no peer of {', '.join(sorted(named))} to send transient data to"
            raise GatewayRefused(codes.TRANSIENT_WITHOUT_PEER, message, tx_id=proposal.tx_id)
        return own or [self._connection(node) for node in others]

    async def ask(self, candidates: Sequence[PeerConnection], call: Call, deadline_s: float) -> Any:
        """The first answer of ``candidates``, in their order.

        The next is asked when one is unavailable, and all again, later, when the last says that it is too busy, for at
        most ``deadline_s`` in all. Raises the last ``TransportError``, with those before it as its ``earlier``.
        """
        loop = asyncio.get_running_loop()
        ends = loop.time() + deadline_s
        failed: list[TransportError] = []
        for attempt in range(self._limits.busy_attempts_max):
            for connection in candidates:
                try:
                    answer = await call(connection, max(ends - loop.time(), 0.001))
                except TransportError as error:
                    failed.append(error)
                    if error.status != UNAVAILABLE:
                        break
                else:
                    self._prefer(connection)
                    return answer
            wait_s = backoff_s(attempt, self._limits)
            if not failed[-1].busy or loop.time() + wait_s >= ends:
                break
            await asyncio.sleep(wait_s)
        failed[-1].earlier = tuple(failed[:-1])
        raise failed[-1]

    async def close(self) -> None:
        """Close all connections."""
        for connection in self._connections.values():
            await connection.close()

    def _connection(self, node: Node) -> PeerConnection:
        if node not in self._connections:
            self._connections[node] = PeerConnection(node, self._limits, self._client_tls)
        return self._connections[node]

    def _prefer(self, connection: PeerConnection) -> None:
        if connection.node in self._nodes:
            self._preferred = self._nodes.index(connection.node)


def _succeeded(probe: asyncio.Task[None]) -> bool:
    return probe.done() and not probe.cancelled() and probe.exception() is None
