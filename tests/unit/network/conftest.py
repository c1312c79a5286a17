"""A real fabric-ca-server for the tests of everything that calls one."""

from collections.abc import Iterator

import pytest

from fairledger_network.ca import CertificateAuthority, Enrollment
from tests.support.fabric_ca import RunningCa, running_ca


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCa]:
    with running_ca(tmp_path_factory.mktemp("ca")) as ca:
        yield ca


@pytest.fixture(scope="session")
def ca(server: RunningCa) -> CertificateAuthority:
    return server.client


@pytest.fixture(scope="session")
def registrar(server: RunningCa) -> Enrollment:
    return server.registrar()
