"""``/desk/key``: the page of a key that never leaves the browser, and the scripts that make it and sign with it."""

from importlib.resources import files
from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse, Response

from fairledger.api.desk.key_words import PAGE
from fairledger.api.desk.page import DESK, page, shown_language
from fairledger.api.desk.session import NEXT_LENGTH_MAX, SignInNeeded, inside, visitor_of
from fairledger.api.parameters import takes
from fairledger.api.problems import Problem
from fairledger.wallet import WalletEntry
from fairledger.words import problem_text
from fairledger.words.text import in_language

router = APIRouter(prefix=DESK, include_in_schema=False)
_SCRIPTS: Final = {
    name: files(package).joinpath(name).read_text("utf-8")
    for package, names in (
        ("fairledger.api.desk", ("der.js", "fabric.js", "keystore.js", "own_key.js", "signer.js", "key_page.js")),
        ("fairledger.api.desk.escrow", ("goods.js",)),
    )
    for name in names
}


@router.get("/key", response_class=HTMLResponse, dependencies=[takes("next", "lang")])
def key_page(
    request: Request,
    next: Annotated[str, Query(max_length=NEXT_LENGTH_MAX)] = DESK,  # noqa: A002  the parameter's name
) -> HTMLResponse:
    """Show the key in this browser, to whoever has it: nobody needs to be signed in yet."""
    language = shown_language(request)
    return page(request, "key.html", language, _visitor(request), k=in_language(PAGE, language), next=inside(next))


@router.get("/problems/{code}", dependencies=[takes("lang")])
def sentence(request: Request, code: Annotated[str, Path(pattern=r"^[A-Z_]{1,64}$")]) -> Response:
    """What the code of a refusal means, in the reader's language, for scripts that met it."""
    return Response(problem_text(code, shown_language(request)), media_type="text/plain")


@router.get("/{script}.js")
def script(script: str) -> Response:
    """A script of the desk."""
    found = _SCRIPTS.get(f"{script}.js")
    if found is None:
        raise Problem("REQUEST_NOT_FOUND", "there is no such script")
    return Response(found, media_type="text/javascript")


def _visitor(request: Request) -> WalletEntry | None:
    try:
        return visitor_of(request)
    except SignInNeeded:
        return None
