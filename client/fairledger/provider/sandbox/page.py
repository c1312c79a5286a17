"""The sandbox's page: a form to pay as a buyer, and all that was paid, readable without scripts."""

from importlib.resources import files
from typing import Annotated, Final

from fastapi import FastAPI, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, PackageLoader, StrictUndefined

from fairledger.api.desk.acting import body_of, status_of
from fairledger.api.desk.fields import number_of
from fairledger.api.forms import check_own_page, form_of
from fairledger.api.problems import Problem
from fairledger.provider.sandbox.sandbox import NewPayment, Sandbox, new_reference
from fairledger.provider.sandbox.words import language_of, texts

POLICY: Final = "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
CURRENCY: Final = "CNY"  # what the form begins with
_PAGE: Final = Environment(
    loader=PackageLoader("fairledger.provider.sandbox", "."),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
).get_template("page.html")
_STYLE: Final = files("fairledger.provider.sandbox").joinpath("sandbox.css").read_text("utf-8")
Asked = Annotated[str, Query(alias="lang", max_length=8)]


def add_page(app: FastAPI, sandbox: Sandbox) -> None:
    """Let ``app`` show the sandbox, and take the payments of its form."""

    @app.get("/sandbox.css")
    def style() -> Response:
        return Response(_STYLE, media_type="text/css")

    @app.get("/", response_class=HTMLResponse)
    def page(request: Request, lang: Asked = "") -> HTMLResponse:
        return _shown(sandbox, request, lang, {})

    @app.post("/", response_class=HTMLResponse)
    async def pay(request: Request, lang: Asked = "") -> Response:
        """Pay what the form says; the same form again, which has the same reference, pays nothing more."""
        check_own_page(request)
        form = await form_of(request)
        try:
            payment = body_of(NewPayment, {**form, "amount_minor": number_of(form, "amount_minor")})
        except Problem as problem:
            return _shown(sandbox, request, lang, form, problem)
        if not sandbox.book.has_payment(payment.model_dump()):
            sandbox.receive(payment)
        return RedirectResponse(f"/?lang={language_of(lang, request.headers.get('accept-language', ''))}", 303)


def _shown(
    sandbox: Sandbox, request: Request, lang: str, form: dict[str, str], problem: Problem | None = None
) -> HTMLResponse:
    language = language_of(lang, request.headers.get("accept-language", ""))
    text = _PAGE.render(
        language=language,
        other="en" if language == "zh" else "zh",
        t=texts(language),
        name=sandbox.name,
        form={"amount_minor": "", "currency": CURRENCY, "owner": "", **form, "reference": new_reference()},
        problem=problem,
        owners=sandbox.book.owners(),
        totals=list(sandbox.book.totals()),
        payments=sandbox.book.of_kind("payment"),
        payouts=sandbox.book.of_kind("payout"),
    )
    headers = {"Content-Security-Policy": POLICY, "Content-Language": language, "Vary": "Accept-Language"}
    return HTMLResponse(text, status_of(problem), {**headers, "Cache-Control": "no-store"})
