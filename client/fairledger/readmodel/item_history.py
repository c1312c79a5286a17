"""An item's events, in the order in which they happened."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from fairledger.readmodel.tables import event_items, events
from fairledger.readmodel.values import check_value
from fairledger_contracts.records.item_id import canonical_item


@dataclass(frozen=True)
class ItemEvent:
    """One event of an item; ``role`` is the EPCIS field that names it. Times as in ``instants``."""

    event_id: str
    is_declaration: bool
    type: str
    role: str
    event_time: str
    record_time: str
    action: str | None
    biz_step: str | None
    disposition: str | None
    read_point: str | None
    biz_location: str | None
    recorder_msp: str


def item_history(connection: Connection, epc: str, limit: int) -> list[ItemEvent]:
    """The first ``limit`` events that name ``epc``, in any form of its id. Raises ``QueryError`` (QUERY_VALUE)."""
    check_value("epc", epc)
    columns = [event_items.c.role if name == "role" else events.c[name] for name in ItemEvent.__dataclass_fields__]
    query = (
        select(*columns)
        .join(event_items, event_items.c.sequence == events.c.sequence)
        .where(event_items.c.item == canonical_item(epc).id)
        .order_by(events.c.event_time, events.c.sequence, event_items.c.position)
        .limit(limit)
    )
    return [ItemEvent(*row) for row in connection.execute(query)]
