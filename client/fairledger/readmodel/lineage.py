"""Driving the walks of ``fairledger_contracts.lineage`` over SQL: what peers compute from their state, from rows."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from sqlalchemy import Connection, exists, func, select

from fairledger.readmodel.facts import ITEMS_A_QUERY, FactReader
from fairledger.readmodel.tables import anchors, event_items, licences, recall_items, recalls, scans
from fairledger.readmodel.values import check_value
from fairledger_contracts.lineage import walk
from fairledger_contracts.lineage.history import History, Looked, Papers, documented, look, recallable, tell
from fairledger_contracts.lineage.question import Bounds, drive
from fairledger_contracts.lineage.recall_scope import Named, RecallScope, scope
from fairledger_contracts.lineage.walk import Heading, Lineage
from fairledger_contracts.records.anchor import Anchor
from fairledger_contracts.records.item_id import canonical_item, is_product
from fairledger_contracts.records.licence import Licence, prefixes_of
from fairledger_contracts.records.recall import Recall
from fairledger_contracts.records.scan_count import Scans

BOUNDS: Final = Bounds(items_max=100_000, facts_max=100_000)  # lots of tens of thousands, each told by itself


def history(connection: Connection, epc: str) -> History:
    """An item's history, as the contract's ``history`` tells it. Raises ``QueryError`` (QUERY_VALUE).

    Recalls are also told of what the contract does not look as far back for; they don't touch the grade.
    """
    check_value("epc", epc)
    item = canonical_item(epc).id
    reader = FactReader(connection)
    looked = drive(look(epc), reader)
    sources = looked.upstream
    if not sources.complete and _has_recalls(connection):
        sources = drive(walk.upstream(item, BOUNDS), reader)
    return tell(epc, looked, _papers(connection, item, looked, sources))


def walked(connection: Connection, heading: Heading, epc: str, events: int | None = None) -> Lineage:
    """What an item was made of, back to raw materials, or what became of it, forward to all products.

    By the ledger's first ``events`` events, or by all. Raises ``QueryError`` (QUERY_VALUE).
    """
    check_value("epc", epc)
    steps = {"upstream": walk.upstream, "downstream": walk.downstream}[heading]
    return drive(steps(canonical_item(epc).id, BOUNDS), FactReader(connection, events))


def scope_of(connection: Connection, recall: Recall, events: int | None = None) -> RecallScope:
    """All goods that a recall reaches, and the parties concerned: by the ledger's first ``events``, or by all."""
    reader = FactReader(connection, events)
    named = _named(connection, [item for item in recall.items if is_product(item)], reader.events)
    return drive(scope(recall.items, named, BOUNDS), reader)


def _named(connection: Connection, products: Sequence[str], events: int) -> Named:
    found: set[str] = set()
    complete = True
    for product in products:
        item = event_items.c.item
        query = select(item).where(item > f"{product}/", item < f"{product}0").distinct()  # 0 comes after /
        query = query.where(event_items.c.sequence < events)
        listed = connection.execute(query.order_by(item).limit(BOUNDS.items_max + 1)).scalars().all()
        complete = complete and len(listed) <= BOUNDS.items_max
        found.update(listed)
    return Named(frozenset(found), complete)


def licence_of(connection: Connection, item: str) -> Licence | None:
    """The licence that covers a trade item's canonical id, by its longest registered prefix."""
    query = select(licences.c.record).where(licences.c.prefix.in_(prefixes_of(item)))
    found = connection.execute(query.order_by(func.length(licences.c.prefix).desc()).limit(1)).scalar_one_or_none()
    return None if found is None else Licence.model_validate_json(found)


def _papers(connection: Connection, item: str, looked: Looked, sources: Lineage) -> Papers:
    counted = connection.execute(select(scans).where(scans.c.item == item).order_by(scans.c.report_id))
    return Papers(
        licence=licence_of(connection, item),
        anchors=_anchors_of(connection, documented(looked)),
        recalls=_recalls_of(connection, recallable(sources.items)),
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


def _has_recalls(connection: Connection) -> bool:
    return bool(connection.execute(select(exists().select_from(recalls))).scalar_one())


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
