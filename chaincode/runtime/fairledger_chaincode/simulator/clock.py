"""The time that simulated endorsers and clients see, which tests can set."""

import time
from datetime import UTC, datetime, timedelta


class SimulatorClock:
    """Follows the real time until it is set; from then on it stands still but for ``advance``, until it is let go."""

    def __init__(self) -> None:
        self._fixed: datetime | None = None

    def now(self) -> datetime:
        """Return the current time, UTC."""
        return self._fixed or datetime.fromtimestamp(time.time(), tz=UTC)

    def now_s(self) -> float:
        """Return the current time in seconds since 1970 UTC."""
        return self.now().timestamp()

    def set(self, moment: datetime) -> None:
        """Stop at ``moment``, which must know its time zone; raises ``ValueError`` if it does not."""
        if moment.tzinfo is None:
            raise ValueError("a moment without time zone is none: give it one")
        self._fixed = moment.astimezone(UTC)

    def advance(self, step: timedelta) -> None:
        """Go on by ``step``, and stand still there."""
        self._fixed = self.now() + step

    def let_go(self) -> None:
        """Follow the real time again."""
        self._fixed = None
