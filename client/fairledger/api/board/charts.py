"""Numbers as bars: widths of a picture that the server draws. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from fairledger.api.board.view import PlatformRow
from fairledger_contracts.records.monitoring import Anomaly, AnomalyKind

WIDTH: Final = 300  # of a whole bar, in the picture's own units
SHOWN_MIN: Final = 2  # what is there can be seen
PER_CENT: Final = 100


@dataclass(frozen=True)
class ComplaintBar:
    """A platform's complaints: all of them against the platform that has most, and the bad ones among them."""

    row: PlatformRow
    width: int
    upheld_width: int
    late_width: int

    @property
    def upheld_per_cent(self) -> int:
        """Of all its complaints."""
        return share(self.row.upheld, self.row.complaints)

    @property
    def late_per_cent(self) -> int:
        """Of all its complaints, those answered late."""
        return share(self.row.answered_late, self.row.complaints)


@dataclass(frozen=True)
class LagBar:
    """A node and how many blocks it lags behind most."""

    node: str
    height: int
    lag: int
    width: int


def complaint_bars(rows: Sequence[PlatformRow]) -> list[ComplaintBar]:
    """A bar for each platform, in the order of the rows."""
    most = max((row.complaints for row in rows), default=0)
    return [
        ComplaintBar(row, _width(row.complaints, most), _width(row.upheld, most), _width(row.answered_late, most))
        for row in rows
    ]


def lag_bars(anomalies: Iterable[Anomaly]) -> list[LagBar]:
    """A bar for each node that lags behind, the last first."""
    behind = [
        (each.subject.partition(":")[2], each.observed["height"], each.observed["common"] - each.observed["height"])
        for each in anomalies
        if each.name == AnomalyKind.HEIGHT
        and {"height", "common"} <= each.observed.keys()
        and each.observed["common"] > each.observed["height"]
    ]
    most = max((lag for _, _, lag in behind), default=0)
    bars = [LagBar(node, height, lag, _width(lag, most)) for node, height, lag in behind]
    return sorted(bars, key=lambda bar: (-bar.lag, bar.node))


def share(part: int, whole: int) -> int:
    """Per cent, rounded down; 0 of nothing."""
    return part * PER_CENT // whole if whole else 0


def _width(value: int, most: int) -> int:
    return max(SHOWN_MIN, value * WIDTH // most) if value > 0 and most > 0 else 0
