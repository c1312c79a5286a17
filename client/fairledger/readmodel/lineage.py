"""Driving the walks of ``fairledger_contracts.lineage`` over SQL: what peers compute from their state, from rows."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, func, select

from fairledger.readmodel.tables import (
    anchors,
    captures,
    event_items,
    events,
    licences,
    recall_items,
    recalls,
    scans,
)
from fairledger.readmodel.values import check_value
from fairledger_contracts.lineage import walk
from fairledger_contracts.lineage.fact import Fact, fact_of
from fairledger_contracts.lineage.history import History, Looked, Papers, documented, look, recallable, tell
from fairledger_contracts.lineage.recall_scope import Named, RecallScope, scope
from fairledger_contracts.lineage.walk import EVENTS_MAX, Lineage, drive
from fairledger_contracts.records.anchor import Anchor
from fairledger_contracts.records.item_id import canonical_item, is_product
from fairledger_contracts.records.licence import Licence, prefixes_of
from fairledger_contracts.records.recall import Recall
from fairledger_contracts.records.scan_count import Scans
from fairledger_contracts.records.signatory import Signatory

ITEMS_A_QUERY: Final = 500  # values that one query names; databases bound them
AFFECTED_MAX: Final = 20_000  # items of a walk: what a page can show and a person can call back


class FactReader:
    """Reads items' facts from the tables; an event that names many items is parsed once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._parsed: dict[int, Fact | None] = {}

    def __call__(self, items: Sequence[str]) -> dict[str, list[Fact]]:
        """The facts of each item, in the ledger's order, at most ``EVENTS_MAX`` of each."""
        found: dict[str, list[Fact]] = {item: [] for item in items}
        for start in range(0, len(items), ITEMS_A_QUERY):
            for row in self._rows(items[start : start + ITEMS_A_QUERY]):
                fact = self._fact(row)
                if fact is not None:
                    found[row.item].append(fact)
        return found

    def _rows(self, items: Sequence[str]) -> Iterator[Row[Any]]:
        order = (events.c.record_time, events.c.event_time, events.c.event_id, events.c.digest)
        named = (
            select(event_items.c.item, event_items.c.sequence)
            .where(event_items.c.item.in_(items))
            .distinct()
            .subquery("named")
        )
        rank = func.row_number().over(partition_by=named.c.item, order_by=order).label("rank")
        ranked = (
            select(
                named.c.item,
                events.c.sequence,
                events.c.event,
                events.c.event_id,
                events.c.digest,
                events.c.record_time,
                captures.c.recorder_msp,
                captures.c.recorder_id,
                captures.c.recorder_role,
                captures.c.recorder_gln,
                rank,
            )
            .join(events, events.c.sequence == named.c.sequence)
            .join(captures, captures.c.tx_id == events.c.tx_id)
            .where(events.c.is_declaration.is_(False))
            .subquery("ranked")
        )
        query = select(ranked).where(ranked.c.rank <= EVENTS_MAX).order_by(ranked.c.item, ranked.c.rank)
        yield from self._connection.execute(query)

    def _fact(self, row: Row[Any]) -> Fact | None:
        if row.sequence not in self._parsed:
            recorder = _signatory(row)
            self._parsed[row.sequence] = fact_of(
                row.event,
                digest=row.digest,
                recorded_at=datetime.fromisoformat(row.record_time),
                recorder=recorder,
                declared_by=self._declared_by(row.event_id, row.digest, recorder),
            )
        return self._parsed[row.sequence]

    def _declared_by(self, event_id: str, digest: str, recorder: Signatory) -> Signatory | None:
        """Who declared the event erroneous: its own party before others."""
        query = (
            select(captures.c.recorder_msp, captures.c.recorder_id, captures.c.recorder_role, captures.c.recorder_gln)
            .join(events, captures.c.tx_id == events.c.tx_id)
            .where(and_(events.c.declared_digest == digest, events.c.event_id == event_id))
            .order_by(events.c.sequence)
        )
        declared = [_signatory(row) for row in self._connection.execute(query)]
        own = next((each for each in declared if each.party == recorder.party), None)
        return own or (declared[0] if declared else None)


def history(connection: Connection, epc: str) -> History:
    """An item's history, as the contract's ``history`` tells it. Raises ``QueryError`` (QUERY_VALUE)."""
    check_value("epc", epc)
    looked = drive(look(epc), FactReader(connection))
    return tell(epc, looked, _papers(connection, canonical_item(epc).id, looked))


def upstream(connection: Connection, epc: str) -> Lineage:
    """What an item was made of, back to raw materials. Raises ``QueryError`` (QUERY_VALUE)."""
    check_value("epc", epc)
    return drive(walk.upstream(canonical_item(epc).id, AFFECTED_MAX), FactReader(connection))


def downstream(connection: Connection, epc: str) -> Lineage:
    """What became of an item, forward to all products. Raises ``QueryError`` (QUERY_VALUE)."""
    check_value("epc", epc)
    return drive(walk.downstream(canonical_item(epc).id, AFFECTED_MAX), FactReader(connection))


def scope_of(connection: Connection, recall: Recall) -> RecallScope:
    """All goods that a recall reaches, and the parties concerned."""
    named = _named(connection, [item for item in recall.items if is_product(item)])
    return drive(scope(recall.items, named, AFFECTED_MAX), FactReader(connection))


def _named(connection: Connection, products: Sequence[str]) -> Named:
    found: set[str] = set()
    complete = True
    for product in products:
        item = event_items.c.item
        query = select(item).where(item > f"{product}/", item < f"{product}0").distinct()  # 0 comes after /
        listed = connection.execute(query.order_by(item).limit(AFFECTED_MAX + 1)).scalars().all()
        complete = complete and len(listed) <= AFFECTED_MAX
        found.update(listed)
    return Named(frozenset(found), complete)


def licence_of(connection: Connection, item: str) -> Licence | None:
    """The licence that covers a trade item's canonical id, by its longest registered prefix."""
    query = select(licences.c.record).where(licences.c.prefix.in_(prefixes_of(item)))
    found = connection.execute(query.order_by(func.length(licences.c.prefix).desc()).limit(1)).scalar_one_or_none()
    return None if found is None else Licence.model_validate_json(found)


def _papers(connection: Connection, item: str, looked: Looked) -> Papers:
    counted = connection.execute(select(scans).where(scans.c.item == item).order_by(scans.c.report_id))
    return Papers(
        licence=licence_of(connection, item),
        anchors=_anchors_of(connection, documented(looked)),
        recalls=_recalls_of(connection, tuple(recallable(looked))),
        scans=[
            Scans(item=row.item, day=date.fromisoformat(row.day), area=row.area, count=row.count) for row in counted
        ],
    )


def _anchors_of(connection: Connection, items: Sequence[str]) -> list[Anchor]:
    found: list[Anchor] = []
    for start in range(0, len(items), ITEMS_A_QUERY):
        query = select(anchors.c.record).where(anchors.c.item.in_(items[start : start + ITEMS_A_QUERY]))
        found += map(Anchor.model_validate_json, connection.execute(query).scalars())
    return found


def _recalls_of(connection: Connection, items: Sequence[str]) -> list[Recall]:
    found: Mapping[str, Recall] = {}
    for start in range(0, len(items), ITEMS_A_QUERY):
        query = (
            select(recalls.c.recall_id, recalls.c.record)
            .join(recall_items, recall_items.c.recall_id == recalls.c.recall_id)
            .where(recall_items.c.item.in_(items[start : start + ITEMS_A_QUERY]))
        )
        rows = connection.execute(query)
        found = {**found, **{row.recall_id: Recall.model_validate_json(row.record) for row in rows}}
    return list(found.values())


def _signatory(row: Any) -> Signatory:
    return Signatory(msp_id=row.recorder_msp, id=row.recorder_id, role=row.recorder_role, gln=row.recorder_gln)
