"""A chaincode server as a process."""

import asyncio
import gc
import logging
import signal
import sys
from collections.abc import Sequence
from types import ModuleType

import fairledger_chaincode
from fairledger_chaincode.contract import Contract
from fairledger_chaincode.determinism import check_deterministic
from fairledger_chaincode.digest import code_digest
from fairledger_chaincode.errors import StartRefused
from fairledger_chaincode.handler import ChaincodeHandler
from fairledger_chaincode.logs import configure_logging
from fairledger_chaincode.server import ChaincodeServer
from fairledger_chaincode.settings import ServerSettings
from fairledger_chaincode.tls import server_context

EXIT_OTHER_CODE = 3
SIMULATOR = "fairledger_chaincode.simulator"

log = logging.getLogger(__name__)


def serve(contracts: Sequence[Contract], settings: ServerSettings, code: Sequence[ModuleType]) -> None:
    """Serve ``contracts`` until SIGTERM or SIGINT; ``code`` are the packages whose sources the digest covers.

    The runtime's own package is always covered. Ends the process with status 2 when it can't start, and with status 3
    when the package on the peer was made of other code; the reason is on standard error.
    """
    configure_logging(settings.log_level)
    try:
        asyncio.run(_serve(contracts, settings, code))
    except StartRefused as refusal:
        sys.stderr.write(f"{refusal}\n")
        sys.exit(refusal.exit_status)


def server_digest(code: Sequence[ModuleType]) -> str:
    """The digest of ``code`` and the runtime, as it is recorded in the package; servers run no simulator."""
    return code_digest([fairledger_chaincode, *code], without=[SIMULATOR])


async def _serve(contracts: Sequence[Contract], settings: ServerSettings, code: Sequence[ModuleType]) -> None:
    digest = server_digest(code)
    if settings.code_digest is not None and settings.code_digest != digest:
        raise StartRefused(
            f"this server's code has digest {digest}, the package {settings.code_digest}: "
            "install the code that the consortium agreed on, or make and approve a new package",
            EXIT_OTHER_CODE,
        )
    check_deterministic(contracts)
    tls = None if settings.tls is None else server_context(settings.tls)
    handler = ChaincodeHandler(contracts, settings.chaincode_id, settings.limits)
    server = ChaincodeServer(handler.run, tls=tls, limits=settings.limits)
    stop = _stop_signal()
    gc.freeze()  # what was loaded to start stays: the collector need not look at it again
    port = await server.start(settings.host, settings.port)
    log.info("serving", extra={"host": settings.host, "port": port, "tls": tls is not None, "code_digest": digest})
    await stop.wait()
    server.stop_listening()
    await handler.stop()
    await server.close()
    log.info("stopped")


def _stop_signal() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signal_number, stop.set)
    return stop
