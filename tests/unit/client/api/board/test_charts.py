"""Bars: their widths follow the numbers."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from fairledger.api.board.charts import WIDTH, complaint_bars, lag_bars, share
from fairledger.api.board.view import PlatformRow
from fairledger_contracts.records.monitoring import Anomaly
from fairledger_contracts.records.signatory import Signatory

BY = Signatory(msp_id="RegulatorMSP", id="x", role="regulator", gln="")
counts = st.integers(min_value=0, max_value=10**9)


def row(complaints: int, upheld: int = 0, answered_late: int = 0) -> PlatformRow:
    return PlatformRow("AMSP", "A", False, 0, complaints, answered_late, upheld)


def test_the_platform_with_most_complaints_fills_the_bar() -> None:
    most, half, none = complaint_bars([row(40, upheld=10, answered_late=40), row(20), row(0)])
    assert (most.width, most.upheld_width, most.late_width) == (WIDTH, WIDTH // 4, WIDTH)
    assert (most.upheld_per_cent, most.late_per_cent) == (25, 100)
    assert (half.width, none.width, none.upheld_per_cent) == (WIDTH // 2, 0, 0)


@given(st.lists(counts, min_size=1))
def test_bars_stay_in_their_picture_and_show_what_is_there(numbers: list[int]) -> None:
    for number, bar in zip(numbers, complaint_bars([row(each) for each in numbers]), strict=True):
        assert 0 <= bar.width <= WIDTH
        assert (bar.width > 0) == (number > 0)


@given(counts, counts)
def test_a_share_is_no_more_than_all(part: int, more: int) -> None:
    assert 0 <= share(part, part + more) <= 100


def test_nodes_that_lag_are_shown_the_last_first() -> None:
    def anomaly(node: str, name: str, **observed: int) -> Anomaly:
        at = datetime(2026, 11, 25, tzinfo=UTC)
        return Anomaly(subject=f"node:{node}", name=name, observed=observed, since=at, recorder=BY)

    bars = lag_bars(
        [
            anomaly("A", "height", height=90, common=100),
            anomaly("B", "height", height=60, common=100),
            anomaly("C", "hash", block=7),
        ]
    )
    assert [(bar.node, bar.lag, bar.width) for bar in bars] == [("B", 40, WIDTH), ("A", 10, WIDTH // 4)]
