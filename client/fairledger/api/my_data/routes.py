"""``/my-data``: what is held of an order, for who has its secret; plain pages that need no script and no account.

The secret is in the forms' bodies alone, so that no address and no log has it.
"""

import asyncio
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, PackageLoader, StrictUndefined
from pydantic import ValidationError

from fairledger.api.codes import meaning_of
from fairledger.api.complaint_routes import NewComplaint, filed, receipted
from fairledger.api.corrections import Correction
from fairledger.api.desk.acting import KEY, new_key
from fairledger.api.forms import form_of
from fairledger.api.idempotency import by_key
from fairledger.api.my_data.asking import asked_of
from fairledger.api.my_data.proof import PurgeProof, proof_file, proof_of
from fairledger.api.my_data.words import field_word, texts
from fairledger.api.parameters import takes
from fairledger.api.privacy_bodies import ORDER_ID
from fairledger.api.privacy_routes import held_of, purged
from fairledger.api.problems import EXPECTED, Problem, problem_of
from fairledger.api.scan.words import language_of
from fairledger.api.service import Service, service_of
from fairledger.api.uploads import upload_of
from fairledger.privacy.disclosure import Disclosure, check, disclose, is_superseded
from fairledger.readmodel.records import all_records, find_record
from fairledger.words import problem_in_full, refusal_text
from fairledger.words.text import Language
from fairledger_contracts.records.complaint import About, AboutKind, Matter
from fairledger_contracts.records.member import Member
from fairledger_contracts.records.order_record import OrderRecord

POLICY: Final = "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
REASON_MAX: Final = 500
router = APIRouter(prefix="/my-data", include_in_schema=False)
_ORDER: Final = re.compile(ORDER_ID)
_PAGES: Final = Environment(
    loader=PackageLoader("fairledger.api.my_data", "."), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)
_SAID: Final = {
    "PRIVACY_CAPABILITY": "wrong_secret",
    "PRIVACY_ORDER_UNKNOWN": "no_order",
    "PRIVACY_RETAINED": "retained",
}
Asked = Annotated[str | None, Query(max_length=8)]


@router.get("", response_class=HTMLResponse, dependencies=[takes("lang")])
def ask(request: Request, lang: Asked = None) -> HTMLResponse:
    """Ask for order and secret."""
    return _page(request, "my_data.html", _language(request, lang), **_shown())


@router.post("", response_class=HTMLResponse, dependencies=[takes()])
async def show(request: Request) -> HTMLResponse:
    """Show what is held of the order."""
    form = await form_of(request)
    return await _mine(request, form)


@router.post("/disclosure", response_class=Response, dependencies=[takes()])
async def share(request: Request) -> Response:
    """The chosen fields with their proof, as a file."""
    form = await form_of(request)
    names = [name.removeprefix("field-") for name in form if name.startswith("field-")]
    try:
        order, secret = _claim(form)
        orders = service_of(request).privacy.own_orders()
        await orders.claimed(order, secret)
        if not names:
            raise Problem("PRIVACY_FIELD", "choose a field")
        disclosure = disclose(*await orders.opened(order), names)
    except EXPECTED as error:
        return await _mine(request, form, problem=problem_of(error))
    headers = {"Content-Disposition": f'attachment; filename="{order}.json"', "Cache-Control": "no-store"}
    return Response(disclosure.model_dump_json(indent=2), 200, headers, "application/json")


@router.post("/correction", response_class=HTMLResponse, dependencies=[takes()])
async def ask_correction(request: Request) -> HTMLResponse:
    """Keep what is right for the platform to see, and file a complaint that it has to answer; show the receipt."""
    form, service = await form_of(request), service_of(request)
    try:
        order, secret = _claim(form)
        record = await service.privacy.own_orders().claimed(order, secret)

        async def work() -> Response:
            held = await held_of(service, order, secret)
            values = asked_of(form, held.values)
            about = About(kind=AboutKind.ORDER, id=order)
            complaint = NewComplaint(about=about, platform=record.platform, matter=Matter.PERSONAL_DATA)
            answer = await filed(request, complaint)
            asked = Correction(receipted(answer).complaint.id, order, datetime.now(UTC), values)
            await asyncio.to_thread(service.corrections.keep, asked)
            return answer

        made = receipted(await by_key(request, form.get(KEY, "")).answer(work))
    except EXPECTED as error:
        return await _mine(request, form, problem=problem_of(error))
    return await _mine(request, form, receipt=made.receipt)


@router.post("/purge", response_class=HTMLResponse, dependencies=[takes()])
async def purge(request: Request) -> HTMLResponse:
    """Have the order's personal data purged everywhere, and show the proof."""
    form = await form_of(request)
    try:
        order, secret = _claim(form)
        reason = form.get("reason", "").strip()
        if form.get("sure") != "yes" or not 1 <= len(reason) <= REASON_MAX or not reason.isprintable():
            raise Problem("REQUEST_INVALID", "fill in the whole form")
        service = service_of(request)
        record = await service.privacy.own_orders().claimed(order, secret)
        if record.purged_at is None:  # sent twice, it is shown again
            await purged(service, order, reason)
    except EXPECTED as error:
        return await _mine(request, form, problem=problem_of(error))
    return await _mine(request, form)


@router.post("/proof", response_class=Response, dependencies=[takes()])
async def prove(request: Request) -> Response:
    """The proof of the purge as a file, for whoever wants to verify it without this organisation."""
    form, service = await form_of(request), service_of(request)
    try:
        order, secret = _claim(form)
        file = await proof_file(service, await service.privacy.own_orders().claimed(order, secret))
        if file is None:
            raise Problem("REQUEST_INVALID", "no purge of this order is on record here")
    except EXPECTED as error:
        return await _mine(request, form, problem=problem_of(error))
    headers = {"Content-Disposition": f'attachment; filename="purge-{order}.json"', "Cache-Control": "no-store"}
    return Response(file, 200, headers, "application/json")


@router.get("/check", response_class=HTMLResponse, dependencies=[takes("lang")])
def ask_file(request: Request, lang: Asked = None) -> HTMLResponse:
    """Ask for a file of shown fields."""
    return _page(request, "check.html", _language(request, lang), shown=None)


@router.post("/check", response_class=HTMLResponse, dependencies=[takes("lang")])
async def check_file(request: Request, lang: Asked = None) -> HTMLResponse:
    """Check the file against the public record of its order."""
    language = _language(request, lang)
    try:
        shown = Disclosure.model_validate_json((await upload_of(request)).get("file", b""))
        orders = service_of(request).privacy.own_orders()
        record = await orders.published(shown.platform, shown.order)
        check(shown, record)
    except ValidationError:
        problem = Problem("REQUEST_INVALID", texts(language)["no_file"])
    except EXPECTED as error:
        problem = problem_of(error)
    else:
        superseded, purged_since = is_superseded(shown, record), record.purged_at is not None
        return _page(request, "check.html", language, shown=shown, superseded=superseded, purged=purged_since)
    return _page(request, "check.html", language, problem, shown=None)


async def _mine(
    request: Request, form: dict[str, str], *, problem: Problem | None = None, receipt: str | None = None
) -> HTMLResponse:
    """The page of the order that ``form`` claims; the form that asks for it where the claim is refused."""
    language = language_of(form.get("lang"), "")
    service = service_of(request)
    proof: PurgeProof | None = None
    try:
        order, secret = _claim(form)
        held = await held_of(service, order, secret)
        if held.record.purged_at is not None:
            proof = await proof_of(service, held.record)
    except EXPECTED as error:
        found = await asyncio.to_thread(_elsewhere, service, form.get("order", "").strip())
        return _page(request, "my_data.html", language, problem or problem_of(error), found, **_shown())
    shown = _shown(held=held, proof=proof, secret=secret, receipt=receipt, witnesses=service.witnesses)
    return _page(request, "my_data.html", language, problem, **shown)


def _shown(**values: Any) -> dict[str, Any]:
    nothing: dict[str, Any] = {"held": None, "proof": None, "secret": "", "receipt": None, "witnesses": ()}
    return {**nothing, **values, "key": new_key()}


def _elsewhere(service: Service, order: str) -> list[str]:
    """Other platforms that have an order of this id."""
    with service.database.reading() as connection:
        members = [each for each in all_records(connection, Member) if each.msp_id != service.msp_id]
        having = [each for each in members if find_record(connection, OrderRecord, each.msp_id, order)]
    return [f"{each.name} ({each.msp_id})" for each in having]


def _claim(form: dict[str, str]) -> tuple[str, str]:
    """Order and secret. Raises ``Problem`` (PRIVACY_ORDER_UNKNOWN) for what can be no order's id."""
    order = form.get("order", "").strip()
    if not _ORDER.fullmatch(order):
        raise Problem("PRIVACY_ORDER_UNKNOWN", "the platform published no order of this id")
    return order, form.get("secret", "").strip()


def _language(request: Request, lang: str | None) -> Language:
    return language_of(lang, request.headers.get("accept-language", ""))


def _page(
    request: Request,
    name: str,
    language: Language,
    problem: Problem | None = None,
    elsewhere: Sequence[str] = (),
    **values: Any,
) -> HTMLResponse:
    words = texts(language)
    said = ""
    if problem is not None:
        known = _SAID.get(problem.code)
        full = problem_in_full(problem.code, problem.detail, language)
        reason = f"{problem.detail} ({problem.code})" if known else full
        said = words[known or "refused"].format(reason=reason)
        if problem.code == "PRIVACY_ORDER_UNKNOWN" and elsewhere:
            said = words["elsewhere"].format(platforms=", ".join(elsewhere))
    text = _PAGES.get_template(name).render(
        language=language,
        other="en" if language == "zh" else "zh",
        t=words,
        organization=service_of(request).organization,
        problem=said,
        field_word=lambda field: field_word(field, language),
        refusal=lambda code: refusal_text(code, language),
        **values,
    )
    headers = {"Content-Security-Policy": POLICY, "Content-Language": language, "Vary": "Accept-Language"}
    status = 200 if problem is None else int(meaning_of(problem.code).status)
    return HTMLResponse(text, status, {**headers, "Cache-Control": "no-store"})
