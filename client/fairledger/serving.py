"""How applications are served over HTTP."""

from typing import Any, Final

import uvicorn

# Clients are to close idle connections first. httpx keeps them for 5 s, and so does uvicorn by default: a request that
# crossed with the server's close was lost. This is as long as nginx keeps them.
KEEP_ALIVE_S: Final = 75


def server_of(app: Any, *, host: str = "127.0.0.1", port: int = 0, **options: Any) -> uvicorn.Server:
    """A server of an ASGI application, not started; port 0 is any that is free. No access log: it would have queries.

    Further ``options`` are uvicorn's own.
    """
    told = {"log_config": None, "access_log": False, "timeout_keep_alive": KEEP_ALIVE_S, **options}
    return uvicorn.Server(uvicorn.Config(app, host=host, port=port, **told))
