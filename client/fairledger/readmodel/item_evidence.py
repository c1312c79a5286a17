"""What the ledger holds of an item's events: the text as it was recorded, and the block that holds it."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, or_, select

from fairledger.readmodel.facts import FactReader
from fairledger.readmodel.tables import blocks, event_items, events
from fairledger.readmodel.values import check_value
from fairledger_contracts.lineage.history import CARRIERS_MAX
from fairledger_contracts.lineage.history import EVENTS_MAX as FACTS_MAX
from fairledger_contracts.lineage.journey import journey
from fairledger_contracts.lineage.question import Bounds, drive
from fairledger_contracts.records.item_id import canonical_item

EVENTS_MAX: Final = 200  # a page that one person reads; whoever wants more asks for events


@dataclass(frozen=True)
class Evidence:
    """An event as the ledger holds it. ``text`` is the very text in the block; hashes are hexadecimal."""

    event_id: str
    digest: str
    is_declaration: bool
    event_time: str
    record_time: str
    recorder_msp: str
    recorder_id: str
    tx_id: str
    block_number: int
    block_hash: str
    text: str


def evidence_of(connection: Connection, epc: str, limit: int = EVENTS_MAX) -> list[Evidence]:
    """The first ``limit`` events of the journey of ``epc``, in any form of its id, in the order in which they happened.

    Those that name it, error declarations too, and those that name what carried it while it did. Raises ``QueryError``
    (QUERY_VALUE).
    """
    check_value("epc", epc)
    item = canonical_item(epc).id
    travelled = drive(journey(item, Bounds(CARRIERS_MAX, FACTS_MAX)), FactReader(connection))
    carried = [leg.fact.digest for leg in travelled.legs if leg.carrier][:EVENTS_MAX]
    named = select(event_items.c.sequence).where(event_items.c.item == item)
    query = (
        select(
            events.c.event_id,
            events.c.digest,
            events.c.is_declaration,
            events.c.event_time,
            events.c.record_time,
            events.c.recorder_msp,
            events.c.recorder_id,
            events.c.tx_id,
            events.c.block_number,
            blocks.c.hash,
            events.c.event,
        )
        .join(blocks, blocks.c.number == events.c.block_number)
        .where(or_(events.c.sequence.in_(named), events.c.digest.in_(carried)))
        .order_by(events.c.event_time, events.c.sequence)
        .limit(limit)
    )
    return [Evidence(*row) for row in connection.execute(query)]
