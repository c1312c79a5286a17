"""Orders: one agreement on its way from the buyer's prepayment to its end."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from fairledger_chaincode.record import Record
from fairledger_contracts.records.agreement import Terms
from fairledger_contracts.records.anchor import Sha256
from fairledger_contracts.records.money import AmountMinor, Permille
from fairledger_contracts.records.scan_count import Area
from fairledger_contracts.records.signatory import MspId, PlaceName, Signatory

REASON_LENGTH_MAX = 2_000
GOODS_BYTES_MAX = 1_048_576  # of encrypted goods: a proof carries them whole


class OrderState(StrEnum):
    """How far an order is. The last three are final."""

    FUNDED = "funded"  # the buyer's price is locked
    ACCEPTED = "accepted"  # the seller's bond is locked, too
    HANDED = "handed"  # virtual: the buyer holds the encrypted goods
    SHIPPED = "shipped"  # standardised: bound to a serial and a parcel, and not yet with the carrier
    CARRIED = "carried"  # the carrier has weighed and taken the parcel
    DELIVERED = "delivered"  # at the buyer; virtual: the key is out and the price is paid
    DISPUTED = "disputed"
    PROPOSED = "proposed"  # in dispute, and one side has named amounts
    PANEL = "panel"
    SETTLED = "settled"
    REFUNDED = "refunded"
    CANCELLED = "cancelled"


FINAL_STATES = frozenset({OrderState.SETTLED, OrderState.REFUNDED, OrderState.CANCELLED})


class Claim(StrEnum):
    """What the buyer says is wrong."""

    NOT_RECEIVED = "not_received"
    EMPTY = "empty"
    OTHER_ITEM = "other_item"
    FORGED = "forged"
    DEFECT = "defect"
    UNOPENABLE = "unopenable"
    REFUSED = "refused"  # at the door, as the carrier recorded it
    OTHER = "other"


class Held(BaseModel):
    """A note that the order's lock holds, and who put it in; None where nothing is held any more."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    note: str
    amount_minor: AmountMinor


class Commitment(BaseModel):
    """What the seller of virtual goods is bound to before it sees the money.

    The goods are sealed with AES-256-GCM: ``ciphertext`` is the 12 bytes of the nonce, then the sealed bytes with
    their tag. ``key_sha256`` is of the 32 bytes of the key, ``plaintext_sha256`` of what it opens.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    ciphertext_sha256: Sha256
    key_sha256: Sha256
    plaintext_sha256: Sha256
    size_bytes: Annotated[int, Field(strict=True, gt=28, le=GOODS_BYTES_MAX)]  # nonce and tag take 28


class CarrierParty(BaseModel):
    """The carrier's business: ``place`` is its GLN, or a person's id where the certificate names none."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    msp_id: MspId
    place: PlaceName


class Shipment(BaseModel):
    """The goods, by the canonical id of GTIN and serial, and the parcel that they are in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    item: str
    parcel: str
    carrier: CarrierParty


class Dispute(BaseModel):
    """What the buyer claims, and since when."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    claim: Claim
    reason: str
    raised_at: datetime


class Proposal(BaseModel):
    """Shares that one side proposes: of the price to the seller, of the bond to the buyer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    by: str
    price_permille: Permille
    bond_permille: Permille


class Vote(BaseModel):
    """An officer's vote, in the same shares, and of the carrier's bond to the seller."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    by: Signatory
    price_permille: Permille
    bond_permille: Permille
    carrier_permille: Permille = 0


class Order(Record, kind="escrow-order", key=("id",)):
    """``id`` is the transaction's that ordered. ``recorder`` signed the last change.

    Until the order is final, ``due_at`` is the moment after which anybody may have it decided. ``area`` is where the
    buyer wants it, no address. What is held of price, bond and the carrier's bond is named by note.
    """

    id: str
    listing: str
    terms: Terms
    terms_sha256: Sha256
    buyer: Signatory
    seller: Signatory
    area: Area
    state: OrderState
    ordered_at: datetime
    due_at: datetime | None
    price: Held | None
    recorder: Signatory
    bond: Held | None = None
    carrier_bond: Held | None = None
    carrier: Signatory | None = None  # who took the parcel over
    commitment: Commitment | None = None
    key: str = ""  # of virtual goods, once it is out
    shipment: Shipment | None = None
    dispute: Dispute | None = None
    proposals: tuple[Proposal, ...] = ()
    votes: tuple[Vote, ...] = ()
