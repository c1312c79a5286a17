"""A person enrols a key in a browser and trades with it: on the real network, where only the ledger's word counts."""

import asyncio
import base64
import json
import secrets
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from playwright.async_api import Browser, Page, Route, expect
from typer.testing import CliRunner

from fairledger.cli import commands
from fairledger.cli.root import app
from fairledger.gateway import Transaction
from fairledger.identity import Identity, KeySigner
from fairledger_contracts.escrow.contract import Told
from fairledger_contracts.records.note import owner_of
from fairledger_contracts.records.settlement import RuleCode
from fairledger_network.identities import Identities
from fairledger_network.registration import Registration
from tests.network.market import Market, new_serial
from tests.network.running_consortium import RunningConsortium
from tests.support.browser import PHONE
from tests.support.escrow import AREA, CARRIER
from tests.support.escrow import PHONE as GOODS
from tests.support.own_key import OwnKeyHolder, another_key, certificate_request, with_high_s

PAGE_S, PAGES_MAX = 0.25, 120
ITEM = "https://id.gs1.org/01/09521000001107/21/OWN{number}"


def secret_of(consortium: RunningConsortium, name: str, role: str = "producer") -> str:
    """Register somebody, and the secret that they get."""
    Identities(consortium).register(name, "PlatformA", role=role)
    registration = Registration.find(consortium.layout.person("PlatformA", name))
    assert registration is not None
    return registration.secret


async def holder(consortium: RunningConsortium, name: str, client: httpx.AsyncClient) -> OwnKeyHolder:
    """Somebody with a key that was made here and certified through the service."""
    key = ec.generate_private_key(ec.SECP256R1())
    secret = secret_of(consortium, name)
    body = {"request": certificate_request(name, key), "enrolment_id": name, "secret": secret}
    told = (await client.post("/signing/certificates", json=body)).json()
    return OwnKeyHolder(client, Identity(told["msp_id"], told["certificate"].encode()), KeySigner(key))


def anchoring(number: int) -> tuple[str, str, str]:
    """A simple transaction: to vouch for a paper."""
    paper = {
        "sha256": f"{number:064x}",
        "kind": "other",
        "title": "Own key",
        "media_type": "text/plain",
        "size_bytes": 1,
    }
    return "trace:anchor", json.dumps(paper), json.dumps([ITEM.format(number=number)])


async def anchors(client: httpx.AsyncClient, number: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await client.get(f"/documents/{number:064x}/anchors")).json()
    return found


@pytest.fixture
async def client(consortium: RunningConsortium) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=consortium.api_url("PlatformA"), timeout=60) as made:
        yield made


async def test_who_enrolled_in_a_browser_signs_there_and_the_ledger_names_them(
    consortium: RunningConsortium, chromium: Browser, client: httpx.AsyncClient
) -> None:
    secret = secret_of(consortium, "browser-alice")
    function, paper, items = anchoring(1)
    fields = "".join(
        f"<p><label>{name}<textarea data-argument='json'>{value}</textarea></label></p>"
        for name, value in (("paper", paper), ("items", items))
    )
    form = f"<form data-function='{function}' id='trial'>{fields}<button type='submit'>send</button></form>"
    context = await chromium.new_context(viewport=PHONE, base_url=consortium.api_url("PlatformA"), locale="en")
    page: Page = await context.new_page()

    async def with_form(route: Route) -> None:
        answer = await route.fetch()
        await route.fulfill(response=answer, body=(await answer.text()).replace("</main>", f"{form}</main>"))

    await page.route(lambda url: url.endswith("/desk/key"), with_form)
    await page.goto("/desk/key?lang=en&next=/desk/key")
    await page.fill("#enrolment-id", "browser-alice")
    await page.fill("#secret", secret)
    await page.click("#enrol-form button")
    await expect(page.locator("nav strong")).to_have_text("browser-alice/PlatformAMSP")
    await page.wait_for_selector("body[data-signer-ready]")
    await page.click("#trial button[type=submit]")
    await page.click("#trial .signing button:not(.plain)")
    await expect(page.locator("#trial .signing .passed")).to_contain_text("On the ledger", timeout=60_000)
    certificate = await page.evaluate(
        "import('/desk/keystore.js').then(({ find }) => find('PlatformA')).then((held) => held.certificate)"
    )
    await context.close()
    (anchor,) = await anchors(client, 1)
    assert anchor["recorder"]["role"] == "producer"
    assert base64.b64decode(anchor["recorder"]["id"]).startswith(b"x509::CN=browser-alice,OU=client::")
    assert Identity("PlatformAMSP", certificate.encode()).certificate.not_valid_after_utc > datetime.now(UTC)
    assert secret not in "".join(path.read_text("utf-8", "replace") for path in logs(consortium))


async def test_a_buyer_orders_and_confirms_by_a_key_in_the_browser_alone(
    consortium: RunningConsortium, market: Market, chromium: Browser
) -> None:
    secret = await asyncio.to_thread(secret_of, consortium, "browser-kate", "consumer")
    context = await chromium.new_context(viewport=PHONE, base_url=consortium.api_url("PlatformA"), locale="en")
    page = await context.new_page()
    await page.goto("/desk/key?lang=en&next=/desk/notes?lang=en")
    await page.fill("#enrolment-id", "browser-kate")
    await page.fill("#secret", secret)
    await page.click("#enrol-form button")
    await expect(page.locator("nav strong")).to_have_text("browser-kate/PlatformAMSP", timeout=60_000)
    account = await page.locator("#notes ~ p > code").inner_text()
    paid_in = {"owner": account, "amount_minor": GOODS["price_minor"]}
    await market.submit("provider", "issue", f"bank-{secrets.token_hex(8)}", paid_in, "CNY")

    listing = await market.listed()
    await market.caught_up()
    await shown(page, f"/desk/listings/{listing.id}")
    await page.select_option("#do-area", AREA)
    made = await signed(page, "order")
    await market.caught_up()
    order = Told.model_validate_json(await market.contract("regulator").evaluate("told", made)).order
    assert (owner_of(order.buyer), order.listing, order.state) == (account, listing.id, "funded")
    bond, carriers_bond = await market.note("seller", GOODS["bond_minor"]), await market.note("carrier", 50_001)
    await market.move("seller", "accept", order, [bond.id], None)
    await market.move("seller", "ship", order, new_serial(), f"P-{secrets.token_hex(6)}", CARRIER)
    await market.move("carrier", "take_over", order, 450, AREA, [carriers_bond.id])
    await market.move("carrier", "deliver", order, 450, AREA)

    await shown(page, f"/desk/orders/{order.id}")
    await signed(page, "confirm")
    await market.caught_up()
    settlement = await market.settlement(order)
    assert (settlement.rule, owner_of(settlement.recorder)) == (RuleCode.CONFIRMED, account)
    assert settlement.final.seller_minor == GOODS["price_minor"] + GOODS["bond_minor"]
    held_here = {path.name for path in consortium.layout.person("PlatformA", "browser-kate").rglob("*")}
    assert not any(name.endswith(("_sk", ".key", "key.pem")) for name in held_here)  # the key is in the browser alone
    await context.close()


async def shown(page: Page, address: str) -> None:
    """Open a page of the desk, once the service's read model has what it is about."""
    await page.goto(f"{address}?lang=en")
    for _ in range(PAGES_MAX):
        if await page.locator("form[data-function]").count():
            break
        await asyncio.sleep(PAGE_S)
        await page.reload()
    await page.wait_for_selector("body[data-signer-ready]")


async def signed(page: Page, function: str) -> str:
    """Send the page's form, agree to what is shown, and the transaction's id."""
    form = page.locator(f"form[data-function='escrow:{function}']")
    await form.locator("button[type=submit]").click()
    await form.locator(".signing button:not(.plain)").click()
    outcome = form.locator(".signing > p")
    await expect(outcome).to_contain_text("On the ledger: transaction ", timeout=60_000)
    return (await outcome.inner_text()).removeprefix("On the ledger: transaction ").partition(",")[0]


def logs(consortium: RunningConsortium) -> list[Path]:
    found = [path for path in (consortium.layout.root / "logs").rglob("*") if path.is_file()]
    assert found
    return found


async def test_the_peers_and_the_service_refuse_what_another_key_signed(
    consortium: RunningConsortium, client: httpx.AsyncClient
) -> None:
    person = await holder(consortium, "own-bert", client)
    prepared = (await person.propose(*anchoring(2))).json()["proposal"]
    for sign in (another_key(), with_high_s(person.sign)):
        assert (await person.endorse(prepared, sign)).json()["code"] == "SIGNING_SIGNATURE"
    changed = base64.b64decode(prepared).replace(b"Own key", b"Her key")
    signature = person.sign(base64.b64decode(prepared))
    told = await person.endorse(base64.b64encode(changed).decode(), lambda _message: signature)
    assert told.json()["code"] == "SIGNING_SIGNATURE"
    transaction = (await person.endorse(prepared)).json()["transaction"]
    assert (await person.submit(transaction, another_key())).json()["code"] == "SIGNING_SIGNATURE"
    assert await anchors(client, 2) == []


async def test_a_key_is_renewed_by_the_one_before_and_the_ledger_knows_the_same_person(
    consortium: RunningConsortium, client: httpx.AsyncClient
) -> None:
    person = await holder(consortium, "own-frida", client)
    key = ec.generate_private_key(ec.SECP256R1())
    body = {
        "certificate": person.identity.certificate_pem.decode(),
        "request": certificate_request("own-frida", key),
    }
    text = (await client.post("/signing/renewals", json=body)).json()["text"]
    signature = base64.b64encode(person.sign(text.encode())).decode()
    answer = await client.post("/signing/renewals/signed", json={**body, "signature": signature})
    assert answer.status_code == 201, answer.text
    told = answer.json()
    renewed = OwnKeyHolder(client, Identity(told["msp_id"], told["certificate"].encode()), KeySigner(key))

    assert (await renewed.sign_in()).status_code == 201
    for number, signer in ((6, person), (7, renewed)):
        assert (await signer.call(*anchoring(number))).status_code == 200
    (before,), (after,) = await anchors(client, 6), await anchors(client, 7)
    assert (before["recorder"]["id"], before["recorder"]["role"]) == (after["recorder"]["id"], "producer")


async def test_the_same_envelope_twice_has_one_effect(consortium: RunningConsortium, client: httpx.AsyncClient) -> None:
    person = await holder(consortium, "own-carla", client)
    prepared = (await person.propose(*anchoring(3))).json()["proposal"]
    transaction = (await person.endorse(prepared)).json()["transaction"]
    first, again = await person.submit(transaction), await person.submit(transaction)
    assert (first.status_code, again.status_code) == (200, 200), again.text
    assert (first.content, first.headers["Fairledger-Block"]) == (again.content, again.headers["Fairledger-Block"])
    assert first.headers["Fairledger-Transaction"] == Transaction.of(base64.b64decode(transaction)).tx_id
    assert len(await anchors(client, 3)) == 1
    replayed = await person.endorse(prepared)  # the peer knows the id already
    assert replayed.is_error


async def test_who_is_revoked_signs_nothing_more_and_signs_in_no_more(
    consortium: RunningConsortium, client: httpx.AsyncClient
) -> None:
    person = await holder(consortium, "own-dora", client)
    assert (await person.sign_in()).status_code == 201
    prepared = (await person.propose(*anchoring(4))).json()["proposal"]
    Identities(consortium).revoke("own-dora", "PlatformA")
    refused = (await person.propose(*anchoring(4)), await person.endorse(prepared), await person.sign_in())
    assert [answer.json()["code"] for answer in refused] == ["SIGNING_CERTIFICATE"] * 3


def test_the_command_line_signs_where_no_network_is(
    consortium: RunningConsortium, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.setenv("FAIRLEDGER_SECRET", secret_of(consortium, "own-emil"))
    commands.installed_commands.cache_clear()
    service = ("--service", consortium.api_url("PlatformA"))
    function, paper, items = anchoring(5)

    def run(*words: str) -> str:
        result = CliRunner().invoke(app, ["sign", *words], input="y\n")
        assert result.exit_code == 0, result.output
        return result.stdout

    run("enrol", "own-emil", "--key", "key.pem", "-o", "cert.pem", *service)
    who = ("--certificate", "cert.pem", "--msp", "PlatformAMSP")
    run("propose", function, paper, items, *who, "-o", "proposal.json", *service)
    shown = run("sign", "proposal.json", "--key", "key.pem", "-o", "signed.json")
    assert paper in shown
    run("send", "signed.json", "-o", "endorsed.json")
    run("sign", "endorsed.json", "--key", "key.pem", "-o", "signed.json")
    told = run("send", "signed.json")
    assert "on the ledger: transaction " in told
    assert run("send", "signed.json") == told
