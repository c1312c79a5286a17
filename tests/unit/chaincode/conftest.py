"""TLS and running servers for the tests of the transport."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from fairledger_chaincode import Limits, MessageStream
from fairledger_chaincode.server import ChaincodeServer
from fairledger_chaincode.tls import server_context
from tests.unit.chaincode.certificates import TlsWorld, make_tls_world


@pytest.fixture(scope="session")
def tls_world(tmp_path_factory: pytest.TempPathFactory) -> TlsWorld:
    return make_tls_world(tmp_path_factory.mktemp("tls"))


Serve = Callable[[MessageStream], Awaitable[None]]


@asynccontextmanager
async def running_server(
    serve: Serve, *, tls: TlsWorld | None = None, limits: Limits | None = None
) -> AsyncIterator[tuple[ChaincodeServer, int]]:
    """A server on a free port of loopback."""
    context = None if tls is None else server_context(tls.files)
    server = ChaincodeServer(serve, tls=context, limits=limits or Limits())
    port = await server.start("127.0.0.1", 0)
    try:
        yield server, port
    finally:
        await server.close()
