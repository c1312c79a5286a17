"""Readings of personal data: announced before, released by the key service, and refused attempts; all on record."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from fairledger_chaincode.record import Record
from fairledger_contracts.records.personal_data import FieldNames, OrderId, Platform
from fairledger_contracts.records.recorder import Recorder
from fairledger_contracts.records.signatory import Signatory
from fairledger_contracts.records.warrant import WarrantId

ReadId = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class ReadTerms(BaseModel):
    """Which fields of which order shall be read, and by which warrant."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    warrant: WarrantId
    platform: Platform
    order: OrderId
    fields: FieldNames


class Announcement(Record, kind="privacy-read", key=("id",)):
    """That ``recorder`` is going to read, or tried to. ``id`` is the transaction's.

    ``refused`` is empty, or the code of why nothing may be read. The recorder's certificate is the one that released
    keys are wrapped for.
    """

    id: ReadId
    terms: ReadTerms
    announced_at: datetime
    recorder: Recorder
    refused: str = ""


class Release(Record, kind="privacy-release", key=("read",)):
    """That the key service released the keys of ``fields`` for an announced reading, which it does once.

    ``id`` is the transaction's.
    """

    read: ReadId
    id: str
    fields: FieldNames
    released_at: datetime
    recorder: Signatory
