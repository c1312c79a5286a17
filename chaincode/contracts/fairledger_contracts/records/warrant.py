"""Warrants: who may read which personal data, why, and until when."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from fairledger_chaincode.record import Record
from fairledger_contracts.records.order_record import OrderRecord
from fairledger_contracts.records.personal_data import FieldNames, Platform
from fairledger_contracts.records.prose import PROSE
from fairledger_contracts.records.signatory import Signatory

LENGTH_MAX = timedelta(days=366)  # beyond any standard; what a standard permits is its parameter warrant_days_max

Prose = Annotated[str, Field(min_length=1, max_length=2_000, pattern=PROSE)]
WarrantId = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class SubjectKind(StrEnum):
    """What a warrant is about: one order, all orders of a person at a platform, or money of one payment."""

    ORDER = "order"
    PSEUDONYM = "pseudonym"
    PAYMENT = "payment"


class Subject(BaseModel):
    """``value`` is the order's id, the pseudonym, or the payment's ``payment_name``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: SubjectKind
    value: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._@:/+=-]{0,299}$")]

    def covers(self, order: OrderRecord) -> bool:
        """Whether the order is the one, or one of the person's."""
        names = {SubjectKind.ORDER: order.order, SubjectKind.PSEUDONYM: order.facts.pseudonym}
        return self.value == names.get(self.kind)


class WarrantTerms(BaseModel):
    """What a warrant permits. It is in force from ``valid_from`` to before ``valid_until``, once it is confirmed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    platform: Platform
    subject: Subject
    fields: FieldNames
    purpose: Prose
    legal_basis: Prose
    valid_from: AwareDatetime
    valid_until: AwareDatetime


class Warrant(Record, kind="privacy-warrant", key=("id",)):
    """A warrant that ``recorder`` made; somebody else has to confirm it. ``id`` is the transaction's."""

    id: WarrantId
    terms: WarrantTerms
    made_at: datetime
    recorder: Signatory
    confirmed_at: datetime | None = None
    confirmed_by: Signatory | None = None
    ended_at: datetime | None = None
    ended_by: Signatory | None = None

    def in_force_at(self, moment: datetime) -> bool:
        """Whether it is confirmed, has begun, and is not over."""
        return self.confirmed_at is not None and self.terms.valid_from <= moment and not self.over_at(moment)

    def over_at(self, moment: datetime) -> bool:
        """Whether nobody can read by it any more."""
        return self.ended_at is not None or self.terms.valid_until <= moment
