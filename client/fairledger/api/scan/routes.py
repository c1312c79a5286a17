"""``/scan``: the page behind a tag's QR code, its style and its scripts."""

from importlib.resources import files
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, PackageLoader, StrictUndefined

from fairledger.api.desk.acting import KEY, new_key
from fairledger.api.forms import form_of
from fairledger.api.idempotency import by_key
from fairledger.api.parameters import Flag, takes
from fairledger.api.problems import Problem
from fairledger.api.scan.areas import PROVINCES
from fairledger.api.scan.view import scan_view
from fairledger.api.scan.words import TEXTS, language_of
from fairledger.api.service import service_of
from fairledger.api.tag_routes import LINK_LENGTH_MAX, Scan, count
from fairledger.readmodel.item_evidence import evidence_of
from fairledger.readmodel.lineage import history as history_of
from fairledger.readmodel.lineage import licence_of
from fairledger.readmodel.told_names import names_of
from fairledger.tags.check import check_tag

router = APIRouter(prefix="/scan", include_in_schema=False)

_FOLDER: Final = files("fairledger.api.scan")
_STYLE: Final = _FOLDER.joinpath("scan.css").read_text("utf-8")
_SCRIPTS: Final = {name: _FOLDER.joinpath(name).read_text("utf-8") for name in ("verify.js", "report.js")}
_PAGE: Final = Environment(
    loader=PackageLoader("fairledger.api.scan", "."), autoescape=True, undefined=StrictUndefined, trim_blocks=True
).get_template("page.html")


@router.get("", response_class=HTMLResponse, dependencies=[takes("link", "lang", "counted")])
def scan(
    request: Request,
    link: Annotated[str, Query(min_length=1, max_length=LINK_LENGTH_MAX)],
    lang: Annotated[str | None, Query(max_length=8)] = None,
    counted: Annotated[Flag | None, Query()] = None,
) -> HTMLResponse:
    """Show an item, named by its tag's link or its EPC. A page for an unknown item has status 404."""
    service = service_of(request)
    language = language_of(lang, request.headers.get("accept-language", ""))
    goods = link.partition("?")[0] if "://" in link else link
    with service.database.reading() as connection:
        history = history_of(connection, goods)
        tag = check_tag(connection, link, history)
        evidence = evidence_of(connection, goods)
        licence = licence_of(connection, history.item)
        names = names_of(connection, history)
    view = scan_view(history, tag, evidence, licence, language, names=names)
    other = "en" if language == "zh" else "zh"
    text = _PAGE.render(
        language=language,
        t=TEXTS[language],
        other=other,
        other_address="/scan?" + urlencode({"link": link, "lang": other}),
        organization=service.organization,
        view=view,
        link=link,
        counted=counted,
        key=new_key(),
        provinces=PROVINCES,
        witnesses=service.witnesses,
    )
    connect = " ".join(address for _name, address in service.witnesses)
    policy = (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; "
        f"connect-src 'self' {connect}; frame-ancestors 'none'; base-uri 'none'"
    )
    headers = {"Content-Security-Policy": policy, "Content-Language": language, "Vary": "Accept-Language"}
    return HTMLResponse(text, 200 if view.known else 404, headers)


@router.post("/report", dependencies=[takes()])
async def report(request: Request) -> Response:
    """Count a scan from the page's form, for readers without JavaScript, and lead back to the page."""
    form = await form_of(request)
    try:
        scanned = Scan(link=form.get("link", ""), area=form.get("area", ""))
    except ValueError as error:
        raise Problem("REQUEST_INVALID", "send link and area") from error
    await count(request, scanned, by_key(request, form.get(KEY, "")))
    back = urlencode({"link": scanned.link, "lang": form.get("lang", ""), "counted": "true"})
    return Response(status_code=303, headers={"Location": f"/scan?{back}"})


@router.get("/scan.css")
def style() -> Response:
    """The page's style sheet."""
    return Response(_STYLE, media_type="text/css")


@router.get("/verify.js")
def verify_script() -> Response:
    """The script that verifies; the page is readable without it."""
    return Response(_SCRIPTS["verify.js"], media_type="text/javascript")


@router.get("/report.js")
def report_script() -> Response:
    """The script that counts a scan without leaving the page."""
    return Response(_SCRIPTS["report.js"], media_type="text/javascript")
