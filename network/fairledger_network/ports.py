"""Ports are looked at before anything starts, so that a conflict is a message and not half a network."""

import errno
import socket
from collections.abc import Iterable
from dataclasses import dataclass

import psutil

from fairledger_network.errors import PortTaken

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class PortUse:
    """A port that a node is going to listen on."""

    node: str
    purpose: str
    port: int


def is_listening(port: int) -> bool:
    """Does anybody listen on this loopback port?"""
    with socket.socket() as probe:
        probe.settimeout(1.0)
        return probe.connect_ex((LOOPBACK, port)) == 0


def check_ports(uses: Iterable[PortUse]) -> None:
    """Refuse to go on when a port is taken.

    Raises:
        PortTaken: names every taken port, what it is needed for, who has it, and the way out.
    """
    taken = [use for use in uses if not _is_free(use.port)]
    if taken:
        owners = _owners({use.port for use in taken})
        lines = [
            f"  {use.port} ({use.node}, {use.purpose}): {owners.get(use.port, 'owner not visible')}" for use in taken
        ]
        raise PortTaken(
            "ports are taken:\n" + "\n".join(lines) + "\nStop that program, change `ports` in network/consortium.yaml,"
            " or set FAIRLEDGER_PORT_OFFSET (for example to 1000) to move all ports"
        )


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port in TIME_WAIT is free for a server
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EACCES):
                return False
            raise
    return True


def _owners(ports: set[int]) -> dict[int, str]:
    """Who listens where, as far as this user may see."""
    owners: dict[int, str] = {}
    try:
        connections = psutil.net_connections(kind="tcp")
    except psutil.AccessDenied:
        return owners
    for connection in connections:
        if connection.laddr and connection.laddr.port in ports and connection.pid:
            try:
                command = " ".join(psutil.Process(connection.pid).cmdline())[:120]
            except psutil.Error:
                command = "?"
            owners.setdefault(connection.laddr.port, f"pid {connection.pid}: {command}")
    return owners
