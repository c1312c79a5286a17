"""``/desk/corrections``: what persons say is right of their data; an officer of the platform accepts or refuses it.

The service writes the new version in its own name, as it purges when a person asks. The answer to the complaint is the
officer's. Nothing that is kept for the form's key has a value.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from fairledger.api.anchor_routes import Described
from fairledger.api.corrections import Correction
from fairledger.api.desk.acting import back_to, status_of
from fairledger.api.desk.correction_words import texts
from fairledger.api.desk.fields import documents_of
from fairledger.api.desk.moves import Asked, Move, MoveName, made
from fairledger.api.desk.page import DESK, page, shown_language
from fairledger.api.desk.session import Visitor
from fairledger.api.my_data.words import field_word
from fairledger.api.parameters import takes
from fairledger.api.parties import is_platform_officer, signatory_of
from fairledger.api.problems import EXPECTED, Problem, problem_of
from fairledger.api.record_lists import argument
from fairledger.api.security import check_key_is_here
from fairledger.api.service import Service, service_of
from fairledger.gateway.errors import GatewayError
from fairledger.privacy.orders import GONE
from fairledger.privacy.statements import check_statement
from fairledger.readmodel.records import find_record
from fairledger.wallet import WalletEntry
from fairledger_contracts.records.complaint import Complaint, ComplaintState

SHOWN_MAX: Final = 50  # each is opened from the ledger; decided ones make room
ADDRESS: Final = f"{DESK}/corrections"
router = APIRouter(prefix=ADDRESS, include_in_schema=False)


@dataclass(frozen=True)
class Row:
    """A correction that is asked for; ``held`` is the version that counts, ``awaits`` that an answer is due."""

    asked: Correction
    version: str
    held: Mapping[str, str] = field(repr=False)
    awaits: bool
    due_at: datetime | None


@router.get("", response_class=HTMLResponse, dependencies=[takes("lang", "done")])
async def corrections(request: Request, visitor: Visitor) -> HTMLResponse:
    """What is asked for, the oldest first."""
    return await _page(request, visitor)


@router.post("/{move}", response_class=Response, dependencies=[takes("lang")])
async def act(request: Request, move: MoveName, visitor: Visitor) -> Response:
    """Accept or refuse, and go back to the page; or show the page with the reason why not."""
    if problem := await made(request, visitor, move, MOVES_HERE):
        return await _page(request, visitor, problem)
    return back_to(ADDRESS, lang=shown_language(request))


async def _accept(asked: Asked) -> Response:
    """Write the asked values, then answer; after a failure in between, what is written is not written again."""
    await _check_officer(service_of(asked.request), asked.person)

    async def work() -> Response:
        service, row = service_of(asked.request), await _found(asked)
        if row.awaits:
            check_key_is_here(asked.person)  # before anything is written
        if asked.told("sure") != "yes":
            raise Problem("REQUEST_INVALID", "look again at: sure")
        if not row.asked.values:
            raise Problem("PRIVACY_OPEN", "what was asked for does not open under this service's key; refuse it")
        if any(row.held.get(name) != value for name, value in row.asked.values.items()):
            if row.version != asked.told("version"):
                raise Problem("PRIVACY_VERSION", "the data were changed since the page was shown")
            await service.privacy.own_orders().correct(row.asked.order, {**row.held, **row.asked.values})
        return await _decided(asked, row, ())

    return await asked.once.answer(work)


async def _refuse(asked: Asked) -> Response:
    """Answer with a statement for everybody to read; where no answer is due any more, there is none."""
    await _check_officer(service_of(asked.request), asked.person)

    async def work() -> Response:
        row = await _found(asked)
        documents: tuple[Described, ...] = ()
        if row.awaits:
            check_key_is_here(asked.person)
            if not asked.told("statement"):
                raise Problem("REQUEST_INVALID", "look again at: statement")
            check_statement(asked.told("statement"), (*row.held.values(), *row.asked.values.values()))
            documents = await documents_of(asked.request, asked.form)
        return await _decided(asked, row, documents)

    return await asked.once.answer(work)


MOVES_HERE: Final = {"accept": Move(_accept), "refuse": Move(_refuse)}


async def _decided(asked: Asked, row: Row, documents: tuple[Described, ...]) -> Response:
    """Answer the complaint with these documents, if that is due; and forget the values."""
    service = service_of(asked.request)
    if row.awaits:
        answer = (row.asked.complaint, argument(documents))
        await service.writes.write(asked.person, "supervision:answer_complaint", *answer)
    await asyncio.to_thread(service.corrections.strike, row.asked.complaint)
    return Response(status_code=204)


async def _check_officer(service: Service, person: WalletEntry) -> None:
    """Raise ``Problem`` for everybody but officers of the service's platform.

    PRIVACY_CORRECTION_DENIED, and SIGNING_CERTIFICATE for one whose certificate was revoked: values are opened and
    written in the service's name, so that no peer looks at theirs.
    """
    if not _is_officer(service, person):
        raise Problem("PRIVACY_CORRECTION_DENIED", "corrections are decided by officers of the order's platform")
    await service.signing.member(person.identity.serialized)


def _is_officer(service: Service, person: WalletEntry) -> bool:
    signatory = signatory_of(person)
    return is_platform_officer(signatory) and signatory.msp_id == service.msp_id


async def _found(asked: Asked) -> Row:
    """What the form decides. Raises ``Problem`` (PRIVACY_CORRECTION_UNKNOWN), ``GatewayError``, ``PrivacyError``."""
    service = service_of(asked.request)
    found = await asyncio.to_thread(service.corrections.find, asked.told("id"))
    if found is None:
        raise Problem("PRIVACY_CORRECTION_UNKNOWN", "no correction is asked for by this complaint, or not any more")
    return await _row(service, found)


async def _row(service: Service, asked: Correction) -> Row:
    data, opened = await service.privacy.own_orders().opened(asked.order)
    held = {name: each.value for name, each in opened.items()}
    complaint = await asyncio.to_thread(_complaint, service, asked.complaint)
    filed = complaint is not None and complaint.state is ComplaintState.FILED
    due_at = complaint.due_at if complaint is not None and filed else None
    return Row(asked, data.version, held, due_at is not None and datetime.now(UTC) < due_at, due_at)


def _complaint(service: Service, complaint: str) -> Complaint | None:
    with service.database.reading() as connection:
        return find_record(connection, Complaint, complaint)


async def _rows(service: Service) -> list[Row]:
    """What is asked for; what is of a purged order waits to be forgotten."""
    rows = []
    for each in await asyncio.to_thread(service.corrections.asked, SHOWN_MAX):
        try:
            rows.append(await _row(service, each))
        except GatewayError as error:
            if error.code not in GONE:
                raise
    return rows


async def _page(request: Request, visitor: WalletEntry, problem: Problem | None = None) -> HTMLResponse:
    language, service = shown_language(request), service_of(request)
    denied, rows = not _is_officer(service, visitor), []
    try:
        if not denied:
            await _check_officer(service, visitor)
            rows = await _rows(service)
    except EXPECTED as error:
        problem = problem or problem_of(error)
    return page(
        request,
        "corrections.html",
        language,
        visitor,
        status=403 if denied else status_of(problem),
        address=ADDRESS,
        w=texts(language),
        field_word=lambda name: field_word(name, language),
        denied=denied,
        rows=rows,
        problem=problem,
        done=False,  # not all that is decided is on the ledger
        decided=problem is None and request.query_params.get("done") == "yes",
    )
