"""The kinds of HTTP/2 frame that come for every message, taken apart from all others.

``h2`` spends more on a DATA frame than the chaincode protocol does on the message in it. So plain DATA frames of open
streams are cut out here, with their flow control, and so are pings, which a peer sends for nearly every message to
measure the line. Everything else goes to ``h2`` as it came.
"""

import struct
from collections.abc import Callable, Iterator

from h2.exceptions import FlowControlError, FrameTooLargeError

PREFACE_BYTES = 24  # RFC 9113, section 3.4
HEADER_BYTES = 9  # section 4.1: three of length, type, flags, four of stream
FRAME_MAX_BYTES = 16_384  # section 4.2: what a client may send as long as nothing larger was announced
DATA, HEADERS, PING, WINDOW_UPDATE, CONTINUATION = 0x0, 0x1, 0x6, 0x8, 0x9
PING_BYTES = 8
ACK = 0x1
END_HEADERS = 0x4
FOR_H2 = 0  # no stream has this number, nor the next
PINGED = -1

_HEADER = struct.Struct(">BHBBI")
_WINDOW_UPDATE = struct.Struct(">BHBBII")
_PING = struct.Struct(">BHBBI8s")


class FrameCutter:
    """Cuts what comes into payloads of plain DATA frames, each with its stream, of pings (``PINGED``), and all else.

    All else is whole frames for ``h2`` (``FOR_H2``).

    A frame is plain when ``is_open`` tells that its stream takes data and it has no flag: no padding, no end.
    """

    def __init__(self, is_open: Callable[[int], bool]) -> None:
        self._is_open = is_open
        self._pending = b""
        self._preface_left = PREFACE_BYTES
        self._in_headers = False  # then only CONTINUATION may follow, and h2 has to see what does

    def feed(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        """The pieces that are whole with ``data``. Raises h2's ``FrameTooLargeError`` by a frame's header already."""
        if self._preface_left:
            preface, data = data[: self._preface_left], data[self._preface_left :]
            self._preface_left -= len(preface)
            yield FOR_H2, preface
        pending = self._pending + data if self._pending else data
        start, end = 0, len(pending)
        while end - start >= HEADER_BYTES:
            length_high, length_low, kind, flags, stream_id = _HEADER.unpack_from(pending, start)
            length = length_high << 16 | length_low
            if length > FRAME_MAX_BYTES:
                raise FrameTooLargeError(f"a frame of {length} bytes")
            stop = start + HEADER_BYTES + length
            if stop > end:
                break
            if kind == DATA and not flags and not self._in_headers and self._is_open(stream_id):
                yield stream_id, pending[start + HEADER_BYTES : stop]
            elif kind == PING and not flags and not self._in_headers and length == PING_BYTES and stream_id == 0:
                yield PINGED, pending[start + HEADER_BYTES : stop]
            else:
                if kind in (HEADERS, CONTINUATION):
                    self._in_headers = not flags & END_HEADERS
                yield FOR_H2, pending[start:stop]
            start = stop
        self._pending = pending[start:]


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


def window_update(stream_id: int, increment: int) -> bytes:
    """The frame that opens a stream's window, or with 0 the connection's."""
    return _WINDOW_UPDATE.pack(0, 4, WINDOW_UPDATE, 0, stream_id, increment)


def ping_answer(payload: bytes) -> bytes:
    """The frame that answers a ping."""
    return _PING.pack(0, PING_BYTES, PING, ACK, 0, payload)
