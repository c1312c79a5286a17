"""Money and orders over REST: who may do what, who sees what, and where the money went."""

import base64
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from fairledger.api.escrow_bodies import BASE64_LENGTH_MAX, MOVES, SealedGoods
from fairledger.api.parties import signatory_of
from fairledger_contracts.escrow.machine import Move
from fairledger_contracts.records.note import owner_of
from tests.support.escrow import (
    AREA,
    CARRIER,
    KEY,
    LICENCE,
    PHONE,
    SEALED,
    SERIAL,
    commitment,
)
from tests.support.escrow_service import trading
from tests.support.simulated_service import RunningService
from tests.unit.client.api.papers import refusal

DIVISION = {"price_permille": 500, "bond_permille": 0}
REPORT = {"finding": "conformant", "report_sha256": "ab" * 32}


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[RunningService]:
    """A service with people who trade, and the first standard in force since the network began."""
    async with trading(tmp_path) as running:
        yield running


def owner(service: RunningService, name: str) -> str:
    return owner_of(signatory_of(service.service.wallet.get(name)))


async def posted(service: RunningService, path: str, body: Any, name: str) -> Any:
    answer = await service.post(f"/escrow{path}", body, name)
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


async def read(service: RunningService, path: str, name: str, **parameters: str) -> httpx.Response:
    return await service.client.get(f"/escrow{path}", params=parameters, headers=service.bearer(name))


async def money(service: RunningService, name: str, amount: int, reference: str) -> str:
    body = {
        "reference": reference,
        "payment": {"owner": owner(service, name), "amount_minor": amount},
        "currency": "CNY",
    }
    note: str = (await posted(service, "/notes", body, "provider"))["id"]
    return note


async def denied(service: RunningService, path: str, body: Any, *names: str) -> None:
    for name in names:
        answer = await service.post(f"/escrow{path}", body, name)
        assert (answer.status_code, answer.json()["code"]) in {
            (403, "ESCROW_DENIED"),
            (403, "ESCROW_ROLE_DENIED"),
            (403, "ESCROW_NOTE_NOT_YOURS"),
        }, (path, name, answer.text)


async def ordered(service: RunningService) -> tuple[str, dict[str, Any]]:
    listing = await posted(service, "/listings", PHONE, "seller")
    note = await money(service, "buyer", 100_001, "bank-1")
    body = {"listing": listing["id"], "terms_sha256": listing["terms_sha256"], "area": AREA, "notes": [note]}
    order: dict[str, Any] = await posted(service, "/orders", body, "buyer")
    return f"/orders/{order['id']}", order


async def carried(service: RunningService) -> tuple[str, dict[str, Any]]:
    at, order = await ordered(service)
    bond = await money(service, "seller", 10_001, "bank-2")
    await posted(service, f"{at}/accept", {"notes": [bond]}, "seller")
    await posted(service, f"{at}/ship", {"serial": SERIAL, "parcel": "P-0001", "carrier": CARRIER}, "seller")
    bond = await money(service, "carrier", 50_001, "bank-3")
    order = await posted(service, f"{at}/take_over", {"weight_g": 450, "area": AREA, "notes": [bond]}, "carrier")
    return at, order


async def test_a_phone_is_sold_and_each_step_is_for_whom_it_is_for(service: RunningService) -> None:
    others = ("stranger", "rival", "twin", "other_carrier", "provider", "officer")
    await denied(service, "/listings", PHONE, "buyer", "carrier", "provider")
    payment = {"owner": owner(service, "buyer"), "amount_minor": 100}
    body = {"reference": "bank-9", "payment": payment, "currency": "CNY"}
    await denied(service, "/notes", body, "buyer", "seller", "officer", "regulator")
    at, order = await ordered(service)
    await denied(service, f"/listings/{order['listing']}/withdraw", {}, "rival", "twin", "buyer")
    bond = await money(service, "seller", 10_001, "bank-2")
    await denied(service, f"{at}/accept", {"notes": [bond]}, "buyer", *others)
    await denied(service, f"{at}/decline", {}, "buyer", *others)
    await denied(service, f"{at}/cancel", {}, "seller", *others)
    await posted(service, f"{at}/accept", {"notes": [bond]}, "seller")
    shipping = {"serial": SERIAL, "parcel": "P-0001", "carrier": CARRIER}
    await denied(service, f"{at}/ship", shipping, "buyer", *others)
    await posted(service, f"{at}/ship", shipping, "seller")
    bond = await money(service, "carrier", 50_001, "bank-3")
    taking = {"weight_g": 450, "area": AREA, "notes": [bond]}
    await denied(service, f"{at}/take_over", taking, "buyer", "seller", *others)
    await posted(service, f"{at}/take_over", taking, "carrier")
    await denied(service, f"{at}/scan", {"area": AREA}, "buyer", "seller", *others)
    assert (await posted(service, f"{at}/scan", {"area": AREA}, "carrier"))["evidence"] == "scanned"
    door = {"weight_g": 450, "area": AREA}
    for move, sent in (("deliver", door), ("refuse", door), ("lose", {})):
        await denied(service, f"{at}/{move}", sent, "buyer", "seller", *others)
    await posted(service, f"{at}/deliver", door, "carrier")
    await denied(service, f"{at}/check_tag", {"serial": SERIAL, "genuine": True}, "seller", *others)
    await posted(service, f"{at}/check_tag", {"serial": SERIAL, "genuine": True}, "buyer")
    await denied(service, f"{at}/confirm", {}, "seller", *others)
    await denied(service, f"{at}/dispute", {"claim": "empty", "reason": "x"}, "seller", *others)
    assert refusal(await service.post(f"/escrow{at}/due", {}, "stranger")) == (409, "ESCROW_NOT_DUE")
    settled = await posted(service, f"{at}/confirm", {}, "buyer")
    assert (settled["state"], settled["price"], settled["bond"]) == ("settled", None, None)

    told = (await read(service, at, "buyer")).json()
    assert told["settlement"]["rule"] == "confirmed"
    assert told["settlement"]["final"] == {"buyer_minor": 0, "seller_minor": 110_002, "carrier_minor": 50_001}
    assert {each["evidence"] for each in told["evidence"]} == {"taken_over", "scanned", "delivered", "tag_read"}
    assert [note["amount_minor"] for note in (await read(service, "/notes", "seller")).json()] == [110_002]


async def test_a_key_that_opens_nothing_is_proved_wrong_by_anybody(service: RunningService) -> None:
    listing = await posted(service, "/listings", LICENCE, "seller")
    note = await money(service, "buyer", 5_000, "bank-1")
    body = {"listing": listing["id"], "terms_sha256": listing["terms_sha256"], "area": "", "notes": [note]}
    at = f"/orders/{(await posted(service, '/orders', body, 'buyer'))['id']}"
    other = bytes(32)
    bond = await money(service, "seller", 5_000, "bank-2")
    await posted(service, f"{at}/accept", {"notes": [bond], "commitment": commitment(other)}, "seller")
    await posted(service, f"{at}/hold", {}, "buyer")
    await posted(service, f"{at}/release_key", {"key": other.hex()}, "seller")

    sealed, damaged = ({"ciphertext": base64.b64encode(each).decode()} for each in (SEALED, SEALED[:-1]))
    refused = await service.post(f"/escrow{at}/prove_wrong_key", damaged, "stranger")
    assert refusal(refused) == (400, "ESCROW_GOODS_OTHER")
    proved = await posted(service, f"{at}/prove_wrong_key", sealed, "stranger")
    assert proved["state"] == "refunded"
    settlement = (await read(service, at, "buyer")).json()["settlement"]
    assert (settlement["rule"], settlement["final"]["buyer_minor"]) == ("wrong_key", 5_000)


async def test_a_dispute_is_agreed_on_or_voted_on_by_whom_it_is_for(service: RunningService) -> None:
    at, _order = await carried(service)
    await posted(service, f"{at}/deliver", {"weight_g": 450, "area": AREA}, "carrier")
    await posted(service, f"{at}/dispute", {"claim": "defect", "reason": "螢幕有裂痕"}, "buyer")
    await denied(service, f"{at}/inspect", REPORT, "buyer", "seller", "carrier", "officer")
    assert (await posted(service, f"{at}/inspect", REPORT, "inspector"))["finding"] == "conformant"
    await denied(service, f"{at}/propose", DIVISION, "stranger", "rival", "twin", "carrier", "officer")
    await posted(service, f"{at}/propose", DIVISION, "buyer")
    await denied(service, f"{at}/agree", DIVISION, "buyer", "stranger", "rival", "twin", "officer")
    await denied(service, f"{at}/vote", DIVISION, "buyer", "seller", "impostor", "regulator")
    assert refusal(await service.post(f"/escrow{at}/vote", DIVISION, "officer")) == (409, "ESCROW_WRONG_STATE")
    assert (await posted(service, f"{at}/agree", DIVISION, "seller"))["state"] == "settled"


async def test_an_order_is_seen_by_its_parties_and_the_authorities(service: RunningService) -> None:
    at, order = await carried(service)
    for name in ("buyer", "seller", "carrier", "inspector", "officer", "regulator"):
        assert (await read(service, at, name)).status_code == 200, name
    for name in ("stranger", "rival", "twin", "other_carrier", "provider", "impostor", "pretender"):
        assert refusal(await read(service, at, name)) == (403, "ESCROW_DENIED"), name
    for name, seen in {"buyer": 1, "carrier": 1, "officer": 1, "stranger": 0, "rival": 0, "impostor": 0}.items():
        assert len((await read(service, "/orders", name, state="carried")).json()) == seen, name
    assert (await read(service, "/orders", "buyer", state="settled")).json() == []
    assert refusal(await service.client.get(f"/escrow{at}")) == (401, "TOKEN_MISSING")
    assert refusal(await read(service, f"/orders/{'0' * 64}", "buyer")) == (404, "ESCROW_ORDER_UNKNOWN")
    listed = await service.client.get("/escrow/listings", params={"gtin": PHONE["gtin"]})
    assert [each["id"] for each in listed.json()] == [order["listing"]]
    assert (await service.client.get(f"/escrow/listings/{order['listing']}")).json()["terms"]["model"] == "FP-1 phone"


async def test_money_is_followed_back_to_its_payment_and_forward_to_its_payout(service: RunningService) -> None:
    at, order = await carried(service)
    await posted(service, f"{at}/deliver", {"weight_g": 450, "area": AREA}, "carrier")
    await posted(service, f"{at}/confirm", {}, "buyer")
    (note,) = (await read(service, "/notes", "seller")).json()
    place = ":".join(signatory_of(service.service.wallet.get("provider")).party)
    asked = {"notes": [note["id"]], "amount_minor": 110_002, "currency": "CNY", "provider": place}
    await denied(service, "/payouts", asked, "buyer", "rival")
    payout = await posted(service, "/payouts", asked, "seller")
    await denied(service, f"/payouts/{payout['id']}/redeem", {"reference": "out-1"}, "seller", "buyer", "officer")
    answer = await service.post(f"/escrow/payouts/{payout['id']}/return", {}, "seller")
    assert refusal(answer) == (409, "ESCROW_NOT_DUE")
    assert len((await read(service, "/payouts", "provider")).json()) == 1
    assert (await read(service, "/payouts", "steward", account="true")).json() == []
    assert refusal(await read(service, "/payouts", "seller", account="true")) == (403, "ESCROW_DENIED")
    await posted(service, f"/payouts/{payout['id']}/redeem", {"reference": "out-1"}, "provider")

    forward = (await read(service, "/flow", "buyer", reference="bank-1", direction="forward")).json()
    totals = (await service.client.get("/escrow/circulation")).json()
    issued = 100_001 + 10_001 + 50_001
    assert totals == [
        {
            "currency": "CNY",
            "issued_minor": issued,
            "redeemed_minor": 110_002,
            "unspent_minor": issued - 110_002,
            "conserved": True,
        }
    ]
    assert [each["movement"] for each in forward["movements"]] == ["issue", "lock", "settle", "lock", "redeem"]
    assert forward["movements"][-1]["reference"] == "out-1"
    back = (await read(service, "/flow", "seller", note=note["id"])).json()
    references = [each["reference"] for each in back["movements"] if each["movement"] == "issue"]
    assert (sorted(references), back["cut"]) == (["bank-1", "bank-2", "bank-3"], False)
    of_order = (await read(service, "/flow", "officer", order=order["id"], direction="back")).json()
    assert [each["movement"] for each in of_order["movements"]].count("issue") == 3
    for parameters in ({"note": note["id"]}, {"order": order["id"]}, {"reference": "bank-1"}):
        assert refusal(await read(service, "/flow", "stranger", **parameters)) == (403, "ESCROW_DENIED"), parameters
    assert refusal(await read(service, "/flow", "buyer")) == (400, "QUERY_ORDER")


async def test_notes_are_spent_by_their_owner(service: RunningService) -> None:
    note = await money(service, "buyer", 500, "bank-1")
    spending: dict[str, Any] = {
        "notes": [note],
        "payments": [
            {"owner": owner(service, "seller"), "amount_minor": 300},
            {"owner": owner(service, "buyer"), "amount_minor": 200},
        ],
    }
    await denied(service, "/notes/pay", spending, "seller", "stranger", "provider", "officer")
    assert [each["amount_minor"] for each in await posted(service, "/notes/pay", spending, "buyer")] == [300, 200]
    assert refusal(await service.post("/escrow/notes/pay", spending, "buyer")) == (409, "ESCROW_NOTE_UNKNOWN")
    used = {"reference": "bank-1", "payment": spending["payments"][0], "currency": "CNY"}
    assert refusal(await service.post("/escrow/notes", used, "provider")) == (409, "ESCROW_REFERENCE_USED")


async def test_pages_lead_through_all_notes(service: RunningService) -> None:
    made = [await money(service, "buyer", 100 + number, f"bank-{number}") for number in range(5)]
    found: list[str] = []
    address = "/escrow/notes?perPage=2"
    while address:
        answer = await service.client.get(address, headers=service.bearer("buyer"))
        found += [note["id"] for note in answer.json()]
        address = answer.links["next"]["url"] if answer.links else ""
    assert found == made[::-1]
    for token in ("x", "", "MQ"):
        assert refusal(await read(service, "/notes", "buyer", nextPageToken=token)) == (400, "QUERY_TOKEN"), token


async def released(service: RunningService, key: bytes) -> str:
    """Virtual goods whose key is out, and is the one that was promised."""
    listing = await posted(service, "/listings", LICENCE, "seller")
    price, bond = await money(service, "buyer", 5_000, "bank-1"), await money(service, "seller", 5_000, "bank-2")
    body = {"listing": listing["id"], "terms_sha256": listing["terms_sha256"], "area": "", "notes": [price]}
    at = f"/orders/{(await posted(service, '/orders', body, 'buyer'))['id']}"
    await posted(service, f"{at}/accept", {"notes": [bond], "commitment": commitment(key)}, "seller")
    await posted(service, f"{at}/hold", {}, "buyer")
    await posted(service, f"{at}/release_key", {"key": key.hex()}, "seller")
    return at


async def test_anybody_who_holds_the_goods_proves_a_wrong_key(service: RunningService) -> None:
    at = await released(service, b"k" * 32)  # which does not open what was sealed
    proof = {"ciphertext": base64.b64encode(SEALED).decode()}
    other = {"ciphertext": base64.b64encode(SEALED[:-1]).decode()}
    answer = await service.post(f"/escrow{at}/prove_wrong_key", other, "stranger")
    assert refusal(answer) == (400, "ESCROW_GOODS_OTHER")
    assert (await posted(service, f"{at}/prove_wrong_key", proof, "stranger"))["state"] == "refunded"
    told = (await read(service, at, "buyer")).json()
    assert (told["settlement"]["rule"], told["settlement"]["final"]["buyer_minor"]) == ("wrong_key", 5_000)


async def test_a_key_that_fits_is_not_proved_wrong(service: RunningService) -> None:
    at = await released(service, KEY)
    proof = {"ciphertext": base64.b64encode(SEALED).decode()}
    assert refusal(await service.post(f"/escrow{at}/prove_wrong_key", proof, "buyer")) == (400, "ESCROW_KEY_FITS")


@pytest.mark.parametrize("text", ["A", "AAA", "AA=A", "AA-_", "====", "A" * (BASE64_LENGTH_MAX + 4)])
async def test_what_is_no_base64_or_too_long_is_no_proof(service: RunningService, text: str) -> None:
    sent = {"ciphertext": text}
    answer = await service.post(f"/escrow/orders/{'0' * 64}/prove_wrong_key", sent, "buyer")
    assert refusal(answer) == (400, "REQUEST_INVALID")


def test_each_move_of_the_machine_has_its_route() -> None:
    assert sorted(MOVES) == sorted(Move)
    assert SealedGoods(ciphertext="AAEC").arguments() == (b"\x00\x01\x02",)
