"""Trying a transaction again that lost against another one: opt-in, bounded, endorsed anew."""

from dataclasses import dataclass

CONFLICTS = frozenset({"MVCC_READ_CONFLICT", "PHANTOM_READ_CONFLICT"})


@dataclass(frozen=True, kw_only=True)
class ConflictRetry:
    """At most ``attempts_max`` transactions, while each is committed as invalid because of a conflict.

    Only for functions that may run again on changed state: the new transaction is endorsed anew, has an id of its own,
    and can have another result.
    """

    attempts_max: int = 5

    def __post_init__(self) -> None:
        if self.attempts_max < 1:
            raise ValueError(f"attempts_max must be at least 1, not {self.attempts_max}")


NEVER = ConflictRetry(attempts_max=1)
