"""An application as a browser meets it: by uvicorn, on a free port."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from fairledger.serving import server_of


@asynccontextmanager
async def served(app: FastAPI) -> AsyncIterator[str]:
    """Start ``app``, which is not started yet, and give its address; at the end it is stopped."""
    server = server_of(app, lifespan="on")
    serving = asyncio.create_task(server.serve())
    while not server.started and not serving.done():  # noqa: ASYNC110  uvicorn has no event for it
        await asyncio.sleep(0.01)
    assert server.started, "the application does not start"
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await serving
