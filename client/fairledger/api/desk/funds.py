"""``/desk/funds``: where money came from and went, as a list and as a picture."""

from importlib.resources import files
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import Connection

from fairledger.api.codes import meaning_of
from fairledger.api.desk.funds_words import texts
from fairledger.api.desk.page import DESK, page, shown_language
from fairledger.api.desk.session import Visitor
from fairledger.api.flows import DRAWN_MAX, NAMES, PATTERNS, Asked, asked, told_flow, view_of
from fairledger.api.parameters import takes
from fairledger.api.parties import signatory_of
from fairledger.api.problems import Problem
from fairledger.api.service import service_of
from fairledger.flow.telling import drawn, entries
from fairledger.readmodel.records import block_numbers
from fairledger.words.text import Language
from fairledger_contracts.records.movement import Movement
from fairledger_contracts.records.signatory import Signatory

router = APIRouter(prefix=DESK, include_in_schema=False)
_STYLE: Final = files("fairledger.api.desk").joinpath("funds.css").read_text("utf-8")
Given = Annotated[str, Query(max_length=100)]


@router.get("/funds", response_class=HTMLResponse, dependencies=[takes(*NAMES, "lang")])
def funds(
    request: Request,
    visitor: Visitor,
    *,
    note: Given = "",
    order: Given = "",
    payout: Given = "",
    reference: Given = "",
) -> HTMLResponse:
    """Show the way of the money, from its payments to its payouts; without a name, ask for one."""
    language = shown_language(request)
    given = dict(zip(NAMES, (each.strip() for each in (note, order, payout, reference)), strict=True))
    shown: dict[str, Any] = {"problem": "", "entries": None, "picture": "", "cut": False, "blocks": {}}
    status = 200
    if any(given.values()):
        try:
            with service_of(request).database.reading() as connection:
                shown |= _told(connection, signatory_of(visitor), _begin(given), language)
        except Problem as problem:
            status = int(meaning_of(problem.code).status)
            shown["problem"] = problem.code
    return page(
        request,
        "funds.html",
        language,
        visitor,
        status=status,
        f=texts(language),
        given=given,
        witnesses=service_of(request).witnesses,
        **shown,
    )


@router.get("/funds.css")
def style() -> Response:
    """The style of the page."""
    return Response(_STYLE, media_type="text/css")


def _begin(given: dict[str, str]) -> Asked:
    """Where the walk begins. Raises ``Problem`` (QUERY_ORDER, QUERY_VALUE)."""
    begin = asked(*given.values())
    if not PATTERNS[begin.name].fullmatch(begin.value):
        raise Problem("QUERY_VALUE", f"that is no {begin.name}")
    return begin


def _told(connection: Connection, person: Signatory, begin: Asked, language: Language) -> dict[str, Any]:
    flow = told_flow(connection, person, begin, "both")
    view = view_of(connection, person, flow, language)
    fits = 0 < len(flow.movements) <= DRAWN_MAX
    return {
        "entries": entries(flow.movements, view),
        "picture": drawn(flow.movements, view) if fits else "",
        "cut": flow.cut,
        "blocks": block_numbers(connection, Movement, [movement.id for movement in flow.movements]),
    }
