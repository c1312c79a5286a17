"""The monitoring list, and anomalies of platforms and nodes."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from fairledger_chaincode.record import Record
from fairledger_contracts.records.anchor import Sha256
from fairledger_contracts.records.signatory import Signatory
from fairledger_contracts.records.standard import PARAMETER_MAX, ParameterName, StandardVersion

STANDARD = "supervision"  # whose parameters these rules read
LISTING_RULES = ("complaints_permille", "unavailable_rounds", "height_lag_blocks")  # those of its numbers that bound
EVIDENCE_MAX = 10
REASON_LENGTH_MAX = 300
Subject = Annotated[str, Field(pattern=r"^(platform|merchant|node):[!-~]{1,200}$")]
Count = Annotated[int, Field(strict=True, ge=0, le=PARAMETER_MAX)]


class Listing(Record, kind="supervision-listing", key=("id",)):
    """Why somebody is on the monitoring list: by which rule of which standard, on what facts.

    ``review_at`` is when the listing has to be confirmed; one that is not ends. ``id`` is the transaction's. ``reason``
    is why an authority took it off the list; there is none where its review was overdue.
    """

    id: str
    subject: Subject
    rule: ParameterName
    standard: StandardVersion
    ground: str
    since: datetime
    review_at: datetime
    removed_at: datetime | None = None
    reason: str = ""
    recorder: Signatory
    changed_by: Signatory | None = None


class Monitored(Record, kind="supervision-monitored", key=("subject",)):
    """That somebody is on the list, by which ``listing``; they are on it once."""

    subject: Subject
    listing: str
    recorder: Signatory


class AnomalyKind(StrEnum):
    """What is out of line with the others."""

    HEIGHT = "height"
    HASH = "hash"
    AVAILABILITY = "availability"
    LATENESS = "lateness"
    COMPLAINTS = "complaints"


class Anomaly(Record, kind="supervision-anomaly", key=("subject", "name")):
    """The last anomaly of its kind of a platform or node: what was observed, against what was expected.

    ``name`` is an ``AnomalyKind``; ``times`` counts how often it came back. ``recorder`` found it first.
    """

    subject: Subject
    name: str
    observed: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")], Count]
    evidence: Annotated[tuple[Sha256, ...], Field(max_length=EVIDENCE_MAX)] = ()
    since: datetime
    cleared_at: datetime | None = None
    times: int = 1
    recorder: Signatory
    changed_by: Signatory | None = None

    @property
    def observer(self) -> Signatory:
        """Who recorded it as it is open now."""
        return self.changed_by or self.recorder
