"""Length-prefixed messages, as gRPC puts them into a stream of bytes."""

import struct
from collections.abc import Iterator

PREFIX_BYTES = 5  # one of flags, four of length
_PREFIX = struct.Struct(">BI")


class FramingError(Exception):
    """The bytes are no gRPC messages that this side accepts; ``status`` is the gRPC status that says so."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


STATUS_RESOURCE_EXHAUSTED = 8
STATUS_UNIMPLEMENTED = 12
STATUS_INTERNAL = 13


def frame(message: bytes) -> bytes:
    """``message`` with its prefix, not compressed."""
    return _PREFIX.pack(0, len(message)) + message


class Deframer:
    """Cuts a stream of bytes, in whatever pieces it comes, back into messages."""

    def __init__(self, message_max_bytes: int) -> None:
        self._message_max_bytes = message_max_bytes
        self._pending = bytearray()

    @property
    def pending_bytes(self) -> int:
        """What has come of a message that is not yet whole, its prefix included."""
        return len(self._pending)

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The messages that are whole with ``data``.

        Raises ``FramingError`` for a message that is compressed (UNIMPLEMENTED: no compression was offered), for
        unknown flags (INTERNAL) and for one that is longer than permitted (RESOURCE_EXHAUSTED), by its prefix already.
        """
        source: bytes | bytearray = data
        if self._pending:
            self._pending += data
            source = self._pending
        start, end = 0, len(source)
        while end - start >= PREFIX_BYTES:
            flags, length = _PREFIX.unpack_from(source, start)
            self._check(flags, length)
            stop = start + PREFIX_BYTES + length
            if stop > end:
                break
            yield bytes(source[start + PREFIX_BYTES : stop])
            start = stop
        self._keep(source, start)

    def _keep(self, source: bytes | bytearray, start: int) -> None:
        if source is self._pending:
            del self._pending[:start]
        else:
            self._pending += source[start:]

    def _check(self, flags: int, length: int) -> None:
        if flags == 1:
            raise FramingError(STATUS_UNIMPLEMENTED, "a compressed message, though no compression was offered")
        if flags:
            raise FramingError(STATUS_INTERNAL, "unknown flags before a message")
        if length > self._message_max_bytes:
            raise FramingError(STATUS_RESOURCE_EXHAUSTED, f"a message of more than {self._message_max_bytes} bytes")
