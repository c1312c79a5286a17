"""What a request tells for each move of an order: the arguments of the contract's function, in their order."""

import base64
import json
from enum import Enum
from typing import Annotated, Any, Final

from pydantic import Field

from fairledger.api.bodies import PROSE, Body
from fairledger_contracts.records.anchor import Sha256
from fairledger_contracts.records.evidence import Finding, WeightG
from fairledger_contracts.records.money import AmountMinor, Currency, Permille
from fairledger_contracts.records.note import INPUTS_MAX, OUTPUTS_MAX, NoteId, Payment
from fairledger_contracts.records.order import GOODS_BYTES_MAX, REASON_LENGTH_MAX, CarrierParty, Claim, Commitment
from fairledger_contracts.records.payment import ProviderName, Reference
from fairledger_contracts.records.scan_count import Area

Notes = Annotated[tuple[NoteId, ...], Field(max_length=INPUTS_MAX)]
Id = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
BASE64: Final = r"^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"  # RFC 4648, section 4
BASE64_LENGTH_MAX: Final = (GOODS_BYTES_MAX + 2) // 3 * 4


class Call(Body):
    """Base: the members are the function's arguments in their order."""

    def arguments(self) -> tuple[Any, ...]:
        """Text as it is (``str``), bytes as they are, all else as JSON."""
        told = self.model_dump(mode="json")
        return tuple(_argument(getattr(self, name), told[name]) for name in type(self).model_fields)


def _argument(value: object, as_json: object) -> str:
    if isinstance(value, str) and not isinstance(value, Enum):
        return value
    return json.dumps(as_json)


class Nothing(Call):
    """The move says all."""


class NewOrder(Call):
    """The listing, the hash of its terms (what the buyer signs), where it is to be delivered, and notes that pay it."""

    listing: Id
    terms_sha256: Sha256
    area: Area
    notes: Notes


class Acceptance(Call):
    """Notes for the bond; ``commitment`` for virtual goods alone."""

    notes: Notes
    commitment: Commitment | None = None


class Key(Call):
    """The key, hexadecimal."""

    key: Id


class SealedGoods(Call):
    """The sealed goods, whole, which the key does not open (base64)."""

    ciphertext: Annotated[str, Field(max_length=BASE64_LENGTH_MAX, pattern=BASE64)]

    def arguments(self) -> tuple[Any, ...]:
        """The bytes themselves."""
        return (base64.b64decode(self.ciphertext),)


class Shipping(Call):
    """The goods' serial, the carrier's number of the parcel, and the carrier."""

    serial: Annotated[str, Field(pattern=r"^[!-~]{1,20}$")]
    parcel: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{4,40}$")]
    carrier: CarrierParty


class TakingOver(Call):
    """The parcel's weight and place, and notes for the carrier's bond; none where there is none."""

    weight_g: WeightG
    area: Area
    notes: Notes = ()


class AtPlace(Call):
    """Where the parcel is."""

    area: Area


class AtDoor(Call):
    """The parcel's weight and place."""

    weight_g: WeightG
    area: Area


class TagRead(Call):
    """The serial on the goods, and whether the tag's signature proved good."""

    serial: Annotated[str, Field(pattern=r"^[!-~]{1,20}$")]
    genuine: bool


class Complaint(Call):
    """What is wrong."""

    claim: Claim
    reason: Annotated[str, Field(min_length=1, max_length=REASON_LENGTH_MAX, pattern=PROSE)]


class Report(Call):
    """What an inspection found; the report itself is kept elsewhere, by its hash."""

    finding: Finding
    report_sha256: Sha256


class Division(Call):
    """Of the price so much to the seller, of the bond so much to the buyer."""

    price_permille: Permille
    bond_permille: Permille


class PanelDivision(Division):
    """The same, and so much of the carrier's bond to the seller."""

    carrier_permille: Permille = 0


class NewNote(Call):
    """The provider's reference of a payment received, whose it is, and how much."""

    reference: Reference
    payment: Payment
    currency: Currency


class Spending(Call):
    """Notes that are spent whole, and what is made of them; change is a payment to oneself."""

    notes: Notes
    payments: Annotated[tuple[Payment, ...], Field(min_length=1, max_length=OUTPUTS_MAX)]


class NewPayout(Call):
    """Notes, and how much of them is to be paid out by ``provider`` (``<MSP>:<place>``)."""

    notes: Notes
    amount_minor: AmountMinor
    currency: Currency
    provider: ProviderName


class Redemption(Call):
    """The provider's reference of a payment made."""

    reference: Reference


MOVES: Final[dict[str, tuple[type[Call], str]]] = {
    "accept": (Acceptance, "Accept an order as its seller, and lock the bond."),
    "decline": (Nothing, "Decline an order as its seller."),
    "cancel": (Nothing, "Cancel an order in time as its buyer."),
    "hold": (Nothing, "Confirm to hold the sealed goods, as the buyer."),
    "release_key": (Key, "Hand over the key as the seller, and be paid."),
    "prove_wrong_key": (SealedGoods, "Prove that the key does not open the goods; anybody who has them can."),
    "ship": (Shipping, "Bind goods and parcel to an order, as its seller."),
    "take_over": (TakingOver, "Weigh and take over a parcel, as its carrier."),
    "scan": (AtPlace, "Tell where a parcel is, as its carrier."),
    "deliver": (AtDoor, "Deliver a parcel, as its carrier."),
    "lose": (Nothing, "Tell that a parcel is lost, as its carrier."),
    "refuse": (AtDoor, "Tell that the buyer refused a parcel, as its carrier."),
    "check_tag": (TagRead, "Tell what the tag on the goods says, as the buyer."),
    "confirm": (Nothing, "Be content, as the buyer."),
    "dispute": (Complaint, "Complain, as the buyer."),
    "inspect": (Report, "Report on the goods, as an inspector."),
    "propose": (Division, "Propose how to divide, as buyer or seller."),
    "agree": (Division, "Agree to the other side's proposal."),
    "vote": (PanelDivision, "Vote as an officer of the association."),
    "due": (Nothing, "Have an order decided whose deadline has passed."),
}
