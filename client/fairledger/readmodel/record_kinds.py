"""Which of the contracts' records are kept in the tables ``ledger_records`` and ``record_terms``, and what finds them.

A record's terms are names with values by which queries find it, such as the buyer of an order. All kinds share the two
tables, so a contract that adds a kind adds a line here and no table.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from fairledger.readmodel import privacy_terms
from fairledger_chaincode.record import Record
from fairledger_contracts.records.encryption_key import EncryptionKey
from fairledger_contracts.records.order_record import OrderRecord
from fairledger_contracts.records.private_read import Announcement, Release
from fairledger_contracts.records.warrant import Warrant

Terms = Iterator[tuple[str, str]]


@dataclass(frozen=True)
class RecordKind:
    """A kind of record, and its terms: pairs of a name and a value, each once."""

    record: type[Record]
    terms: Callable[[Any], Terms]


KINDS: Final[Mapping[str, RecordKind]] = {
    EncryptionKey.kind: RecordKind(EncryptionKey, privacy_terms.of_key),
    OrderRecord.kind: RecordKind(OrderRecord, privacy_terms.of_order),
    Warrant.kind: RecordKind(Warrant, privacy_terms.of_warrant),
    Announcement.kind: RecordKind(Announcement, privacy_terms.of_reading),
    Release.kind: RecordKind(Release, privacy_terms.of_release),
}
