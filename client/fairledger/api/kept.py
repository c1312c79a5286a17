"""Long answers that were computed last, kept for those who ask for the same, or for its next page.

What is kept follows from the ledger's first so many events, of which it only gets more. So a page is the same whenever
and wherever it is asked for: keeping saves time, and is no state.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Final, Generic, Protocol, TypeVar

ROWS_KEPT_MAX: Final = 250_000  # of all answers that are kept beside the newest; some 400 bytes each
ANSWERS_KEPT_MAX: Final = 32


class Listing(Protocol):
    """An answer of so many rows."""

    @property
    def rows(self) -> int:
        """How many rows pages of it have, all together."""
        ...


Answer = TypeVar("Answer", bound=Listing)
Question = tuple[str | int, ...]  # the last part of it: by how many of the ledger's events


@dataclass(slots=True)
class _Slot(Generic[Answer]):
    """Who holds ``lock`` computes; the others wait for that."""

    lock: Lock = field(default_factory=Lock)
    answer: Answer | None = None

    @property
    def rows(self) -> int:
        return 0 if self.answer is None else self.answer.rows


class Kept(Generic[Answer]):
    """The answers that were asked for last. Its methods may be called from several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._slots: OrderedDict[Question, _Slot[Answer]] = OrderedDict()

    def of(self, question: Question, compute: Callable[[], Answer]) -> Answer:
        """The answer, computed by ``compute`` where it is not kept; what that raises, this raises."""
        with self._lock:
            slot = self._slots.setdefault(question, _Slot())
            self._slots.move_to_end(question)
        try:
            with slot.lock:
                if slot.answer is None:
                    slot.answer = compute()
                return slot.answer
        finally:
            with self._lock:
                self._forget()

    def _forget(self) -> None:
        rows = sum(slot.rows for slot in self._slots.values())
        while len(self._slots) > 1 and (rows > ROWS_KEPT_MAX or len(self._slots) > ANSWERS_KEPT_MAX):
            _, slot = self._slots.popitem(last=False)
            rows -= slot.rows
