"""A payment provider that deals with a service under test, and a sandbox that plays it without a network."""

import json
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from fairledger.api.parties import signatory_of
from fairledger.provider.sandbox import create_sandbox
from fairledger.provider.sandbox.sandbox import Sandbox
from fairledger.provider.settings import ProviderSettings
from fairledger.provider.signature import signed
from fairledger.readmodel.records import find_record
from fairledger_chaincode.simulator import LedgerSimulator
from fairledger_contracts.contracts import all_contracts
from fairledger_contracts.records.note import Note, Stop, owner_of
from fairledger_contracts.records.payment import Payout, provider_of
from tests.support.blocks import envelope
from tests.support.captures import ORGANIZATIONS
from tests.support.enrolled import Attributes
from tests.support.escrow import Rulebook, standard
from tests.support.licensed import admit
from tests.support.simulated_service import RunningService, ServiceUnderTest

WEBHOOK = "/providers/{}/webhook"
AT = "2026-06-01T12:00:00Z"


def received(
    owner: str, *, reference: str = "bank-7/1", amount_minor: int = 500, currency: str = "CNY"
) -> dict[str, Any]:
    """A ``payment.received``."""
    data = {"reference": reference, "owner": owner, "amount_minor": amount_minor, "currency": currency, "paid_at": AT}
    return {"type": "payment.received", "timestamp": AT, "data": data}


def paid(payout: str, reference: str = "out-7") -> dict[str, Any]:
    """A ``payout.paid``."""
    return {"type": "payout.paid", "timestamp": AT, "data": {"payout": payout, "reference": reference}}


def failed(payout: str) -> dict[str, Any]:
    """A ``payout.failed``."""
    return {"type": "payout.failed", "timestamp": AT, "data": {"payout": payout}}


class ProviderUnderTest:
    """A service with two providers, ``provider`` and ``bank``, and a buyer. It can be started again."""

    def __init__(self, folder: Path) -> None:
        self.service = ServiceUnderTest(folder)
        self.ledger = self.service.ledger
        self.folder = self.service.settings.providers
        for name, role in (("buyer", "consumer"), ("bank", "provider")):
            self.service.enrol(name, Attributes(role))
        for name in ("provider", "bank"):
            ProviderSettings.rotate(self.folder, name)

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Dealings"]:
        """The service, started."""
        async with self.service.running() as running:
            yield Dealings(self, running)

    def owner(self, name: str = "buyer") -> str:
        """How notes name a person."""
        return owner_of(signatory_of(self.service.wallet.get(name)))

    def secrets(self, name: str = "provider") -> tuple[str, ...]:
        """The provider's secrets."""
        return ProviderSettings.load(self.folder, name).secrets


class Dealings:
    """What the provider's system and people do with a running service."""

    def __init__(self, under_test: ProviderUnderTest, running: RunningService) -> None:
        self.under_test = under_test
        self.running = running
        self.providers = running.service.providers

    async def tell(
        self,
        event: Any,
        event_id: str = "evt_1",
        *,
        name: str = "provider",
        by: tuple[str, ...] = (),
        late_s: int = 0,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Send an event, signed by the provider's secrets or ``by`` these; ``bytes`` are a body as it is."""
        body = event if isinstance(event, bytes) else json.dumps(event).encode()
        sent = signed(by or self.under_test.secrets(name), event_id, body, int(time.time()) - late_s)
        sent = {**sent, "Content-Type": "application/json", **(headers or {})}
        return await self.running.client.post(WEBHOOK.format(name), content=body, headers=sent)

    async def notes(self, name: str = "buyer") -> list[tuple[str, int]]:
        """A person's notes with their amounts."""
        answer = await self.running.client.get("/escrow/notes", headers=self.running.bearer(name))
        return [(note["id"], note["amount_minor"]) for note in answer.json()]

    async def payout(self, amount_minor: int, reference: str) -> str:
        """A payout that the buyer asked of the provider, of money paid in before."""
        event = received(self.under_test.owner(), reference=reference, amount_minor=amount_minor)
        note = (await self.tell(event, f"for-{reference.replace('/', '-')}")).json()["note"]
        place = provider_of(signatory_of(self.running.service.wallet.get("provider")))
        asked = {"notes": [note], "amount_minor": amount_minor, "currency": "CNY", "provider": place}
        answer = await self.running.post("/escrow/payouts", asked, "buyer")
        assert answer.status_code == 201, answer.text
        payout: str = answer.json()["id"]
        return payout

    async def stop(self, payout: str, until: datetime) -> None:
        """Have the payout's note under a freeze until then, in the read model alone."""
        service, chain = self.running.service, self.running.ledger.chain
        with service.database.reading() as connection:
            found = find_record(connection, Payout, payout)
            assert found is not None
            note = find_record(connection, Note, found.note)
            assert note is not None
        stopped = note.model_copy(update={"stops": (Stop(msp_id="PlatformAMSP", freeze="f" * 64, until=until),)})
        block = chain.add([envelope(f"{len(chain.blocks):064x}", {stopped.ledger_key: stopped.to_state()})])
        await self.running.ledger.told()
        await service.follower.wait_for_block(block.header.number, 30)

    async def circulation(self) -> tuple[int, int, int]:
        """Issued, redeemed and unspent; checked to add up."""
        (total,) = (await self.running.client.get("/escrow/circulation")).json()
        assert total["conserved"]
        return total["issued_minor"], total["redeemed_minor"], total["unspent_minor"]

    @asynccontextmanager
    async def sandbox(self) -> AsyncIterator["SandboxUnderTest"]:
        """A sandbox that plays the provider; the service announces payouts to it."""
        folder = self.under_test.folder
        settings = ProviderSettings.load(folder, "provider")
        ProviderSettings(settings.secrets, "http://sandbox/webhook").save(folder, "provider")
        webhook = f"http://service{WEBHOOK.format('provider')}"
        client = httpx.AsyncClient(transport=httpx.ASGITransport(app=self.running.app, raise_app_exceptions=False))
        load = lambda: ProviderSettings.load(folder, "provider")  # noqa: E731
        app = create_sandbox("provider", webhook, load, client=client, pause=lambda _attempt: 0.01)
        await self.providers._client.aclose()
        self.providers._client = httpx.AsyncClient(transport=httpx.ASGITransport(app=app))
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://sandbox") as client,
        ):
            yield SandboxUnderTest(app, client)


class SandboxUnderTest:
    """A sandbox and a client of it."""

    def __init__(self, app: FastAPI, client: httpx.AsyncClient) -> None:
        self.app = app
        self.client = client
        self.sandbox: Sandbox = app.state.sandbox

    async def pay(self, owner: str, amount_minor: int, **more: Any) -> dict[str, Any]:
        """Pay as a buyer."""
        body = {"owner": owner, "amount_minor": amount_minor, "currency": "CNY", **more}
        answer = await self.client.post("/payments", json=body)
        assert answer.status_code == 201, answer.text
        entry: dict[str, Any] = answer.json()
        return entry

    async def entries(self, kind: str = "payments") -> list[tuple[str, str, str]]:
        """Event, state and result of all entries, the oldest first, once nothing is on its way."""
        await self.sandbox.postman.idle()
        found = (await self.client.get(f"/{kind}")).json()
        return [(entry["event"], entry["state"], entry["result"]) for entry in reversed(found)]


def with_rulebook() -> LedgerSimulator:
    """A ledger on which a test puts a standard in force."""
    contracts = [*all_contracts(), Rulebook()]
    return LedgerSimulator(contracts, ORGANIZATIONS, channel_id="credit-channel", chaincode="credit", replicas=1)


@asynccontextmanager
async def provider_under_test(folder: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ProviderUnderTest]:
    """A service, not running, with the first standard in force."""
    monkeypatch.setattr("tests.support.simulated_service.simulator", with_rulebook)
    under_test = ProviderUnderTest(folder)
    async with under_test.service.running() as running:
        record = standard().model_dump_json()
        await running.service.writes.write(running.service.wallet.get("service"), "rulebook:standard", record)
        await admit(running.service.writes, running.service.wallet)
    yield under_test
    await under_test.ledger.simulator.close()
