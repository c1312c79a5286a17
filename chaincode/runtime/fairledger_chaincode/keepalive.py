"""Pings: those that show whether the peer is still there, and those of the peer."""

import asyncio
import logging
from collections.abc import Callable

from fairledger_chaincode.data_frames import ping_answer
from fairledger_chaincode.limits import Limits

PING_ANSWER_WAIT_S = 0.05
PINGS_MAX = 16  # that wait for their answer

log = logging.getLogger(__name__)


class KeepAlive:
    """Cuts off a peer that connects and says nothing, or that is silent and does not answer ``ping``.

    Whoever hears the peer sets ``heard``, and clears ``unanswered`` with the answer to a ping.
    """

    def __init__(self, limits: Limits, *, ping: Callable[[], None], cut_off: Callable[[], None]) -> None:
        self.heard = False
        self.unanswered = False
        self._limits = limits
        self._ping = ping
        self._cut_off = cut_off
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Begin to watch."""
        self._timer = self._loop.call_later(self._limits.handshake_max_s, self._check_greeting)

    def stop(self) -> None:
        """Watch no longer."""
        if self._timer is not None:
            self._timer.cancel()

    def _check_greeting(self) -> None:
        if not self.heard:
            log.warning("a client connected and said nothing")
            self._cut_off()
        else:
            self._wait(self._limits.keepalive_interval_s)

    def _check(self) -> None:
        if self.unanswered:
            log.warning("the peer does not answer")
            self._cut_off()
        elif self.heard:
            self._wait(self._limits.keepalive_interval_s)
        else:
            self.unanswered = True
            self._ping()
            self._wait(self._limits.keepalive_answer_max_s)

    def _wait(self, seconds: float) -> None:
        self.heard = False
        self._timer = self._loop.call_later(seconds, self._check)


class PingAnswers:
    """Answers to the peer's pings, as frames for ``send``.

    Fabric's peers measure the line with a ping for nearly every message, one at a time: answered at once, they would
    cost both sides more than the messages. So an answer waits, and the next ping with it.
    """

    def __init__(self, send: Callable[[bytes], None]) -> None:
        self._send = send
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._waiting: list[bytes] = []

    def take(self, payload: bytes) -> None:
        """Answer a ping, soon."""
        self._waiting.append(payload)
        if len(self._waiting) >= PINGS_MAX:
            self._answer()
        elif self._timer is None:
            self._timer = self._loop.call_later(PING_ANSWER_WAIT_S, self._answer)

    def stop(self) -> None:
        """Answer no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _answer(self) -> None:
        self.stop()
        self._send(b"".join(map(ping_answer, self._waiting)))
        self._waiting.clear()
