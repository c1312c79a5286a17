"""The consortium that network tests run on, with what tests do to it and users never would."""

import json
import os
import shutil
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
import yaml

from fairledger.gateway import Gateway, Limits
from fairledger.profile import ConnectionProfile
from fairledger.wallet import Wallet
from fairledger_network.consortium import Consortium
from fairledger_network.down import down
from fairledger_network.heal import heal
from fairledger_network.layout import Layout
from fairledger_network.processes import process_of
from fairledger_network.site import Site, modules_folder
from fairledger_network.up import WORKERS, up
from fairledger_network.verify import Verification, verify
from tests.suite.deployment import add_probe

ROOT = Path(__file__).resolve().parents[2]
PORT_OFFSET = 10_000


@dataclass(frozen=True)
class RunningConsortium(Site):
    """The project's consortium with the probe (``tests/network/probe``) beside ``credit``, on ports of its own.

    A test that stops or harms a node leaves it as it was: ``restore`` brings everything back.
    """

    def profile(self, organization: str) -> ConnectionProfile:
        """The organisation's connection profile."""
        return ConnectionProfile.load(self.layout.profile(organization))

    def wallet(self, organization: str) -> Wallet:
        """The organisation's wallet."""
        return Wallet(self.layout.wallet(organization))

    def api_url(self, organization: str) -> str:
        """Where the organisation's REST service listens."""
        return f"http://{self.node(f'api.{organization}').endpoint}"

    @asynccontextmanager
    async def gateway(self, organization: str, name: str, *, limits: Limits | None = None) -> AsyncIterator[Gateway]:
        """A gateway as ``name`` of the organisation's wallet, through the organisation's peer."""
        entry = self.wallet(organization).get(name)
        connected = Gateway.connect(self.profile(organization), entry.identity, entry.signer, limits=limits)
        async with connected as gateway:
            yield gateway

    def stop(self, node: str) -> None:
        """Stop a node in good order."""
        self.supervisor.stop(self.node(node).name)

    def kill(self, node: str) -> None:
        """Kill a node with SIGKILL."""
        self.supervisor.kill(self.node(node).name)

    def start(self, node: str) -> None:
        """Start a node that was killed or stopped as it was, and wait until it is healthy."""
        spec = process_of(self.node(node), self)
        self.supervisor.start(spec)
        self.supervisor.wait_healthy(spec)

    def wipe(self, node: str) -> None:
        """Delete the ledger of a node that does not run."""
        assert not self.runs(self.node(node)), f"{node} runs"
        shutil.rmtree(self.layout.node_data(node))

    def data(self, node: str) -> Path:
        """The folder of a node's ledger."""
        return self.layout.node_data(node)

    def block_file(self, peer: str) -> Path:
        """The file in which a peer keeps the channel's first blocks."""
        chains = self.data(peer) / "ledgersData" / "chains" / "chains"
        return chains / self.consortium.channel.name / "blockfile_000000"

    def pool(self) -> ThreadPoolExecutor:
        """Threads for what the network commands do at once."""
        return ThreadPoolExecutor(WORKERS)

    def heal(self, node: str) -> None:
        """``fairledger network heal``."""
        heal(self, node)

    def verify(self) -> Verification:
        """``fairledger network verify``."""
        return verify(self)

    def restore(self) -> None:
        """``fairledger network up``: everything runs again afterwards."""
        up(self)


def site_of_tests() -> RunningConsortium:
    """The site of the tests, not yet brought up."""
    state = Path(os.environ.get("FAIRLEDGER_TEST_STATE") or ROOT / ".fairledger-test")
    offset = int(os.environ.get("FAIRLEDGER_TEST_PORT_OFFSET", PORT_OFFSET))
    described = yaml.safe_load((ROOT / "network" / "consortium.yaml").read_text(encoding="utf-8"))
    add_probe(described)
    return RunningConsortium(
        consortium=Consortium.model_validate({**described, "port_offset": offset}),
        layout=Layout(state.resolve()),
        root=ROOT,
        modules=modules_folder(ROOT),
    )


def begin(site: RunningConsortium) -> None:
    """Bring the consortium up with a fresh ledger; what an earlier session left is removed, if nobody uses it."""
    session = _session_file(site)
    owner = json.loads(session.read_text(encoding="utf-8")) if session.is_file() else None
    if owner and psutil.pid_exists(owner["pid"]) and psutil.Process(owner["pid"]).create_time() == owner["start_time"]:
        pytest.exit(
            f"the tests of process {owner['pid']} use {site.layout.root}; wait for their end, or set"
            " FAIRLEDGER_TEST_STATE and FAIRLEDGER_TEST_PORT_OFFSET",
            returncode=pytest.ExitCode.USAGE_ERROR,
        )
    if (site.layout.root / "consortium.json").is_file():
        print(f"removing what an earlier session left in {site.layout.root}")
        down(site, wipe=True)
    own = {"pid": os.getpid(), "start_time": psutil.Process().create_time()}
    session.parent.mkdir(parents=True, exist_ok=True)
    session.write_text(json.dumps(own), encoding="utf-8")
    os.environ["FAIRLEDGER_KEEPER_EVERY_S"] = "0"  # tests say themselves when what is due is called
    os.environ["PYTHONPATH"] = str(ROOT)  # the probe's servers are modules of the tests
    up(site)


def end(site: RunningConsortium) -> None:
    """Stop everything and forget it; FAIRLEDGER_TEST_KEEP leaves logs and ledgers for a look at them."""
    down(site, wipe=not os.environ.get("FAIRLEDGER_TEST_KEEP"))
    _session_file(site).unlink(missing_ok=True)


def _session_file(site: RunningConsortium) -> Path:
    """Who uses the test consortium: process id and start time."""
    return site.layout.root.with_name(f"{site.layout.root.name}-session") / "owner.json"
