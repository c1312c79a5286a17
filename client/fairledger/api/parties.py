"""Whose records of money and orders a person may see: their own; authorities see all."""

from collections.abc import Collection
from typing import Final

from fairledger.api.problems import Problem
from fairledger.wallet import WalletEntry
from fairledger_chaincode.identity import ClientIdentity
from fairledger_contracts.records.note import account_of, owner_of
from fairledger_contracts.records.order import Order
from fairledger_contracts.records.signatory import Signatory

REGULATOR: Final = "regulator"
AUTHORITIES: Final = frozenset({("officer", "AssociationMSP"), (REGULATOR, "RegulatorMSP")})
PLATFORM_OFFICER: Final = "platform-officer"


def signatory_of(person: WalletEntry) -> Signatory:
    """The person as the ledger's records name them."""
    caller = ClientIdentity.from_creator(person.identity.serialized)
    attributes = caller.attributes
    return Signatory(msp_id=caller.msp_id, id=caller.id, role=attributes.get("role", ""), gln=attributes.get("gln", ""))


def sees_all(person: Signatory) -> bool:
    """Whether the person is an authority's."""
    return (person.role, person.msp_id) in AUTHORITIES


def is_regulator(person: Signatory) -> bool:
    """Whether the person is the regulator's."""
    return sees_all(person) and person.role == REGULATOR


def is_platform_officer(person: Signatory) -> bool:
    """Whether the person is an officer of a platform, by its own word."""
    return person.role == PLATFORM_OFFICER and person.msp_id not in {msp_id for _, msp_id in AUTHORITIES}


def account_for(person: Signatory) -> str:
    """The account of the organisation that the person is an official of; empty for everybody else."""
    return account_of(person.msp_id) if sees_all(person) or is_platform_officer(person) else ""


def follows(person: Signatory, owners: Collection[str]) -> bool:
    """Whether money of these owners is for the person to follow.

    One's own is, and for a platform's officer that of everybody there; authorities follow all.
    """
    return sees_all(person) or is_named(person, owners)


def is_named(person: Signatory, owners: Collection[str]) -> bool:
    """Whether money of these owners is the person's own or, for a platform's officer, of somebody there."""
    at_home = is_platform_officer(person) and any(owner.startswith(f"{person.msp_id}:") for owner in owners)
    return at_home or owner_of(person) in owners


def is_party(person: Signatory, order: Order) -> bool:
    """Whether an order is the person's own, or their business's, or for them to judge."""
    return sees_all(person) or person.role == "inspector" or takes_part(person, order)


def takes_part(person: Signatory, order: Order) -> bool:
    """Whether an order is the person's own, or their business's as seller or carrier."""
    carrier = order.shipment.carrier if order.shipment else None
    return (
        owner_of(person) == owner_of(order.buyer)
        or person.party == order.seller.party
        or (carrier is not None and person.party == (carrier.msp_id, carrier.place))
    )


def check_party(person: Signatory, order: Order) -> None:
    """Raise ``Problem`` (ESCROW_DENIED) for an order of others."""
    if not is_party(person, order):
        raise Problem("ESCROW_DENIED", "an order is shown to its parties and to the authorities")
