"""``/desk/funds``: where money came from and went, as a list and as a picture."""

from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.resources import files
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import Connection

from fairledger.api.desk import freezing
from fairledger.api.desk.acting import status_of
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
from fairledger.wallet import WalletEntry
from fairledger.words.text import Language
from fairledger_contracts.records.movement import Movement
from fairledger_contracts.records.signatory import Signatory

ADDRESS: Final = f"{DESK}/funds"
router = APIRouter(prefix=DESK, include_in_schema=False)
_STYLE: Final = files("fairledger.api.desk").joinpath("funds.css").read_text("utf-8")
Given = Annotated[str, Query(max_length=100)]


@router.get("/funds", response_class=HTMLResponse, dependencies=[takes(*NAMES, "lang", "done")])
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
    given = dict(zip(NAMES, (each.strip() for each in (note, order, payout, reference)), strict=True))
    return show_funds(request, visitor, given, done=request.query_params.get("done") == "yes")


def show_funds(
    request: Request,
    visitor: WalletEntry,
    given: Mapping[str, str],
    problem: Problem | None = None,
    *,
    done: bool = False,
) -> HTMLResponse:
    """The page for what is ``given`` by ``NAMES``, with the problem that one of its forms met."""
    language, person, now = shown_language(request), signatory_of(visitor), datetime.now(UTC)
    shown: dict[str, Any] = {"entries": None, "picture": "", "cut": False, "blocks": {}, "freezable": []}
    with service_of(request).database.reading() as connection:
        if any(given.values()):
            try:
                shown |= _told(connection, person, _begin(given), language)
            except Problem as refusal:
                problem = problem or refusal
        freezes = freezing.freezes_of(connection, person, now)
    return page(
        request,
        "funds.html",
        language,
        visitor,
        status=status_of(problem),
        address=ADDRESS,
        f=texts(language),
        given={name: given.get(name, "") for name in NAMES},
        witnesses=service_of(request).witnesses,
        problem=problem,
        done=done and problem is None,
        freezes=freezes,
        **shown,
    )


@router.get("/funds.css")
def style() -> Response:
    """The style of the page."""
    return Response(_STYLE, media_type="text/css")


def _begin(given: Mapping[str, str]) -> Asked:
    """Where the walk begins. Raises ``Problem`` (QUERY_ORDER, QUERY_VALUE)."""
    begin = asked(*(given.get(name, "") for name in NAMES))
    if not PATTERNS[begin.name].fullmatch(begin.value):
        raise Problem("QUERY_VALUE", f"that is no {begin.name}")
    return begin


def _told(connection: Connection, person: Signatory, begin: Asked, language: Language) -> dict[str, Any]:
    flow = told_flow(connection, person, begin, "both")
    view = view_of(connection, flow, language)
    fits = 0 < len(flow.movements) <= DRAWN_MAX
    told = entries(flow.movements, view)
    return {
        "entries": told,
        "picture": drawn(flow.movements, view) if fits else "",
        "cut": flow.cut,
        "blocks": block_numbers(connection, Movement, [movement.id for movement in flow.movements]),
        "freezable": freezing.freezable(connection, person, begin, told, view.unspent),
    }
