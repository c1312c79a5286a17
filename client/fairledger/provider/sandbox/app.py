"""The sandbox's own interface: paying as a buyer would, the webhook for payouts, faults, and a page that shows all."""

import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from importlib.resources import files
from typing import Annotated, Any, Final

import httpx
from fastapi import FastAPI, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from jinja2 import Environment, PackageLoader, StrictUndefined
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fairledger.provider.errors import ProviderError
from fairledger.provider.event import Failed, Paid, PaymentReceived, PayoutFailed, PayoutPaid, PayoutRequested, Received
from fairledger.provider.outbox import pause_s
from fairledger.provider.sandbox.book import Book, Entry
from fairledger.provider.sandbox.postman import Faults, Letter, Postman
from fairledger.provider.sandbox.words import language_of, texts
from fairledger.provider.sending import sender
from fairledger.provider.settings import ProviderSettings
from fairledger.provider.signature import verify
from fairledger_contracts.records.money import AmountMinor, Currency
from fairledger_contracts.records.note import Owner
from fairledger_contracts.records.payment import Reference

POLICY: Final = "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
_PAGE: Final = Environment(
    loader=PackageLoader("fairledger.provider.sandbox", "."),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
).get_template("page.html")
_STYLE: Final = files("fairledger.provider.sandbox").joinpath("sandbox.css").read_text("utf-8")


class NewPayment(BaseModel):
    """A buyer pays; without a reference the sandbox numbers the payment itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    owner: Owner
    amount_minor: AmountMinor
    currency: Currency
    reference: Reference = Field(default_factory=lambda: f"sandbox-{secrets.token_hex(8)}")


class Sandbox:
    """A provider: its book, its postman, and what it does when it is paid or asked for a payout."""

    def __init__(self, name: str, settings: Callable[[], ProviderSettings], postman: Postman) -> None:
        self.name = name
        self.settings = settings
        self.postman = postman
        self.book = Book()

    def receive(self, payment: NewPayment) -> Entry:
        """Take a buyer's money, and tell the service. Raises ``ProviderError`` (PROVIDER_SANDBOX)."""
        now = datetime.now(UTC)
        entry = Entry(
            "payment", at=now, event="payment.received", event_id=secrets.token_hex(16), **payment.model_dump()
        )
        event = PaymentReceived(timestamp=now, data=Received(**payment.model_dump(), paid_at=now))
        return self._told(entry, event)

    def pay_out(self, request: PayoutRequested) -> Entry:
        """Pay at once, and tell the service; what was asked before is not paid again."""
        asked = request.data
        known = self.book.find_payout(asked.payout)
        if known is not None:
            return known
        now, reference = datetime.now(UTC), f"out-{asked.payout}"
        event: PayoutPaid | PayoutFailed = PayoutPaid(
            timestamp=now, data=Paid(payout=asked.payout, reference=reference)
        )
        if self.postman.faults.fail_payouts:
            event = PayoutFailed(timestamp=now, data=Failed(payout=asked.payout))
        entry = Entry(
            "payout",
            reference,
            asked.owner,
            asked.amount_minor,
            asked.currency,
            at=now,
            event=event.type,
            event_id=secrets.token_hex(16),
            payout=asked.payout,
        )
        return self._told(entry, event)

    def _told(self, entry: Entry, event: BaseModel) -> Entry:
        if self.book.is_full:
            raise ProviderError("PROVIDER_SANDBOX", "the sandbox is full", "start it anew")
        self.book.entries.append(entry)
        self.postman.post(Letter(event.model_dump_json().encode(), entry))
        return entry


def create_sandbox(
    name: str,
    webhook: str,
    settings: Callable[[], ProviderSettings],
    *,
    client: httpx.AsyncClient | None = None,
    pause: Callable[[int], float] = pause_s,
) -> FastAPI:
    """The sandbox of the provider ``name``, whose events go to the address ``webhook``. It has no users: loopback only.

    ``settings`` give the secrets, which both sides share. ``client`` and ``pause`` (seconds after a sending that
    failed) are for tests.
    """
    client = client or sender()
    postman = Postman(client, webhook, settings, pause)
    sandbox = Sandbox(name, settings, postman)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        await postman.close()
        await client.aclose()

    app = FastAPI(title="Fairledger sandbox provider", lifespan=lifespan, docs_url=None, redoc_url=None)
    app.state.sandbox = sandbox
    app.add_exception_handler(ProviderError, _refused)
    _add_interface(app, sandbox)
    return app


def _add_interface(app: FastAPI, sandbox: Sandbox) -> None:
    @app.post("/payments", status_code=201)
    async def pay(payment: NewPayment) -> Entry:
        return sandbox.receive(payment)

    @app.get("/payments")
    def payments() -> list[Entry]:
        return sandbox.book.of_kind("payment")

    @app.get("/payouts")
    def payouts() -> list[Entry]:
        return sandbox.book.of_kind("payout")

    @app.put("/faults")
    def faults(faults: Faults) -> Faults:
        sandbox.postman.faults = faults
        return faults

    @app.post("/webhook", status_code=204)
    async def webhook(request: Request) -> Response:
        body = await request.body()
        verify(sandbox.settings().secrets, request.headers, body, time.time())
        try:
            event = PayoutRequested.model_validate_json(body)
        except ValidationError:
            raise ProviderError("PROVIDER_EVENT", "the body is no payout.requested") from None
        sandbox.pay_out(event)
        return Response(status_code=204)

    @app.get("/sandbox.css")
    def style() -> Response:
        return Response(_STYLE, media_type="text/css")

    @app.get("/", response_class=HTMLResponse)
    def page(request: Request, lang: Annotated[str, Query(max_length=8)] = "") -> HTMLResponse:
        language = language_of(lang, request.headers.get("accept-language", ""))
        text = _PAGE.render(
            language=language,
            other="en" if language == "zh" else "zh",
            t=texts(language),
            name=sandbox.name,
            totals=list(sandbox.book.totals()),
            payments=sandbox.book.of_kind("payment"),
            payouts=sandbox.book.of_kind("payout"),
        )
        headers = {"Content-Security-Policy": POLICY, "Content-Language": language, "Vary": "Accept-Language"}
        return HTMLResponse(text, headers={**headers, "Cache-Control": "no-store"})


async def _refused(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ProviderError)  # noqa: S101  the handler is registered for it alone
    told: dict[str, Any] = {"code": error.code, "detail": error.message}
    return JSONResponse(told, 403 if error.code in ("PROVIDER_SIGNATURE", "PROVIDER_TIMESTAMP") else 400)
