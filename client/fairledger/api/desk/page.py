"""The frame of every page of the desk."""

import json
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from fairledger.api.desk.acting import new_key
from fairledger.api.desk.key_words import SIGNER
from fairledger.api.desk.licensed import lacks_licence, needs_licence
from fairledger.api.desk.waiting import Desk
from fairledger.api.desk.words import texts
from fairledger.api.parties import signatory_of
from fairledger.api.scan.words import language_of
from fairledger.api.service import Service, service_of
from fairledger.wallet import WalletEntry
from fairledger.words import problem_text, role_word
from fairledger.words.text import Language, in_language

DESK: Final = "/desk"
PUBLIC: Final = ("board", "platforms", "complain", "my-data")  # pages beside the desk, which need no sign-in
POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self';"
    " frame-ancestors 'none'; base-uri 'none'"
)
_PAGES: Final = Environment(
    loader=PackageLoader("fairledger.api.desk", "."), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)


def shown_language(request: Request) -> Language:
    """The language that is asked for by ``?lang=``, else the browser's."""
    return language_of(request.query_params.get("lang"), request.headers.get("accept-language", ""))


def page(
    request: Request,
    template: str,
    language: Language,
    visitor: WalletEntry | None,
    *,
    status: int = 200,
    address: str = "",
    **values: Any,
) -> HTMLResponse:
    """A page of the desk for ``visitor``; ``values`` are the template's own, beside what all pages have.

    ``address`` is where the page is, for one that answers a form which goes elsewhere.
    """
    other: Language = "en" if language == "zh" else "zh"
    asked = {**request.query_params, "lang": other}
    text = _PAGES.get_template(template).render(
        language=language,
        other=other,
        other_address=f"{address or request.url.path}?{urlencode(asked)}",
        t=texts(language),
        organization=service_of(request).organization,
        visitor=visitor.name if visitor else "",
        nav=_nav(service_of(request), visitor) if visitor else (),
        public=PUBLIC,
        unlicensed=visitor is not None and is_unlicensed(request, visitor),
        signer=json.dumps(in_language(SIGNER, language)),
        new_key=new_key,
        problem_text=lambda code: problem_text(code, language),
        **{"who": lambda by: f"{role_word(by.role, language)} {by.msp_id}", **values},
    )
    headers = {"Content-Security-Policy": POLICY, "Content-Language": language, "Vary": "Accept-Language, Cookie"}
    return HTMLResponse(text, status, {**headers, "Cache-Control": "no-store"})


def _nav(service: Service, visitor: WalletEntry) -> list[tuple[str, str]]:
    """The pages that the visitor is not refused: names of their words, and addresses."""
    person = signatory_of(visitor)
    desk = Desk(person, datetime.now(UTC))
    found = {
        "todo": DESK,
        **{name: f"{DESK}/{name}" for name in ("listings", "notes", "funds")},
        **({"supervision": f"{DESK}/supervision"} if desk.is_member or desk.inspects else {}),
        **({name: f"{DESK}/{name}" for name in ("standards", "members")} if desk.is_member else {}),
        "licences": f"{DESK}/licences",
        **({"warrants": f"{DESK}/warrants"} if desk.is_member else {}),
        **({"corrections": f"{DESK}/corrections"} if desk.is_of(service.msp_id) else {}),
        "own_key": f"{DESK}/key",
    }
    return list(found.items())


def is_unlicensed(request: Request, visitor: WalletEntry) -> bool:
    """Whether the visitor can't act in their service now (see ``lacks_licence``)."""
    if not needs_licence(visitor):
        return False  # most people: every page asks, and need not ask the database for them
    with service_of(request).database.reading() as connection:
        return lacks_licence(connection, visitor, datetime.now(UTC))
