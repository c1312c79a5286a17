"""Anchored documents: papers about goods, of which the ledger keeps the hash and who vouches for them."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from fairledger_chaincode.record import Record
from fairledger_contracts.records.prose import PROSE
from fairledger_contracts.records.signatory import Signatory

ANCHORED_ITEMS_MAX = 100  # a record each
TITLE_LENGTH_MAX = 200
SIZE_BYTES_MAX = 2**40  # what a store may hold; the ledger holds none of it

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class DocumentKind(StrEnum):
    """What a document is, in the words of trade."""

    QUALITY_REPORT = "quality_report"
    INSPECTION_CERTIFICATE = "inspection_certificate"
    CERTIFICATE_OF_ORIGIN = "certificate_of_origin"
    CUSTOMS_DECLARATION = "customs_declaration"
    INVOICE = "invoice"
    BILL_OF_LADING = "bill_of_lading"
    SENSOR_LOG = "sensor_log"
    RECALL_NOTICE = "recall_notice"
    PICTURE = "picture"
    STATEMENT = "statement"  # what somebody says to a record of supervision; everybody can read it
    OTHER = "other"


class DocumentDescription(BaseModel):
    """A document as whoever anchors it describes it. ``sha256`` is its content's address in every store."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sha256: Sha256
    kind: DocumentKind
    title: Annotated[str, Field(min_length=1, max_length=TITLE_LENGTH_MAX, pattern=PROSE)]
    media_type: Annotated[str, Field(pattern=r"^[a-z]+/[a-z0-9.+-]{1,100}$")]
    size_bytes: Annotated[int, Field(strict=True, ge=0, le=SIZE_BYTES_MAX)]


class Anchor(Record, kind="trace-anchor", key=("item", "id")):
    """That ``recorder`` vouches for ``document`` as one about ``item``; ``id`` is the transaction's."""

    item: str
    id: str
    document: DocumentDescription
    anchored_at: datetime
    recorder: Signatory
