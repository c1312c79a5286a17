"""Recalls: goods that have to come back, by whose word and why."""

from datetime import datetime
from enum import StrEnum

from fairledger_chaincode.record import Record
from fairledger_contracts.records.signatory import Signatory

RECALLED_ITEMS_MAX = 100  # lots, trade items or things that one recall names
REASON_LENGTH_MAX = 2_000


class Measure(StrEnum):
    """What is to be done with the goods."""

    RETURN = "return"
    DESTROY = "destroy"
    REPAIR = "repair"
    STOP_SALE = "stop_sale"


class Recall(Record, kind="trace-recall", key=("id",)):
    """``items`` are canonical ids; what was made of them is recalled with them. ``id`` is the transaction's.

    ``ended_at`` is missing as long as the recall is in force; a recall that ended is still told.
    """

    id: str
    items: tuple[str, ...]
    measure: Measure
    reason: str
    recalled_at: datetime
    recorder: Signatory
    ended_at: datetime | None = None
    ended_by: Signatory | None = None
    end_reason: str | None = None


class RecallMark(Record, kind="trace-recalled", key=("item", "id")):
    """Leads from an item to a recall that names it."""

    item: str
    id: str
