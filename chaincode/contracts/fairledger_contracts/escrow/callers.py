"""Who may do what with money and orders: by role, by organisation for authorities, and by their part in an order."""

from collections.abc import Collection
from enum import StrEnum

from fairledger_chaincode.errors import NotAllowed
from fairledger_chaincode.identity import ClientIdentity
from fairledger_contracts.disclosure.callers import PLATFORM_OFFICER
from fairledger_contracts.records.note import account_of, owner_of
from fairledger_contracts.records.order import Order
from fairledger_contracts.records.signatory import Signatory
from fairledger_contracts.trace.callers import ROLES_OF_AUTHORITY

ROLES_THAT_SELL = frozenset({"merchant", "processor", "producer"})
ROLES_THAT_BUY = frozenset({"consumer", *ROLES_THAT_SELL})


class Actor(StrEnum):
    """A part that somebody has in an order."""

    ANYONE = "anyone"
    BUYER = "buyer"
    SELLER = "seller"
    CARRIER = "carrier"
    INSPECTOR = "inspector"
    OFFICER = "officer"


LICENSED = frozenset({Actor.CARRIER, Actor.INSPECTOR})  # parts by a role that counts beside a licence alone


def anyone(caller: ClientIdentity) -> Signatory:
    """The caller, whatever the certificate says."""
    attributes = caller.attributes
    return Signatory(msp_id=caller.msp_id, id=caller.id, role=attributes.get("role", ""), gln=attributes.get("gln", ""))


def names_of(person: Signatory) -> tuple[str, ...]:
    """The names under which a person spends notes: their own, and for an organisation's official that of its account.

    A platform's officials are its officers; the association's and the regulator's are those in their roles.
    """
    at_home = {msp_id: role for role, msp_id in ROLES_OF_AUTHORITY.items()}.get(person.msp_id, PLATFORM_OFFICER)
    is_official = person.role == at_home
    return (owner_of(person), *((account_of(person.msp_id),) * is_official))


def one_of(caller: ClientIdentity, roles: Collection[str], what: str) -> Signatory:
    """The caller, who has one of ``roles``. Raises ``NotAllowed`` (ESCROW_ROLE_DENIED), which says ``what`` is refused.

    An officer is the association's and a regulator the regulator's, whatever other organisations' CAs certify.
    """
    person = anyone(caller)
    if person.role not in roles or not _vouched(person):
        permitted = ", ".join(sorted(roles))
        told = f"{person.role or 'no role'} of {person.msp_id}"
        raise NotAllowed("ESCROW_ROLE_DENIED", f"{what} by {permitted}, not by {told}")
    return person


def parts_of(person: Signatory, order: Order) -> frozenset[Actor]:
    """The parts that a person has in an order.

    A business acts through any of its people, a buyer alone. Who is on the side of a seller, buyer or carrier neither
    inspects nor sits on the panel.
    """
    parts = {Actor.ANYONE}
    if person.is_person(order.buyer):
        parts.add(Actor.BUYER)
    if person.party == order.seller.party and person.role in ROLES_THAT_SELL:
        parts.add(Actor.SELLER)
    named = order.shipment.carrier if order.shipment else None
    if named and person.role == "carrier" and person.party == (named.msp_id, named.place):
        parts.add(Actor.CARRIER)
    if person.role == "inspector" and not _is_of_a_side(person, order):
        parts.add(Actor.INSPECTOR)
    if person.role == "officer" and _vouched(person) and person.party.place not in _places_of(order):
        parts.add(Actor.OFFICER)
    return frozenset(parts)


def _is_of_a_side(person: Signatory, order: Order) -> bool:
    """Whether a person is at the seller's or buyer's organisation, or their business or they themselves carry."""
    is_at_home = person.msp_id in (order.buyer.msp_id, order.seller.msp_id)
    is_carrier = order.carrier is not None and person.id == order.carrier.id
    return is_at_home or is_carrier or person.party.place in _places_of(order)


def _places_of(order: Order) -> frozenset[str]:
    """By what buyer, seller and carrier are known: a business by its GLN, wherever else it is enrolled."""
    named = (order.shipment.carrier.place,) if order.shipment else ()
    parties = (order.buyer, order.seller, order.carrier)
    return frozenset((*(each.party.place for each in parties if each), *named))


def _vouched(person: Signatory) -> bool:
    return ROLES_OF_AUTHORITY.get(person.role, person.msp_id) == person.msp_id
