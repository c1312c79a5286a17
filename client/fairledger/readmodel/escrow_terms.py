"""By what records of the contract ``escrow`` are found."""

from collections.abc import Iterator

from fairledger_contracts.records.agreement import Listing
from fairledger_contracts.records.evidence import Evidence
from fairledger_contracts.records.freeze import Freeze
from fairledger_contracts.records.movement import Movement, MovementKind
from fairledger_contracts.records.note import Note, owner_of
from fairledger_contracts.records.order import FINAL_STATES, Order
from fairledger_contracts.records.parcel import BoundItem, Parcel
from fairledger_contracts.records.payment import PaidIn, PaidOut, Payout
from fairledger_contracts.records.settlement import Settlement

Terms = Iterator[tuple[str, str]]
OPEN, WITHDRAWN = "open", "withdrawn"
UNDER_WAY = "under_way"  # a state that stands for all that are not final
# Sums in minor units, by currency: SQL adds them up, so that nobody has to read every record.
AMOUNT, ISSUED, REDEEMED = "amount_minor:", "issued_minor:", "redeemed_minor:"


def of_note(note: Note) -> Terms:
    """Whose it is, in which currency, and how much."""
    yield "owner", note.owner
    yield "currency", note.currency
    yield f"{AMOUNT}{note.currency}", str(note.amount_minor)


def of_movement(movement: Movement) -> Terms:
    """The notes on either side, what it was for, and what came into circulation by it, or went out."""
    yield "movement", movement.movement
    if movement.movement is MovementKind.ISSUE:
        yield f"{ISSUED}{movement.currency}", str(sum(piece.amount_minor for piece in movement.made))
    if movement.movement is MovementKind.REDEEM:
        yield f"{REDEEMED}{movement.currency}", str(sum(piece.amount_minor for piece in movement.taken))
    yield from [("taken", piece.note) for piece in movement.taken]
    yield from [("made", piece.note) for piece in movement.made]
    yield from dict.fromkeys(("party", piece.owner) for piece in (*movement.taken, *movement.made))
    for name in ("order", "payout", "reference"):
        if getattr(movement, name):
            yield name, getattr(movement, name)


def of_freeze(freeze: Freeze) -> Terms:
    """What it keeps, where that came from, and which organisation froze it."""
    yield "origin", freeze.origin.name
    yield "msp_id", freeze.recorder.msp_id
    yield from [("note", note) for note in freeze.notes]


def of_listing(listing: Listing) -> Terms:
    """Who sells what, and whether still."""
    yield "seller", owner_of(listing.recorder)
    yield "state", OPEN if listing.withdrawn_at is None else WITHDRAWN
    if listing.terms.gtin:
        yield "gtin", listing.terms.gtin


def of_order(order: Order) -> Terms:
    """Its parties, and how far it is."""
    yield "buyer", owner_of(order.buyer)
    yield "seller", owner_of(order.seller)
    yield from dict.fromkeys(("party", owner_of(person)) for person in (order.buyer, order.seller))
    if order.shipment is not None:
        yield "carrier", f"{order.shipment.carrier.msp_id}:{order.shipment.carrier.place}"
        yield "item", order.shipment.item
    yield "listing", order.listing
    yield "state", order.state
    if order.state not in FINAL_STATES:
        yield "progress", UNDER_WAY


def of_evidence(evidence: Evidence) -> Terms:
    """The order that it is about."""
    yield "order", evidence.order


def of_settlement(settlement: Settlement) -> Terms:
    """The rule that decided, and who was liable."""
    yield "rule", settlement.rule
    yield "liable", settlement.liable


def of_payout(payout: Payout) -> Terms:
    """Whose money it is, who is to pay it out, and how far that is."""
    yield "owner", payout.owner
    yield "provider", payout.provider
    yield "state", payout.state


def of_payment(payment: PaidIn | PaidOut) -> Terms:
    """The provider's own number."""
    yield "reference", payment.reference


def of_thing(thing: Parcel | BoundItem) -> Terms:
    """The order that it belongs to."""
    yield "order", thing.order
