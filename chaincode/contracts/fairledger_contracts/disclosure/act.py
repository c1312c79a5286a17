"""What somebody does: who, when, and with which documents."""

from datetime import datetime
from typing import NamedTuple

from fairledger_contracts.records.anchor import DocumentDescription
from fairledger_contracts.records.signatory import Signatory


class Act(NamedTuple):
    """``documents`` say why, by their hashes."""

    by: Signatory
    at: datetime
    documents: tuple[DocumentDescription, ...] = ()
