"""The clock that tests set."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from fairledger_chaincode.simulator import SimulatorClock

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def test_it_stands_where_it_was_set() -> None:
    clock = SimulatorClock()
    clock.set(NOON)

    assert clock.now() == NOON
    assert clock.now_s() == NOON.timestamp()


def test_it_is_in_utc_whatever_it_was_set_to() -> None:
    clock = SimulatorClock()
    clock.set(NOON.astimezone(timezone(timedelta(hours=8))))

    assert clock.now().isoformat() == "2026-05-04T12:00:00+00:00"


def test_it_goes_on_by_as_much_as_it_is_told() -> None:
    clock = SimulatorClock()
    clock.set(NOON)
    clock.advance(timedelta(minutes=5))
    clock.advance(timedelta(seconds=-1))

    assert clock.now() == NOON + timedelta(minutes=4, seconds=59)


def test_it_follows_the_real_time_before() -> None:
    before = datetime.now(tz=UTC)
    seen = SimulatorClock().now()

    assert before <= seen <= datetime.now(tz=UTC)


def test_it_follows_the_real_time_again_when_it_is_let_go() -> None:
    clock = SimulatorClock()
    clock.set(NOON)
    clock.let_go()
    before = datetime.now(tz=UTC)

    assert before <= clock.now() <= datetime.now(tz=UTC)


def test_a_moment_without_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        SimulatorClock().set(datetime(2026, 5, 4))  # noqa: DTZ001 - what is refused
