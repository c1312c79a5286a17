"""The frame of the public pages of supervision."""

from typing import Annotated, Any, Final

from fastapi import Query, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from fairledger.api.board.words import texts
from fairledger.api.scan.words import language_of
from fairledger.words import name_word, subject_word, word
from fairledger.words.text import Language
from fairledger_contracts.records.monitoring import AnomalyKind

SHOWN_MAX: Final = 200  # of each list; the lists of the REST interface have all
POLICY: Final = "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
_PAGES: Final = Environment(
    loader=PackageLoader("fairledger.api.board", "."), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)
Asked = Annotated[str | None, Query(max_length=8)]


def shown_language(request: Request, lang: str | None) -> Language:
    """The language that is asked for, else the browser's."""
    return language_of(lang, request.headers.get("accept-language", ""))


def page(name: str, request: Request, language: Language, status: int = 200, **values: Any) -> HTMLResponse:
    """A page; ``values`` are the template's own."""
    text = _PAGES.get_template(name).render(
        language=language,
        other="en" if language == "zh" else "zh",
        path=request.url.path,
        t=texts(language),
        word=lambda member: word(member, language),
        anomaly_word=lambda kind: word(AnomalyKind(kind), language),
        name_word=lambda named: name_word(named, language),
        subject_word=lambda subject: subject_word(subject, language),
        **values,
    )
    headers = {"Content-Security-Policy": POLICY, "Content-Language": language, "Vary": "Accept-Language"}
    return HTMLResponse(text, status, {**headers, "Cache-Control": "no-store"})
