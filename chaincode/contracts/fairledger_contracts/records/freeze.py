"""Freezes: money that is in dispute, or came out of what is, and stays where it is for a time."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from fairledger_chaincode.record import Record
from fairledger_contracts.records.note import OWNER_LENGTH_MAX, NoteId
from fairledger_contracts.records.prose import PROSE
from fairledger_contracts.records.signatory import Signatory

Part = Annotated[str, Field(min_length=1, max_length=OWNER_LENGTH_MAX, pattern=PROSE)]


class OriginKind(StrEnum):
    """What money can be followed from."""

    ORDER = "order"
    PAYMENT = "payment"


class Origin(BaseModel):
    """Where the money came out: an order, by its id, or a payment, by its provider and the provider's reference."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: OriginKind
    key: Annotated[tuple[Part, ...], Field(min_length=1, max_length=2)]

    @property
    def name(self) -> str:
        """Kind and key as one part of a key."""
        return ":".join((self.kind, *self.key))


class GroundKind(StrEnum):
    """On what kind of record a freeze rests."""

    DISPUTE = "dispute"  # the buyer's, of the order itself, and open or decided not long ago
    COMPLAINT = "complaint"  # about the order or the payment, and still open
    WARRANT = "warrant"  # in force, for the order or the payment; the regulator's alone


class Ground(BaseModel):
    """The record on the ledger: an order's, a complaint's or a warrant's id."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: GroundKind
    id: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Freeze(Record, kind="escrow-freeze", key=("id",)):
    """``id`` is the transaction's. Until ``until`` has passed, or it is released, nobody can spend ``notes``."""

    id: str
    origin: Origin
    ground: Ground
    notes: tuple[NoteId, ...]
    since: datetime
    until: datetime
    recorder: Signatory
    released_at: datetime | None = None
    released_by: Signatory | None = None

    def holds(self, at: datetime) -> bool:
        """Whether it is in force at a moment; at ``until`` it still is."""
        return self.released_at is None and at <= self.until


class FreezeClock(Record, kind="escrow-freeze-clock", key=("origin", "msp_id")):
    """Since when an organisation freezes money of this origin: the time that the standard gives it runs from then."""

    origin: str
    msp_id: str
    since: datetime
    recorder: Signatory
