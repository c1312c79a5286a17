"""Money from the sandbox to the ledger and back, on a real consortium and over real sockets."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from fairledger.api.parties import signatory_of
from fairledger.provider.sandbox import create_sandbox
from fairledger.provider.settings import ProviderSettings, set_up
from fairledger.serving import server_of
from fairledger_contracts.records.note import owner_of
from fairledger_contracts.records.payment import provider_of
from tests.network.ledger_load import settled
from tests.network.rest_client import DEADLINE_S, Api
from tests.network.running_consortium import ROOT, RunningConsortium
from tests.support.licensed import licences_for

ORGANIZATION = "PlatformA"


@asynccontextmanager
async def sandbox(consortium: RunningConsortium) -> AsyncIterator[httpx.AsyncClient]:
    """The sandbox on a port of its own."""
    folder = consortium.layout.api(ORGANIZATION) / "providers"
    webhook = f"{consortium.api_url(ORGANIZATION)}/providers/provider/webhook"
    app = create_sandbox("provider", webhook, lambda: ProviderSettings.load(folder, "provider"))
    server = server_of(app)
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110  uvicorn has no event to wait for
        await asyncio.sleep(0.01)
    address = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    set_up(folder, "provider", f"{address}/webhook")
    async with httpx.AsyncClient(base_url=address, timeout=30) as client:
        yield client
    server.should_exit = True
    await serving


async def answered(client: httpx.AsyncClient, path: str) -> dict[str, Any]:
    """The only entry there is, once the service has answered."""
    async with asyncio.timeout(DEADLINE_S):
        while True:
            entries = (await client.get(path)).json()
            if entries and entries[0]["state"] != "waiting":
                (entry,) = entries
                return dict(entry)
            await asyncio.sleep(0.1)


async def with_standard(consortium: RunningConsortium) -> None:
    """Have the standard ``escrow`` in force, which says how long a provider has for a payout."""
    association, regulator = Api(consortium, "Association", "officer"), Api(consortium, "Regulator", "regulator")
    now = datetime.now(UTC)
    if (await association.client.get("/standards/escrow")).status_code != 200:
        content = (ROOT / "standards" / "escrow.json").read_bytes()
        dates = {
            "effective_from": (now + timedelta(seconds=5)).isoformat(),
            "votes_until": (now + timedelta(hours=1)).isoformat(),
        }
        proposed = {**json.loads(content), "text_sha256": hashlib.sha256(content).hexdigest(), **dates}
        made = await association.send("/standards", proposed)
        assert made.status_code == 201, made.text
        await settled(consortium)
        for api in (association, regulator):
            voted = await api.send(f"/standards/escrow/{made.json()['version']}/votes", {"approves": True})
            assert voted.status_code == 201, voted.text
    async with asyncio.timeout(DEADLINE_S):
        while (await association.client.get("/standards/escrow")).status_code != 200:  # noqa: ASYNC110  another process
            await asyncio.sleep(0.2)


async def licensed(consortium: RunningConsortium) -> None:
    """Have the provider licensed, if no test before has."""
    person = consortium.wallet(ORGANIZATION).get("provider").identity
    (licence,) = licences_for([person.serialized])
    made = await Api(consortium, "Association", "officer").send("/licences", licence)
    assert made.status_code == 201 or made.json()["code"] == "ESCROW_LICENCE_HELD", made.text
    await settled(consortium)


async def test_money_paid_at_a_provider_is_paid_out_by_it(consortium: RunningConsortium) -> None:
    await with_standard(consortium)
    wallet = consortium.wallet(ORGANIZATION)
    await licensed(consortium)
    owner = owner_of(signatory_of(wallet.get("producer")))
    api = Api(consortium, ORGANIZATION)
    async with sandbox(consortium) as provider:
        body = {"owner": owner, "amount_minor": 12_345, "currency": "XTS"}  # ISO 4217's code for testing
        await provider.post("/payments", json=body)
        payment = await answered(provider, "/payments")
        assert payment["state"] == "taken", payment
        notes = (await api.client.get("/escrow/notes", params={"currency": "XTS"}, headers=api.bearer)).json()
        assert [(note["id"], note["amount_minor"]) for note in notes] == [(payment["result"], 12_345)]

        place = provider_of(signatory_of(wallet.get("provider")))
        asked = {"notes": [notes[0]["id"]], "amount_minor": 12_000, "currency": "XTS", "provider": place}
        answer = await api.send("/escrow/payouts", asked)
        assert answer.status_code == 201, answer.text
        payout = await answered(provider, "/payouts")
        assert (payout["payout"], payout["amount_minor"]) == (answer.json()["id"], 12_000)
        assert (payout["state"], payout["result"]) == ("taken", "paid")

    for organization in (ORGANIZATION, "Association"):
        async with asyncio.timeout(DEADLINE_S):
            while True:
                totals = (await Api(consortium, organization).client.get("/escrow/circulation")).json()
                found = [total for total in totals if total["currency"] == "XTS"]
                if found and found[0]["redeemed_minor"]:
                    break
                await asyncio.sleep(0.1)
        assert found == [
            {
                "currency": "XTS",
                "issued_minor": 12_345,
                "redeemed_minor": 12_000,
                "unspent_minor": 345,
                "conserved": True,
            }
        ]
