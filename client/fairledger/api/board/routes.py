"""``/board`` and ``/complain``: plain pages that need no script."""

from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any, Final, Literal

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import ValidationError

from fairledger.api.board import view
from fairledger.api.board.charts import complaint_bars, lag_bars
from fairledger.api.board.page import SHOWN_MAX, Asked, page, shown_language
from fairledger.api.board.words import texts
from fairledger.api.codes import meaning_of
from fairledger.api.complaint_routes import NewComplaint, Shown, act_by_receipt, complaint_of, file_anonymously
from fairledger.api.desk.acting import KEY, new_key
from fairledger.api.desk.fields import STATEMENT_CHARACTERS_MAX, documents_of
from fairledger.api.forms import form_of
from fairledger.api.idempotency import by_key, refusal_of
from fairledger.api.parameters import takes
from fairledger.api.problems import EXPECTED, Problem, problem_of
from fairledger.api.scan.words import language_of
from fairledger.api.service import service_of
from fairledger.readmodel.complaint_figures import complaint_figures
from fairledger.readmodel.records import list_records
from fairledger.readmodel.statements import public_papers
from fairledger.receipts import is_receipt
from fairledger.words import problem_in_full
from fairledger.words.text import Language
from fairledger_contracts.records.complaint import AboutKind, Complaint, Matter
from fairledger_contracts.records.disclosure import Disclosure
from fairledger_contracts.records.inspection import Inspection
from fairledger_contracts.records.member import Member
from fairledger_contracts.records.monitoring import Anomaly, Listing
from fairledger_contracts.records.suspension import Suspension

FILLED: Final = ("about", "about_id", "platform")  # fields of a complaint that links to the page fill in
NOTHING: Final[Mapping[str, str]] = {}
router = APIRouter(include_in_schema=False)
_STYLE: Final = files("fairledger.api.board").joinpath("board.css").read_text("utf-8")


@router.get("/board", response_class=HTMLResponse, dependencies=[takes("lang")])
def board(request: Request, lang: Asked = None) -> HTMLResponse:
    """Show what is wrong, the worst first, as this organisation's read model has it."""
    service, now = service_of(request), datetime.now(UTC)
    with service.database.reading() as connection:

        def records(kind: Any, *terms: tuple[str, str]) -> list[Any]:
            return [each for each, _ in list_records(connection, kind, terms, limit=SHOWN_MAX)]

        missing = [each.msp_id for each in records(Disclosure, ("state", "missing"))]
        figures = complaint_figures(connection, now)
        anomalies = view.worst_anomalies(records(Anomaly, ("open", "true")))
        rows = view.platform_rows(records(Member), records(Suspension), missing, figures, now)
        shown: dict[str, Any] = {
            "anomalies": anomalies,
            "lags": lag_bars(anomalies),
            "platforms": complaint_bars(rows),
            "overdue": view.overdue(records(Complaint), now),
            "inspections": view.worst_inspections(records(Inspection)),
            "listings": records(Listing, ("in_force", "true")),
        }
    language = shown_language(request, lang)
    return page("board.html", request, language, organization=service.organization, now=now, **shown)


@router.get("/board/board.css")
def style() -> Response:
    """The style sheet of the board's pages, beside the scan page's."""
    return Response(_STYLE, media_type="text/css")


@router.get("/complain", response_class=HTMLResponse, dependencies=[takes("lang", *FILLED)])
def complain_page(request: Request, lang: Asked = None) -> HTMLResponse:
    """Show the form, filled in with what a link to it says."""
    sent = {name: request.query_params.get(name, "") for name in FILLED}
    return _complain(request, shown_language(request, lang), sent=sent)


@router.post("/complain", response_class=HTMLResponse, dependencies=[takes()])
async def complain(request: Request) -> HTMLResponse:
    """File what the form says, once, and show the receipt."""
    form = await form_of(request)
    language = language_of(form.get("lang"), "")
    about = {"kind": form.get("about", ""), "id": form.get("about_id", "")}
    told = {"about": about, "platform": form.get("platform", ""), "matter": form.get("matter", "")}
    try:
        once = by_key(request, form.get(KEY, ""))
        documents = await documents_of(request, form)
        made = await file_anonymously(request, NewComplaint.model_validate({**told, "documents": documents}), once)
    except ValidationError:
        return _complain(request, language, sent=form, problem=Problem("REQUEST_INVALID", "fill in the whole form"))
    except EXPECTED as error:
        return _complain(request, language, sent=form, problem=problem_of(error))
    return _complain(request, language, complaint=made.complaint, receipt=made.receipt)


@router.post("/complain/receipt", response_class=HTMLResponse, dependencies=[takes()])
async def of_receipt(request: Request) -> HTMLResponse:
    """Show, escalate or settle the complaint of a receipt."""
    form = await form_of(request)
    language, secret, step = language_of(form.get("lang"), ""), form.get("receipt", "").strip(), form.get("step", "")
    try:
        if not is_receipt(secret):
            raise Problem("SUPERVISION_RECEIPT_UNKNOWN", "no complaint has this receipt")
        if step in {"escalate", "settle"}:
            once = by_key(request, form.get(KEY, "") + step)
            named: Literal["escalate", "settle"] = "escalate" if step == "escalate" else "settle"
            shown = Shown(receipt=secret, documents=await documents_of(request, form))
            if problem := refusal_of(await act_by_receipt(request, named, shown, once)):
                raise problem
        return _complain(request, language, complaint=complaint_of(request, secret))
    except EXPECTED as error:
        return _complain(request, language, asked=form, problem=problem_of(error))


def _complain(
    request: Request,
    language: Language,
    *,
    complaint: Complaint | None = None,
    receipt: str = "",
    problem: Problem | None = None,
    sent: Mapping[str, str] = NOTHING,
    asked: Mapping[str, str] = NOTHING,
) -> HTMLResponse:
    """The page; ``sent`` and ``asked`` are what somebody filled in to complain, and to ask by a receipt."""
    with service_of(request).database.reading() as connection:
        members = [each for each, _ in list_records(connection, Member, limit=SHOWN_MAX)]
    said = ""
    if problem is not None:
        words = texts(language)
        unknown = problem.code == "SUPERVISION_RECEIPT_UNKNOWN"
        reason = problem_in_full(problem.code, problem.detail, language)
        said = words["unknown"] if unknown else words["not_sent"].format(reason=reason)
    return page(
        "complain.html",
        request,
        language,
        status=200 if problem is None else int(meaning_of(problem.code).status),
        members=[each for each in members if each.left_at is None],
        abouts=list(AboutKind),
        matters=list(Matter),
        complaint=complaint,
        statements=[sha256 for _, sha256 in public_papers(complaint)] if complaint else [],
        statement_max=STATEMENT_CHARACTERS_MAX,
        receipt=receipt,
        sent=sent,
        asked=asked,
        problem=said,
        new_key=new_key,
    )
