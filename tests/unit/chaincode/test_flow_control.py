"""Windows: what either side may send, by RFC 9113."""

import pytest
from h2.exceptions import FlowControlError

from fairledger_chaincode.flow_control import CONNECTION, WINDOW_MAX_BYTES, InboundWindow, OutboundWindows


def test_the_window_is_given_back_in_steps() -> None:
    window = InboundWindow(size_bytes=100, step_bytes=40)
    window.take(100)
    assert window.give_back(39) == 0
    assert window.give_back(11) == 50
    window.take(50)
    with pytest.raises(FlowControlError):
        window.take(1)


def test_a_stream_sends_no_more_than_its_own_window_and_the_connections() -> None:
    windows = OutboundWindows()
    windows.open(1)
    windows.take(1, 60_000)
    windows.open(3)
    assert (windows.left(1), windows.left(3)) == (5_535, 5_535)
    windows.widen(CONNECTION, 100_000)
    assert (windows.left(1), windows.left(3)) == (5_535, 65_535)
    windows.widen(1, 7)
    assert windows.left(1) == 5_542


def test_another_initial_size_changes_open_streams_and_new_ones_and_not_the_connection() -> None:
    windows = OutboundWindows()
    windows.open(1)
    windows.take(1, 65_000)
    windows.begin_with(100)
    windows.open(3)
    assert (windows.left(1), windows.left(3)) == (535 - 65_435, 100)
    windows.widen(CONNECTION, 100_000)
    windows.begin_with(90_000)
    assert (windows.left(1), windows.left(3)) == (25_000, 90_000)


def test_a_window_that_grows_beyond_the_protocols_bound_is_refused() -> None:
    windows = OutboundWindows()
    windows.open(1)
    windows.widen(1, WINDOW_MAX_BYTES - 65_535)
    with pytest.raises(FlowControlError):
        windows.widen(1, 1)


def test_a_closed_stream_is_forgotten_and_may_be_closed_again() -> None:
    windows = OutboundWindows()
    windows.open(1)
    assert 1 in windows
    windows.close(1)
    windows.close(1)
    assert 1 not in windows
