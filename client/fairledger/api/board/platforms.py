"""``/platforms``: what the ledger tells of each platform, so that a consumer can judge it."""

from datetime import UTC, datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import Connection

from fairledger.api.board import view
from fairledger.api.board.charts import ComplaintBar, complaint_bars
from fairledger.api.board.page import SHOWN_MAX, Asked, page, shown_language
from fairledger.api.desk.supervision_words import FIELDS
from fairledger.api.parameters import takes
from fairledger.api.problems import Problem
from fairledger.api.service import service_of
from fairledger.readmodel.complaint_figures import ComplaintFigures, complaint_figures
from fairledger.readmodel.records import find_record, list_records
from fairledger.words import name_word, word
from fairledger.words.amounts import money
from fairledger.words.text import Language
from fairledger_contracts.records.complaint import Category, ComplaintState
from fairledger_contracts.records.disclosure import Disclosure, Published
from fairledger_contracts.records.inspection import Inspection
from fairledger_contracts.records.member import Member
from fairledger_contracts.records.monitoring import Listing
from fairledger_contracts.records.sanction import Sanction
from fairledger_contracts.records.suspension import Suspension

KINDS: Final = {"category": Category, "state": ComplaintState}
router = APIRouter(prefix="/platforms", include_in_schema=False)
MspId = Annotated[str, Path(alias="mspID", pattern=r"^[A-Za-z0-9.-]{1,100}$")]


@router.get("", response_class=HTMLResponse, dependencies=[takes("lang")])
def platforms(request: Request, lang: Asked = None) -> HTMLResponse:
    """All platforms of the consortium, the worst first."""
    with service_of(request).database.reading() as connection:
        bars, _figures = _bars(connection, datetime.now(UTC))
    return page("platforms.html", request, shown_language(request, lang), platforms=bars)


@router.get("/{mspID}", response_class=HTMLResponse, dependencies=[takes("lang")])
def platform(request: Request, msp_id: MspId, lang: Asked = None) -> HTMLResponse:
    """One platform. Raises ``Problem`` (DISCLOSURE_MEMBER_UNKNOWN)."""
    language, now = shown_language(request, lang), datetime.now(UTC)
    with service_of(request).database.reading() as connection:

        def records(kind: Any, term: str, value: str = msp_id) -> list[Any]:
            return [each for each, _ in list_records(connection, kind, [(term, value)], limit=SHOWN_MAX)]

        member = find_record(connection, Member, msp_id)
        if member is None:
            raise Problem("DISCLOSURE_MEMBER_UNKNOWN", f"{msp_id} is no platform of this consortium")
        suspension = find_record(connection, Suspension, msp_id)
        bars, figures = _bars(connection, now)
        counts = figures[msp_id].counts if msp_id in figures else {}
        shown: dict[str, Any] = {
            "disclosures": records(Disclosure, "msp_id"),
            "sanctions": records(Sanction, "msp_id"),
            "inspections": records(Inspection, "platform"),
            "listings": [e for e in records(Listing, "subject", f"platform:{msp_id}") if e.removed_at is None],
        }
    return page(
        "platform.html",
        request,
        language,
        member=member,
        bar=next(bar for bar in bars if bar.row.msp_id == msp_id),
        suspension=suspension,
        suspended=suspension is not None and suspension.holds(now),
        categories=_counted(counts, "category", language),
        states=_counted(counts, "state", language),
        fact_word=lambda name: FIELDS[name].said(language) if name in FIELDS else name_word(name, language),
        facts=_facts,
        money=money,
        **shown,
    )


def _facts(published: Published) -> list[tuple[str, Any]]:
    """What a disclosure says, by the names of its form's fields: amounts with their currency."""
    told = published.model_dump(exclude={"subject"})
    if "refunded_minor" in told:
        told["refunded"] = money(told.pop("refunded_minor"), told.pop("currency"))
    return list(told.items())


def _bars(connection: Connection, now: datetime) -> tuple[list[ComplaintBar], dict[str, ComplaintFigures]]:
    members = [each for each, _ in list_records(connection, Member, limit=SHOWN_MAX)]
    suspensions = [each for each, _ in list_records(connection, Suspension, limit=SHOWN_MAX)]
    missing = [each for each, _ in list_records(connection, Disclosure, [("state", "missing")], limit=SHOWN_MAX)]
    figures = complaint_figures(connection, now)
    rows = view.platform_rows(members, suspensions, [each.msp_id for each in missing], figures, now)
    return complaint_bars(rows), {each.platform: each for each in figures}


def _counted(counts: dict[str, dict[str, int]], name: str, language: Language) -> list[tuple[str, int]]:
    """Words with their numbers, the most first."""
    found = sorted(counts.get(name, {}).items(), key=lambda each: (-each[1], each[0]))
    return [(word(KINDS[name](value), language), number) for value, number in found]
