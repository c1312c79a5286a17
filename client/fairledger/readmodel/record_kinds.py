"""Which of the contracts' records are kept in the tables ``ledger_records`` and ``record_terms``, and what finds them.

A record's terms are names with values by which queries find it, such as the buyer of an order. All kinds share the two
tables, so a contract that adds a kind adds a line here and no table.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from fairledger.readmodel import escrow_terms, privacy_terms
from fairledger.readmodel.statements import TERM, public_papers
from fairledger_chaincode.record import Record
from fairledger_contracts.records.agreement import Listing
from fairledger_contracts.records.ballot import Ballot
from fairledger_contracts.records.complaint import Complaint
from fairledger_contracts.records.disclosure import Disclosure
from fairledger_contracts.records.encryption_key import EncryptionKey
from fairledger_contracts.records.evidence import Evidence
from fairledger_contracts.records.freeze import Freeze, FreezeClock
from fairledger_contracts.records.inspection import Inspection
from fairledger_contracts.records.member import Member
from fairledger_contracts.records.monitoring import Anomaly, Monitored
from fairledger_contracts.records.monitoring import Listing as MonitoringEntry
from fairledger_contracts.records.movement import Movement
from fairledger_contracts.records.note import Note
from fairledger_contracts.records.order import Order
from fairledger_contracts.records.order_record import OrderRecord
from fairledger_contracts.records.parcel import BoundItem, Parcel
from fairledger_contracts.records.payment import PaidIn, PaidOut, Payout
from fairledger_contracts.records.private_read import Announcement, Release
from fairledger_contracts.records.sanction import Sanction, Sanctioned
from fairledger_contracts.records.service_licence import ServiceLicence
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


def _kinds(*kinds: RecordKind) -> dict[str, RecordKind]:
    return {each.record.kind: each for each in kinds}


def _fields(*names: str) -> Callable[[Any], Terms]:
    """Terms that are fields of the record, where they hold something."""

    def terms(record: Any) -> Terms:
        for name in names:
            value = getattr(record, name)
            if value:
                yield name, str(value)

    return terms


def _of_standard(record: Standard) -> Terms:
    yield "name", record.name
    yield TERM, record.text_sha256  # which all may read who are to keep to it


def _of_complaint(record: Complaint) -> Terms:
    yield from _fields("platform", "state", "category", "matter", "receipt_sha256", "verdict")(record)
    yield "about", f"{record.about.kind}:{record.about.id}"
    yield "filed_on", f"{record.filed_at:%Y-%m-%d}"
    yield "answered_late", str(record.answered_late).lower()
    yield from public_papers(record)


def _of_disclosure(record: Disclosure) -> Terms:
    yield from _fields("msp_id", "subject", "period", "state")(record)
    yield "late", str(record.late_at is not None).lower()
    yield from public_papers(record)


def _of_inspection(record: Inspection) -> Terms:
    yield from _fields("platform", "state", "complaint_id", "worst")(record)
    yield "target", f"{record.target.kind}:{record.target.id}"
    yield from public_papers(record)


def _of_sanction(record: Sanction) -> Terms:
    yield from _fields("msp_id", "penalty", "state")(record)
    yield from public_papers(record)


def _of_monitoring(record: MonitoringEntry) -> Terms:
    yield from _fields("subject", "rule")(record)
    yield "in_force", str(record.removed_at is None).lower()


def _of_anomaly(record: Anomaly) -> Terms:
    yield from _fields("subject", "name")(record)
    yield "open", str(record.cleared_at is None).lower()
    yield from public_papers(record)


KINDS: Final[Mapping[str, RecordKind]] = _kinds(
    RecordKind(Standard, _of_standard),
    RecordKind(Ballot, _fields("name", "state")),
    RecordKind(Member, _fields("msp_id")),
    RecordKind(Disclosure, _of_disclosure),
    RecordKind(Sanction, _of_sanction),
    RecordKind(Sanctioned, _fields("ground", "fact", "rule")),
    RecordKind(Suspension, _fields("msp_id")),
    RecordKind(Complaint, _of_complaint),
    RecordKind(Inspection, _of_inspection),
    RecordKind(MonitoringEntry, _of_monitoring),
    RecordKind(Monitored, _fields("subject")),
    RecordKind(Anomaly, _of_anomaly),
    RecordKind(ServiceLicence, _fields("service", "msp_id")),
    RecordKind(Note, escrow_terms.of_note),
    RecordKind(Movement, escrow_terms.of_movement),
    RecordKind(Freeze, escrow_terms.of_freeze),
    RecordKind(FreezeClock, _fields("origin", "msp_id")),
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
