"""Whose records of money and orders a person may see: their own; authorities see all."""

from typing import Final

from fairledger.api.problems import Problem
from fairledger.wallet import WalletEntry
from fairledger_chaincode.identity import ClientIdentity
from fairledger_contracts.records.note import owner_of
from fairledger_contracts.records.order import Order
from fairledger_contracts.records.signatory import Signatory

AUTHORITIES: Final = frozenset({("officer", "AssociationMSP"), ("regulator", "RegulatorMSP")})


def signatory_of(person: WalletEntry) -> Signatory:
    """The person as the ledger's records name them."""
    caller = ClientIdentity.from_creator(person.identity.serialized)
    attributes = caller.attributes
    return Signatory(msp_id=caller.msp_id, id=caller.id, role=attributes.get("role", ""), gln=attributes.get("gln", ""))


def sees_all(person: Signatory) -> bool:
    """Whether the person is an authority's."""
    return (person.role, person.msp_id) in AUTHORITIES


def is_party(person: Signatory, order: Order) -> bool:
    """Whether an order is the person's own, or their business's as seller or carrier, or for them to judge."""
    carrier = order.shipment.carrier if order.shipment else None
    return (
        sees_all(person)
        or person.role == "inspector"
        or owner_of(person) == owner_of(order.buyer)
        or person.party == order.seller.party
        or (carrier is not None and person.party == (carrier.msp_id, carrier.place))
    )


def check_party(person: Signatory, order: Order) -> None:
    """Raise ``Problem`` (ESCROW_DENIED) for an order of others."""
    if not is_party(person, order):
        raise Problem("ESCROW_DENIED", "an order is shown to its parties and to the authorities")
