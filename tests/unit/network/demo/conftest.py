"""The demo's people at one REST service on a simulated ledger, which all their organisations share."""

import asyncio
import io
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
import yaml
from rich.console import Console

from fairledger.serving import server_of
from fairledger_network.consortium import Consortium
from fairledger_network.demo.people import People
from fairledger_network.demo.service import Service
from fairledger_network.demo.teller import Teller
from fairledger_network.layout import Layout
from tests.support.enrolled import Attributes
from tests.support.simulated_service import ORGANIZATION, ServiceUnderTest

ROOT = Path(__file__).parents[4]
PEOPLE = {
    "merchant": Attributes("merchant", "PlatformBMSP", "9521000000049"),
    "carrier": Attributes("carrier", "PlatformBMSP", "9521000000032"),
    "inspector": Attributes("inspector", "AssociationMSP", "9521000000056"),
    "warden": Attributes("platform-officer", "PlatformBMSP"),
}
START_DEADLINE_S = 30


class Stage:
    """Where acts can be played: people, their services, and what was told."""

    def __init__(self, service: Service, consortium: Consortium) -> None:
        self.console = Console(width=160, record=True, file=io.StringIO())
        self.teller = Teller(self.console)
        self.services = {organization.name: service for organization in consortium.organizations}
        self.people = People(consortium, self.services, self.teller)

    def told(self) -> str:
        """All that was told so far."""
        return self.console.export_text(clear=False)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """A stage whose ledger is empty."""
    with staged(tmp_path) as empty:
        yield empty


@contextmanager
def staged(folder: Path) -> Iterator[Stage]:
    """A stage whose service listens on a port of its own while it is open."""
    under_test = ServiceUnderTest(folder / "service")
    for name, person in PEOPLE.items():
        under_test.enrol(name, person)
    layout = Layout(folder)
    for path, target in (
        (layout.wallet(ORGANIZATION), under_test.settings.wallet),
        (layout.api(ORGANIZATION) / "token.key", under_test.settings.token_key),
    ):
        path.parent.mkdir(parents=True)
        path.symlink_to(target)
    server = server_of(under_test.app())

    async def serve() -> None:
        await server.serve()
        await under_test.ledger.simulator.close()

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    try:
        yield Stage(Service(ORGANIZATION, f"http://127.0.0.1:{_port(server)}", layout), consortium_of_demo())
    finally:
        server.should_exit = True
        thread.join(START_DEADLINE_S)


def _port(server: uvicorn.Server) -> int:
    deadline = time.monotonic() + START_DEADLINE_S
    while not server.started:
        assert time.monotonic() < deadline, "the service does not start"
        time.sleep(0.01)
    port: int = server.servers[0].sockets[0].getsockname()[1]
    return port


def consortium_of_demo() -> Consortium:
    """The consortium of the project's file."""
    described = yaml.safe_load((ROOT / "network" / "consortium.yaml").read_text(encoding="utf-8"))
    return Consortium.model_validate(described)
