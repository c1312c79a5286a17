"""``/desk/warrants``: made, confirmed, ended and read by; and who read what."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import Connection

from fairledger.api import warrant_routes as rest
from fairledger.api.desk import warrant_view as view
from fairledger.api.desk.acting import back_to, body_of, once_of, own_form, problem_in, status_of
from fairledger.api.desk.fields import utc_of
from fairledger.api.desk.moves import Asked, Move, made
from fairledger.api.desk.page import DESK, page, shown_language
from fairledger.api.desk.session import Visitor
from fairledger.api.desk.warrant_words import STATES, texts
from fairledger.api.my_data.words import field_word
from fairledger.api.parameters import takes
from fairledger.api.parties import is_platform_officer, is_regulator, sees_all, signatory_of
from fairledger.api.problems import Problem
from fairledger.api.service import Service, service_of
from fairledger.readmodel.records import find_record, list_records
from fairledger.wallet import WalletEntry
from fairledger.words import refusal_text, word
from fairledger_contracts.records.member import Member
from fairledger_contracts.records.private_read import Announcement, ReadTerms, Release
from fairledger_contracts.records.signatory import Signatory
from fairledger_contracts.records.warrant import SubjectKind, Warrant, WarrantTerms

SHOWN_MAX: Final = 100
ADDRESS: Final = f"{DESK}/warrants"
router = APIRouter(prefix=ADDRESS, include_in_schema=False)
Work = Callable[[dict[str, str]], Awaitable[Response]]


@router.get("", response_class=HTMLResponse, dependencies=[takes("lang", "done")])
async def warrants(request: Request, visitor: Visitor) -> HTMLResponse:
    """Warrants and readings, as far as the visitor may see them."""
    return await _page(request, visitor)


@router.post("/make", response_class=Response, dependencies=[takes("lang")])
async def make(request: Request, visitor: Visitor) -> Response:
    """Make a warrant."""
    return await _after(request, visitor, await made(request, visitor, "make_warrant", MOVES_HERE))


@router.post("/{warrantID}/confirm", response_class=Response, dependencies=[takes("lang")])
async def confirm(request: Request, warrant_id: rest.WarrantId, visitor: Visitor) -> Response:
    """Confirm another officer's warrant."""

    async def work(form: dict[str, str]) -> Response:
        return await rest.confirm(request, warrant_id, visitor, once_of(request, visitor, form))

    return await _acted(request, visitor, work)


@router.post("/{warrantID}/end", response_class=Response, dependencies=[takes("lang")])
async def end(request: Request, warrant_id: rest.WarrantId, visitor: Visitor) -> Response:
    """End a warrant before its time."""

    async def work(form: dict[str, str]) -> Response:
        return await rest.end(request, warrant_id, visitor, once_of(request, visitor, form))

    return await _acted(request, visitor, work)


@router.post("/{warrantID}/read", response_class=HTMLResponse, dependencies=[takes("lang")])
async def read(request: Request, warrant_id: rest.WarrantId, visitor: Visitor) -> HTMLResponse:
    """Read fields, and show them this once: what is kept for the form's key has nothing of them."""
    form = await own_form(request)
    values: dict[str, str] = {}

    async def work() -> Response:
        service = service_of(request)
        found = await asyncio.to_thread(_warrant, service, warrant_id)
        terms = {
            "warrant": warrant_id,
            "platform": found.terms.platform,
            "order": form.get("order", "").strip(),
            "fields": [name.removeprefix("field-") for name in form if name.startswith("field-")],
        }
        values.update(await rest.read_values(service, visitor, body_of(ReadTerms, terms)))
        return Response(status_code=204)

    problem = await problem_in(lambda: once_of(request, visitor, form).answer(work))
    return await _page(request, visitor, problem, values=values, order=form.get("order", ""), was_read=problem is None)


async def _make(asked: Asked) -> Response:
    terms = {
        "subject": {"kind": asked.told("subject_kind"), "value": asked.told("subject")},
        "fields": asked.told("fields").replace(",", " ").split(),
        **{name: asked.told(name) for name in ("platform", "purpose", "legal_basis")},
        **{name: utc_of(asked.form, name) for name in ("valid_from", "valid_until")},
    }
    return await rest.make(body=body_of(WarrantTerms, terms), **asked.by)


MOVES_HERE: Final = {"make_warrant": Move(_make)}


async def _acted(request: Request, visitor: WalletEntry, work: Work) -> Response:
    """Back to the page when it took effect, or the page with the reason why not."""
    form = await own_form(request)
    return await _after(request, visitor, await problem_in(lambda: work(form)))


async def _after(request: Request, visitor: WalletEntry, problem: Problem | None) -> Response:
    """Back to the page when nothing kept a form from its effect, or the page with the reason."""
    if problem is not None:
        return await _page(request, visitor, problem)
    return back_to(ADDRESS, lang=shown_language(request))


async def _page(
    request: Request, visitor: WalletEntry, problem: Problem | None = None, **read_now: Any
) -> HTMLResponse:
    language, person, now = shown_language(request), signatory_of(visitor), datetime.now(UTC)
    denied = not (sees_all(person) or is_platform_officer(person))
    shown = {} if denied else await asyncio.to_thread(_shown, service_of(request), person, now)
    nothing: dict[str, Any] = {"rows": [], "readings": [], "released": frozenset(), "members": []}
    return page(
        request,
        "warrants.html",
        language,
        visitor,
        status=403 if denied else status_of(problem),
        address=ADDRESS,
        w=texts(language),
        states={state: text.said(language) for state, text in STATES.items()},
        kinds=[(kind.value, word(kind, language)) for kind in SubjectKind],
        kind_word=lambda kind: word(kind, language),
        field_word=lambda name: field_word(name, language),
        refusal=lambda code: refusal_text(code, language),
        denied=denied,
        may_make=is_regulator(person),
        problem=problem,
        done=problem is None and request.query_params.get("done") == "yes",
        now=now,
        **{"values": {}, "order": "", "was_read": False, **read_now},
        **{**nothing, **shown},
    )


def _shown(service: Service, person: Signatory, now: datetime) -> dict[str, Any]:
    with service.database.reading() as connection:
        found = [each for each, _ in list_records(connection, Warrant, limit=SHOWN_MAX)]
        readings = [reading for refused in ("false", "true") for reading in _last_readings(connection, refused)]
        readings.sort(key=lambda each: each.announced_at, reverse=True)
        named = {each.terms.warrant for each in readings}
        known = {each: warrant for each in named if (warrant := find_record(connection, Warrant, each))}
        told = view.seen(readings, known, person, now)
        released = {each.id for each in told if list_records(connection, Release, [("read", each.id)], limit=1)}
        members = [each for each, _ in list_records(connection, Member, limit=SHOWN_MAX)]
    rows = [view.row_of(each, person, now) for each in found] if sees_all(person) else []
    return {"rows": rows, "readings": told, "released": released, "members": members}


def _last_readings(connection: Connection, refused: str) -> list[Announcement]:
    """Permitted and refused ones by themselves: anybody can have attempts refused, as often as they like."""
    return [each for each, _ in list_records(connection, Announcement, [("refused", refused)], limit=SHOWN_MAX)]


def _warrant(service: Service, warrant_id: str) -> Warrant:
    """A warrant. Raises ``Problem`` (PRIVACY_WARRANT_UNKNOWN)."""
    with service.database.reading() as connection:
        found = find_record(connection, Warrant, warrant_id)
    if found is None:
        raise Problem("PRIVACY_WARRANT_UNKNOWN", "no warrant has this id")
    return found
