"""What services take of what is sent about money, supervision and privacy; and words that only look like code."""

import asyncio
import re
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

import httpx
import pytest
from markupsafe import escape

from fairledger.api.settings import BODY_BYTES_MAX
from fairledger_contracts.records.complaint import Complaint
from fairledger_contracts.records.warrant import Warrant
from tests.network.ledger_load import CHANNEL
from tests.network.market import Market, until
from tests.network.rest_client import DEADLINE_S, Api
from tests.support.contract_calls import (
    COMPLAINT,
    ID,
    INSPECTION,
    NOTES,
    PAYMENT,
    PUBLISHED,
    SANCTION,
    STANDARD,
    WARRANT,
    replaced_texts,
)
from tests.support.escrow import AREA, CARRIER, PHONE
from tests.support.supervised import DOCUMENT

CODE: Final = "'; DROP TABLE records; --<script>alert(1)</script>"
MARKUP: Final = "<script>alert(1)</script>"
UNREADABLE: Final = ("\x00", f"{CODE}\x00", "a\U0010ffff", "\x1b[2J")
PARTS: Final = ("/escrow/", "/complaints", "/standards", "/members", "/disclosures", "/sanctions", "/suspensions")
NEW: Final = (*PARTS, "/inspections", "/monitoring", "/anomalies", "/privacy/")
KNOWN: Final = {"mspID": "PlatformAMSP", "period": "2026-10", "name": "escrow", "version": "0001"}
TOO_MANY: Final = "10000"
OPERATIONS, LISTS = 57, 14  # at least: of a service of today
LATE: Final = {"claim": "other", "reason": "late"}
ORDER: Final = {"listing": ID, "terms_sha256": ID, "area": AREA, "notes": NOTES}
PARCEL: Final = {"serial": "S1", "parcel": "P-0001", "carrier": CARRIER}
FROZEN: Final = {
    "origin": {"kind": "order", "key": [ID]},
    "ground": {"kind": "dispute", "id": ID},
    "notes": NOTES,
    "seconds": 60,
}
FILED: Final = {"period": "2026-10", "published": PUBLISHED, "attachments": [DOCUMENT]}
LISTED: Final = {"subject": "platform:PlatformAMSP", "rule": "complaints_permille", "ground": "17"}


class Case(NamedTuple):
    """A body that is as described, the code with which the ledger refuses it, and the members that are any words."""

    by: str
    path: str
    body: dict[str, Any]
    refusal: str
    prose: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        return self.path.replace(ID, "id")


CASES: Final = (
    Case(
        "buyer", "/escrow/notes", {"reference": "bank-1", "payment": PAYMENT, "currency": "CNY"}, "ESCROW_ROLE_DENIED"
    ),
    Case("buyer", "/escrow/notes/pay", {"notes": NOTES, "payments": [PAYMENT]}, "ESCROW_NOTE_UNKNOWN"),
    Case("buyer", "/escrow/freezes", FROZEN, "ESCROW_FREEZE_TRAIL", frozenset({"key"})),
    Case("buyer", "/escrow/listings", PHONE, "ESCROW_ROLE_DENIED", frozenset({"model"})),
    Case("buyer", "/escrow/orders", ORDER, "ESCROW_LISTING_UNKNOWN"),
    Case("seller", f"/escrow/orders/{ID}/ship", PARCEL, "ESCROW_ORDER_UNKNOWN"),
    Case("buyer", f"/escrow/orders/{ID}/dispute", LATE, "ESCROW_ORDER_UNKNOWN", frozenset({"reason"})),
    Case(
        "buyer",
        "/complaints",
        {**COMPLAINT, "platform": "PlatformXMSP"},
        "SUPERVISION_PLATFORM_UNKNOWN",
        frozenset({"title"}),
    ),
    Case("buyer", "/disclosures", FILED, "DISCLOSURE_ROLE_DENIED", frozenset({"title", "name", "registration_number"})),
    Case("buyer", "/sanctions", {**SANCTION, "evidence": [DOCUMENT]}, "DISCLOSURE_ROLE_DENIED", frozenset({"title"})),
    Case("buyer", "/inspections", INSPECTION, "SUPERVISION_ROLE_DENIED"),
    Case("buyer", "/monitoring", LISTED, "SUPERVISION_ROLE_DENIED", frozenset({"ground"})),
    Case("buyer", "/standards", STANDARD, "DISCLOSURE_ROLE_DENIED", frozenset({"title"})),
    Case("buyer", "/members", {"msp_id": "PlatformCMSP", "name": "x"}, "DISCLOSURE_ROLE_DENIED", frozenset({"name"})),
    Case("steward", "/privacy/warrants", WARRANT, "PRIVACY_ROLE_DENIED", frozenset({"purpose", "legal_basis"})),
)


class Services:
    """Clients of the services, each as somebody of the market."""

    def __init__(self, market: Market, stack: AsyncExitStack) -> None:
        self._market = market
        self._stack = stack

    def api(self, by: str) -> Api:
        person = self._market.people[by]
        api = Api(self._market.site, person.organization, person.name)
        self._stack.push_async_callback(api.client.aclose)
        return api

    async def height(self) -> int:
        return (await self._market.gateways["keeper"].network(CHANNEL).chain_info()).height

    async def wrote(self, by: str, since: int) -> bool:
        """Whether anything by that person is in the blocks since then; services write of their own accord."""
        await self._market.caught_up()
        person, network = self._market.people[by], self._market.gateways["keeper"].network(CHANNEL)
        creator = self._market.site.wallet(person.organization).get(person.name).identity.serialized
        blocks = [await network.block_by_number(number) for number in range(since, await self.height())]
        return any(creator in block.SerializeToString() for block in blocks)


@pytest.fixture
async def services(market: Market) -> AsyncIterator[Services]:
    async with AsyncExitStack() as stack:
        yield Services(market, stack)


def new_operations(document: dict[str, Any], method: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Operations on money, supervision and privacy of a service's OpenAPI document, at an address that there may be."""
    for path, methods in document["paths"].items():
        if method in methods and path.startswith(NEW):
            operation, address = methods[method], path
            for parameter in operation.get("parameters", ()):
                if parameter["in"] == "path":
                    first = parameter["schema"].get("enum", [KNOWN.get(parameter["name"], ID)])[0]
                    address = address.replace(f"{{{parameter['name']}}}", first)
            yield address, operation


async def sent(api: Api, path: str, content: bytes | str) -> httpx.Response:
    headers = {**api.bearer, "Content-Type": "application/json"}
    return await api.client.post(path, content=content, headers=headers)


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
async def test_each_text_of_a_body_is_checked_and_nothing_is_written(services: Services, case: Case) -> None:
    """The body passes as it is, and the ledger refuses it; with a text changed it passes where any words may be."""
    api, before = services.api(case.by), await services.height()
    assert (await api.send(case.path, case.body)).json()["code"] == case.refusal
    for hostile in UNREADABLE:
        for (changed,) in replaced_texts([case.body], hostile):
            answer = await sent(api, case.path, changed)
            assert (answer.status_code, answer.json()["code"]) == (400, "REQUEST_INVALID"), (changed, answer.text)
            assert "<script>" not in answer.text
    passed = set()
    for (changed,) in replaced_texts([case.body], CODE):
        answer = await sent(api, case.path, changed)
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert "<script>" not in answer.text
        assert answer.json()["code"] in {"REQUEST_INVALID", case.refusal}, (changed, answer.text)
        if answer.json()["code"] == case.refusal:
            passed |= set(re.findall(r'"(\w+)": \[*"\'; DROP', str(changed)))
    assert passed == case.prose
    assert not await services.wrote(case.by, before)


async def test_what_is_no_json_or_too_large_or_asks_for_too_much_is_refused_everywhere(services: Services) -> None:
    """On all routes there are for money, supervision and privacy."""
    api, before = services.api("buyer"), await services.height()
    document = (await api.client.get("/openapi.json")).json()
    found: dict[str, set[tuple[int, str]]] = {"malformed": set(), "too large": set(), "too many": set()}
    asked = dict.fromkeys(found, 0)

    def note(what: str, answer: httpx.Response) -> None:
        assert answer.headers["Content-Type"] == "application/problem+json", answer.request.url
        found[what].add((answer.status_code, answer.json()["code"]))
        asked[what] += 1

    for address, operation in new_operations(document, "post"):
        if "application/json" in operation.get("requestBody", {}).get("content", {}):
            for content in (b"{'a': 1}", b'{"a": ', b"[" * 10_000, b"\xff\xfe"):
                note("malformed", await sent(api, address, content))
            note("too large", await sent(api, address, b'"' + b"x" * BODY_BYTES_MAX + b'"'))
    for address, operation in new_operations(document, "get"):
        if "perPage" in {each["name"] for each in operation.get("parameters", ())}:
            note("too many", await api.client.get(address, params={"perPage": TOO_MANY}, headers=api.bearer))

    assert found == {
        "malformed": {(400, "REQUEST_INVALID")},
        "too large": {(413, "REQUEST_TOO_LARGE")},
        "too many": {(400, "REQUEST_INVALID")},
    }
    assert asked["too large"] >= OPERATIONS
    assert asked["malformed"] == 4 * asked["too large"]
    assert asked["too many"] >= LISTS
    assert not await services.wrote("buyer", before)


async def test_words_that_look_like_code_are_stored_as_words_and_shown_as_words(
    market: Market, services: Services
) -> None:
    """SQL and markup in whatever people write in their own words: records have them exactly, and pages escape them."""
    before = await services.height()
    order = await market.delivered(model=CODE)
    await market.move("buyer", "dispute", order, '"other"', CODE, at=until(order))
    await market.adopt("complaints")
    await market.adopt("supervision")
    filed = {**COMPLAINT, "about": {"kind": "order", "id": MARKUP}, "documents": [{**DOCUMENT, "title": CODE}]}
    complaint = Complaint.model_validate_json((await market.submit("buyer", "supervision:complain", filed)).result)
    day = timedelta(days=1)
    dates = {"valid_from": datetime.now(UTC).isoformat(), "valid_until": (datetime.now(UTC) + day).isoformat()}
    told = {**WARRANT, **dates, "purpose": CODE, "legal_basis": CODE}
    warrant = Warrant.model_validate_json((await market.submit("regulator", "privacy:make_warrant", told)).result)
    listed = await market.submit("officer", "supervision:enlist", {**LISTED, "ground": CODE})
    shop = f"Platform{secrets.token_hex(4)}MSP"
    await market.submit("officer", "disclosure:enrol", shop, CODE)
    assert await services.wrote("buyer", before)
    try:
        for by, path, words in (
            ("buyer", f"/desk/orders/{order.id}", CODE),
            ("seller", "/desk/listings", CODE),
            ("officer", "/desk/supervision", CODE),
            ("officer", "/desk/supervision", MARKUP),
            ("regulator", "/desk/warrants", CODE),
            ("officer", "/board", CODE),
            ("officer", "/complain", CODE),
            ("officer", f"/platforms/{shop}", CODE),
            ("officer", "/platforms/PlatformAMSP", CODE),
        ):
            await shown(services.api(by), path, words)
    finally:
        await market.submit("officer", "supervision:delist", listed.tx_id, CODE)
        await market.submit("regulator", "disclosure:strike", shop)

    assert (await kept(services.api("buyer"), "/escrow/orders", order.id))["dispute"]["reason"] == CODE
    assert (await kept(services.api("buyer"), "/escrow/listings", order.listing))["terms"]["model"] == CODE
    assert (await kept(services.api("officer"), "/complaints", complaint.id))["steps"][0]["documents"][0][
        "title"
    ] == CODE
    assert (await kept(services.api("regulator"), "/privacy/warrants", warrant.id))["terms"]["purpose"] == CODE
    assert (await kept(services.api("officer"), "/members", shop, "msp_id"))["name"] == CODE


async def shown(api: Api, path: str, words: str) -> None:
    """Wait until a page has the words as text, and see that it has them as nothing else."""
    async with asyncio.timeout(DEADLINE_S):
        while True:
            answer = await api.page(path)
            assert words not in answer.text
            assert "<script>alert" not in answer.text
            if answer.status_code == 200 and str(escape(words)) in answer.text:
                return
            await asyncio.sleep(0.1)  # the read model of another process follows


async def kept(api: Api, path: str, record_id: str, name: str = "id") -> Any:
    """A record in a list, of which the table is still there; the service has it, as a page was shown from it."""
    answer = await api.client.get(path, headers=api.bearer)
    assert answer.status_code == 200, answer.text
    (record,) = [each for each in answer.json() if each[name] == record_id]
    return record
