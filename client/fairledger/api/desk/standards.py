"""``/desk/standards``: a standard's next version, compared with the one in force, proposed and voted on.

Each move is the REST operation of the same effect. What is uploaded is kept as a document before it is proposed, so
that what is compared, proposed and voted on is the same file.
"""

import asyncio
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import ValidationError

from fairledger.api import standard_routes as rest
from fairledger.api.desk import standard_view as view
from fairledger.api.desk.acting import back_to, body_of, status_of
from fairledger.api.desk.fields import utc_of
from fairledger.api.desk.moves import MOVES, Asked, Move, MoveName, made
from fairledger.api.desk.page import DESK, page, shown_language
from fairledger.api.desk.session import Visitor
from fairledger.api.desk.standard_words import texts
from fairledger.api.desk.waiting import Desk
from fairledger.api.forms import check_own_page
from fairledger.api.parameters import takes
from fairledger.api.parties import signatory_of
from fairledger.api.problems import EXPECTED, Problem, problem_of
from fairledger.api.service import Service, service_of
from fairledger.api.uploads import upload_of
from fairledger.readmodel.records import all_records
from fairledger.wallet import WalletEntry
from fairledger.words import name_word
from fairledger_contracts.records.ballot import Ballot, BallotState
from fairledger_contracts.records.standard import Standard

ADDRESS: Final = f"{DESK}/standards"
EFFECTIVE_IN: Final = timedelta(days=1)  # what the form begins with
VOTES_FOR: Final = timedelta(days=30)
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
router = APIRouter(prefix=ADDRESS, include_in_schema=False)


@dataclass(frozen=True)
class Draft:
    """A file that was uploaded, kept under its hash, beside the version in force; with times to begin with."""

    file: rest.StandardFile
    text_sha256: str
    current: Standard | None
    now: datetime

    @property
    def changes(self) -> list[view.Change]:
        """See ``standard_view.difference``."""
        return view.difference(self.current, self.file.parameters)

    @property
    def effective_from(self) -> str:
        """For a field of date and time, in UTC."""
        return _local(self.now + EFFECTIVE_IN)

    @property
    def votes_until(self) -> str:
        """For a field of date and time, in UTC."""
        return _local(self.now + VOTES_FOR)


@router.get("", response_class=HTMLResponse, dependencies=[takes("lang", "done")])
async def standards(request: Request, visitor: Visitor) -> HTMLResponse:
    """What is voted on, and what counts."""
    return await _page(request, visitor)


@router.post("/compare", response_class=HTMLResponse, dependencies=[takes("lang")])
async def compare(request: Request, visitor: Visitor) -> HTMLResponse:
    """Show how an uploaded file differs from the version in force, with the form to propose it."""
    check_own_page(request)
    try:
        if not Desk(signatory_of(visitor), datetime.now(UTC)).is_officer:
            raise Problem("DISCLOSURE_ROLE_DENIED", "standards are proposed by officers of the association")
        content = (await upload_of(request)).get("file", b"")
        _read(content)  # nothing else is kept
        draft = await _draft(request, await service_of(request).archive.put(content))
    except EXPECTED as error:
        return await _page(request, visitor, problem_of(error))
    return await _page(request, visitor, draft=draft)


@router.post("/{move}", response_class=Response, dependencies=[takes("lang")])
async def act(request: Request, move: MoveName, visitor: Visitor) -> Response:
    """Propose or vote, and go back to the page; or show the page with the reason why not."""
    if problem := await made(request, visitor, move, MOVES_HERE):
        return await _page(request, visitor, problem)
    return back_to(ADDRESS, lang=shown_language(request))


async def _propose(asked: Asked) -> Response:
    if not _SHA256.fullmatch(asked.told("text_sha256")):  # an address in the store is made of it
        raise Problem("REQUEST_INVALID", "send the page's form")
    draft = await _draft(asked.request, asked.told("text_sha256"))
    times = {name: utc_of(asked.form, name) for name in ("effective_from", "votes_until")}
    told = {**draft.file.model_dump(), "text_sha256": draft.text_sha256, **times}
    return await rest.propose(body=body_of(rest.NewStandard, told), **asked.by)


MOVES_HERE: Final = {"propose": Move(_propose), **{name: MOVES[name] for name in ("vote", "close_ballot")}}


async def _draft(request: Request, text_sha256: str) -> Draft:
    service, now = service_of(request), datetime.now(UTC)
    file = _read(await service.archive.get(text_sha256, ask_others=False))
    versions = await asyncio.to_thread(_versions, service, file.name)
    return Draft(file, text_sha256, view.counting(versions, now).get(file.name), now)


def _read(content: bytes) -> rest.StandardFile:
    try:
        return rest.StandardFile.model_validate_json(content)
    except ValidationError as error:
        at = ", ".join(dict.fromkeys(".".join(map(str, each["loc"])) for each in error.errors(include_input=False)))
        raise Problem("REQUEST_INVALID", f"send JSON with name, title and parameters; look again at: {at}") from None


def _versions(service: Service, name: str) -> list[Standard]:
    with service.database.reading() as connection:
        return list(all_records(connection, Standard, [("name", name)]))


async def _page(
    request: Request, visitor: WalletEntry, problem: Problem | None = None, draft: Draft | None = None
) -> HTMLResponse:
    language, desk = shown_language(request), Desk(signatory_of(visitor), datetime.now(UTC))
    shown: dict[str, Any] = {"ballots": [], "standards": []}
    if desk.is_member:
        shown = await asyncio.to_thread(_shown, service_of(request), desk)
    return page(
        request,
        "standards.html",
        language,
        visitor,
        status=status_of(problem) if desk.is_member else 403,
        address=ADDRESS,
        w=texts(language),
        name_word=lambda name: name_word(name, language),
        shown=lambda name, value: view.shown(name, value, language),
        denied=not desk.is_member,
        may_propose=desk.is_officer,
        draft=draft,
        problem=problem,
        done=problem is None and request.query_params.get("done") == "yes",
        **shown,
    )


def _shown(service: Service, desk: Desk) -> dict[str, Any]:
    with service.database.reading() as connection:
        open_now = list(all_records(connection, Ballot, [("state", BallotState.OPEN.value)]))
        known = list(all_records(connection, Standard))
    ballots = [(desk.ballot(each.ballot), each) for each in view.proposals(open_now, known, desk.now)]
    return {"ballots": ballots, "standards": list(view.counting(known, desk.now).values())}


def _local(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M")
