"""Movements of money: what a transaction took and what it made of it. They are never deleted."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from fairledger_chaincode.record import Record
from fairledger_contracts.records.money import AmountMinor, Currency
from fairledger_contracts.records.note import Owner
from fairledger_contracts.records.signatory import Signatory


class MovementKind(StrEnum):
    """Why money moved."""

    ISSUE = "issue"  # paid in at a provider: nothing is taken
    PAY = "pay"  # an owner's own doing
    LOCK = "lock"  # into an order or a payout
    SETTLE = "settle"  # out of an order, or back from a payout that was not made
    REDEEM = "redeem"  # paid out by a provider: nothing is made


class Piece(BaseModel):
    """A note as a movement took or made it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    note: str
    owner: Owner
    amount_minor: AmountMinor


class Movement(Record, kind="escrow-movement", key=("id",)):
    """``id`` is the transaction's. ``taken`` and ``made`` add up to the same, but for issue and redemption.

    ``order`` and ``payout`` are empty where none is concerned; ``reference`` is the provider's, of the payment outside.
    ``reason`` is a rule's code where one decided.
    """

    id: str
    movement: MovementKind
    currency: Currency
    taken: tuple[Piece, ...]
    made: tuple[Piece, ...]
    order: str = ""
    payout: str = ""
    reference: str = ""
    reason: Annotated[str, Field(max_length=200)] = ""
    moved_at: datetime
    recorder: Signatory
