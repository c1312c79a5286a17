"""How long to wait before something is tried again."""

import random

from fairledger.gateway.limits import Limits

_RANDOM = random.SystemRandom()


def backoff_s(attempt: int, limits: Limits) -> float:
    """Seconds to wait after the failed ``attempt`` (counted from 0): doubling, bounded, and spread by chance.

    Between half and the whole of the step, so that clients which failed together don't come back together.
    """
    step_s = min(limits.backoff_max_s, limits.backoff_initial_s * 2.0 ** min(attempt, 32))
    return _RANDOM.uniform(step_s / 2, step_s)
