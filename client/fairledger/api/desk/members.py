"""``/desk/members``: the consortium's platforms, enrolled by the association and struck off by the regulator."""

import asyncio
from datetime import UTC, datetime
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from fairledger.api import standard_routes as rest
from fairledger.api.desk.acting import back_to, body_of, status_of
from fairledger.api.desk.member_words import texts
from fairledger.api.desk.moves import Asked, Move, MoveName, made
from fairledger.api.desk.page import DESK, page, shown_language
from fairledger.api.desk.session import Visitor
from fairledger.api.desk.waiting import Desk
from fairledger.api.parameters import takes
from fairledger.api.parties import signatory_of
from fairledger.api.problems import Problem
from fairledger.api.service import Service, service_of
from fairledger.readmodel.records import all_records
from fairledger.wallet import WalletEntry
from fairledger_contracts.records.member import Member

ADDRESS: Final = f"{DESK}/members"
router = APIRouter(prefix=ADDRESS, include_in_schema=False)


@router.get("", response_class=HTMLResponse, dependencies=[takes("lang", "done")])
async def members(request: Request, visitor: Visitor) -> HTMLResponse:
    """Those that are members, and those that were."""
    return await _page(request, visitor)


@router.post("/{move}", response_class=Response, dependencies=[takes("lang")])
async def act(request: Request, move: MoveName, visitor: Visitor) -> Response:
    """Enrol or strike off, and go back to the page; or show the page with the reason why not."""
    if problem := await made(request, visitor, move, MOVES_HERE):
        return await _page(request, visitor, problem)
    return back_to(ADDRESS, lang=shown_language(request))


async def _enrol(asked: Asked) -> Response:
    body = body_of(rest.NewMember, {name: asked.told(name) for name in ("msp_id", "name")})
    return await rest.enrol(body=body, **asked.by)


async def _strike(asked: Asked) -> Response:
    if asked.told("sure") != "yes":
        raise Problem("REQUEST_INVALID", "look again at: sure")
    known = body_of(rest.NewMember, {"msp_id": asked.told("msp_id"), "name": "-"})
    return await rest.strike(msp_id=known.msp_id, **asked.by)


MOVES_HERE: Final = {"enrol": Move(_enrol), "strike": Move(_strike)}


async def _page(request: Request, visitor: WalletEntry, problem: Problem | None = None) -> HTMLResponse:
    language, desk = shown_language(request), Desk(signatory_of(visitor), datetime.now(UTC))
    return page(
        request,
        "members.html",
        language,
        visitor,
        status=status_of(problem) if desk.is_member else 403,
        address=ADDRESS,
        w=texts(language),
        denied=not desk.is_member,
        members=await asyncio.to_thread(_members, service_of(request)) if desk.is_member else [],
        may_enrol=desk.is_officer,
        may_strike=desk.is_regulator,
        problem=problem,
        done=problem is None and request.query_params.get("done") == "yes",
    )


def _members(service: Service) -> list[Member]:
    """Those that are members first, each by name."""
    with service.database.reading() as connection:
        known = list(all_records(connection, Member))
    return sorted(known, key=lambda each: (each.left_at is not None, each.name, each.msp_id))
