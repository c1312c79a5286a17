"""The sandbox's own interface: paying as a buyer would, the webhook for payouts, and faults."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI, Request
from fastapi.responses import Response
from pydantic import ValidationError

from fairledger.api.problems import install
from fairledger.provider.errors import ProviderError
from fairledger.provider.event import PayoutRequested
from fairledger.provider.outbox import pause_s
from fairledger.provider.sandbox.book import Entry
from fairledger.provider.sandbox.page import add_page
from fairledger.provider.sandbox.postman import Faults, Postman
from fairledger.provider.sandbox.sandbox import NewPayment, Sandbox
from fairledger.provider.sending import sender
from fairledger.provider.settings import ProviderSettings
from fairledger.provider.signature import verify


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
    install(app)
    _add_interface(app, sandbox)
    add_page(app, sandbox)
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
