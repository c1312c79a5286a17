"""HTTP/2's flow control (RFC 9113, section 5.2): how much either side may still send."""

from h2.exceptions import FlowControlError

WINDOW_DEFAULT_BYTES = 65_535  # section 6.9.2
WINDOW_MAX_BYTES = 2**31 - 1  # section 6.9.1
CONNECTION = 0  # the number that stands for all streams together


class InboundWindow:
    """How much the peer may still send, on one stream or on all together; given back in steps."""

    def __init__(self, size_bytes: int, step_bytes: int) -> None:
        self._left = size_bytes
        self._credit = 0
        self._step_bytes = step_bytes

    def take(self, size: int) -> None:
        """Count what came. Raises h2's ``FlowControlError`` when the peer was not allowed to send it."""
        self._left -= size
        if self._left < 0:
            raise FlowControlError("more than the window")

    def give_back(self, size: int) -> int:
        """Count what was taken in; returns by how much to open the window now, which is mostly 0."""
        self._credit += size
        if self._credit < self._step_bytes:
            return 0
        increment, self._credit = self._credit, 0
        self._left += increment
        return increment


class OutboundWindows:
    """How much may be sent, on each open stream and on all together."""

    def __init__(self) -> None:
        self._initial = WINDOW_DEFAULT_BYTES
        self._left = {CONNECTION: WINDOW_DEFAULT_BYTES}

    def __contains__(self, stream_id: int) -> bool:
        return stream_id in self._left

    def open(self, stream_id: int) -> None:
        """Begin with a stream."""
        self._left[stream_id] = self._initial

    def close(self, stream_id: int) -> None:
        """Forget a stream, known or not."""
        self._left.pop(stream_id, None)

    def left(self, stream_id: int) -> int:
        """What may be sent on an open stream now; below 1 for nothing."""
        return min(self._left[stream_id], self._left[CONNECTION])

    def take(self, stream_id: int, size: int) -> None:
        """Count what was sent on an open stream."""
        self._left[stream_id] -= size
        self._left[CONNECTION] -= size

    def widen(self, stream_id: int, increment: int) -> None:
        """The peer takes more, on an open stream or ``CONNECTION``. Raises h2's ``FlowControlError``."""
        self._left[stream_id] += increment
        if self._left[stream_id] > WINDOW_MAX_BYTES:
            raise FlowControlError("a window beyond 2^31 bytes")

    def begin_with(self, initial_bytes: int) -> None:
        """The peer has another size for the windows of its streams; open ones change with it (section 6.9.2)."""
        change, self._initial = initial_bytes - self._initial, initial_bytes
        for stream_id in self._left:
            if stream_id != CONNECTION:
                self.widen(stream_id, change)
