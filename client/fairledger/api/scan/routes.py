"""``/scan``: the page behind a tag's QR code, its style and its script."""

from importlib.resources import files
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, PackageLoader, StrictUndefined

from fairledger.api.parameters import takes
from fairledger.api.scan.view import scan_view
from fairledger.api.scan.words import TEXTS, language_of
from fairledger.api.service import service_of
from fairledger.readmodel.item_evidence import evidence_of
from fairledger.readmodel.values import VALUE_LENGTH_MAX

router = APIRouter(prefix="/scan", include_in_schema=False)

_FOLDER: Final = files("fairledger.api.scan")
_STYLE: Final = _FOLDER.joinpath("scan.css").read_text("utf-8")
_SCRIPT: Final = _FOLDER.joinpath("verify.js").read_text("utf-8")
_PAGE: Final = Environment(
    loader=PackageLoader("fairledger.api.scan", "."), autoescape=True, undefined=StrictUndefined
).get_template("page.html")


@router.get("", response_class=HTMLResponse, dependencies=[takes("link", "lang")])
def scan(
    request: Request,
    link: Annotated[str, Query(min_length=1, max_length=VALUE_LENGTH_MAX)],
    lang: Annotated[str | None, Query(max_length=8)] = None,
) -> HTMLResponse:
    """Show an item, named by its GS1 Digital Link or EPC. A page for an unknown item has status 404."""
    service = service_of(request)
    language = language_of(lang, request.headers.get("accept-language", ""))
    with service.database.reading() as connection:
        evidence = evidence_of(connection, link)
    view = scan_view(link, evidence, language)
    other = "en" if language == "zh" else "zh"
    witnesses = service.witnesses
    text = _PAGE.render(
        language=language,
        t=TEXTS[language],
        words=TEXTS[language],
        other=other,
        other_address="/scan?" + urlencode({"link": link, "lang": other}),
        organization=service.organization,
        view=view,
        witnesses=witnesses,
    )
    connect = " ".join(address for _name, address in witnesses)
    policy = (
        "default-src 'none'; style-src 'self'; script-src 'self'; "
        f"connect-src 'self' {connect}; frame-ancestors 'none'; base-uri 'none'"
    )
    headers = {"Content-Security-Policy": policy, "Content-Language": language, "Vary": "Accept-Language"}
    return HTMLResponse(text, 200 if view.stops else 404, headers)


@router.get("/scan.css")
def style() -> Response:
    """The page's style sheet."""
    return Response(_STYLE, media_type="text/css")


@router.get("/verify.js")
def script() -> Response:
    """The page's script; the page is readable without it."""
    return Response(_SCRIPT, media_type="text/javascript")
