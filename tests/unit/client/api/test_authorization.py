"""Every operation that changes something: who gets past authorisation, and who is refused, in one table."""

import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from itertools import product
from pathlib import Path
from typing import Any

import httpx
import pytest

from fairledger.api.app import create_app
from fairledger.api.parties import signatory_of
from fairledger.api.service import Service
from fairledger.privacy.keys import PrivateKey
from fairledger_contracts.records.note import owner_of
from tests.support.captures import document, event
from tests.support.escrow import AREA, CARRIER, SERIAL, Rulebook
from tests.support.licensed import license_wallet
from tests.support.privacy import ORDER as PRIVATE_ORDER
from tests.support.simulated_service import RunningService, ServiceUnderTest
from tests.support.supervised import STANDARDS, first_standard
from tests.unit.client.api.authorization import (
    ANOMALY,
    COMPLAINT,
    INSPECTION,
    LISTING,
    OPERATIONS,
    PEOPLE,
    RULES,
    SANCTION,
    STANDARD,
    TERMS,
    WARRANT,
    Because,
    Row,
)
from tests.unit.client.api.papers import LICENCE, RECALL
from tests.unit.client.api.test_privacy import NEW as PRIVATE

CHANGING = {"post", "put", "patch", "delete"}
PERIOD = "2026-01"


def no_service() -> AbstractAsyncContextManager[Service]:
    """For an application that only describes itself."""
    raise NotImplementedError


def described(wanted: Callable[[Any], bool] = bool) -> Iterator[str]:
    """All ``wanted`` operations of the OpenAPI document that change something, one for each value of a path's steps."""
    for path, methods in create_app(no_service).openapi()["paths"].items():
        for method in CHANGING & methods.keys():
            if not wanted(methods[method]):
                continue
            parameters = methods[method].get("parameters", ())
            steps = {each["name"]: each["schema"]["enum"] for each in parameters if _is_step(each)}
            for values in product(*steps.values()):
                told = path
                for name, value in zip(steps, values, strict=True):
                    told = told.replace(f"{{{name}}}", value)
                yield f"{method.upper()} {told}"


def _is_step(parameter: dict[str, Any]) -> bool:
    return parameter["in"] == "path" and "enum" in parameter["schema"] and parameter["name"] != "subject"


class Scene:
    """A service on which there is one of everything, by the names that paths and bodies have."""

    def __init__(self, running: RunningService) -> None:
        self.running = running
        self.known: dict[str, Any] = {"mspID": "PlatformAMSP", "PlatformCMSP": "PlatformCMSP", "subject": "rules"}
        self.known |= {
            "period": PERIOD,
            "name": "house-rules",
            "version": "0001",
            "order": PRIVATE_ORDER,
            "provider": "provider",
        }

    def owner(self, name: str) -> str:
        return owner_of(signatory_of(self.running.service.wallet.get(name)))

    async def made(self, path: str, body: Any, name: str, **headers: str) -> Any:
        answer = await self.running.post(path, body, name, **headers)
        assert answer.status_code in (200, 201), (path, answer.text)
        return answer.json()

    async def ask(self, operation: str, row: Row, name: str, **headers: str) -> httpx.Response:
        """Send the row's request as somebody, or as nobody."""
        method, _, path = operation.partition(" ")
        known = {**self.known, **{name: self.known[value] for name, value in row.at}}
        body = row.body if row.body is None or isinstance(row.body, str) else json.dumps(row.body)
        if body is not None:
            for member in ("new_order", "new_note", "spending", "new_payout", "new_freeze", "private_order", "shown"):
                body = self.known[member] if body == f"{{{member}}}" else body
            for member in ("period", "receipt"):
                body = body.replace(f"{{{member}}}", self.known[member])
        sent = {"Content-Type": row.media_type, **(self.running.bearer(name) if name else {}), **headers}
        if row.capability and "Fairledger-Capability" not in headers:
            sent["Fairledger-Capability"] = self.known["capability"]
        return await self.running.client.request(method, path.format(**known), content=body, headers=sent)


@pytest.fixture(scope="module")
async def scene(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    async with set_scene(tmp_path_factory.mktemp("authorization")) as made:
        yield made


@asynccontextmanager
async def set_scene(folder: Path) -> AsyncIterator[Scene]:
    """The scene, on a service whose files are in ``folder``."""
    under_test = ServiceUnderTest(folder, Rulebook())
    for name, person in PEOPLE.items():
        under_test.enrol(name, person)
    async with under_test.running() as running:
        made = Scene(running)
        await found(made)
        await trade(made)
        await supervise(made)
        await keep_private(made)
        yield made
    await under_test.ledger.simulator.close()


async def found(scene: Scene) -> None:
    """Standards, members, events and a recall."""
    writes, wallet = scene.running.service.writes, scene.running.service.wallet
    for file in sorted(STANDARDS.glob("*.json")):
        record = first_standard(file.stem).model_dump_json()
        await writes.write(wallet.get("service"), "rulebook:standard", record)
    await license_wallet(writes, wallet, "unlicensed_provider", "unlicensed_inspector")
    for msp_id in ("PlatformAMSP", "PlatformBMSP", "PlatformCMSP"):
        await scene.made("/members", {"msp_id": msp_id, "name": f"Shop of {msp_id}"}, "officer")
    await scene.running.captured(document(event(1)))
    await scene.made("/trace/licences", LICENCE, "officer")
    scene.known["recallID"] = (await scene.made("/trace/recalls", RECALL, "maker"))["id"]


async def trade(scene: Scene) -> None:
    """Money of the buyer, payouts that it asked for, and an order that its carrier has."""
    numbers = iter(range(1, 100))

    def issued(name: str, amount: int) -> dict[str, Any]:
        payment = {"owner": scene.owner(name), "amount_minor": amount}
        return {"reference": f"bank-{next(numbers)}", "payment": payment, "currency": "CNY"}

    async def money(name: str, amount: int) -> str:
        note: str = (await scene.made("/escrow/notes", issued(name, amount), "provider"))["id"]
        return note

    kept = await scene.made("/escrow/notes", {**issued("stranger", 500), "reference": "bank-0"}, "provider")
    listing = await scene.made("/escrow/listings", TERMS, "seller")
    body = {"listing": listing["id"], "terms_sha256": listing["terms_sha256"], "area": AREA}
    order = await scene.made("/escrow/orders", {**body, "notes": [await money("buyer", 100_001)]}, "buyer")
    at = f"/escrow/orders/{order['id']}"
    await scene.made(f"{at}/accept", {"notes": [await money("seller", 10_001)]}, "seller")
    await scene.made(f"{at}/ship", {"serial": SERIAL, "parcel": "P-0001", "carrier": CARRIER}, "seller")
    taking = {"weight_g": 450, "area": AREA, "notes": [await money("carrier", 50_001)]}
    await scene.made(f"{at}/take_over", taking, "carrier")
    provider = ":".join(signatory_of(scene.running.service.wallet.get("provider")).party)
    asked = {"amount_minor": 500, "currency": "CNY", "provider": provider}
    for name in ("payout", "payout_2"):
        payout = await scene.made("/escrow/payouts", {**asked, "notes": [await money("buyer", 500)]}, "buyer")
        scene.known[name] = payout["id"]
    other = await scene.made("/escrow/listings", TERMS, "seller")
    payments = [{"owner": scene.owner("buyer"), "amount_minor": 500}]
    scene.known |= {
        "recordID": order["id"],
        "listing": other["id"],
        "new_order": json.dumps({**body, "notes": [await money("buyer", 100_001)]}),
        "new_note": json.dumps(issued("buyer", 500)),
        "spending": json.dumps({"notes": [await money("buyer", 500)], "payments": payments}),
        "new_payout": json.dumps({**asked, "notes": [await money("buyer", 500)]}),
        "freezing": {
            "origin": {"kind": "payment", "key": [provider, "bank-0"]},
            "notes": [kept["id"]],
            "seconds": 60,
        },
    }


async def supervise(scene: Scene) -> None:
    """A ballot, and one disclosure, sanction, complaint, receipt, inspection and entry of the monitoring list each."""
    await scene.made("/standards", STANDARD, "officer")
    await scene.made("/disclosures", {"period": PERIOD, "published": RULES}, "steward")
    ground = {"kind": "disclosure", "key": ["PlatformAMSP", "rules", PERIOD]}
    made = {
        "sanctions": await scene.made("/sanctions", {**SANCTION, "ground": ground}, "officer"),
        "complaints": await scene.made("/complaints", COMPLAINT, "consumer"),
        "inspections": await scene.made("/inspections", INSPECTION, "officer"),
        "monitoring": await scene.made("/monitoring", LISTING, "officer"),
    }
    operator = {"subject": "operator", "name": "Shop", "registration_number": "1", "website": "https://shop.example"}
    await scene.made("/disclosures", {"period": PERIOD, "published": operator}, "steward")
    other = {**ground, "key": ["PlatformAMSP", "operator", PERIOD]}
    imposed = (await scene.made("/sanctions", {**SANCTION, "ground": other}, "officer"))["id"]
    await scene.made(f"/sanctions/{imposed}/hear", {}, "steward")
    await scene.made(f"/sanctions/{imposed}/decisions/association", {"stands": True}, "officer")
    scene.known["imposed"] = imposed
    await scene.made("/anomalies", {**ANOMALY, "name": "height"}, "service")
    scene.known |= {name: record["id"] for name, record in made.items()}
    provider = scene.known["freezing"]["origin"]["key"][0]
    about = {
        "about": {"kind": "payment", "id": f"bank-0@{provider}"},
        "platform": "PlatformAMSP",
        "matter": "refund_refused",
    }
    complaint = await scene.made("/complaints", about, "consumer")
    freeze = {**scene.known["freezing"], "ground": {"kind": "complaint", "id": complaint["id"]}}
    scene.known["freeze"] = (await scene.made("/escrow/freezes", freeze, "steward"))["id"]
    scene.known["new_freeze"] = json.dumps(freeze)
    scene.known["receipt"] = (await scene.made("/complaints/anonymous", COMPLAINT, ""))["receipt"]


async def keep_private(scene: Scene) -> None:
    """An order with personal data, fields of it that were shown, and a warrant of the regulator."""
    running = scene.running
    keyholder = running.service.wallet.get("keyholder")
    await running.service.privacy.client(keyholder).offer_key(PrivateKey.generate().public_pem)
    placed = await scene.made("/privacy/orders", PRIVATE, "operator")
    secret = {"Fairledger-Capability": placed["capability"]}
    shown = await scene.made(f"/privacy/orders/{PRIVATE_ORDER}/disclosure", {"fields": ["name"]}, "", **secret)
    scene.known |= {"capability": placed["capability"], "shown": json.dumps(shown)}
    scene.known["private_order"] = json.dumps({**PRIVATE, "order": "o-2"})
    scene.known["warrantID"] = (await scene.made("/privacy/warrants", WARRANT, "regulator"))["id"]


def test_every_operation_that_changes_something_has_its_row_and_no_row_is_of_none() -> None:
    assert sorted(OPERATIONS) == sorted(described())


@pytest.mark.parametrize("operation", OPERATIONS)
async def test_who_may_not_is_refused_and_who_may_gets_past(scene: Scene, operation: str) -> None:
    row = OPERATIONS[operation]
    scene.known["id"] = scene.known.get(operation.split("/")[1])
    for name in (row.wrong_role, row.wrong_organization, row.others):
        if name and not isinstance(name, Because):
            answer = await scene.ask(operation, row, name)
            assert answer.status_code in row.refused, (name, answer.text)
    if row.capability:
        wrong = await scene.ask(operation, row, "", **{"Fairledger-Capability": "0" * 64})
        assert wrong.status_code == 403, wrong.text
    if row.needs_token:
        nobody = await scene.ask(operation, row, "")
        assert (nobody.status_code, nobody.json()["code"]) == (401, "TOKEN_MISSING")
    allowed = await scene.ask(operation, row, row.right)
    assert allowed.status_code not in {401, 403}, allowed.text
    assert allowed.status_code < 500, allowed.text
    if allowed.status_code in {404, 405}:  # a record that is not there, not a route
        assert allowed.json()["code"] not in {"REQUEST_NOT_FOUND", "REQUEST_METHOD"}, allowed.text
