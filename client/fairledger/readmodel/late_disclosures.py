"""Which disclosures are late: by the members, the standard ``disclosure``, and what was filed."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple, get_args

from sqlalchemy import Connection

from fairledger.readmodel.records import all_records, find_record
from fairledger_chaincode.errors import RuleBroken
from fairledger_contracts.disclosure.periods import MONTHS_A_YEAR, begins, due_at
from fairledger_contracts.records.disclosure import STANDARD, Disclosure, DisclosureState, Subject
from fairledger_contracts.records.member import Member
from fairledger_contracts.records.standard import Standard, in_force

OPEN: Final = frozenset({DisclosureState.MISSING, DisclosureState.REJECTED})


class Late(NamedTuple):
    """A disclosure that is due and not there; ``on_record`` tells whether the ledger says so already."""

    msp_id: str
    subject: Subject
    period: str
    due_at: datetime
    on_record: bool


def late_disclosures(connection: Connection, now: datetime) -> list[Late]:
    """All that are late at a moment, the longest due first; the same that the contract finds late when it is asked."""
    versions = list(all_records(connection, Standard, [("name", STANDARD)]))
    starts = [each.starts for each in versions if each.starts is not None]
    found: list[Late] = []
    for member in all_records(connection, Member) if starts else ():
        for period in _periods(min(starts), member, now):
            standard = in_force(versions, max(begins(period), min(starts)))
            if standard is not None:
                found += [late for late in _of_period(connection, member, standard, period) if late.due_at < now]
    return sorted(found, key=lambda each: (each.due_at, each.msp_id, each.subject))


def _of_period(connection: Connection, member: Member, standard: Standard, period: str) -> Iterator[Late]:
    for subject in get_args(Subject):
        known = find_record(connection, Disclosure, member.msp_id, subject, period)
        if known is not None:
            if known.state in OPEN:
                yield Late(member.msp_id, subject, period, known.due_at, known.state is DisclosureState.MISSING)
            continue
        try:
            due = due_at(standard, subject, period)
        except RuleBroken:  # no period of this subject begins with that month
            continue
        if member.belongs(due) and standard.counts(due):
            yield Late(member.msp_id, subject, period, due, on_record=False)


def _periods(first: datetime, member: Member, now: datetime) -> Iterator[str]:
    """All months from a year before anything was owed: what began earlier was due before."""
    since = max(first, member.since) - timedelta(days=366)
    year, month = since.astimezone(UTC).year, since.astimezone(UTC).month
    while datetime(year, month, 1, tzinfo=UTC) <= now:
        yield f"{year:04}-{month:02}"
        year, month = (year + 1, 1) if month == MONTHS_A_YEAR else (year, month + 1)
