"""How far recalls reach, computed once for all pages of the answer.

A reach follows from a recall and the events that it is computed by, of which the ledger only gets more. So a token says
how many those are, and its page is the same whenever and wherever it is asked for: what is kept here only saves time.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

from pydantic import BaseModel

from fairledger.readmodel import lineage
from fairledger.readmodel.database import Database
from fairledger_contracts.lineage.deeds import Liable
from fairledger_contracts.lineage.recall_scope import RecallScope
from fairledger_contracts.records.recall import Recall

ROWS_KEPT_MAX: Final = 250_000  # of all reaches that are kept beside the newest; some 400 bytes each
REACHES_KEPT_MAX: Final = 32


class ReachSummary(BaseModel):
    """What a recall of ``items`` reaches, in numbers, and all parties liable; not ``complete`` where a bound cut it.

    ``goods`` are lots and things, the recalled ones among them; ``carriers`` hold or held some; ``places`` are those
    where goods and carriers were seen last; ``links`` lead from the recalled items to all of them.
    """

    items: tuple[str, ...]
    goods: int
    carriers: int
    places: int
    links: int
    liable: tuple[Liable, ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class Reach:
    """``affected`` and ``links`` are what pages are made of: an item and a link each, as JSON."""

    summary: ReachSummary
    affected: tuple[str, ...]
    links: tuple[str, ...]


@dataclass(slots=True)
class _Slot:
    """Who holds ``lock`` computes; the others wait for that."""

    lock: Lock = field(default_factory=Lock)
    reach: Reach | None = None

    @property
    def rows(self) -> int:
        return 0 if self.reach is None else len(self.reach.affected) + len(self.reach.links)


class Reaches:
    """The reaches that were asked for last. Its methods may be called from several threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = Lock()
        self._slots: OrderedDict[tuple[str, int], _Slot] = OrderedDict()

    def of(self, recall: Recall, events: int) -> Reach:
        """How far a recall reaches by the ledger's first ``events`` events. Raises ``StoreError``."""
        key = (recall.id, events)
        with self._lock:
            slot = self._slots.setdefault(key, _Slot())
            self._slots.move_to_end(key)
        with slot.lock:
            if slot.reach is None:
                with self._database.reading() as connection:
                    found = lineage.scope_of(connection, recall, events)
                slot.reach = _reach(found)
            reach = slot.reach
        with self._lock:
            self._forget()
        return reach

    def _forget(self) -> None:
        rows = sum(slot.rows for slot in self._slots.values())
        while len(self._slots) > 1 and (rows > ROWS_KEPT_MAX or len(self._slots) > REACHES_KEPT_MAX):
            _, slot = self._slots.popitem(last=False)
            rows -= slot.rows


def summary_of(scope: RecallScope) -> ReachSummary:
    """A reach in numbers."""
    carriers = sum(each.carrier for each in scope.affected)
    return ReachSummary(
        items=scope.items,
        goods=len(scope.affected) - carriers,
        carriers=carriers,
        places=len({each.last_place for each in scope.affected if each.last_place}),
        links=len(scope.links),
        liable=scope.liable,
        complete=scope.complete,
    )


def _reach(scope: RecallScope) -> Reach:
    return Reach(
        summary_of(scope),
        tuple(each.model_dump_json() for each in scope.affected),
        tuple(link.model_dump_json() for link in scope.links),
    )
