"""``python -m fairledger.api``: one organisation's service, until it is told to stop."""

import argparse
import functools
import logging
import sys
from pathlib import Path

import uvicorn

from fairledger.api.app import create_app
from fairledger.api.logs import configure
from fairledger.api.service import running
from fairledger.api.settings import Settings

SHUTDOWN_S = 10  # for requests under way; captures under way are kept and go on at the next start


def main() -> None:
    """Serve until SIGTERM or SIGINT. Ends with status 3 when it can't start; the log says why."""
    settings = _settings()
    configure()
    app = create_app(functools.partial(running, settings))
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        access_log=False,  # it would log query strings
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=SHUTDOWN_S,
    )
    server = uvicorn.Server(config)
    server.run()
    if not server.started:
        logging.getLogger("fairledger.api").critical("the service could not start")
        sys.exit(3)


def _settings() -> Settings:
    parser = argparse.ArgumentParser(prog="python -m fairledger.api", description=__doc__)
    parser.add_argument("--organization", required=True)
    parser.add_argument("--profile", required=True, type=Path, help="connection profile (JSON)")
    parser.add_argument("--wallet", required=True, type=Path, help="folder of the organisation's wallet")
    parser.add_argument("--data", required=True, type=Path, help="folder of read model, jobs and token key")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", required=True, type=int)
    return Settings(**vars(parser.parse_args()))


main()
