"""Money and orders on the real consortium: whole lives over REST and by the client, and what peers make of cheating."""

import asyncio
import base64
import json
import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

import pytest

from fairledger.escrow import EscrowClient
from fairledger.escrow.goods import seal, unseal
from fairledger.gateway.errors import EvaluateError
from fairledger_contracts.records.agreement import Terms
from fairledger_contracts.records.evidence import Evidence
from fairledger_contracts.records.order import GOODS_BYTES_MAX, Order, OrderState
from fairledger_contracts.records.settlement import RuleCode
from tests.network.market import BRIEF, GRACE, NUMBERS, Market, Person, after, new_serial, paid, until
from tests.network.rest_client import Api
from tests.support.escrow import AREA, CARRIER, LICENCE, PHONE

TOGETHER_ATTEMPTS = 20  # the orderers may cut a block just between two transactions
GOODS = secrets.token_bytes(GOODS_BYTES_MAX - 28)  # as large as they can be


class Rest:
    """The people's clients of their own organisations' services."""

    def __init__(self, market: Market, stack: AsyncExitStack) -> None:
        self._market = market
        self._stack = stack
        self._apis: dict[str, Api] = {}
        self._newest_block = 0

    async def api(self, by: str) -> Api:
        if by not in self._apis:
            person = self._market.people[by]
            self._apis[by] = Api(self._market.site, person.organization, person.name)
            self._stack.push_async_callback(self._apis[by].client.aclose)
        return self._apis[by]

    async def post(self, by: str, path: str, body: Any) -> Any:
        """What is answered to who may do it, once all peers have it."""
        answer = await (await self.api(by)).send(f"/escrow{path}", body)
        assert answer.status_code in (200, 201), answer.text
        self._newest_block = int(answer.headers["Fairledger-Block"])
        await self._market.everywhere(self._newest_block)
        return answer.json()

    async def circulation(self, by: str, currency: str = "CNY") -> dict[str, Any]:
        """A currency's totals, once a service's read model has all that was posted here."""
        api = await self.api(by)
        async with asyncio.timeout(60):
            while True:
                answer = await api.client.get("/escrow/circulation")
                if int(answer.headers["Fairledger-Block"]) >= self._newest_block:
                    break
                await asyncio.sleep(0.05)
        (total,) = [each for each in answer.json() if each["currency"] == currency]
        return dict(total)

    async def refused(self, by: str, path: str, body: Any) -> tuple[int, str]:
        answer = await (await self.api(by)).send(f"/escrow{path}", body)
        assert answer.headers["Content-Type"] == "application/problem+json"
        return answer.status_code, answer.json()["code"]

    async def get(self, by: str, path: str, **parameters: str) -> Any:
        api = await self.api(by)
        answer = await api.client.get(f"/escrow{path}", params=parameters, headers=api.bearer)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
async def rest(market: Market) -> AsyncIterator[Rest]:
    async with AsyncExitStack() as stack:
        yield Rest(market, stack)


def client(market: Market, by: str) -> EscrowClient:
    return EscrowClient(market.contract(by))


async def test_a_phone_is_listed_sold_carried_and_paid_out_over_rest(market: Market, rest: Rest) -> None:
    terms = market.terms()
    notes = await asyncio.gather(
        market.note("buyer", PHONE["price_minor"] + 7_000),
        market.note("seller", PHONE["bond_minor"]),
        market.note("carrier", PHONE["carrier_bond_minor"]),
    )
    price, bond, carrier_bond = (note.id for note in notes)
    listing = await rest.post("seller", "/listings", terms)
    signed = {"listing": listing["id"], "terms_sha256": listing["terms_sha256"], "area": AREA, "notes": [price]}
    order = await rest.post("buyer", "/orders", signed)
    at = f"/orders/{order['id']}"
    await rest.post("seller", f"{at}/accept", {"notes": [bond]})
    parcel = {"serial": new_serial(), "parcel": f"P-{secrets.token_hex(6)}", "carrier": CARRIER}
    await rest.post("seller", f"{at}/ship", parcel)
    await rest.post("carrier", f"{at}/take_over", {"weight_g": 450, "area": AREA, "notes": [carrier_bond]})
    await rest.post("carrier", f"{at}/scan", {"area": "u33"})
    await rest.post("carrier", f"{at}/deliver", {"weight_g": 450, "area": AREA})
    await rest.post("buyer", f"{at}/check_tag", {"serial": parcel["serial"], "genuine": True})
    assert await rest.refused("stranger", f"{at}/confirm", {}) == (403, "ESCROW_DENIED")
    assert (await rest.post("buyer", f"{at}/confirm", {}))["state"] == "settled"

    settled = (await market.settlement(Order.model_validate(order))).model_dump(mode="json")
    for by in ("buyer", "regulator"):
        told = await rest.get(by, at)
        assert told["settlement"] == settled, by
        assert [each["evidence"] for each in told["evidence"]] == ["taken_over", "scanned", "delivered", "tag_read"]
    assert settled["final"] == {"buyer_minor": 0, "seller_minor": 110_002, "carrier_minor": 50_001}
    (earned,) = [
        each["id"] for each in await rest.get("seller", "/notes") if each["id"].startswith(settled["movement"])
    ]
    provider = market.owner("provider")
    asked = {"notes": [earned], "amount_minor": 110_002, "currency": "CNY", "provider": provider}
    payout = await rest.post("seller", "/payouts", asked)
    before = await rest.circulation("provider")
    out = {"reference": f"out-{secrets.token_hex(8)}"}
    await rest.post("provider", f"/payouts/{payout['id']}/redeem", out)
    after_it = {
        **before,
        "redeemed_minor": before["redeemed_minor"] + 110_002,
        "unspent_minor": before["unspent_minor"] - 110_002,
    }
    assert before["conserved"]
    for by in ("provider", "buyer", "officer", "regulator"):
        assert await rest.circulation(by) == after_it, by


async def test_sealed_goods_of_the_largest_size_are_paid_by_their_key(market: Market) -> None:
    sealed = seal(GOODS)
    terms = market.terms(LICENCE)
    price, bond = await asyncio.gather(market.note("buyer", 5_000), market.note("seller", 5_000))
    listing = await client(market, "seller").list_goods(Terms.model_validate_json(json.dumps(terms)))
    buyer, seller = client(market, "buyer"), client(market, "seller")
    order = await buyer.order(listing, "", [price.id])
    await market.caught_up()
    await seller.accept(order.id, [bond.id], sealed.commitment)
    await market.caught_up()
    await buyer.hold(order.id)
    await market.caught_up()
    released = await seller.release_key(order.id, sealed.key)
    await market.caught_up()

    assert (released.state, released.price) == (OrderState.DELIVERED, None)  # the seller is paid already
    assert unseal(sealed.ciphertext, bytes.fromhex(released.key)) == GOODS
    assert await market.refused("stranger", "prove_wrong_key", released.id, sealed.ciphertext) == "ESCROW_KEY_FITS"
    assert await market.refused("keeper", "due", released.id, at=until(released)) == "ESCROW_NOT_DUE"
    settled = await market.move("keeper", "due", released, at=after(released))
    assert (settled.state, (await market.settlement(settled)).rule) == (OrderState.SETTLED, RuleCode.UNDISPUTED)


async def test_whoever_holds_the_goods_proves_a_wrong_key_over_rest(market: Market, rest: Rest) -> None:
    sealed = seal(GOODS)
    promised = sealed.commitment.model_copy(update={"plaintext_sha256": "ab" * 32})  # what is sealed is not that
    order = await market.ordered(await market.note("buyer", 5_000), of=LICENCE)
    bond = await market.note("seller", 5_000)
    await market.move("seller", "accept", order, [bond.id], promised)
    await market.move("buyer", "hold", order)
    await market.move("seller", "release_key", order, sealed.key.hex())
    at = f"/orders/{order.id}/prove_wrong_key"
    other = {"ciphertext": base64.b64encode(seal(b"others").ciphertext).decode()}
    assert await rest.refused("stranger", at, other) == (400, "ESCROW_GOODS_OTHER")

    told = await rest.post("stranger", at, {"ciphertext": base64.b64encode(sealed.ciphertext).decode()})

    assert told["state"] == "refunded"
    settlement = await market.settlement(order)
    assert (settlement.rule, settlement.liable) == (RuleCode.WRONG_KEY, "seller")
    assert paid(settlement) == {"buyer_minor": 5_000, "seller_minor": 0, "carrier_minor": 0}


async def test_of_two_settlements_at_once_one_takes_effect(market: Market) -> None:
    """The buyer is content at the last moment, and somebody calls what is due just after it."""
    order = await market.delivered()
    both = [
        ("buyer", await market.endorsed("buyer", "confirm", order.id, at=until(order))),
        ("keeper", await market.endorsed("keeper", "due", order.id, at=after(order))),
    ]
    verdicts = [name for name, _ in await market.ordered_at_once(both)]

    assert sorted(verdicts) == ["MVCC_READ_CONFLICT", "VALID"]
    settlement = await market.settlement(order)
    assert settlement.rule is (RuleCode.CONFIRMED if verdicts[0] == "VALID" else RuleCode.UNDISPUTED)
    assert paid(settlement) == {"buyer_minor": 0, "seller_minor": 110_002, "carrier_minor": 50_001}
    assert await market.refused("keeper", "due", order.id, at=after(order)) == "ESCROW_WRONG_STATE"


async def test_what_is_found_out_before_a_decision_counts_in_it_though_the_decision_did_not_know(
    market: Market,
) -> None:
    """An inspector's report leaves the order as it is: only the range that was read for the decision tells of it."""
    order = await market.delivered()
    disputed = await market.move("buyer", "dispute", order, '"defect"', "the screen is cracked", at=until(order))
    both = [
        ("inspector", await market.endorsed("inspector", "inspect", order.id, '"defect"', "ab" * 32)),
        ("keeper", await market.endorsed("keeper", "due", order.id, at=after(disputed))),
    ]
    (told, report), (decided, _) = await market.ordered_at_once(both)

    assert (told, decided) == ("VALID", "PHANTOM_READ_CONFLICT")
    assert (await market.told(order)).settlement is None
    anew = await market.move("keeper", "due", disputed, at=after(disputed))
    settlement = await market.settlement(order)
    assert (anew.state, settlement.rule) == (OrderState.REFUNDED, RuleCode.DEFECT)
    assert settlement.evidence == (Evidence.model_validate_json(report.result).id,)


async def test_a_note_that_is_spent_twice_in_one_block_is_spent_once(market: Market, rest: Rest) -> None:
    listing = await market.listed()
    for _ in range(TOGETHER_ATTEMPTS):
        note = await market.note("buyer", listing.terms.price_minor)
        arguments = (listing.id, listing.terms_sha256, AREA, [note.id])
        both = [("buyer", await market.endorsed("buyer", "order", *arguments)) for _ in range(2)]
        found = await market.ordered_at_once(both)
        assert sorted(name for name, _ in found) == ["MVCC_READ_CONFLICT", "VALID"]
        valid, invalid = (each for _, each in sorted(found, reverse=True))
        assert await market.refused("buyer", "order", *arguments) == "ESCROW_NOTE_UNKNOWN"
        assert (await market.told(Order.model_validate_json(valid.result))).order.state is OrderState.FUNDED
        with pytest.raises(EvaluateError, match="ESCROW_ORDER_UNKNOWN"):
            await market.contract("buyer").evaluate("told", invalid.tx_id)
        if valid.block_number == invalid.block_number:
            break
    assert valid.block_number == invalid.block_number
    assert (await rest.circulation("buyer"))["conserved"]


async def test_at_the_last_moment_a_complaint_is_in_time_and_then_too_late(market: Market) -> None:
    order = await market.delivered()
    complaint = ("defect", "the screen is cracked")
    dated_ahead = until(order) + timedelta(seconds=GRACE)
    assert await market.refused("keeper", "due", order.id, at=dated_ahead) == "ESCROW_NOT_DUE"
    late = await market.refused("buyer", "dispute", order.id, '"defect"', complaint[1], at=after(order))
    assert late == "ESCROW_TOO_LATE"
    disputed = await market.move("buyer", "dispute", order, '"defect"', complaint[1], at=until(order))
    assert disputed.due_at == until(order) + timedelta(seconds=BRIEF["evidence_s"])
    assert await market.refused("keeper", "due", order.id, at=until(disputed)) == "ESCROW_NOT_DUE"


async def test_nobody_pays_with_a_note_that_does_not_fit(market: Market, rest: Rest) -> None:
    listing = await market.listed()
    price = listing.terms.price_minor
    dollars, strange, short, locked = await asyncio.gather(
        market.note("buyer", price, "USD"),
        market.note("stranger", price),
        market.note("buyer", price - 1),
        market.note("buyer", price),
    )
    order = await market.ordered(locked)
    assert order.price is not None
    refusals = {
        "ESCROW_NOTE_CURRENCIES": [dollars.id],
        "ESCROW_NOTE_NOT_YOURS": [strange.id],
        "ESCROW_NOTE_SHORT": [short.id],
        "ESCROW_NOTE_REPEATED": [short.id, short.id],
        "ESCROW_NOTE_UNKNOWN": [locked.id],
    }
    refusals |= {"ESCROW_NOTE_INPUTS": []}
    for code, notes in refusals.items():
        body = {"listing": listing.id, "terms_sha256": listing.terms_sha256, "area": AREA, "notes": notes}
        assert (await rest.refused("buyer", "/orders", body))[1] == code
    held = {"listing": listing.id, "terms_sha256": listing.terms_sha256, "area": AREA, "notes": [order.price.note]}
    assert await rest.refused("buyer", "/orders", held) == (403, "ESCROW_NOTE_NOT_YOURS")


async def test_a_payment_reference_counts_once_and_who_is_no_provider_makes_no_money(
    market: Market, rest: Rest
) -> None:
    payment = {"owner": market.owner("buyer"), "amount_minor": 1_000}
    body = {"reference": f"bank-{secrets.token_hex(8)}", "payment": payment, "currency": "CNY"}
    await rest.post("provider", "/notes", body)
    assert await rest.refused("provider", "/notes", body) == (409, "ESCROW_REFERENCE_USED")
    for by in ("buyer", "seller", "officer", "regulator", "keeper"):
        body["reference"] = f"bank-{secrets.token_hex(8)}"
        assert await rest.refused(by, "/notes", body) == (403, "ESCROW_ROLE_DENIED"), by


async def test_two_notes_of_one_payment_in_one_block_are_one(market: Market) -> None:
    payment = {"owner": market.owner("buyer"), "amount_minor": 1_000}
    arguments = (f"bank-{secrets.token_hex(8)}", payment, "CNY")
    both = [("provider", await market.endorsed("provider", "issue", *arguments)) for _ in range(2)]
    assert sorted(name for name, _ in await market.ordered_at_once(both)) == ["MVCC_READ_CONFLICT", "VALID"]


async def test_what_was_signed_is_what_counts(market: Market) -> None:
    """A buyer who signed other terms than the listing's orders nothing, nor by a listing that was withdrawn."""
    cheap = await market.listed(price_minor=90_000)
    dear = await market.listed()
    price = await market.note("buyer", dear.terms.price_minor)
    changed = await market.refused("buyer", "order", dear.id, cheap.terms_sha256, AREA, [price.id])
    await market.submit("seller", "withdraw", cheap.id)
    withdrawn = await market.refused("buyer", "order", cheap.id, cheap.terms_sha256, AREA, [price.id])
    assert (changed, withdrawn) == ("ESCROW_TERMS_OTHER", "ESCROW_LISTING_WITHDRAWN")


async def test_a_suspended_platform_opens_no_orders_and_finishes_those_under_way(market: Market) -> None:
    terms = market.terms()
    listing = await market.listed("shop")
    note = await market.note("buyer", terms["price_minor"])
    second = await market.note("buyer", terms["price_minor"])
    bond = await market.note("shop", terms["bond_minor"])
    done = await market.submit("buyer", "order", listing.id, listing.terms_sha256, AREA, [note.id])
    under_way = Order.model_validate_json(done.result)
    sanction = await market.sanctioned(under_way.id)
    await market.submit("steward", "disclosure:hear", sanction, [])
    await market.submit("officer", "disclosure:decide", sanction, True, [])

    arguments = (listing.id, listing.terms_sha256, AREA, [second.id])
    try:
        refused = await market.refused("buyer", "order", *arguments)
        unlisted = await market.refused("shop", "list_goods", terms)
        accepted = await market.move("shop", "accept", under_way, [bond.id], None)
    finally:
        await market.submit("officer", "disclosure:end_sanction", sanction, [])
    assert (refused, unlisted) == ("ESCROW_PLATFORM_SUSPENDED", "ESCROW_PLATFORM_SUSPENDED")
    assert accepted.state is OrderState.ACCEPTED
    await market.submit("buyer", "order", *arguments)


async def test_evidence_of_who_is_revoked_afterwards_counts_and_before_is_refused(market: Market) -> None:
    for called in ("honest", "late"):
        await market.join(called, Person("Association", called, "inspector"))
        await market.license(called)
    order = await market.delivered()
    disputed = await market.move("buyer", "dispute", order, '"defect"', "the screen is cracked", at=until(order))
    done = await market.submit("honest", "inspect", order.id, '"defect"', "ab" * 32)
    counted = Evidence.model_validate_json(done.result)
    for called in ("honest", "late"):
        person = market.people[called]
        await asyncio.to_thread(market.identities.revoke, person.name, person.organization)

    refused = await market.refused("late", "inspect", order.id, '"conformant"', "cd" * 32)
    await market.move("keeper", "due", disputed, at=after(disputed))

    assert refused == "GATEWAY_DENIED"
    settlement = await market.settlement(order)
    assert (settlement.rule, settlement.evidence) == (RuleCode.DEFECT, (counted.id,))
    assert paid(settlement) == {"buyer_minor": 103_001, "seller_minor": 7_001, "carrier_minor": 50_001}


async def test_an_order_is_judged_by_the_standard_that_it_was_made_under(market: Market) -> None:
    before, listing = market.standard, await market.listed()
    order = await market.delivered()
    market.standard = await market.adopt("escrow", {**NUMBERS, "other_item_bond_permille": 1})
    price = await market.note("buyer", listing.terms.price_minor)
    outdated = await market.refused("buyer", "order", listing.id, listing.terms_sha256, AREA, [price.id])

    await market.submit("buyer", "check_tag", order.id, new_serial(), False)
    disputed = await market.move("buyer", "dispute", order, '"forged"', "the tag is a copy", at=until(order))
    await market.move("keeper", "due", disputed, at=after(disputed))

    assert outdated == "ESCROW_STANDARD_OUTDATED"
    settlement = await market.settlement(order)
    assert (settlement.rule, settlement.standard.version) == (RuleCode.OTHER_ITEM, before.version)
    assert paid(settlement) == {"buyer_minor": 110_002, "seller_minor": 0, "carrier_minor": 50_001}
    assert (await market.ordered(price)).terms.standard.version == market.standard.version
