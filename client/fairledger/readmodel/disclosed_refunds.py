"""What platforms disclosed of refunds, beside what the settlements on the ledger add up to."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection

from fairledger.readmodel.records import all_records, find_record
from fairledger_contracts.records.disclosure import ComplaintFigures, Disclosure
from fairledger_contracts.records.order import Order, OrderState
from fairledger_contracts.records.settlement import Settlement
from fairledger_contracts.records.standard import Standard

MONTHS = 12


@dataclass(frozen=True)
class DisclosedRefunds:
    """Of a platform's period: the sum disclosed, and what buyers had back of their prices by contract.

    Damages out of a bond are no refund. A platform refunds outside the ledger, too, so it may disclose more than the
    ledger has, and never less.
    """

    platform: str
    period: str
    currency: str
    disclosed_minor: int
    on_ledger_minor: int

    @property
    def is_covered(self) -> bool:
        """Whether the platform discloses at least what everybody can add up."""
        return self.disclosed_minor >= self.on_ledger_minor


def disclosed_refunds(connection: Connection) -> list[DisclosedRefunds]:
    """Each disclosure of figures, the latest period first."""
    refunded: dict[tuple[str, str], list[tuple[datetime, int]]] = defaultdict(list)
    for platform, settlement in _refunds(connection):
        amount = min(settlement.final.buyer_minor, settlement.held.price_minor)
        refunded[platform, settlement.currency].append((settlement.settled_at, amount))
    found = []
    for disclosure in all_records(connection, Disclosure, [("subject", "figures")]):
        told = disclosure.published
        if not isinstance(told, ComplaintFigures):  # one that is missing
            continue
        begin, end = _bounds(connection, disclosure)
        amounts = [amount for at, amount in refunded[disclosure.msp_id, told.currency] if begin <= at < end]
        found.append(
            DisclosedRefunds(disclosure.msp_id, disclosure.period, told.currency, told.refunded_minor, sum(amounts))
        )
    return sorted(found, key=lambda each: (each.period, each.platform), reverse=True)


def _refunds(connection: Connection) -> Iterator[tuple[str, Settlement]]:
    for settlement in all_records(connection, Settlement):
        order = find_record(connection, Order, settlement.order)
        if order is not None and order.state is not OrderState.CANCELLED:  # those never were a sale
            yield order.seller.msp_id, settlement


def _bounds(connection: Connection, disclosure: Disclosure) -> tuple[datetime, datetime]:
    """The period's first moment and the first after it; how long it is the disclosure's standard says."""
    year, month = map(int, disclosure.period.split("-"))
    standard = find_record(connection, Standard, disclosure.standard.name, disclosure.standard.version)
    months = standard.parameters.get("figures_months", 1) if standard is not None else 1
    later = year * MONTHS + month - 1 + months
    return datetime(year, month, 1, tzinfo=UTC), datetime(later // MONTHS, later % MONTHS + 1, 1, tzinfo=UTC)
