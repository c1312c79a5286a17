"""What the desk reads of the ledger's records beside what REST does."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select

from fairledger.api.desk.escrow.fields import Option, as_json
from fairledger.api.escrow_routes import own_orders
from fairledger.api.parties import sees_all
from fairledger.readmodel.escrow_terms import OPEN, UNDER_WAY
from fairledger.readmodel.records import find_record, list_records
from fairledger.readmodel.tables import captures, record_terms, transactions
from fairledger_chaincode.errors import RuleBroken
from fairledger_contracts.escrow.numbers import Numbers, read_numbers
from fairledger_contracts.records.agreement import ESCROW_STANDARD, Listing
from fairledger_contracts.records.order import FINAL_STATES, Order, OrderState
from fairledger_contracts.records.payment import PaidIn
from fairledger_contracts.records.signatory import Signatory
from fairledger_contracts.records.standard import Standard, StandardVersion, in_force

SHOWN_MAX: Final = 200  # of each list; the lists of the REST interface have all
TO_INSPECT: Final = (OrderState.DELIVERED, OrderState.DISPUTED, OrderState.PROPOSED)


def orders_under_way(connection: Connection, person: Signatory) -> list[Order]:
    """The orders that may wait for a person, by their deadline."""
    terms: list[list[tuple[str, str]]]
    if person.role == "inspector":
        terms = [[("state", state)] for state in TO_INSPECT]
    elif person.role == "officer" and sees_all(person):
        terms = [[("state", OrderState.PANEL)]]
    else:
        terms = [[*own_orders(person), ("progress", UNDER_WAY)]]
    found = [order for each in terms for order, _ in list_records(connection, Order, each, limit=SHOWN_MAX)]
    return sorted(found, key=lambda order: (order.due_at or order.ordered_at, order.id))


def orders_ended(connection: Connection, person: Signatory, most: int) -> list[Order]:
    """The last orders of a person's own that have ended; authorities and inspectors have none of their own."""
    if sees_all(person) or person.role == "inspector":
        return []
    found = list_records(connection, Order, own_orders(person), limit=SHOWN_MAX)
    return [order for order, _ in found if order.state in FINAL_STATES][:most]


def goods_on_offer(connection: Connection, most: int, seller: str = "") -> list[Listing]:
    """Listings that can be ordered, the latest first; of one seller (``<MSP>:<id>``) where it is given."""
    terms = [("state", OPEN), *[("seller", seller)] * bool(seller)]
    return [listing for listing, _ in list_records(connection, Listing, terms, limit=most)]


def numbers_named(connection: Connection, version: StandardVersion) -> Numbers | None:
    """The numbers of a version of the standard; None for one that this read model doesn't have."""
    standard = find_record(connection, Standard, version.name, version.version)
    return None if standard is None else read_numbers(standard)


def numbers_now(connection: Connection, now: datetime) -> Numbers | None:
    """The numbers by which goods can be listed now; None where no complete standard is in force."""
    known = [each for each, _ in list_records(connection, Standard, [("name", ESCROW_STANDARD)], limit=SHOWN_MAX)]
    standard = in_force(known, now)
    try:
        return None if standard is None else read_numbers(standard)
    except RuleBroken:
        return None


def carriers(connection: Connection, asked: str = "") -> tuple[Option, ...]:
    """Carriers that the ledger knows, and one that was asked for (``<MSP>:<place>``), to be chosen for a parcel."""
    names = {*_recorders(connection), *_values(connection, Order.kind, "carrier"), *([asked] if ":" in asked else [])}
    parts = [(name, name.partition(":")) for name in sorted(names)]
    return tuple((as_json({"msp_id": msp_id, "place": place}), name) for name, (msp_id, _, place) in parts if place)


def providers(connection: Connection) -> tuple[Option, ...]:
    """Payment providers that have paid money in."""
    paid = [each for each, _ in list_records(connection, PaidIn, limit=SHOWN_MAX)]
    return tuple((name, name) for name in sorted({each.provider for each in paid}))


def is_on_ledger(connection: Connection, tx_id: str) -> bool:
    """Whether a transaction took effect."""
    query = select(transactions.c.tx_id).where(transactions.c.tx_id == tx_id, transactions.c.verdict == "VALID")
    return connection.execute(query).first() is not None


def _recorders(connection: Connection) -> Iterator[str]:
    columns = captures.c
    query = select(columns.recorder_msp, columns.recorder_gln, columns.recorder_id).where(
        columns.recorder_role == "carrier"
    )
    for row in connection.execute(query.distinct()):
        yield f"{row.recorder_msp}:{row.recorder_gln or row.recorder_id}"


def _values(connection: Connection, kind: str, name: str) -> Iterator[str]:
    query = select(record_terms.c.value).where(record_terms.c.kind == kind, record_terms.c.name == name).distinct()
    yield from connection.execute(query).scalars()
