"""A key that is made in a real browser and never leaves it: enrolled, signing in, and not to be fooled by a service."""

import base64
import dataclasses
import json
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest
from axe_playwright_python.async_playwright import Axe
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from fabric_protos.common import common_pb2
from fabric_protos.peer import (
    chaincode_pb2,
    proposal_pb2,
    proposal_response_pb2,
    transaction_pb2,
)
from playwright.async_api import Browser, Page, Request, Route, expect

from fairledger.deployment import CHAINCODE, CHANNEL
from fairledger.gateway.proposal import propose, transaction_id
from fairledger.identity import P256_ORDER, Identity
from tests.support.browser import DESKTOP, PHONE
from tests.support.served import served
from tests.support.simulated_ca import SimulatedCa, simulated_ca
from tests.support.simulated_service import MSP_ID, ServiceUnderTest
from tests.unit.client.api.papers import LICENCE, RECALL

SECRET = "only-once"
ITEMS, MEASURE, REASON = json.dumps(RECALL["items"]), json.dumps(RECALL["measure"]), '电池可能起火 "fire" 🔥'
AGREED = ("trace:recall", ITEMS, MEASURE, REASON)
FORM = f"""<form method="post" action="/desk/key" data-function="trace:recall" id="trial">
<p><label>items<input data-argument="json" value='{ITEMS}'></label></p>
<p><label>measure<input data-argument="json" value='{MEASURE}'></label></p>
<p><label>reason<input data-argument value='{REASON}'></label></p><button type="submit">send</button></form>"""
WITH_FORM = re.compile(r"/desk/key\?lang=en$")  # and no more
PICTURES = os.environ.get("FAIRLEDGER_TEST_PICTURES")  # a folder for screenshots, to be looked at


def ca_of(under_test: ServiceUnderTest) -> SimulatedCa:
    """The CA at which alice may make a key."""
    registered = {"alice": (SECRET, {"role": "producer", "gln": LICENCE["gln"]})}
    made = simulated_ca(under_test.ledger.simulator.authority(MSP_ID), registered)
    under_test.enrolment = made
    return made


@asynccontextmanager
async def desk_of(under_test: ServiceUnderTest) -> AsyncIterator[str]:
    """The address of the desk; alice's business has a licence, and nothing else was written."""
    async with served(under_test.app()) as url, httpx.AsyncClient(base_url=url) as client:
        answer = await client.post("/trace/licences", json=LICENCE, headers=under_test.bearer("officer"))
        assert answer.status_code == 201, answer.text
        under_test.ledger.submissions.clear()
        under_test.ledger.endorsements.clear()
        yield url


@asynccontextmanager
async def page_at(chromium: Browser, address: str) -> AsyncIterator[Page]:
    """The page of the key, with a form that calls a function of the contracts."""
    context = await chromium.new_context(viewport=PHONE, base_url=address, locale="en")

    async def with_form(route: Route) -> None:
        answer = await route.fetch()
        await route.fulfill(response=answer, body=(await answer.text()).replace("</main>", f"{FORM}</main>"))

    await context.route(WITH_FORM, with_form)
    yield await context.new_page()
    await context.close()


@pytest.fixture
def ca(under_test: ServiceUnderTest) -> SimulatedCa:
    return ca_of(under_test)


@pytest.fixture
async def address(under_test: ServiceUnderTest, ca: SimulatedCa) -> AsyncIterator[str]:
    async with desk_of(under_test) as url:
        yield url


@pytest.fixture
async def page(chromium: Browser, address: str) -> AsyncIterator[Page]:
    async with page_at(chromium, address) as opened:
        yield opened


@dataclass(frozen=True)
class Victim:
    """Somebody whose key is in the browser, and the service that tries to fool them."""

    page: Page
    under_test: ServiceUnderTest
    ca: SimulatedCa


@pytest.fixture(scope="module")
async def alice(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Victim]:
    """Enrolled once for all lies: as none may have an effect, none is in the next one's way."""
    under_test = ServiceUnderTest(tmp_path_factory.mktemp("alice"))
    ca = ca_of(under_test)
    async with desk_of(under_test) as url, page_at(chromium, url) as page:
        await enrolled(page)
        yield Victim(page, under_test, ca)
    await under_test.ledger.simulator.close()


@pytest.fixture
async def victim(alice: Victim) -> AsyncIterator[Victim]:
    """Alice, who opens the page anew; what a test does to its requests ends with it."""
    await alice.page.goto("/desk/key?lang=en")
    await alice.page.wait_for_selector("body[data-signer-ready]")
    yield alice
    await alice.page.unroute_all()


async def enrol(page: Page, secret: str = SECRET) -> None:
    await page.goto("/desk/key?lang=en&next=/desk/key?lang=en")
    await page.fill("#enrolment-id", "alice")
    await page.fill("#secret", secret)
    await page.click("#enrol-form button")


async def enrolled(page: Page) -> None:
    """Enrol, and be signed in by the new key."""
    await enrol(page)
    await page.wait_for_url("**/desk/key?lang=en")
    await expect(page.locator("nav strong")).to_have_text("alice/PlatformAMSP")
    await page.wait_for_selector("body[data-signer-ready]")


async def agree(page: Page) -> str:
    """Send the form, agree to what is shown, and the outcome."""
    await page.click("#trial button[type=submit]")
    await page.click("#trial .signing button:not(.plain)")
    outcome = page.locator("#trial .signing p")
    await outcome.wait_for()
    return await outcome.inner_text()


async def test_the_request_is_for_a_key_that_cant_be_taken_out(page: Page, ca: SimulatedCa) -> None:
    await enrolled(page)
    (told,) = ca.requests
    request = x509.load_pem_x509_csr(told.encode())
    assert request.is_signature_valid
    assert request.subject.rfc4514_string() == "CN=alice"
    assert isinstance(request.signature_hash_algorithm, SHA256)
    kept = await page.evaluate(
        """async () => {
          const { find } = await import("/desk/keystore.js");
          const { privateKey, mspId, name, role } = await find("PlatformA");
          const taken = await crypto.subtle.exportKey("pkcs8", privateKey).then(() => true, () => false);
          return [privateKey.extractable, taken, privateKey.usages, mspId, name, role];
        }"""
    )
    assert kept == [False, False, ["sign"], MSP_ID, "alice", "producer"]


async def test_a_wrong_secret_is_told_with_its_code(page: Page, ca: SimulatedCa) -> None:
    await enrol(page, "guessed")
    await expect(page.locator("#key-result.failed")).to_contain_text("ENROLMENT_DENIED")
    assert await page.locator("#held").is_hidden()
    assert list(ca.registered) == ["alice"]


async def test_a_key_is_shown_with_its_owner_and_removed_for_good(page: Page) -> None:
    await enrolled(page)
    await expect(page.locator("#held dl")).to_contain_text("alice")
    await expect(page.locator("#held dl")).to_contain_text("PlatformA (PlatformAMSP)")
    await expect(page.locator("#held dl")).to_contain_text("producer")
    page.on("dialog", lambda dialog: dialog.accept())
    await page.click("#remove")
    await expect(page.locator("#key-result")).to_have_text("The key is removed.")
    await expect(page.locator("#enrol-form")).to_be_visible()
    assert await page.evaluate("import('/desk/keystore.js').then(({ find }) => find('PlatformA'))") is None


async def held(page: Page) -> dict[str, str]:
    """What the browser keeps beside the key, and the key's own public half as its certificate has it."""
    kept: dict[str, str] = await page.evaluate(
        "import('/desk/keystore.js').then(({ find }) => find('PlatformA')).then(({ privateKey, ...told }) => told)"
    )
    return kept


async def test_a_key_is_renewed_by_the_one_before_and_the_person_stays_who_they_are(
    page: Page, ca: SimulatedCa, under_test: ServiceUnderTest
) -> None:
    await enrolled(page)
    before = await held(page)

    await page.click("#renew")
    await expect(page.locator("#held dd").last).not_to_have_text(fingerprint(before["certificate"]))
    await page.wait_for_selector("body[data-signer-ready]")

    after = await held(page)
    keys = [x509.load_pem_x509_certificate(each["certificate"].encode()).public_key() for each in (before, after)]
    assert keys == [x509.load_pem_x509_csr(each.encode()).public_key() for each in ca.requests]
    assert keys[0] != keys[1]
    assert (after["name"], after["role"], after["mspId"]) == ("alice", "producer", MSP_ID)
    await expect(page.locator("nav strong")).to_have_text("alice/PlatformAMSP")
    assert "On the ledger" in await agree(page)
    (recall,) = await (await page.request.get("/trace/recalls")).json()
    assert base64.b64decode(recall["recorder"]["id"]).startswith(b"x509::CN=alice,")
    assert under_test.ledger.endorsements == []


def fingerprint(certificate: str) -> str:
    return x509.load_pem_x509_certificate(certificate.encode()).fingerprint(SHA256()).hex()


def renewal(text: str, **changed: bytes) -> str:
    """The text that is to be signed, with parts of it changed."""
    names = ("method", "path", "body", "certificate")
    parts = dict(zip(names, text.split("."), strict=True))
    told = {name: base64.b64encode(value).decode() for name, value in changed.items()}
    return ".".join((parts | told)[name] for name in names)


def another_request(text: str) -> str:
    body = json.loads(base64.b64decode(text.split(".")[2]))
    return renewal(text, body=json.dumps({**body, "certificate_request": "mine"}).encode())


def one_member_more(text: str) -> str:
    body = json.loads(base64.b64decode(text.split(".")[2]))
    return renewal(text, body=json.dumps({**body, "profile": "ca"}).encode())


RENEWALS: dict[str, Any] = {
    "revocation": lambda text: renewal(text, path=b"/api/v1/revoke"),
    "request": another_request,
    "member": one_member_more,
    "certificate": lambda text: renewal(text, certificate=b"other"),
    "more": lambda text: f"{text}.AAAA",
    "method": lambda text: text.replace("POST", "GET"),
}


@pytest.mark.parametrize("lie", RENEWALS)
async def test_a_renewal_of_something_else_is_not_signed_and_the_key_stays(victim: Victim, lie: str) -> None:
    page = victim.page
    before = await held(page)

    async def deceive(route: Route) -> None:
        answer = await route.fetch()
        await route.fulfill(response=answer, json={"text": RENEWALS[lie]((await answer.json())["text"])})

    await page.route("**/signing/renewals", deceive)
    await page.click("#renew")
    await expect(page.locator("#key-result.failed")).to_contain_text("(the request for a new certificate)")
    assert (await held(page), len(victim.ca.requests)) == (before, 1)


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_the_page_says_when_the_certificate_ends_and_asks_to_renew_in_time(
    chromium: Browser, ca: SimulatedCa, under_test: ServiceUnderTest, language: str
) -> None:
    under_test.enrolment = dataclasses.replace(ca, valid_for=timedelta(days=10, hours=1))
    said = {"zh": "证书将在 10 天后到期", "en": "The certificate ends in 10 day(s): renew the key now."}
    async with served(under_test.app()) as url:
        page = await chromium.new_page(viewport=PHONE)
        await page.goto(f"{url}/desk/key?lang={language}&next=/desk/key?lang={language}")
        await page.fill("#enrolment-id", "alice")
        await page.fill("#secret", SECRET)
        await page.click("#enrol-form button")
        await page.wait_for_selector("nav strong")
        await expect(page.locator("#key-result.failed")).to_contain_text(said[language])
        await looked_at(page, f"key-ends-{language}-{PHONE['width']}")
        await page.close()


async def test_signatures_are_in_the_one_form_that_fabric_takes(page: Page) -> None:
    await page.goto("/desk/key?lang=en")
    key = ec.generate_private_key(ec.SECP256R1())
    pairs = [decode_dss_signature(key.sign(str(n).encode(), ec.ECDSA(SHA256()))) for n in range(40)]
    pairs += [(1, 1), (127, P256_ORDER - 1), (128, P256_ORDER // 2), (255, P256_ORDER // 2 + 1), (256, 1 << 128)]
    assert any(s > P256_ORDER // 2 for _r, s in pairs[:40])
    raw = [(r.to_bytes(32) + s.to_bytes(32)).hex() for r, s in pairs]
    made = await page.evaluate(
        """async (raw) => {
          const { fabricSignature, hex } = await import("/desk/der.js");
          const bytes = (each) => Uint8Array.from(each.match(/../g), (pair) => parseInt(pair, 16));
          return raw.map((each) => hex(fabricSignature(bytes(each))));
        }""",
        raw,
    )
    assert made == [encode_dss_signature(r, min(s, P256_ORDER - s)).hex() for r, s in pairs]


async def test_what_a_form_tells_is_shown_signed_here_and_on_the_ledger(
    page: Page, under_test: ServiceUnderTest
) -> None:
    await enrolled(page)
    await page.click("#trial button[type=submit]")
    await expect(page.locator("#trial .signing dd")).to_have_text([*AGREED, f"alice ({MSP_ID})"])
    await page.click("#trial .signing button:not(.plain)")
    await expect(page.locator("#trial .signing .passed")).to_contain_text("On the ledger: transaction ")
    answer = await page.request.get("/trace/recalls")
    (recall,) = await answer.json()
    assert recall["id"] in await page.locator("#trial .signing .passed").inner_text()
    assert recall["reason"] == REASON
    assert base64.b64decode(recall["recorder"]["id"]).startswith(b"x509::CN=alice,")
    assert under_test.ledger.endorsements == []  # nobody was asked to sign for alice


async def test_a_refusal_of_the_contract_is_told_with_its_code(page: Page) -> None:
    await enrolled(page)
    await page.fill("#trial [data-argument] >> nth=0", '["no item"]')
    assert "TRACE_ITEMS" in await agree(page)


async def test_what_cant_be_read_is_not_sent(page: Page, under_test: ServiceUnderTest) -> None:
    await enrolled(page)
    await page.fill("#trial [data-argument=json] >> nth=0", "[")
    await page.click("#trial button[type=submit]")
    await expect(page.locator("#trial .signing .failed")).to_have_text("One of the fields can't be read; please check.")
    assert under_test.ledger.submissions == []


async def test_without_the_tick_the_form_is_sent_as_ever(page: Page) -> None:
    await enrolled(page)
    await page.uncheck("#trial .own-key")
    async with page.expect_request(lambda request: request.method == "POST") as sent:
        await page.click("#trial button[type=submit]")
    assert (await sent.value).url.endswith("/desk/key")


async def test_a_key_of_somebody_else_leaves_the_forms_alone(
    page: Page, under_test: ServiceUnderTest, address: str
) -> None:
    await enrolled(page)
    token = under_test.tokens.issue("consumer")
    await page.context.clear_cookies()
    cookie: Any = {"name": "fairledger-PlatformA", "value": token, "url": f"{address}/desk"}
    await page.context.add_cookies([cookie])
    await page.goto("/desk/key?lang=en")
    await page.wait_for_selector("body[data-signer-ready]")
    await expect(page.locator("nav strong")).to_have_text("consumer")
    assert await page.locator("#trial .own-key").count() == 0


def asked(told: dict[str, Any], **changed: Any) -> bytes:
    """A proposal as the service should have made it, but for what is ``changed``."""
    identity = Identity(told["msp_id"], told["certificate"].encode())
    right = {"creator": identity.serialized, "channel": CHANNEL, "chaincode": CHAINCODE, "function": AGREED[0]}
    return propose(**{**right, "arguments": AGREED[1:], **changed}).content


def other_creator(told: dict[str, Any], msp_id: str, *, extra: str = "") -> bytes:
    return Identity(msp_id, told["certificate"].encode() + extra.encode()).serialized


def other_header(told: dict[str, Any], **changed: Any) -> bytes:
    """A proposal whose channel header says something else."""
    proposal = proposal_pb2.Proposal.FromString(asked(told))
    header = common_pb2.Header.FromString(proposal.header)
    channel_header = common_pb2.ChannelHeader.FromString(header.channel_header)
    for name, value in changed.items():
        setattr(channel_header, name, value)
    header.channel_header = channel_header.SerializeToString()
    proposal.header = header.SerializeToString()
    return bytes(proposal.SerializeToString())


def called(name: str) -> bytes:
    chaincode_id = chaincode_pb2.ChaincodeID(name=name)
    return bytes(proposal_pb2.ChaincodeHeaderExtension(chaincode_id=chaincode_id).SerializeToString())


def twice(told: dict[str, Any]) -> bytes:
    """Two payloads, of which others would take the last."""
    other = proposal_pb2.Proposal.FromString(asked(told, function="trace:end_recall")).payload
    return asked(told) + bytes(proposal_pb2.Proposal(payload=other).SerializeToString())


LIES: dict[str, tuple[str, Any]] = {  # what the page says is not as agreed, and how the service lies
    "channel": ("the channel", lambda told: asked(told, channel="other-channel")),
    "chaincode": ("the chaincode", lambda told: asked(told, chaincode="qscc")),
    "chaincode-of-the-header": ("the chaincode", lambda told: other_header(told, extension=called("qscc"))),
    "function": ("the function", lambda told: asked(told, function="trace:end_recall")),
    "argument": ("the arguments", lambda told: asked(told, arguments=[ITEMS, MEASURE, "another reason"])),
    "argument-more": ("the arguments", lambda told: asked(told, arguments=[*AGREED[1:], "x"])),
    "argument-less": ("the arguments", lambda told: asked(told, arguments=AGREED[1:-1])),
    "arguments-swapped": ("the arguments", lambda told: asked(told, arguments=[ITEMS, REASON, MEASURE])),
    "organization": ("who signs", lambda told: asked(told, creator=other_creator(told, "PlatformBMSP"))),
    "certificate": ("who signs", lambda told: asked(told, creator=other_creator(told, MSP_ID, extra="\n"))),
    "time": ("the time", lambda told: asked(told, at=datetime.now(UTC) - timedelta(hours=1))),
    "later": ("the time", lambda told: asked(told, at=datetime.now(UTC) + timedelta(hours=1))),
    "secret": (
        "data passed along in secret",
        lambda told: asked(told, transient={"x": b"y"}, endorsing_organizations=[MSP_ID]),
    ),
    "id": ("the transaction's id", lambda told: other_header(told, tx_id=transaction_id(b"n", b"c"))),
    "kind": ("its form", lambda told: other_header(told, type=common_pb2.HeaderType.CONFIG_UPDATE)),
    "epoch": ("its form", lambda told: other_header(told, epoch=7)),
    "twice": ("its form", twice),
    "nonsense": ("its form", lambda _told: b"\xff\xff\xff"),
    "nothing": ("its form", lambda _told: b""),
}


@pytest.mark.parametrize("lie", LIES)
async def test_a_proposal_of_something_else_is_not_signed(victim: Victim, lie: str) -> None:
    page = victim.page
    part, made = LIES[lie]

    async def deceive(route: Route) -> None:
        content = made(route.request.post_data_json)
        told = {"proposal": base64.b64encode(content).decode(), "digest": sha256(content).hexdigest()}
        await route.fulfill(json={**told, "transaction_id": "0" * 64})

    signatures: list[str] = []

    def signing(request: Request) -> None:
        if "signature" in (request.post_data or ""):
            signatures.append(request.url)

    page.on("request", signing)
    await page.route("**/signing/proposals", deceive)
    said = await agree(page)
    page.remove_listener("request", signing)
    assert said == f"Not signed: what the service prepared is not what you agreed to ({part}). Tell the regulator."
    assert signatures == []
    assert victim.under_test.ledger.submissions == []


def other_transaction(payload: bytes, lie: str) -> bytes:
    """The endorsed transaction, with one part of it replaced."""
    made = common_pb2.Payload.FromString(payload)
    transaction = transaction_pb2.Transaction.FromString(made.data)
    action = transaction_pb2.ChaincodeActionPayload.FromString(transaction.actions[0].payload)
    if lie == "input":
        spec = chaincode_pb2.ChaincodeSpec(input=chaincode_pb2.ChaincodeInput(args=[b"trace:end_recall"]))
        invocation = chaincode_pb2.ChaincodeInvocationSpec(chaincode_spec=spec).SerializeToString()
        asked = proposal_pb2.ChaincodeProposalPayload(input=invocation)
        action.chaincode_proposal_payload = asked.SerializeToString()
    elif lie == "hash":
        told = proposal_response_pb2.ProposalResponsePayload.FromString(action.action.proposal_response_payload)
        told.proposal_hash = b"\0" * 32
        action.action.proposal_response_payload = told.SerializeToString()
    elif lie == "actions":
        transaction.actions.add().CopyFrom(transaction.actions[0])
    elif lie == "action-header":
        transaction.actions[0].header = b""
    else:
        header = common_pb2.ChannelHeader.FromString(made.header.channel_header)
        header.channel_id = "other-channel"
        made.header.channel_header = header.SerializeToString()
    transaction.actions[0].payload = action.SerializeToString()
    made.data = transaction.SerializeToString()
    return bytes(made.SerializeToString())


@pytest.mark.parametrize("lie", ["input", "hash", "actions", "action-header", "header"])
async def test_a_transaction_of_another_proposal_is_not_signed(victim: Victim, lie: str) -> None:
    page = victim.page

    async def deceive(route: Route) -> None:
        answer = await route.fetch()
        told = await answer.json()
        changed = other_transaction(base64.b64decode(told["transaction"]), lie)
        await route.fulfill(response=answer, json={**told, "transaction": base64.b64encode(changed).decode()})

    await page.route("**/signing/endorsements", deceive)
    assert "(the endorsed transaction)" in await agree(page)
    assert victim.under_test.ledger.submissions == []


async def test_a_transaction_that_lost_against_another_is_made_anew(page: Page, under_test: ServiceUnderTest) -> None:
    await enrolled(page)
    under_test.ledger.verdict = 11  # MVCC_READ_CONFLICT
    assert "GATEWAY_COMMITTED_INVALID" in await agree(page)
    assert len(set(under_test.ledger.submissions)) == 4


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
async def test_the_page_reads_well(
    chromium: Browser, address: str, under_test: ServiceUnderTest, language: str, size: Any
) -> None:
    context = await chromium.new_context(viewport=size, base_url=address)
    page = await context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if "Policy" in message.text else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    here = f"/desk/key?lang={language}"

    await page.goto(f"{here}&next={here}")
    await page.wait_for_selector("#own-key[data-ready]")
    await looked_at(page, f"key-none-{language}-{size['width']}")
    await page.fill("#enrolment-id", "alice")
    await page.fill("#secret", SECRET)
    await page.click("#enrol-form button")
    await page.wait_for_selector("nav strong")
    await page.wait_for_selector("#own-key[data-ready]")
    await looked_at(page, f"key-held-{language}-{size['width']}")
    assert said == []
    await context.close()


async def looked_at(page: Page, name: str) -> None:
    """No wider than the screen, nothing that axe finds, and a picture for whoever wants to look."""
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    found: Any = (await Axe().run(page)).response
    assert [(each["id"], [node["target"] for node in each["nodes"]]) for each in found["violations"]] == []
    if PICTURES:
        await page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


async def test_without_scripts_the_page_says_what_it_needs(chromium: Browser, address: str) -> None:
    page = await chromium.new_page(java_script_enabled=False)
    await page.goto(f"{address}/desk/key?lang=en")
    await expect(page.locator("noscript section")).to_contain_text("A key of your own needs JavaScript.")
    assert await page.locator("#enrol-form").is_hidden()
    await page.close()
