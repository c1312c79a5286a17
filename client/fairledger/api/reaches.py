"""How far recalls reach, and where walks lead, as pages are made of them."""

from dataclasses import dataclass

from pydantic import BaseModel

from fairledger.api.kept import Kept
from fairledger.readmodel import lineage
from fairledger.readmodel.database import Database
from fairledger_contracts.lineage.deeds import Liable
from fairledger_contracts.lineage.history import told_links
from fairledger_contracts.lineage.recall_scope import RecallScope
from fairledger_contracts.lineage.walk import Heading
from fairledger_contracts.records.recall import Recall


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

    @property
    def rows(self) -> int:
        """Of both lists together."""
        return len(self.affected) + len(self.links)


@dataclass(frozen=True, slots=True)
class Walk:
    """Where a walk from ``item`` leads; ``links`` are as JSON. Not ``complete`` where it ended at its bound."""

    item: str
    items: tuple[str, ...]
    links: tuple[str, ...]
    complete: bool

    @property
    def rows(self) -> int:
        """Of both lists together."""
        return len(self.items) + len(self.links)


class Reaches:
    """Reaches and walks by the ledger's first ``events`` events; those that were asked for last are kept."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._reaches: Kept[Reach] = Kept()
        self._walks: Kept[Walk] = Kept()

    def of(self, recall: Recall, events: int) -> Reach:
        """How far a recall reaches. Raises ``StoreError``."""

        def compute() -> Reach:
            with self._database.reading() as connection:
                return _reach(lineage.scope_of(connection, recall, events))

        return self._reaches.of((recall.id, events), compute)

    def walk(self, heading: Heading, epc: str, events: int) -> Walk:
        """Where a walk leads. Raises ``QueryError`` (QUERY_VALUE), ``StoreError``."""

        def compute() -> Walk:
            with self._database.reading() as connection:
                walked = lineage.walked(connection, heading, epc, events)
            links = tuple(link.model_dump_json() for link in told_links(walked))
            return Walk(walked.start, walked.items, links, walked.complete)

        return self._walks.of((heading, epc, events), compute)


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
