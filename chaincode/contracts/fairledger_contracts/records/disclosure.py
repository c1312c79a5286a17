"""Disclosures: what a platform publishes about itself, by the standard ``disclosure``."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from fairledger_chaincode.record import Record
from fairledger_contracts.records.anchor import DocumentDescription
from fairledger_contracts.records.prose import PROSE, PROSE_OR_NOTHING
from fairledger_contracts.records.signatory import Signatory
from fairledger_contracts.records.standard import PARAMETER_MAX, StandardVersion

STANDARD = "disclosure"  # whose parameters these rules read
ATTACHMENTS_MAX = 20
REASON_LENGTH_MAX = 2_000

Text = Annotated[str, Field(min_length=1, max_length=200, pattern=PROSE)]
Count = Annotated[int, Field(strict=True, ge=0, le=PARAMETER_MAX)]
Address = Annotated[str, Field(pattern=r"^https?://[!-~]{1,500}$")]
Subject = Literal["licence", "operator", "figures", "rules"]  # what is disclosed; a part of keys
Period = Annotated[str, Field(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]  # its first month


class DisclosureState(StrEnum):
    """Where a disclosure is. Missing: found late, with nothing to review."""

    MISSING = "missing"
    FILED = "filed"
    REJECTED = "rejected"
    ACCEPTED = "accepted"


class Facts(BaseModel):
    """Base of what is published in clear."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class LicenceFacts(Facts):
    """The licence to run the platform."""

    subject: Literal["licence"]
    number: Text
    issuer: Text
    valid_until: date


class OperatorFacts(Facts):
    """The company that runs it, and where it is reached; a company's, no person's."""

    subject: Literal["operator"]
    name: Text
    registration_number: Text
    website: Address


class ComplaintFigures(Facts):
    """Orders, complaints and refunds of the period. ``refunded_minor`` counts the currency's smallest unit."""

    subject: Literal["figures"]
    orders: Count
    complaints: Count
    complaints_resolved: Count
    refunds: Count
    refunded_minor: Count
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


class RulesFacts(Facts):
    """The platform's rules for those who sell and buy there; their text is attached."""

    subject: Literal["rules"]
    title: Text
    version: Text
    website: Address


Published = Annotated[LicenceFacts | OperatorFacts | ComplaintFigures | RulesFacts, Field(discriminator="subject")]


class Opinion(BaseModel):
    """What the association finds; reasons are needed to reject."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    accepted: bool
    reasons: Annotated[str, Field(max_length=REASON_LENGTH_MAX, pattern=PROSE_OR_NOTHING)] = ""


class Review(Opinion):
    """An opinion on the ledger. ``by`` is missing where the association's silence accepted."""

    at: datetime
    by: Signatory | None


class Disclosure(Record, kind="disclosure-disclosure", key=("msp_id", "subject", "period")):
    """What a platform published for a period, and how it fared.

    ``due_at`` is when it had to be filed, and after a rejection, mended. ``late_at`` is when it was first found late.
    ``review_until`` is when a filed one counts as accepted. ``recorder`` is who filed it first, or found it missing.
    """

    msp_id: str
    subject: Subject
    period: Period
    state: DisclosureState
    standard: StandardVersion
    due_at: datetime
    published: Published | None = None
    attachments: tuple[DocumentDescription, ...] = ()
    filed_at: datetime | None = None
    filings: int = 0
    review_until: datetime | None = None
    review: Review | None = None
    late_at: datetime | None = None
    recorder: Signatory
    changed_by: Signatory | None = None
