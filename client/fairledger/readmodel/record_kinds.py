"""Which of the contracts' records are kept in the tables ``ledger_records`` and ``record_terms``, and what finds them.

A record's terms are names with values by which queries find it, such as the buyer of an order. All kinds share the two
tables, so a contract that adds a kind adds a line here and no table.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from fairledger.readmodel import escrow_terms, privacy_terms
from fairledger_chaincode.record import Record
from fairledger_contracts.records.agreement import Listing
from fairledger_contracts.records.encryption_key import EncryptionKey
from fairledger_contracts.records.evidence import Evidence
from fairledger_contracts.records.movement import Movement
from fairledger_contracts.records.note import Note
from fairledger_contracts.records.order import Order
from fairledger_contracts.records.order_record import OrderRecord
from fairledger_contracts.records.parcel import BoundItem, Parcel
from fairledger_contracts.records.payment import PaidIn, PaidOut, Payout
from fairledger_contracts.records.private_read import Announcement, Release
from fairledger_contracts.records.settlement import Settlement
from fairledger_contracts.records.standard import Standard
from fairledger_contracts.records.suspension import Suspension
from fairledger_contracts.records.warrant import Warrant

Terms = Iterator[tuple[str, str]]


@dataclass(frozen=True)
class RecordKind:
    """A kind of record, and its terms: pairs of a name and a value, each once."""

    record: type[Record]
    terms: Callable[[Any], Terms]


def _no_terms(_record: Record) -> Terms:
    """Found by its key alone."""
    return iter(())


_ALL: Final = (
    RecordKind(Standard, _no_terms),
    RecordKind(Suspension, _no_terms),
    RecordKind(Note, escrow_terms.of_note),
    RecordKind(Movement, escrow_terms.of_movement),
    RecordKind(Listing, escrow_terms.of_listing),
    RecordKind(Order, escrow_terms.of_order),
    RecordKind(Evidence, escrow_terms.of_evidence),
    RecordKind(Settlement, escrow_terms.of_settlement),
    RecordKind(Payout, escrow_terms.of_payout),
    RecordKind(PaidIn, escrow_terms.of_payment),
    RecordKind(PaidOut, escrow_terms.of_payment),
    RecordKind(Parcel, escrow_terms.of_thing),
    RecordKind(BoundItem, escrow_terms.of_thing),
    RecordKind(EncryptionKey, privacy_terms.of_key),
    RecordKind(OrderRecord, privacy_terms.of_order),
    RecordKind(Warrant, privacy_terms.of_warrant),
    RecordKind(Announcement, privacy_terms.of_reading),
    RecordKind(Release, privacy_terms.of_release),
)
KINDS: Final[Mapping[str, RecordKind]] = {each.record.kind: each for each in _ALL}
