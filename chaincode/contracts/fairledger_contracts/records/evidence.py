"""Evidence: facts about an order that somebody with the right to say so put on the ledger."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from fairledger_chaincode.record import Record
from fairledger_contracts.records.agreement import WEIGHT_G_MAX
from fairledger_contracts.records.anchor import Sha256
from fairledger_contracts.records.scan_count import Area
from fairledger_contracts.records.signatory import Signatory

WeightG = Annotated[int, Field(strict=True, gt=0, le=WEIGHT_G_MAX)]


class EvidenceKind(StrEnum):
    """What was found."""

    TAKEN_OVER = "taken_over"  # by the carrier, with the parcel's weight and where
    SCANNED = "scanned"  # on the way
    DELIVERED = "delivered"
    LOST = "lost"
    REFUSED = "refused"  # by the buyer, at the door
    TAG_READ = "tag_read"  # by the buyer
    INSPECTED = "inspected"
    WRONG_KEY = "wrong_key"  # proved by decryption


class Finding(StrEnum):
    """What an inspector reports."""

    DEFECT = "defect"
    COUNTERFEIT = "counterfeit"
    CONFORMANT = "conformant"


class Evidence(Record, kind="escrow-evidence", key=("order", "id")):
    """``id`` is the transaction's. Only the fields of its kind are told: ``weight_g`` is 0 where nothing was weighed.

    ``genuine`` is whether the tag's signature proved good, ``item`` the canonical id that was read, ``sha256`` that of
    an inspector's report.
    """

    order: str
    id: str
    evidence: EvidenceKind
    told_at: datetime
    recorder: Signatory
    weight_g: Annotated[int, Field(strict=True, ge=0, le=WEIGHT_G_MAX)] = 0
    area: Area = ""
    item: str = ""
    genuine: bool | None = None
    finding: Finding | None = None
    sha256: Sha256 | None = None
