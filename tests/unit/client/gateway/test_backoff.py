"""Waits double, stay bounded and are spread."""

from hypothesis import given
from hypothesis import strategies as st

from fairledger.gateway import Limits
from fairledger.gateway.backoff import backoff_s

LIMITS = Limits(backoff_initial_s=0.1, backoff_max_s=5.0)


@given(attempt=st.integers(0, 10_000))
def test_a_wait_is_between_half_and_the_whole_of_its_bounded_step(attempt: int) -> None:
    step_s = min(5.0, 0.1 * 2 ** min(attempt, 20))
    assert step_s / 2 <= backoff_s(attempt, LIMITS) <= step_s


def test_waits_differ() -> None:
    assert len({backoff_s(3, LIMITS) for _ in range(20)}) == 20
