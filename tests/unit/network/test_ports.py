"""A port that is taken is a message with its owner, not half a network."""

import os
import socket
from collections.abc import Iterator

import pytest

from fairledger_network.errors import PortTaken
from fairledger_network.ports import PortUse, check_ports, is_listening
from tests.support.ports import free_port


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def test_free_ports_are_no_conflict() -> None:
    check_ports([PortUse("peer0.PlatformA", "service", free_port())])


def test_every_taken_port_is_named_with_its_need_its_owner_and_the_way_out(taken: int) -> None:
    free = free_port()

    with pytest.raises(PortTaken) as conflict:
        check_ports([PortUse("peer0.PlatformA", "service", free), PortUse("ca.PlatformA", "operations", taken)])

    message = conflict.value.message
    assert f"  {taken} (ca.PlatformA, operations): pid {os.getpid()}: " in message
    assert str(free) not in message.replace(str(taken), "").replace(str(os.getpid()), "")
    assert "change `ports` in network/consortium.yaml" in message
    assert "FAIRLEDGER_PORT_OFFSET" in message
    assert conflict.value.code == "PORT_TAKEN"


def test_a_port_that_a_server_just_left_is_free(taken: int) -> None:
    with socket.create_connection(("127.0.0.1", taken)):
        pass
    assert is_listening(taken)
    assert not is_listening(free_port())
