"""A real fabric-ca-server in a folder of its own, for as long as a test needs it."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fairledger_network.ca import CertificateAuthority, Enrollment
from fairledger_network.ca_errors import CaError
from fairledger_network.ca_server import REGISTRAR, ca_settings
from fairledger_network.consortium import Organization
from fairledger_network.fabric_config import write_settings
from fairledger_network.nodes import Node
from fairledger_network.programs import find_programs
from tests.support.ports import free_port

REGISTRAR_SECRET = "a-secret-for-one-test"
START_DEADLINE_S = 30

PROGRAMS = Path(__file__).parents[2] / "network" / "programs"


class RunningCa:
    """Where the server is, what its registrar's secret is, and a client of it."""

    def __init__(self, node: Node, home: Path) -> None:
        self.node = node
        self.home = home
        self.url = f"https://127.0.0.1:{node.port}"
        self.root = home / "ca-cert.pem"
        self.log = home / "server.log"
        self.client = CertificateAuthority(self.url, node.name, self.root)

    def registrar(self) -> Enrollment:
        """The registrar, by a certificate that does not depend on the expiry of others."""
        return self.client.enroll(REGISTRAR, REGISTRAR_SECRET, profile="tls")


@contextmanager
def running_ca(
    home: Path, *, like: Path | None = None, expiry: str | None = None, port: int | None = None
) -> Iterator[RunningCa]:
    """Start a CA; ``like`` is the home of a CA whose key and certificate it takes over."""
    programs = find_programs(PROGRAMS, lambda _line: None)
    node = Node("ca.PlatformA", "ca", Organization(name="PlatformA"), port or free_port(), operations_port=free_port())
    settings = ca_settings(node, REGISTRAR_SECRET)
    if expiry is not None:
        settings["signing"]["default"]["expiry"] = expiry
    home.mkdir(parents=True, exist_ok=True)
    if like is not None:
        shutil.copy(like / "ca-cert.pem", home / "ca-cert.pem")
        shutil.copytree(like / "msp" / "keystore", home / "msp" / "keystore")
    write_settings(home / "fabric-ca-server-config.yaml", settings)
    ca = RunningCa(node, home)
    with ca.log.open("wb") as log:
        server = subprocess.Popen(
            [programs.path("fabric-ca-server"), "start", "-H", str(home)], stdout=log, stderr=subprocess.STDOUT
        )
    try:
        _wait_until_it_answers(ca, server)
        yield ca
    finally:
        server.terminate()
        server.wait(timeout=START_DEADLINE_S)


def _wait_until_it_answers(ca: RunningCa, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_DEADLINE_S
    while True:
        try:
            ca.client.chain()
        except CaError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"fabric-ca-server does not answer:\n{ca.log.read_text()[-2000:]}") from None
            time.sleep(0.1)
        else:
            return
