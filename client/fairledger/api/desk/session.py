"""Signing in to the desk: the person's bearer token, in a cookie that no script can read.

The cookie goes to this organisation's desk alone, as far as browsers can tell (they don't tell ports apart), and never
with requests that other sites' pages cause (SameSite; RFC 6265bis, section 5.6.7). REST takes no cookies.
"""

from collections.abc import Mapping
from importlib.resources import files
from typing import Annotated, Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from fastapi import APIRouter, Depends, FastAPI, Query, Request
from fastapi.responses import HTMLResponse, Response

from fairledger.api.desk.page import DESK, page, shown_language
from fairledger.api.forms import check_own_page, form_of
from fairledger.api.parameters import takes
from fairledger.api.problems import Problem
from fairledger.api.security import entry_of
from fairledger.api.service import Service, service_of
from fairledger.wallet import WalletEntry

SESSION_S: Final = 12 * 3_600  # no longer than a token lives by default
NEXT_LENGTH_MAX: Final = 1_024
router = APIRouter(prefix=DESK, include_in_schema=False)
_STYLE: Final = files("fairledger.api.desk").joinpath("desk.css").read_text("utf-8")
Next = Annotated[str, Query(max_length=NEXT_LENGTH_MAX)]


class SignInNeeded(Exception):
    """Nobody is signed in, or not any more."""


def cookie_of(service: Service) -> str:
    """The cookie's name: services of several organisations may share a host."""
    return f"fairledger-{service.organization}"


def visitor_of(request: Request) -> WalletEntry:
    """The person who is signed in. Raises ``SignInNeeded``, which leads to the page for it."""
    service = service_of(request)
    token = request.cookies.get(cookie_of(service), "")
    if not token:
        raise SignInNeeded
    try:
        return entry_of(service, token)
    except Problem as problem:
        raise SignInNeeded from problem


Visitor = Annotated[WalletEntry, Depends(visitor_of)]


@router.get("/sign-in", response_class=HTMLResponse, dependencies=[takes("next", "lang")])
def sign_in_page(request: Request, next: Next = DESK) -> HTMLResponse:  # noqa: A002  the parameter's name
    """Ask for the token."""
    return _sign_in(request, next)


@router.post("/sign-in", response_class=Response, dependencies=[takes("lang")])
async def sign_in(request: Request) -> Response:
    """Take the token, and lead to where the person wanted to go."""
    check_own_page(request)
    form, service = await form_of(request), service_of(request)
    token, then = form.get("token", "").strip(), form.get("next", DESK)
    try:
        entry_of(service, token)
    except Problem as problem:
        return _sign_in(request, then, problem)
    answer = Response(status_code=303, headers={"Location": _in_language(inside(then), _asked_language(request))})
    answer.set_cookie(
        cookie_of(service),
        token,
        max_age=SESSION_S,
        path=DESK,
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )
    return answer


@router.post("/sign-out", response_class=Response, dependencies=[takes("lang")])
async def sign_out(request: Request) -> Response:
    """Forget the token in this browser."""
    check_own_page(request)
    answer = Response(status_code=303, headers={"Location": f"{DESK}/sign-in?lang={shown_language(request)}"})
    answer.delete_cookie(cookie_of(service_of(request)), path=DESK, httponly=True, samesite="strict")
    return answer


@router.get("/desk.css")
def style() -> Response:
    """The desk's style sheet, beside the scan page's."""
    return Response(_STYLE, media_type="text/css")


def install(app: FastAPI) -> None:
    """Let ``app`` lead whoever is not signed in to the page for it."""
    app.add_exception_handler(SignInNeeded, _to_sign_in)


async def _to_sign_in(request: Request, _error: Exception) -> Response:
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    then = wanted if request.method == "GET" else DESK
    query = urlencode({"next": then, **_asked_language(request)})
    return Response(status_code=303, headers={"Location": f"{DESK}/sign-in?{query}"})


def _asked_language(request: Request) -> dict[str, str]:
    """The language that somebody asked for, as a query's part; nothing where they asked for none."""
    return {"lang": shown_language(request)} if "lang" in request.query_params else {}


def _in_language(then: str, asked: Mapping[str, str]) -> str:
    """An address, in the language that is asked for where it names none."""
    if not asked or "lang" in dict(parse_qsl(urlsplit(then).query)):
        return then
    return f"{then}{'&' if '?' in then else '?'}{urlencode(asked)}"


def _sign_in(request: Request, then: str, problem: Problem | None = None) -> HTMLResponse:
    return page(
        request,
        "sign_in.html",
        shown_language(request),
        None,
        status=401 if problem else 200,
        problem=problem,
        then=then,
    )


def inside(then: str) -> str:
    """An address of the desk: nobody is led elsewhere."""
    return then if then == DESK or then.startswith((f"{DESK}/", f"{DESK}?")) else DESK
