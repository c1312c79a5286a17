"""The kinds of HTTP/2 frame that come for every message, taken apart from all others.

``h2`` spends more on a DATA frame than the chaincode protocol does on the message in it. So plain DATA frames of open
streams are cut out here and made here, and so are the frames of their flow control and pings, which a peer sends for
nearly every message to measure the line. Everything else goes to ``h2`` as it came.
"""

import struct
from collections.abc import Callable, Iterator

from h2.exceptions import FrameTooLargeError

PREFACE_BYTES = 24  # RFC 9113, section 3.4
HEADER_BYTES = 9  # section 4.1: three of length, type, flags, four of stream
FRAME_MAX_BYTES = 16_384  # section 4.2: what a client may send as long as nothing larger was announced
DATA, HEADERS, PING, WINDOW_UPDATE, CONTINUATION = 0x0, 0x1, 0x6, 0x8, 0x9
PING_BYTES = 8
INCREMENT_BYTES = 4
ACK = 0x1
END_HEADERS = 0x4
FOR_H2 = 0  # no stream has this number, nor the next two
PINGED = -1
WINDOW_OPENED = -2

_HEADER = struct.Struct(">BHBBI")
_WINDOW_UPDATE = struct.Struct(">BHBBII")
_NUMBER = 2**31 - 1  # the first bit is reserved
_PING = struct.Struct(">BHBBI8s")


class FrameCutter:
    """Cuts what comes into payloads of plain DATA frames, each with its stream, of pings (``PINGED``), and all else.

    All else is whole frames: those that open a window (``WINDOW_OPENED``), and those for ``h2`` (``FOR_H2``).

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
            elif kind == WINDOW_UPDATE and not self._in_headers and length == INCREMENT_BYTES:
                yield WINDOW_OPENED, pending[start:stop]
            else:
                if kind in (HEADERS, CONTINUATION):
                    self._in_headers = not flags & END_HEADERS
                yield FOR_H2, pending[start:stop]
            start = stop
        self._pending = pending[start:]


def data_frame(stream_id: int, data: bytes | bytearray) -> bytes:
    """A frame that carries ``data`` and has no flag."""
    return _HEADER.pack(len(data) >> 16, len(data) & 0xFFFF, DATA, 0, stream_id) + data


def read_window_update(frame: bytes) -> tuple[int, int]:
    """The stream whose window such a frame opens, or 0 for the connection's, and by how much."""
    *_, stream_id, increment = _WINDOW_UPDATE.unpack(frame)
    return stream_id & _NUMBER, increment & _NUMBER


def window_update(stream_id: int, increment: int) -> bytes:
    """The frame that opens a stream's window, or with 0 the connection's."""
    return _WINDOW_UPDATE.pack(0, 4, WINDOW_UPDATE, 0, stream_id, increment)


def ping_answer(payload: bytes) -> bytes:
    """The frame that answers a ping."""
    return _PING.pack(0, PING_BYTES, PING, ACK, 0, payload)
