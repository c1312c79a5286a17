"""Inspections: ordered by an authority, made by an inspector, followed up until they are closed."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from fairledger_chaincode.record import Record
from fairledger_contracts.records.anchor import DocumentDescription
from fairledger_contracts.records.signatory import Signatory
from fairledger_contracts.records.standard import StandardVersion

STANDARD = "supervision"  # whose parameters these rules read
FINDINGS_MAX = 20
Id = Annotated[str, Field(pattern=r"^[!-~]{1,300}$")]


class Place(StrEnum):
    """Where it is made."""

    ONLINE = "online"
    ON_SITE = "on_site"


class TargetKind(StrEnum):
    """What is inspected."""

    PLATFORM = "platform"
    MERCHANT = "merchant"
    LOT = "lot"


class Target(BaseModel):
    """A platform's MSP, a merchant's GLN, or a lot's id."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: TargetKind
    id: Id


class Severity(StrEnum):
    """How bad a finding is; the worst comes last."""

    NOTE = "note"
    MINOR = "minor"
    MAJOR = "major"
    CRITICAL = "critical"


class Subject(StrEnum):
    """What a finding is about; its text is a document."""

    DOCUMENTS = "documents"
    GOODS = "goods"
    LABELS = "labels"
    HYGIENE = "hygiene"
    STORAGE = "storage"
    CLAIMS = "claims"
    DATA = "data"
    ACCESS = "access"  # refused or hindered
    OTHER = "other"


class Finding(BaseModel):
    """One thing that was found, with the documents that show it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    subject: Subject
    severity: Severity
    documents: Annotated[tuple[DocumentDescription, ...], Field(max_length=5)] = ()


class InspectionState(StrEnum):
    """Where an inspection is. Overdue: not made, or not followed up, in time."""

    ORDERED = "ordered"
    REPORTED = "reported"
    MENDED = "mended"
    OVERDUE = "overdue"
    CLOSED = "closed"


# What becomes of one whose deadline has passed; one that is overdue waits on.
BY_TIME: Final[Mapping[InspectionState, InspectionState]] = {
    InspectionState.ORDERED: InspectionState.OVERDUE,
    InspectionState.REPORTED: InspectionState.OVERDUE,
    InspectionState.MENDED: InspectionState.CLOSED,
}


class Inspection(Record, kind="supervision-inspection", key=("id",)):
    """``id`` is the transaction's. ``platform`` (MSP) answers for the target; other ids may be empty.

    ``due_at`` is the deadline of the state: to report, to mend, or to look at what was mended. ``sent_back`` says why
    that was not enough, the last time.
    """

    id: str
    target: Target
    platform: str
    place: Place
    complaint_id: str
    standard: StandardVersion
    state: InspectionState
    due_at: datetime
    ordered_at: datetime
    findings: tuple[Finding, ...] = ()
    reported_by: Signatory | None = None
    reported_at: datetime | None = None
    mended: tuple[DocumentDescription, ...] = ()
    sent_back: tuple[DocumentDescription, ...] = ()
    recall_id: str = ""
    recorder: Signatory
    changed_by: Signatory | None = None

    @property
    def worst(self) -> Severity | None:
        """The worst that was found."""
        order = list(Severity)
        return max((each.severity for each in self.findings), key=order.index, default=None)

    def is_of(self, person: Signatory) -> bool:
        """Whether a person is of the platform or merchant inspected; a merchant is known by its GLN anywhere."""
        merchant = self.target.kind is TargetKind.MERCHANT and self.target.id == person.gln
        return merchant or self.platform == person.msp_id
