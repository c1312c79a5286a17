"""Ports for programs that have to be told one before they start."""

import random
import socket
from functools import cache

FIRST, LAST = 20_500, 32_000  # above those of consortia, below those that the system gives to outgoing connections


@cache
def _in_some_order() -> list[int]:
    return random.sample(range(FIRST, LAST), LAST - FIRST)


def free_port() -> int:
    """A port of loopback that nobody has, never twice the same in one process."""
    while True:
        port = _in_some_order().pop()
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
