"""What a transaction wrote is shown in lines that a terminal can be given."""

import hashlib
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairledger.proof.writes import CHARACTERS_MAX, SHOWN_MAX, lines, summary
from fairledger_chaincode.keys import create_composite_key
from fairledger_contracts.records import capture_key, segment_key

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
RECALL = create_composite_key("trace-recall", ("7f83",))


def test_kinds_are_counted_in_the_order_in_which_they_were_written() -> None:
    segments = {segment_key(NOON, "t", number): b"[]" for number in range(2)}
    writes = {capture_key("t"): b"{}", **segments, "plain": b"1"}

    assert summary(writes) == "1 trace-capture, 2 capture-segment, 1 simple key"
    assert summary({}) == "nothing in public"


@pytest.mark.parametrize(
    ("state", "line"),
    [
        (b'{"a":1}', 'trace-recall 7f83: {"a":1}'),
        (None, "trace-recall 7f83: deleted"),
        (b"", "trace-recall 7f83: "),
        ("召回".encode(), "trace-recall 7f83: 召回"),
        (b"a\n\x1b[2Jb", "trace-recall 7f83: a\\n\\x1b[2Jb"),
        (b"\xff", f"trace-recall 7f83: 1 bytes with the SHA-256 {hashlib.sha256(bytes([255])).hexdigest()}"),
        (b"x" * 1_000, f"trace-recall 7f83: {'x' * CHARACTERS_MAX}… (1000 bytes)"),
    ],
)
def test_a_state_is_a_line(state: bytes | None, line: str) -> None:
    assert lines({RECALL: state}) == [line]


def test_what_belongs_to_a_capture_is_only_counted() -> None:
    assert lines({capture_key("t"): b"{}", "plain": b"1"}) == ["plain: 1"]


def test_of_many_states_the_first_are_shown() -> None:
    shown = lines({f"key{i:03d}": b"1" for i in range(SHOWN_MAX + 7)})

    assert (len(shown), shown[SHOWN_MAX - 1], shown[-1]) == (SHOWN_MAX + 1, "key049: 1", "and 7 more")


@settings(deadline=None)
@given(key=st.text(), state=st.binary())
def test_whatever_was_written_commands_no_terminal(key: str, state: bytes) -> None:
    shown = [summary({key: state}), *lines({key: state})]

    assert all(line.isprintable() for line in shown)
