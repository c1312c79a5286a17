"""``/funds``: what money is in circulation, for everybody; totals alone, and nobody's name."""

import json
from importlib.resources import files
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, PackageLoader, StrictUndefined

from fairledger.api.parameters import takes
from fairledger.api.scan.words import language_of
from fairledger.api.service import service_of
from fairledger.api.totals.words import COMPARISON, texts
from fairledger.readmodel.disclosed_refunds import disclosed_refunds
from fairledger.readmodel.funds import circulation
from fairledger.readmodel.projector import position_in
from fairledger.words.amounts import money

router = APIRouter(prefix="/funds", include_in_schema=False)
_SCRIPT: Final = files("fairledger.api.totals").joinpath("compare.js").read_text("utf-8")
_PAGE: Final = Environment(
    loader=PackageLoader("fairledger.api.totals", "."), autoescape=True, undefined=StrictUndefined, trim_blocks=True
).get_template("page.html")


@router.get("", response_class=HTMLResponse, dependencies=[takes("lang")])
def funds(request: Request, lang: Annotated[str | None, Query(max_length=8)] = None) -> HTMLResponse:
    """Show the totals as this organisation's read model adds them up, and where to compare them."""
    service = service_of(request)
    language = language_of(lang, request.headers.get("accept-language", ""))
    with service.database.reading() as connection:
        position = position_in(connection)
        totals, refunds = circulation(connection), disclosed_refunds(connection)
    words = texts(language)
    text = _PAGE.render(
        language=language,
        other="en" if language == "zh" else "zh",
        t=words,
        organization=service.organization,
        block=position.next_block - 1,
        totals=totals,
        refunds=refunds,
        money=money,
        witnesses=service.witnesses,
        others=service.witnesses[1:],
        spoken=json.dumps({name: words[name] for name in COMPARISON}, ensure_ascii=False),
    )
    connect = " ".join(address for _name, address in service.witnesses)
    policy = (
        f"default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self' {connect}; form-action 'self';"
        " frame-ancestors 'none'; base-uri 'none'"
    )
    headers = {"Content-Security-Policy": policy, "Content-Language": language, "Vary": "Accept-Language"}
    return HTMLResponse(text, headers=headers)


@router.get("/compare.js")
def script() -> Response:
    """The script that compares two organisations; the page is readable without it."""
    return Response(_SCRIPT, media_type="text/javascript")
