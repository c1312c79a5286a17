"""Whether a warrant permits a reading: a pure function, whose answer is a code."""

from datetime import datetime

from fairledger_contracts.records.order_record import OrderRecord
from fairledger_contracts.records.private_read import ReadTerms
from fairledger_contracts.records.warrant import Warrant


def refusal(warrant: Warrant | None, order: OrderRecord | None, terms: ReadTerms, moment: datetime) -> str:
    """Why nothing may be read at ``moment``, as a code; empty when it may."""
    return _of_warrant(warrant, moment) or _of_subject(warrant, order, terms)


def _of_warrant(warrant: Warrant | None, moment: datetime) -> str:
    if warrant is None:
        return "PRIVACY_WARRANT_UNKNOWN"
    if warrant.ended_at is not None:
        return "PRIVACY_WARRANT_ENDED"
    if warrant.confirmed_at is None:
        return "PRIVACY_WARRANT_UNCONFIRMED"
    if moment < warrant.terms.valid_from:
        return "PRIVACY_WARRANT_EARLY"
    if moment >= warrant.terms.valid_until:
        return "PRIVACY_WARRANT_EXPIRED"
    return ""


def _of_subject(warrant: Warrant | None, order: OrderRecord | None, terms: ReadTerms) -> str:
    if warrant is None or warrant.terms.platform != terms.platform:
        return "PRIVACY_WARRANT_PLATFORM"
    if order is None:
        return "PRIVACY_ORDER_UNKNOWN"
    if not warrant.terms.subject.covers(order):
        return "PRIVACY_WARRANT_SUBJECT"
    if not set(terms.fields) <= set(warrant.terms.fields):
        return "PRIVACY_WARRANT_FIELDS"
    return _of_order(order, terms)


def _of_order(order: OrderRecord, terms: ReadTerms) -> str:
    if order.purged_at is not None:
        return "PRIVACY_PURGED"
    return "" if set(terms.fields) <= set(order.seal.fields) else "PRIVACY_FIELD_UNKNOWN"
