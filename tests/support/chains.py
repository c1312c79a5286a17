"""A supply chain told without a flaw, from which tests take away."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from fairledger_contracts.lineage.checks import Known, findings
from fairledger_contracts.lineage.fact import Fact
from fairledger_contracts.lineage.grade import Check, Finding
from fairledger_contracts.lineage.history import look
from fairledger_contracts.lineage.question import drive
from fairledger_contracts.records.licence import Holder, Licence, prefixes_of
from fairledger_contracts.records.scan_count import Scans
from fairledger_contracts.records.signatory import Signatory
from tests.support.facts import (
    CARRIER,
    INSPECTOR,
    MERCHANT,
    PHONE,
    PRODUCER,
    START,
    book,
    fact,
    made,
    possessing,
    seen,
    site,
    transformed,
)

BOARD = PHONE.replace("FP1", "BOARD1")
OFFICER = Signatory(msp_id="AssociationMSP", id="officer", role="officer", gln="")


def held(
    name: str, hours: float, by: Signatory, *, source: Signatory | None = None, to: Signatory | None = None
) -> list[Fact]:
    """What an honest holder of the phone tells: it comes in from ``source``, is there, goes out ``to`` the next."""
    told = [seen(f"{name}-stores", hours + 1, PHONE, by=by)]
    if source:
        door, giver = site(by, "IN"), possessing(source)
        told.append(
            fact(f"{name}-receives", hours, by=by, step="receiving", read_point=door, giver=giver, epcList=[PHONE])
        )
    if to:
        door, taker = site(by, "OUT"), possessing(to)
        told.append(
            fact(f"{name}-ships", hours + 2, by=by, step="shipping", read_point=door, taker=taker, epcList=[PHONE])
        )
    return told


def flawless() -> list[Fact]:
    """A board becomes a phone, which is stored, carried, inspected and sold."""
    return [
        made("board", 0, BOARD),
        transformed("make", 1, [BOARD], [PHONE]),
        *held("maker", 2, PRODUCER, to=CARRIER),
        *held("carrier", 6, CARRIER, source=PRODUCER, to=MERCHANT),
        seen("inspection", 9, PHONE, step="inspecting", by=INSPECTOR),
        *held("merchant", 10, MERCHANT, source=CARRIER),
        seen("sale", 20, PHONE, step="retail_selling", by=MERCHANT),
    ]


def licence(*holders: Signatory, prefix: str = "9521000") -> Licence:
    """One whose holders follow each other, a day each."""
    held_since = [
        Holder(msp_id=each.msp_id, gln=each.gln, name=each.id, since=START.replace(day=day))
        for day, each in enumerate(holders, start=1)
    ]
    return Licence(prefix=prefix, holders=tuple(held_since), recorder=OFFICER)


def scans(day: int, area: str, count: int = 1, item: str = PHONE) -> Scans:
    return Scans(item=item, day=date(2026, 3, day), area=area, count=count)


def known(facts: Sequence[Fact], item: str = PHONE, **other: Any) -> Known:
    looked = drive(look(item), book(facts))
    told: dict[str, Any] = {
        "licence": licence(PRODUCER),
        "identified": bool(prefixes_of(item)),
        "is_class": False,
        "anchors": 0,
        "scans": (),
        **other,
    }
    return Known(journey=looked.journey, upstream=looked.upstream, sources=looked.sources, **told)


def found(check: Check, facts: Sequence[Fact], item: str = PHONE, **other: Any) -> list[Finding]:
    """What one check finds."""
    return [finding for finding in findings(known(facts, item, **other)) if finding.check is check]
