"""Which disclosures a platform owes now and are not on record."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import get_args

from sqlalchemy import Connection

from fairledger.api.desk.waiting import Owed
from fairledger.readmodel.records import all_records, find_record
from fairledger_contracts.disclosure.periods import MONTHS_A_YEAR, due_at, opens_at
from fairledger_contracts.records.disclosure import STANDARD, Disclosure, Subject
from fairledger_contracts.records.member import Member
from fairledger_contracts.records.standard import Standard, in_force


def owed_now(connection: Connection, members: Iterable[Member], now: datetime) -> list[Owed]:
    """Those of the period that goes on, and of the one before it: by the standard in force now."""
    standard = in_force(all_records(connection, Standard, [("name", STANDARD)]), now)
    if standard is None:
        return []
    return [
        each
        for member in members
        for each in owed_of(member, standard, now)
        if find_record(connection, Disclosure, each.msp_id, each.subject, each.period) is None
    ]


def owed_of(member: Member, standard: Standard, now: datetime) -> Iterator[Owed]:
    """What a platform owes of both periods, filed or not."""
    subject: Subject
    for subject in get_args(Subject):
        for period in _periods(standard.parameter(f"{subject}_months"), now):
            due = due_at(standard, subject, period)
            if member.belongs(min(due, now)) and standard.counts(min(due, now)):
                yield Owed(member.msp_id, subject, period, due, opens_at(standard, subject, period))


def _periods(months: int, now: datetime) -> list[str]:
    """The first months of the period before and of the one that goes on."""
    month = now.month - 1 - (now.month - 1) % months
    first = now.year * MONTHS_A_YEAR + month
    return [f"{at // MONTHS_A_YEAR:04}-{at % MONTHS_A_YEAR + 1:02}" for at in (first - months, first)]
