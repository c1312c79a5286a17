"""What network and gateways have to keep right where it is about money, and what no contract takes from anybody.

That the same holds for any transaction tests/network/test_gateway.py, test_gateway_faults.py and test_orderers.py show.
"""

import asyncio
import secrets
from typing import Any

import pytest

from fairledger.escrow import EscrowClient
from fairledger.gateway import Limits
from fairledger.gateway.errors import EndorseError, EvaluateError, GatewayError
from fairledger_contracts.records.evidence import Finding
from fairledger_contracts.records.note import Note, Payment
from fairledger_network.raft import wait_for_leader
from tests.network.ledger_load import CHANNEL, settled
from tests.network.market import Market, Person
from tests.network.rest_client import Api
from tests.network.running_consortium import RunningConsortium
from tests.network.test_gateway import verdicts
from tests.network.test_gateway_faults import ORDERERS, killed, paused, restored
from tests.support.contract_calls import CALLS, HOSTILE, spoiled
from tests.support.escrow import AREA
from tests.support.licensed import licences_for

AT_ONCE = 6
ACKNOWLEDGED = 15
REFUSALS = {"CHAINCODE_KEY", "CHAINCODE_ARGUMENTS"}
CALLERS = {
    "consumer": "buyer",
    "merchant": "seller",
    "carrier": "carrier",
    "inspector": "inspector",
    "provider": "provider",
    "officer": "officer",
    "regulator": "regulator",
    "platform-officer": "steward",
    "service": "keeper",
    "platform": "operator",
}


def payment_of(market: Market, amount_minor: int = 1_000) -> Payment:
    return Payment(owner=market.owner("buyer"), amount_minor=amount_minor)


def reference() -> str:
    return f"bank-{secrets.token_hex(8)}"


async def is_unspent(market: Market, note_id: str, by: str = "buyer") -> bool:
    """Whether the peers know a note: naming it twice is refused for that, or for its not being there."""
    code = await market.refused(by, "pay", [note_id, note_id], [{"owner": market.owner(by), "amount_minor": 1}])
    return {"ESCROW_NOTE_REPEATED": True, "ESCROW_NOTE_UNKNOWN": False}[code]


async def test_money_needs_the_associations_endorsement_and_it_is_said_whose_is_missing(
    market: Market, consortium: RunningConsortium
) -> None:
    arguments = (reference(), payment_of(market), "CNY")
    async with restored(consortium):
        await killed(consortium, "peer0.Association")
        with pytest.raises(EndorseError, match="the endorsement of AssociationMSP can't be had") as refusal:
            await market.endorsed("provider", "issue", *arguments)
    assert refusal.value.missing_organizations == ("AssociationMSP",)
    await settled(consortium)


async def test_money_that_only_platforms_endorsed_is_none(market: Market) -> None:
    contract = market.contract("provider")
    organizations = ["PlatformAMSP", "PlatformBMSP"]
    proposal = contract.new_proposal(
        "issue", reference(), payment_of(market).model_dump_json(), "CNY", endorsing_organizations=organizations
    )
    endorsed = await market.gateways["provider"].endorse(proposal)
    ((name, done),) = await market.ordered_at_once([("provider", endorsed)])
    assert name == "ENDORSEMENT_POLICY_FAILURE"
    assert not await is_unspent(market, Note.model_validate_json(done.result).id)


async def test_no_platform_prints_money_or_tells_of_parcels_by_certificates_that_it_issues(market: Market) -> None:
    """It certifies a provider, an inspector, and one more person of the carrier's business; no licence names a key."""
    carrier, order = market.signatory("carrier"), await market.delivered()
    made = {
        "forged provider": Person("PlatformB", "provider", "provider"),
        "forged inspector": Person("PlatformA", "inspector", "inspector"),
        "forged carrier": Person("PlatformB", "carrier", "carrier", carrier.gln),
    }
    for called, person in made.items():
        await market.join(called, person)
    assert market.signatory("forged carrier").party == carrier.party

    issue = "issue", reference(), payment_of(market), "CNY"
    assert await market.refused("forged provider", *issue) == "ESCROW_NOT_LICENSED"
    assert await market.refused("forged provider", *issue) == "ESCROW_NOT_LICENSED"  # nor again
    report = "inspect", order.id, Finding.COUNTERFEIT, "ab" * 32
    assert await market.refused("forged inspector", *report) == "ESCROW_NOT_LICENSED"
    shipped = await market.shipped()
    assert await market.refused("forged carrier", "take_over", shipped.id, 450, AREA, []) == "ESCROW_NOT_LICENSED"

    for by in ("steward", "warden", "forged carrier", "regulator"):
        for licence in licences_for([market.entry(called).identity.serialized for called in made]):
            assert await market.refused(by, "license_service", licence) == "ESCROW_ROLE_DENIED"


async def test_the_same_envelope_twice_makes_one_note(market: Market) -> None:
    endorsed = await market.endorsed("provider", "issue", reference(), payment_of(market), "CNY")
    await market.ordered_at_once([("provider", endorsed), ("provider", endorsed)])
    await market.note("buyer", 1_000)  # whatever was sent before is ordered by now
    network = market.gateways["keeper"].network(CHANNEL)
    assert await verdicts(network, endorsed.tx_id) == ["VALID", "DUPLICATE_TXID"]
    assert await is_unspent(market, f"{endorsed.tx_id}:0")


async def test_an_order_that_is_sent_again_with_its_key_is_one_order(market: Market) -> None:
    listing = await market.listed()
    notes = [await market.note("buyer", listing.terms.price_minor) for _ in range(2)]
    bodies: list[dict[str, Any]] = [
        {"listing": listing.id, "terms_sha256": listing.terms_sha256, "area": "wtw", "notes": [note.id]}
        for note in notes
    ]
    person, key = market.people["buyer"], secrets.token_hex(8)
    buyer = Api(market.site, person.organization, person.name)
    first = await buyer.send("/escrow/orders", bodies[0], key=key)
    again = await buyer.send("/escrow/orders", bodies[0], key=key)
    other = await buyer.send("/escrow/orders", bodies[1], key=key)
    await buyer.client.aclose()

    assert (first.status_code, again.content) == (201, first.content)
    assert (other.status_code, other.json()["code"]) == (409, "IDEMPOTENCY_KEY_REUSED")
    await market.caught_up()
    assert [await is_unspent(market, note.id) for note in notes] == [False, True]


async def test_a_payment_whose_submission_times_out_is_made_once(market: Market, consortium: RunningConsortium) -> None:
    note = await market.note("buyer", 1_000)
    limits = Limits(submit_deadline_s=0.5, recovery_status_deadline_s=0.3, submit_attempts_max=60)
    person = market.people["buyer"]
    payments = [Payment(owner=market.owner(name), amount_minor=500) for name in ("seller", "buyer")]
    async with consortium.gateway(person.organization, person.name, limits=limits) as gateway:
        client = EscrowClient(gateway.network(CHANNEL).contract("credit", "escrow"))
        with paused(consortium, *ORDERERS) as resume:
            under_way = asyncio.create_task(client.pay([note.id], payments))
            await asyncio.sleep(2.0)  # at least one sending and one question go unanswered
            assert not under_way.done()
            resume()
            made = await under_way
    await market.note("buyer", 1_000)  # whatever was sent before is ordered by now
    tx_id = made[0].id.partition(":")[0]
    found = await verdicts(market.gateways["keeper"].network(CHANNEL), tx_id)
    assert found == ["VALID"] + ["DUPLICATE_TXID"] * (len(found) - 1)
    assert await is_unspent(market, made[1].id)
    assert not await is_unspent(market, note.id)


async def test_no_acknowledged_money_is_lost_with_the_orderers_leader(
    market: Market, consortium: RunningConsortium
) -> None:
    acknowledged: list[Note] = []
    stopped, client = asyncio.Event(), EscrowClient(market.contract("provider"))

    async def work() -> None:
        while not stopped.is_set():
            try:
                acknowledged.append(await client.issue(reference(), payment_of(market, 77), "CNY"))
            except GatewayError:  # what an orderer's death does to a call; that payment is not acknowledged
                await asyncio.sleep(0.2)

    async def more(count: int) -> None:
        goal = len(acknowledged) + count
        while len(acknowledged) < goal:  # noqa: ASYNC110  several writers
            await asyncio.sleep(0.05)

    workers = [asyncio.create_task(work()) for _ in range(AT_ONCE)]
    async with restored(consortium):
        leader = await asyncio.to_thread(wait_for_leader, consortium)
        await more(ACKNOWLEDGED)
        await asyncio.to_thread(consortium.kill, leader.name)
        await more(ACKNOWLEDGED)
        stopped.set()
        await asyncio.gather(*workers)
    await settled(consortium)
    assert all(await asyncio.gather(*(is_unspent(market, note.id) for note in acknowledged)))


async def test_nobody_makes_a_key_of_something_else_by_any_text(market: Market) -> None:
    """Composite-key injection, straight at the contracts of all functions, past what the services check."""
    if "operator" not in market.people:
        await market.join("operator", market.people["keeper"]._replace(name="operator"))

    async def refused(function: str, hostile: str) -> None:
        role = CALLS[function].role
        contract, _, name = function.partition(":")
        for sent in spoiled(function, hostile):
            with pytest.raises((EndorseError, EvaluateError)) as refusal:
                await market.contract(CALLERS[role], contract).evaluate(name, *sent)
            assert refusal.value.code in REFUSALS, (function, sent, refusal.value.message)

    for number, hostile in enumerate(HOSTILE):  # each function with one of them; all with all of them is a unit test
        await asyncio.gather(*(refused(function, hostile) for function in list(CALLS)[number :: len(HOSTILE)]))


async def test_who_commits_a_move_in_anothers_name_is_refused_by_every_peer(market: Market) -> None:
    """A seller's certificate without the role, and a buyer's move by the seller."""
    order = await market.ordered()
    for by, move in (("keeper", "cancel"), ("seller", "cancel"), ("buyer", "decline"), ("regulator", "accept")):
        arguments: tuple[Any, ...] = ([], None) if move == "accept" else ()
        assert await market.refused(by, move, order.id, *arguments) == "ESCROW_DENIED", by
    assert (await market.told(order)).order == order
