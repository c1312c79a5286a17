"""Messages come out as they went in, wherever the pieces were cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairledger_chaincode.framing import Deframer, FramingError, frame

messages = st.lists(st.binary(max_size=60), max_size=8)


@given(messages, st.lists(st.integers(1, 40), max_size=40))
def test_any_cut_gives_the_same_messages(sent: list[bytes], cuts: list[int]) -> None:
    stream = b"".join(frame(message) for message in sent)
    deframer = Deframer(message_max_bytes=60)
    received: list[bytes] = []
    position = 0
    for size in [*cuts, len(stream)]:
        received += deframer.feed(stream[position : position + size])
        position += size
    assert received == sent
    assert deframer.pending_bytes == 0


def test_byte_by_byte() -> None:
    deframer = Deframer(message_max_bytes=10)
    received = [message for byte in frame(b"abc") + frame(b"") for message in deframer.feed(bytes([byte]))]
    assert received == [b"abc", b""]


def test_the_prefix_says_not_compressed_and_how_long() -> None:
    assert frame(b"abc") == b"\x00\x00\x00\x00\x03abc"


@pytest.mark.parametrize(
    ("prefix", "status"),
    [
        (b"\x01\x00\x00\x00\x01a", 12),  # compressed
        (b"\x07\x00\x00\x00\x01a", 13),  # flags that nobody defined
        (b"\x00\x00\x00\x00\x0b", 8),  # too long, refused before a byte of it came
        (b"\x00\xff\xff\xff\xff", 8),
    ],
)
def test_what_is_no_acceptable_message_is_refused(prefix: bytes, status: int) -> None:
    with pytest.raises(FramingError) as refusal:
        list(Deframer(message_max_bytes=10).feed(prefix))
    assert refusal.value.status == status


def test_what_came_before_garbage_is_delivered() -> None:
    messages = Deframer(message_max_bytes=10).feed(frame(b"good") + b"\x09garbage")
    assert next(messages) == b"good"
    with pytest.raises(FramingError):
        next(messages)
