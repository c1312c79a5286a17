"""Agreements: what a seller offers and signs, and a buyer accepts by its hash before any money moves."""

import hashlib
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from fairledger_chaincode.canonical import canonical_json
from fairledger_chaincode.record import Record
from fairledger_contracts.records.anchor import Sha256
from fairledger_contracts.records.money import AmountMinor, AmountOrZero, Currency, Permille
from fairledger_contracts.records.prose import PROSE
from fairledger_contracts.records.signatory import Signatory
from fairledger_contracts.records.standard import StandardVersion

WEIGHT_G_MAX = 10_000_000
PERIOD_S_MAX = 366 * 86_400
ESCROW_STANDARD = "escrow"  # the standard whose numbers bind agreements

Seconds = Annotated[int, Field(strict=True, gt=0, le=PERIOD_S_MAX)]


class GoodsKind(StrEnum):
    """What is sold: data that a key opens, or goods of a make and model with a serial number."""

    VIRTUAL = "virtual"
    STANDARD = "standard"


class Binding(StrEnum):
    """By what standardised goods are bound to an order when they are shipped."""

    SERIAL = "serial"
    TAG = "tag"  # a serial number in an identity tag that its producer signed
    NONE = "none"  # virtual goods


class Periods(BaseModel):
    """How long each party has, in seconds; the standard bounds them.

    To accept an order; to hand the parcel to its carrier (or the key to the buyer); to deliver; to complain after
    delivery; to bring evidence after a complaint.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    accept_s: Seconds
    ship_s: Seconds
    delivery_s: Seconds
    cooling_off_s: Seconds
    evidence_s: Seconds


class Terms(BaseModel):
    """What both sides agree on before anything is paid.

    ``bond_minor`` is the seller's damages if it fails, ``carrier_bond_minor`` the carrier's. ``weight_g`` is that of
    the goods alone, 0 for virtual ones, which have no ``gtin`` either. ``undecided_price_permille`` is the seller's
    share of the price where neither a rule nor the panel decides.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: GoodsKind
    model: Annotated[str, Field(min_length=1, max_length=200, pattern=PROSE)]
    gtin: Annotated[str, Field(pattern=r"^([0-9]{14})?$")]
    binding: Binding
    weight_g: Annotated[int, Field(strict=True, ge=0, le=WEIGHT_G_MAX)]
    price_minor: AmountMinor
    bond_minor: AmountOrZero
    carrier_bond_minor: AmountOrZero
    currency: Currency
    periods: Periods
    undecided_price_permille: Permille
    standard: StandardVersion

    @property
    def sha256(self) -> Sha256:
        """The hash that the buyer names: SHA-256 of the terms as canonical JSON (RFC 8785)."""
        return hashlib.sha256(canonical_json(self.model_dump(mode="json"))).hexdigest()


class Listing(Record, kind="escrow-listing", key=("id",)):
    """Terms that a seller signed by its own transaction, ``id``. Orders read it and never write it."""

    id: str
    terms: Terms
    terms_sha256: Sha256
    recorder: Signatory  # the seller
    listed_at: datetime
    withdrawn_at: datetime | None = None
    withdrawn_by: Signatory | None = None
