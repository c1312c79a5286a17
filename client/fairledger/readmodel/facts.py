"""Reading items' facts from the tables: what the walks of ``fairledger_contracts.lineage`` ask for."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, func, select

from fairledger.readmodel.tables import captures, event_items, events
from fairledger_contracts.lineage.fact import Fact, fact_of
from fairledger_contracts.lineage.question import Answer, Answers, Question
from fairledger_contracts.records.signatory import Signatory

ITEMS_A_QUERY: Final = 500  # values that one query names; databases bound them
FACTS_A_PAGE: Final = 500  # whose events are in memory as text at once
FACTS_KEPT: Final = 50_000  # parsed, for the next question; some 2 KiB each
ALL_EVENTS: Final = (1 << 63) - 1  # SQL's bigint
_RECORDER: Final = (
    captures.c.recorder_msp,
    captures.c.recorder_id,
    captures.c.recorder_role,
    captures.c.recorder_gln,
)


class FactReader:
    """Answers a walk's questions page by page; an event that names many items is read and parsed once.

    Where ``events`` is told it knows no more than so many, the ledger's first: what it answers then never changes.
    """

    def __init__(self, connection: Connection, events: int | None = None) -> None:
        self._connection = connection
        self.events = ALL_EVENTS if events is None else events
        self._parsed: dict[int, Fact | None] = {}
        self._people: dict[tuple[str, ...], Signatory] = {}

    def __call__(self, question: Question) -> Answers:
        """The first facts of each item by the ledger's time, as many as are asked for."""
        if len(self._parsed) > FACTS_KEPT:
            self._parsed.clear()
        found: dict[str, list[Fact]] = {item: [] for item in question.items}
        cut: set[str] = set()
        for start in range(0, len(question.items), ITEMS_A_QUERY):
            named = _named(question.items[start : start + ITEMS_A_QUERY], question, self.events)
            rows = self._connection.execute(named, execution_options={"yield_per": FACTS_A_PAGE})
            for page in rows.partitions():
                self._parse({row.sequence for row in page} - self._parsed.keys())
                for item, sequence, rank in page:
                    fact = self._parsed[sequence]
                    if rank > question.facts_max:
                        cut.add(item)
                    elif fact is not None:
                        found[item].append(fact)
        return {item: Answer(facts, complete=item not in cut) for item, facts in found.items()}

    def _parse(self, sequences: Collection[int]) -> None:
        if not sequences:
            return
        query = (
            select(events.c.sequence, events.c.event, events.c.event_id, events.c.digest, events.c.record_time)
            .add_columns(*_RECORDER)
            .join(captures, captures.c.tx_id == events.c.tx_id)
            .where(events.c.sequence.in_(sorted(sequences)))
        )
        rows = self._connection.execute(query).all()
        declared = self._declared({row.digest for row in rows})
        for row in rows:
            recorder = self._person(row)
            told = declared.get((row.event_id, row.digest), ())
            self._parsed[row.sequence] = fact_of(
                row.event,
                digest=row.digest,
                recorded_at=datetime.fromisoformat(row.record_time),
                recorder=recorder,
                declared_by=next((each for each in told if each.party == recorder.party), next(iter(told), None)),
            )

    def _declared(self, digests: Iterable[str]) -> dict[tuple[str, str], list[Signatory]]:
        """Who declared events erroneous, by the events' ids and digests, in the ledger's order."""
        query = (
            select(events.c.event_id, events.c.declared_digest)
            .add_columns(*_RECORDER)
            .join(captures, captures.c.tx_id == events.c.tx_id)
            .where(events.c.declared_digest.in_(sorted(digests)), events.c.sequence < self.events)
            .order_by(events.c.sequence)
        )
        found: dict[tuple[str, str], list[Signatory]] = {}
        for row in self._connection.execute(query):
            found.setdefault((row.event_id, row.declared_digest), []).append(self._person(row))
        return found

    def _person(self, row: Row[Any]) -> Signatory:
        told = (row.recorder_msp, row.recorder_id, row.recorder_role, row.recorder_gln)
        if told not in self._people:
            msp_id, name, role, gln = told
            self._people[told] = Signatory(msp_id=msp_id, id=name, role=role, gln=gln)
        return self._people[told]


def _named(items: Sequence[str], question: Question, events_before: int) -> Select[Any]:
    """The sequence numbers of facts, numbered for each item; one more than asked for where there are more."""
    order = (events.c.record_time, events.c.event_time, events.c.event_id, events.c.digest)
    named = (
        select(event_items.c.item, event_items.c.sequence)
        .where(event_items.c.item.in_(items), event_items.c.role.in_(sorted(question.roles)))
        .where(event_items.c.sequence < events_before)
        .distinct()
        .subquery("named")
    )
    rank = func.row_number().over(partition_by=named.c.item, order_by=order).label("rank")
    ranked = (
        select(named.c.item, named.c.sequence, rank)
        .join(events, events.c.sequence == named.c.sequence)
        .where(events.c.is_declaration.is_(False))
        .subquery("ranked")
    )
    return select(ranked).where(ranked.c.rank <= question.facts_max + 1)
