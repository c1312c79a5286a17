"""Bounds that would bound nothing are refused."""

import pytest

from fairledger.gateway import ConflictRetry, Limits


def test_by_default_less_is_in_flight_than_a_peer_takes() -> None:
    assert Limits().in_flight_max == 200


@pytest.mark.parametrize(
    ("name", "value"),
    [("endorse_deadline_s", 0), ("in_flight_max", -1), ("in_flight_max", 500), ("backoff_max_s", 0.0)],
)
def test_refusals_name_the_bound(name: str, value: float) -> None:
    with pytest.raises(ValueError, match=name):
        Limits(**{name: value})  # type: ignore[arg-type]


def test_a_retry_makes_at_least_one_attempt() -> None:
    with pytest.raises(ValueError, match="attempts_max"):
        ConflictRetry(attempts_max=0)
