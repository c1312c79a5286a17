"""What orders, warrants and readings are found by."""

from collections.abc import Iterator

from fairledger_contracts.records.encryption_key import EncryptionKey
from fairledger_contracts.records.order_record import OrderRecord
from fairledger_contracts.records.private_read import Announcement, Release
from fairledger_contracts.records.warrant import Warrant


def of_key(key: EncryptionKey) -> Iterator[tuple[str, str]]:
    """Its owner."""
    yield "owner", key.recorder.msp_id


def of_order(order: OrderRecord) -> Iterator[tuple[str, str]]:
    """Platform and pseudonym."""
    yield "platform", order.platform
    yield "pseudonym", order.facts.pseudonym


def of_warrant(warrant: Warrant) -> Iterator[tuple[str, str]]:
    """Platform and subject."""
    yield "platform", warrant.terms.platform
    yield "subject", warrant.terms.subject.value


def of_reading(reading: Announcement) -> Iterator[tuple[str, str]]:
    """Order, warrant, and whether the ledger refused it."""
    yield "order", f"{reading.terms.platform}/{reading.terms.order}"
    yield "warrant", reading.terms.warrant
    yield "refused", str(bool(reading.refused)).lower()


def of_release(release: Release) -> Iterator[tuple[str, str]]:
    """The reading."""
    yield "read", release.read
