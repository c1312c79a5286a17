"""``python -m fairledger.api``: one organisation's service, until it is told to stop."""

import argparse
import functools
import ipaddress
import logging
import os
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from fairledger.api.app import create_app
from fairledger.api.logs import configure
from fairledger.api.service import Service, running
from fairledger.api.settings import KEEPER_EVERY_S, READS_PER_MINUTE, WRITES_PER_MINUTE, Settings
from fairledger.serving import server_of

LOG = logging.getLogger("fairledger.api")
SHUTDOWN_S = 10  # for requests under way; captures under way are kept and go on at the next start


def main() -> None:
    """Serve until SIGTERM or SIGINT. Ends with status 3 when it can't start; the log says why."""
    settings = _settings()
    configure()
    app = create_app(functools.partial(_explained, settings))
    server = server_of(
        app, host=settings.host, port=settings.port, server_header=False, timeout_graceful_shutdown=SHUTDOWN_S
    )
    server.run()
    if not server.started:
        sys.exit(3)


@asynccontextmanager
async def _explained(settings: Settings) -> AsyncIterator[Service]:
    """The service; when it can't start, the log says why in one line."""
    async with AsyncExitStack() as parts:
        try:
            service = await parts.enter_async_context(running(settings))
        except Exception as error:
            reason = {"code": getattr(error, "code", "SERVICE_START"), "reason": str(error)}
            LOG.critical("the service can't start", extra=reason)
            raise
        yield service


def _settings() -> Settings:
    parser = argparse.ArgumentParser(prog="python -m fairledger.api", description=__doc__)
    parser.add_argument("--organization", required=True)
    parser.add_argument("--profile", required=True, type=Path, help="connection profile (JSON)")
    parser.add_argument("--wallet", required=True, type=Path, help="folder of the organisation's wallet")
    parser.add_argument("--data", required=True, type=Path, help="folder of read model, jobs and token key")
    parser.add_argument("--services", type=Path, help="addresses of all organisations' services (JSON)")
    parser.add_argument("--host", default="127.0.0.1", type=_loopback, help="a loopback address")
    parser.add_argument("--port", required=True, type=int)
    _add_rate(parser, "reads-per-minute", READS_PER_MINUTE, "of one client address")
    _add_rate(parser, "writes-per-minute", WRITES_PER_MINUTE, "of one person")
    _add_number(parser, "keeper-every-s", KEEPER_EVERY_S, "seconds between two looks for what is due, 0 for never", 0)
    return Settings(**vars(parser.parse_args()))


def _add_rate(parser: argparse.ArgumentParser, name: str, default: int, whose: str) -> None:
    _add_number(parser, name, default, whose, 1)


def _add_number(parser: argparse.ArgumentParser, name: str, default: int, what: str, least: int) -> None:
    variable = f"FAIRLEDGER_{name.upper().replace('-', '_')}"
    told = os.environ.get(variable, str(default))
    number = functools.partial(_count, least)
    parser.add_argument(f"--{name}", default=told, type=number, help=f"{what}; default {default}, or ${variable}")


def _count(least: int, text: str) -> int:
    if not text.isdecimal() or int(text) < least:
        raise argparse.ArgumentTypeError(f"{text} is no number from {least}")
    return int(text)


def _loopback(host: str) -> str:
    """Tokens travel in clear here, so only this machine may hear them: others come through a proxy with TLS."""
    if not ipaddress.ip_address(host).is_loopback:
        raise argparse.ArgumentTypeError(f"{host} is no loopback address: put a proxy with TLS in front instead")
    return host


main()
