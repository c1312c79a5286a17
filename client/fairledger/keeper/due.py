"""What anybody may have done now, because a deadline has passed: found in the read model, decided by the contracts."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from fairledger.readmodel.escrow_terms import UNDER_WAY
from fairledger.readmodel.late_disclosures import late_disclosures
from fairledger.readmodel.records import all_records
from fairledger_contracts.records.ballot import Ballot, BallotState
from fairledger_contracts.records.complaint import ENDS as COMPLAINT_ENDS
from fairledger_contracts.records.complaint import Complaint, ComplaintState
from fairledger_contracts.records.disclosure import Disclosure, DisclosureState
from fairledger_contracts.records.inspection import BY_TIME, Inspection
from fairledger_contracts.records.monitoring import Listing
from fairledger_contracts.records.order import Order
from fairledger_contracts.records.payment import Payout, PayoutState
from fairledger_contracts.records.sanction import ENDS as SANCTION_ENDS
from fairledger_contracts.records.sanction import Sanction, SanctionState


class Due(NamedTuple):
    """A call that anybody may make: the function with its contract, its arguments, and what it is about."""

    function: str
    arguments: tuple[str, ...]
    about: str


def find_due(connection: Connection, now: datetime) -> list[Due]:
    """All that has passed its deadline, money first."""
    return [*_money(connection, now), *_supervision(connection, now), *_disclosure(connection, now)]


def _money(connection: Connection, now: datetime) -> Iterator[Due]:
    for order in all_records(connection, Order, [("progress", UNDER_WAY)]):
        if order.due_at is not None and order.due_at < now:
            yield Due("escrow:due", (order.id,), f"order {order.id}")
    for payout in all_records(connection, Payout, [("state", PayoutState.ASKED)]):
        if payout.due_at < now:
            yield Due("escrow:return_payout", (payout.id,), f"payout {payout.id}")


def _supervision(connection: Connection, now: datetime) -> Iterator[Due]:
    for state in (each for each in ComplaintState if each not in COMPLAINT_ENDS):
        for complaint in all_records(connection, Complaint, [("state", state)]):
            if complaint.due_at < now:
                yield Due("supervision:push_complaint", (complaint.id,), f"complaint {complaint.id}")
    for waiting in BY_TIME:
        for inspection in all_records(connection, Inspection, [("state", waiting)]):
            if inspection.due_at < now:
                yield Due("supervision:push_inspection", (inspection.id,), f"inspection {inspection.id}")
    for entry in all_records(connection, Listing, [("in_force", "true")]):
        if entry.review_at < now:
            yield Due("supervision:delist", (entry.id,), f"entry {entry.id} of the monitoring list")


def _disclosure(connection: Connection, now: datetime) -> Iterator[Due]:
    for state in (each for each in SanctionState if each not in SANCTION_ENDS):
        for sanction in all_records(connection, Sanction, [("state", state)]):
            if sanction.until is not None and sanction.until < now:
                yield Due("disclosure:push_sanction", (sanction.id,), f"sanction {sanction.id}")
    for ballot in all_records(connection, Ballot, [("state", BallotState.OPEN)]):
        if ballot.closes_at < now:
            key = (ballot.name, ballot.version)
            yield Due("disclosure:close_ballot", key, f"ballot {' '.join(key)}")
    for filed in all_records(connection, Disclosure, [("state", DisclosureState.FILED)]):
        if filed.review_until is not None and filed.review_until < now:
            yield _of_disclosure("accept_unreviewed", filed.msp_id, filed.subject, filed.period)
    for late in late_disclosures(connection, now):
        if not late.on_record:
            yield _of_disclosure("late", late.msp_id, late.subject, late.period)


def _of_disclosure(function: str, msp_id: str, subject: str, period: str) -> Due:
    return Due(f"disclosure:{function}", (msp_id, f'"{subject}"', period), f"disclosure {msp_id} {subject} {period}")
