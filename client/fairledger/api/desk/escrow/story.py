"""What happened to an order: who did what, when, in which transaction."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select

from fairledger.api.desk.escrow.fields import area_word
from fairledger.api.desk.escrow.words import texts
from fairledger.api.escrow_routes import ToldOrder
from fairledger.readmodel.records import BETWEEN_PARTS, list_records
from fairledger.readmodel.tables import ledger_records, transactions
from fairledger.words import Language, word
from fairledger_chaincode.record import Record
from fairledger_contracts.records.evidence import Evidence
from fairledger_contracts.records.movement import Movement, MovementKind
from fairledger_contracts.records.order import Order
from fairledger_contracts.records.parcel import Parcel
from fairledger_contracts.records.signatory import Signatory

MOVEMENTS_MAX: Final = 100  # an order has four at most: price, two bonds, and their end; a key's release is one more


@dataclass(frozen=True)
class Happened:
    """One thing that happened; ``tx_id`` is empty where the records as they are now don't tell it any more."""

    when: datetime
    what: str
    who: Signatory
    tx_id: str = ""
    details: tuple[str, ...] = ()


def story_of(connection: Connection, told: ToldOrder, language: Language) -> tuple[Happened, ...]:
    """All that the read model knows of an order's way, by time."""
    found = [*_of_order(connection, told, language), *(_of_evidence(each, language) for each in told.evidence)]
    known = {each.tx_id for each in found}
    last = _last_change(connection, Order, told.order.id)
    if told.settlement is None and last is not None and last[0] not in known:
        state = texts(language)["changed_to"].format(state=word(told.order.state, language))
        found.append(Happened(last[1], state, told.order.recorder, last[0]))
    return tuple(sorted(found, key=lambda each: (each.when, each.tx_id)))


def _of_order(connection: Connection, told: ToldOrder, language: Language) -> Iterator[Happened]:
    order, said = told.order, texts(language)
    yield Happened(order.ordered_at, said["ordered"], order.buyer, order.id)
    for movement, _ in list_records(connection, Movement, [("order", order.id)], limit=MOVEMENTS_MAX):
        is_bond = movement.movement is MovementKind.LOCK and movement.recorder.party == order.seller.party
        if is_bond or movement.reason == "key_released":
            what = said["bond_locked"] if is_bond else said["key_out"]
            yield Happened(movement.moved_at, what, movement.recorder, movement.id)
    for parcel, _ in list_records(connection, Parcel, [("order", order.id)], limit=1):
        shipped = _last_change(connection, Parcel, parcel.carrier, parcel.id)
        if shipped is not None and order.shipment is not None:
            what = said["shipped"].format(item=order.shipment.item, parcel=parcel.id)
            yield Happened(shipped[1], what, parcel.recorder, shipped[0])
    if order.dispute is not None:
        what = said["disputed"].format(claim=word(order.dispute.claim, language))
        yield Happened(order.dispute.raised_at, what, order.buyer, details=(order.dispute.reason,))
    if told.settlement is not None:
        last = _last_change(connection, Order, order.id)
        what = said["settled_by"].format(rule=word(told.settlement.rule, language))
        yield Happened(told.settlement.settled_at, what, told.settlement.recorder, last[0] if last else "")


def _of_evidence(told: Evidence, language: Language) -> Happened:
    said = texts(language)
    details = [
        *([said["weight"].format(weight=told.weight_g)] if told.weight_g else []),
        *([said["in_area"].format(area=area_word(told.area, language))] if told.area else []),
        *([told.item] if told.item else []),
        *([said["tag_genuine" if told.genuine else "tag_forged"]] if told.genuine is not None else []),
        *([word(told.finding, language)] if told.finding else []),
        *([said["report"].format(sha256=told.sha256)] if told.sha256 else []),
    ]
    return Happened(told.told_at, word(told.evidence, language), told.recorder, told.id, tuple(details))


def _last_change(connection: Connection, kind: type[Record], *key: str) -> tuple[str, datetime] | None:
    """The transaction that wrote a record as it is now, and when it was proposed."""
    record = ledger_records.c
    query = (
        select(record.tx_id, transactions.c.proposed_at)
        .join(transactions, transactions.c.tx_id == record.tx_id)
        .where(record.kind == kind.kind, record.key == BETWEEN_PARTS.join(key), transactions.c.verdict == "VALID")
    )
    row = connection.execute(query).first()
    return (row.tx_id, datetime.fromisoformat(row.proposed_at)) if row and row.proposed_at else None
