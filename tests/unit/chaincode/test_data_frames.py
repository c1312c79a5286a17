"""DATA frames are cut out of what comes, wherever it was cut before; everything else goes to h2 as it came."""

import pytest
from h2.exceptions import FrameTooLargeError
from hyperframe.frame import DataFrame, Frame, HeadersFrame, PingFrame, WindowUpdateFrame
from hypothesis import given
from hypothesis import strategies as st

from fairledger_chaincode.data_frames import (
    FOR_H2,
    FRAME_MAX_BYTES,
    PINGED,
    WINDOW_OPENED,
    FrameCutter,
    data_frame,
    ping_answer,
    read_window_update,
    window_update,
)

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
OPEN = 1


def frame_bytes(kind: type[Frame], stream_id: int, flags: tuple[str, ...] = (), **fields: object) -> bytes:
    frame = kind(stream_id, flags=flags)
    for name, value in fields.items():
        setattr(frame, name, value)
    return bytes(frame.serialize())


plain = st.binary(max_size=40).map(lambda data: (OPEN, data))
pings = st.binary(min_size=8, max_size=8).map(lambda data: (PINGED, data))
updates = st.integers(0, 2**31 - 1).map(
    lambda increment: (WINDOW_OPENED, frame_bytes(WindowUpdateFrame, OPEN, window_increment=increment or 1))
)
others = st.one_of(
    st.binary(max_size=9).map(lambda data: frame_bytes(DataFrame, 3, data=data)),  # of a stream that is not open
    st.binary(max_size=9).map(lambda data: frame_bytes(DataFrame, OPEN, ("END_STREAM",), data=data)),
    st.binary(min_size=8, max_size=8).map(lambda data: frame_bytes(PingFrame, 0, ("ACK",), opaque_data=data)),
).map(lambda encoded: (FOR_H2, encoded))


def encoded(piece: tuple[int, bytes]) -> bytes:
    stream_id, content = piece
    if stream_id == PINGED:
        return frame_bytes(PingFrame, 0, opaque_data=content)
    return content if stream_id in (FOR_H2, WINDOW_OPENED) else frame_bytes(DataFrame, stream_id, data=content)


@given(st.lists(st.one_of(plain, pings, updates, others), max_size=10), st.lists(st.integers(1, 60), max_size=40))
def test_any_cut_gives_the_same_pieces(pieces: list[tuple[int, bytes]], cuts: list[int]) -> None:
    stream = PREFACE + b"".join(encoded(piece) for piece in pieces)
    cutter = FrameCutter(lambda stream_id: stream_id == OPEN)
    found: list[tuple[int, bytes]] = []
    position = 0
    for size in [*cuts, len(stream)]:
        found += cutter.feed(stream[position : position + size])
        position += size
    preface = b""
    while len(preface) < len(PREFACE):
        preface += found.pop(0)[1]
    assert preface == PREFACE
    assert found == pieces


def test_data_in_the_middle_of_headers_are_shown_to_h2() -> None:
    cutter = FrameCutter(lambda _stream_id: True)
    headers = frame_bytes(HeadersFrame, 3, data=b"x")  # without END_HEADERS
    data = frame_bytes(DataFrame, OPEN, data=b"y")
    assert list(cutter.feed(PREFACE + headers + data)) == [(FOR_H2, PREFACE), (FOR_H2, headers), (FOR_H2, data)]


def test_a_frame_beyond_what_was_announced_is_refused_by_its_header() -> None:
    cutter = FrameCutter(lambda _stream_id: True)
    header = (FRAME_MAX_BYTES + 1).to_bytes(3, "big") + bytes([0, 0, 0, 0, 0, OPEN])
    with pytest.raises(FrameTooLargeError):
        list(cutter.feed(PREFACE + header))


def test_a_window_update_is_one_of_http2() -> None:
    update, length = Frame.parse_frame_header(memoryview(window_update(5, 70_000)[:9]))
    update.parse_body(memoryview(window_update(5, 70_000)[9:]))
    assert (type(update).__name__, update.stream_id, length) == ("WindowUpdateFrame", 5, 4)
    assert update.window_increment == 70_000  # type: ignore[attr-defined]


def test_a_window_update_is_read_without_its_reserved_bit() -> None:
    frame = bytearray(window_update(5, 70_000))
    frame[5] |= 0x80
    frame[9] |= 0x80
    assert read_window_update(bytes(frame)) == (5, 70_000)


@given(st.binary(max_size=70_000))
def test_a_data_frame_is_one_of_http2(data: bytes) -> None:
    assert data_frame(7, data) == frame_bytes(DataFrame, 7, data=data)


def test_a_ping_is_answered_with_its_own_payload() -> None:
    assert ping_answer(b"12345678") == frame_bytes(PingFrame, 0, ("ACK",), opaque_data=b"12345678")
