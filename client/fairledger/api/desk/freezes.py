"""``/desk/funds/freeze`` and ``/desk/funds/freezes/{id}/release``: the forms of the page of funds."""

import asyncio
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from fairledger.api import freeze_routes as rest
from fairledger.api.desk.acting import back_to, body_of, once_of, own_form, problem_in
from fairledger.api.desk.fields import seconds_of
from fairledger.api.desk.funds import ADDRESS, show_funds
from fairledger.api.desk.moves import Asked, Move, made
from fairledger.api.desk.page import shown_language
from fairledger.api.desk.session import Visitor
from fairledger.api.parameters import takes
from fairledger.api.problems import Problem
from fairledger.api.record_lists import RecordId
from fairledger.wallet import WalletEntry
from fairledger_contracts.records.freeze import GroundKind, OriginKind

NOTE: Final = "note-"  # what the names of the notes' boxes begin with
ORIGINS: Final = ("order", "reference")  # one of them says where the money came out
router = APIRouter(prefix=ADDRESS, include_in_schema=False)


@router.post("/freeze", response_class=Response, dependencies=[takes("lang")])
async def freeze(request: Request, visitor: Visitor) -> Response:
    """Freeze the notes whose boxes are ticked, and show where they came out; or why not."""
    form = await own_form(request)
    given = {name: form[name] for name in ORIGINS if form.get(name)}
    return await _shown(request, visitor, given, await made(request, visitor, "freeze", MOVES_HERE))


@router.post("/freezes/{id}/release", response_class=Response, dependencies=[takes("lang")])
async def release(request: Request, freeze_id: RecordId, visitor: Visitor) -> Response:
    """End a freeze."""
    form = await own_form(request)
    problem = await problem_in(lambda: rest.release(request, freeze_id, visitor, once_of(request, visitor, form)))
    return await _shown(request, visitor, {}, problem)


async def _freeze(asked: Asked) -> Response:
    return await rest.freeze(body=body_of(rest.NewFreeze, _told(asked.form)), **asked.by)


MOVES_HERE: Final = {"freeze": Move(_freeze)}


def _told(form: dict[str, str]) -> dict[str, Any]:
    """The form as the body of ``POST /escrow/freezes``. Raises ``Problem`` (REQUEST_INVALID)."""
    order, ground = form.get("order", ""), form.get("ground", "")
    by_order = {"kind": OriginKind.ORDER, "key": [order]}
    by_payment = {"kind": OriginKind.PAYMENT, "key": [form.get("provider", ""), form.get("reference", "")]}
    return {
        "origin": by_order if order else by_payment,
        "ground": {"kind": ground, "id": order if ground == GroundKind.DISPUTE else form.get("ground_id", "").strip()},
        "notes": [name.removeprefix(NOTE) for name in form if name.startswith(NOTE)],
        "seconds": seconds_of(form, "days"),
    }


async def _shown(request: Request, visitor: WalletEntry, given: dict[str, str], problem: Problem | None) -> Response:
    """Back to the page when it took effect, or the page with the reason why not."""
    if problem is not None:
        return await asyncio.to_thread(show_funds, request, visitor, given, problem)
    return back_to(ADDRESS, **given, lang=shown_language(request))
