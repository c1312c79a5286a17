"""The chaincode server: listens, and serves every peer that connects."""

import asyncio
import logging
import ssl
from collections.abc import Awaitable, Callable

from fairledger_chaincode.connection import PeerConnection
from fairledger_chaincode.errors import StartRefused
from fairledger_chaincode.limits import DEFAULT_LIMITS, Limits
from fairledger_chaincode.stream import MessageStream

log = logging.getLogger(__name__)


class ChaincodeServer:
    """A gRPC server for the one service ``protos.Chaincode``; ``serve`` is called with the stream of each call.

    ``tls`` is the context to listen with; None listens without TLS, which is for tests and loopback only.
    """

    def __init__(
        self,
        serve: Callable[[MessageStream], Awaitable[None]],
        *,
        tls: ssl.SSLContext | None,
        limits: Limits = DEFAULT_LIMITS,
    ) -> None:
        self._serve = serve
        self._tls = tls
        self._limits = limits
        self._connections: set[PeerConnection] = set()
        self._server: asyncio.Server | None = None

    async def start(self, host: str, port: int) -> int:
        """Listen; returns the port, which the system chooses for port 0. Raises ``StartRefused`` when it is taken."""
        handshake_max_s = None if self._tls is None else self._limits.handshake_max_s
        try:
            self._server = await asyncio.get_running_loop().create_server(
                self._connection, host, port, ssl=self._tls, ssl_handshake_timeout=handshake_max_s
            )
        except OSError as error:
            raise StartRefused(f"can't listen at {host}:{port}: {error.strerror}") from error
        bound: int = self._server.sockets[0].getsockname()[1]
        return bound

    def _connection(self) -> PeerConnection:
        return PeerConnection(self._serve, self._limits, admit=self._admit, forget=self._connections.discard)

    def _admit(self, connection: PeerConnection) -> bool:
        if len(self._connections) >= self._limits.connections_max:
            log.warning("a connection too many", extra={"connections": len(self._connections)})
            return False
        self._connections.add(connection)
        return True

    def stop_listening(self) -> None:
        """Take no new connection."""
        if self._server is not None:
            self._server.close()

    async def close(self) -> None:
        """Take no new connection, and end all that there are."""
        self.stop_listening()
        await asyncio.gather(*(connection.close() for connection in list(self._connections)))
