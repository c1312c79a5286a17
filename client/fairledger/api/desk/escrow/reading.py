"""What the desk reads of the ledger's records beside what REST does."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select

from fairledger.api.desk.escrow.fields import Option, as_json
from fairledger.api.desk.licensed import licensed_for, party_name
from fairledger.api.escrow_routes import own_orders
from fairledger.api.parties import sees_all
from fairledger.readmodel.escrow_terms import OPEN, UNDER_WAY
from fairledger.readmodel.records import all_records, find_record, list_records
from fairledger.readmodel.tables import transactions
from fairledger_chaincode.errors import RuleBroken
from fairledger_contracts.escrow.numbers import Numbers, read_numbers
from fairledger_contracts.records.agreement import ESCROW_STANDARD, Listing
from fairledger_contracts.records.order import FINAL_STATES, Order, OrderState
from fairledger_contracts.records.service_licence import CARRIER, PROVIDER, ServiceLicence
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


def carriers(connection: Connection, order: Order, now: datetime) -> tuple[Option, ...]:
    """Licensed carriers, to be chosen for an order's parcel: neither seller nor buyer is one."""
    own = {order.seller.party.place, order.buyer.party.place}
    known = [each for each in licensed_for(connection, CARRIER, now) if each.place not in own]
    return tuple((as_json({"msp_id": each.msp_id, "place": each.place}), party_name(each)) for each in known)


def providers(connection: Connection, now: datetime) -> tuple[Option, ...]:
    """Licensed payment providers, to be chosen for a payout."""
    return tuple((provider_named(each), party_name(each)) for each in licensed_for(connection, PROVIDER, now))


def provider_names(connection: Connection) -> dict[str, str]:
    """What payment providers are called, by how payouts name them; also those whose licence is over."""
    known = all_records(connection, ServiceLicence, [("service", PROVIDER)])
    return {provider_named(each): party_name(each) for each in known}


def provider_named(licence: ServiceLicence) -> str:
    """A provider as payouts name it."""
    return f"{licence.msp_id}:{licence.place}"


def is_on_ledger(connection: Connection, tx_id: str) -> bool:
    """Whether a transaction took effect."""
    query = select(transactions.c.tx_id).where(transactions.c.tx_id == tx_id, transactions.c.verdict == "VALID")
    return connection.execute(query).first() is not None
