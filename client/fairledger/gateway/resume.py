"""Resuming a stream that breaks: patience that is bounded, and starts anew with everything received."""

import asyncio

from fairledger.gateway import codes
from fairledger.gateway.backoff import backoff_s
from fairledger.gateway.errors import EventsError, NodeDetail
from fairledger.gateway.failure import failure_of
from fairledger.gateway.limits import Limits
from fairledger.gateway.transport import CANCELLED, PERMISSION_DENIED, TransportError

_FINAL = frozenset({CANCELLED, PERMISSION_DENIED, "INVALID_ARGUMENT", "UNIMPLEMENTED", "UNAUTHENTICATED"})


class Resume:
    """Counts the failures in a row and waits between them."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._anything = False
        self.failures = 0

    def received(self) -> None:
        """Something came: the count starts anew."""
        self._anything = True
        self.failures = 0

    async def after(self, error: TransportError) -> None:
        """Wait before the next attempt. Raises ``EventsError`` when there is no use in one, or no more is allowed."""
        failure = failure_of(error)
        if error.status in _FINAL:
            raise EventsError(failure.code, failure.message, details=error.all_details) from error
        await self._next(failure.message, error.all_details, error)

    async def after_status(self, status: str, node: NodeDetail) -> None:
        """The same for a stream that the peer ended with Fabric's ``status`` instead of an error."""
        if status == "FORBIDDEN":
            raise EventsError(codes.DENIED, "the peer does not let this identity read the channel", details=(node,))
        if status == "BAD_REQUEST":
            raise EventsError(codes.REJECTED, "the peer does not accept the request", details=(node,))
        if status == "NOT_FOUND" and not self._anything:  # later, it may be a peer that is being healed
            raise EventsError(codes.NOT_FOUND, "the peer has no such channel", details=(node,))
        await self._next(f"the peer ended the stream: {status}", (node,), None)

    async def _next(self, message: str, details: tuple[NodeDetail, ...], cause: TransportError | None) -> None:
        self.failures += 1
        if self.failures >= self._limits.reconnect_attempts_max:
            ended = f"gave up after {self.failures} attempts: {message}"
            raise EventsError(codes.EVENTS_ENDED, ended, details=details) from cause
        await asyncio.sleep(backoff_s(self.failures - 1, self._limits))
