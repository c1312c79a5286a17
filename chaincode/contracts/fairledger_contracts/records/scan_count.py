"""How often a tag was scanned: by day and coarse area, and nothing about who scanned it."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from fairledger_chaincode.record import Record
from fairledger_contracts.records.signatory import Signatory

COUNTS_MAX = 500  # a transaction
DAYS_OLD_MAX = 7  # of a report: a service that was down for longer has nothing to say about copies on the way
SCANS_MAX = 1_000_000  # that one organisation can have seen of one item, in one area, between two reports

# A geohash of three characters, a field of about 156 km by 156 km; empty where the reader did not tell.
Area = Annotated[str, Field(pattern=r"^([0-9b-hjkmnp-z]{3})?$")]


class Scans(BaseModel):
    """``count`` scans of ``item`` on ``day`` (UTC) in ``area``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    item: Annotated[str, Field(min_length=1, max_length=1_024)]
    day: date
    area: Area
    count: Annotated[int, Field(strict=True, ge=1, le=SCANS_MAX)]


class ScanCount(Record, kind="trace-scans", key=("item", "id")):
    """What one organisation's service counted; written blindly, so that counting never conflicts.

    ``id`` is the transaction's id and the position in it.
    """

    item: str
    id: str
    day: date
    area: str
    count: int
    recorder: Signatory
