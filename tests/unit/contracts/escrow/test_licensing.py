"""Services are done by who is licensed: a role in a certificate is the word of whoever certifies it, and no more."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from fairledger_chaincode.identity import ClientIdentity
from fairledger_contracts.records.evidence import EvidenceKind, Finding
from fairledger_contracts.records.order import Order, OrderState
from fairledger_contracts.records.payment import Payout, PayoutState
from fairledger_contracts.records.service_licence import KEYS_MAX, ServiceLicence, Validity, signing_key
from tests.support.escrow import AREA, CARRIER, DAY, NOON, PHONE, EscrowLedger

REPORT = Finding.COUNTERFEIT, "ab" * 32
HOUR = timedelta(hours=1)
CARRIERS = {**CARRIER, "service": "carrier"}
UNLICENSED = "ESCROW_NOT_LICENSED"  # who acts
NOBODY = "ESCROW_SERVICE_UNLICENSED"  # who is asked to act


def key_of(escrow: EscrowLedger, name: str) -> str:
    return signing_key(ClientIdentity.from_creator(escrow.person(name).serialized).certificate)


def new_licence(escrow: EscrowLedger, name: str = "forged_carrier", **other: Any) -> dict[str, Any]:
    return {**CARRIERS, "name": "Express", "keys": [key_of(escrow, name)], **other}


def at(moment: datetime) -> str:
    return moment.isoformat()


async def licensed(escrow: EscrowLedger, **told: Any) -> ServiceLicence:
    return ServiceLicence.model_validate_json(await escrow.submit("officer", "license_service", told))


async def ended(escrow: EscrowLedger, name: str = "carrier", **told: Any) -> ServiceLicence:
    """The licence of a person's party, once it is ended."""
    person = escrow.signatory(name)
    party = {"service": person.role, **person.party._asdict(), "ground": "it is not what it said", **told}
    return ServiceLicence.model_validate_json(await escrow.submit("officer", "end_licence", party))


async def payout_of(escrow: EscrowLedger, provider: str = "provider") -> Payout:
    note = await escrow.money("seller", 1_000)
    asked = [note.id], 1_000, "CNY", ":".join(escrow.signatory(provider).party)
    return Payout.model_validate_json(await escrow.submit("seller", "ask_payout", *asked))


# Attacks: a platform certifies whom it likes


async def test_nobody_prints_money_by_a_certificate(escrow: EscrowLedger) -> None:
    payment = {"owner": escrow.owner("stranger"), "amount_minor": 10**9}
    assert await escrow.refused("forged_provider", "issue", "bank-1", payment, "CNY") == UNLICENSED
    assert escrow.notes() == []


async def test_nobody_takes_a_payout_by_a_certificate(escrow: EscrowLedger) -> None:
    await escrow.license("forged_provider")
    payout = await payout_of(escrow, "forged_provider")
    await ended(escrow, "forged_provider")
    assert await escrow.refused("forged_provider", "redeem", payout.id, "out-1") == UNLICENSED
    assert await escrow.refused("forged_provider", "return_payout", payout.id) == UNLICENSED
    escrow.ledger.clock.set(payout.due_at + timedelta(microseconds=1))
    await escrow.submit("forged_provider", "return_payout", payout.id)  # which anybody may now
    assert escrow.has("seller") == 1_000


@pytest.mark.parametrize(
    ("move", "arguments"),
    [("scan", (AREA,)), ("deliver", (450, AREA)), ("lose", ()), ("refuse", (450, AREA))],
)
async def test_not_even_the_carriers_own_platform_tells_of_its_parcels(
    escrow: EscrowLedger, move: str, arguments: tuple[Any, ...]
) -> None:
    """It certifies one more person with the carrier's GLN, whose key no licence names."""
    order = await escrow.carried()
    assert await escrow.refused("forged_carrier", move, order.id, *arguments) == UNLICENSED
    told = await escrow.told(order)
    assert (told.order.state, [each.evidence for each in told.evidence]) == (
        OrderState.CARRIED,
        [EvidenceKind.TAKEN_OVER],
    )


async def test_a_parcel_is_taken_over_by_a_licensed_carrier_alone(escrow: EscrowLedger) -> None:
    order = await escrow.shipped()
    bond = await escrow.money("forged_carrier", PHONE["carrier_bond_minor"])
    assert await escrow.refused("forged_carrier", "take_over", order.id, 450, AREA, [bond.id]) == UNLICENSED


async def test_nobody_invents_a_report_by_a_certificate(escrow: EscrowLedger) -> None:
    order = await escrow.disputed()
    assert await escrow.refused("forged_inspector", "inspect", order.id, *REPORT) == UNLICENSED
    await escrow.license("forged_inspector")
    await escrow.submit("forged_inspector", "inspect", order.id, *REPORT)


async def test_a_licence_is_for_one_service(escrow: EscrowLedger) -> None:
    """The carrier's party gets a certificate as a provider, with a key that is licensed, for carrying."""
    party = escrow.signatory("carrier").party
    escrow.people["forged_provider"] = escrow.ledger.authority(party.msp_id).issue(
        "x",
        attributes={"role": "provider", "gln": party.place},
        not_before=NOON - HOUR,
        not_after=NOON + 9 * HOUR,
    )
    await licensed(escrow, **new_licence(escrow, "forged_provider"))
    payment = {"owner": escrow.owner("stranger"), "amount_minor": 10**9}
    assert await escrow.refused("forged_provider", "issue", "bank-1", payment, "CNY") == UNLICENSED


async def test_a_refusal_names_the_remedy(escrow: EscrowLedger) -> None:
    with pytest.raises(Exception, match="ask an officer of the association to license it"):
        await escrow.submit("forged_provider", "issue", "bank-1", {"owner": "x:y", "amount_minor": 500}, "CNY")


async def test_a_parcel_is_given_to_a_licensed_carrier_alone(escrow: EscrowLedger) -> None:
    order = await escrow.accepted()
    ship = "seller", "ship", order.id, "S-1", "P-0001"
    for other in ({"place": "9521000000070"}, {"msp_id": "PlatformAMSP"}):
        assert await escrow.refused(*ship, {**CARRIER, **other}) == NOBODY
    await ended(escrow)
    assert await escrow.refused(*ship, CARRIER) == NOBODY
    await escrow.license("carrier")
    await escrow.submit(*ship, CARRIER)


@pytest.mark.parametrize("name", ["forged_provider", "carrier"])
async def test_a_payout_is_asked_of_a_licensed_provider_alone(escrow: EscrowLedger, name: str) -> None:
    note = await escrow.money("seller", 1_000)
    place = ":".join(escrow.signatory(name).party)
    assert await escrow.refused("seller", "ask_payout", [note.id], 1_000, "CNY", place) == NOBODY
    assert escrow.has("seller") == 1_000


@pytest.mark.parametrize("provider", ["000", ":x", "PlatformAMSP:", "PlatformAMSP:\U0010ffff"])
async def test_a_payout_is_asked_of_a_provider_by_msp_and_place(escrow: EscrowLedger, provider: str) -> None:
    note = await escrow.money("seller", 1_000)
    assert await escrow.refused("seller", "ask_payout", [note.id], 1_000, "CNY", provider) == "CHAINCODE_ARGUMENTS"


async def test_what_was_refused_is_refused_again_until_it_is_licensed(escrow: EscrowLedger) -> None:
    payment = {"owner": escrow.owner("buyer"), "amount_minor": 500}
    call = "forged_provider", "issue", "bank-1", payment, "CNY"
    for _ in range(3):
        assert await escrow.refused(*call) == UNLICENSED
    await escrow.license("forged_provider")
    await escrow.submit(*call)
    assert await escrow.refused(*call) == "ESCROW_REFERENCE_USED"


# The time of the act counts


async def test_what_was_done_under_a_licence_stays_when_it_ends(escrow: EscrowLedger) -> None:
    order = await escrow.carried()
    await escrow.submit("carrier", "scan", order.id, AREA)
    await ended(escrow)
    assert await escrow.refused("carrier", "scan", order.id, AREA) == UNLICENSED
    assert await escrow.refused("carrier", "deliver", order.id, 450, AREA) == UNLICENSED
    await escrow.overdue(order)  # what follows from silence still follows: nobody's money is stuck
    told = await escrow.told(order)
    assert {each.evidence for each in told.evidence} == {EvidenceKind.TAKEN_OVER, EvidenceKind.SCANNED}
    assert told.order.state is OrderState.REFUNDED


async def test_a_report_counts_that_was_told_under_a_licence(escrow: EscrowLedger) -> None:
    order = await escrow.disputed()
    await escrow.submit("inspector", "inspect", order.id, *REPORT)
    await ended(escrow, "inspector")
    assert await escrow.refused("inspector", "inspect", order.id, *REPORT) == UNLICENSED
    await escrow.overdue(order)
    assert (await escrow.settlement(order)).rule == "counterfeit"


async def test_money_stays_that_a_provider_made_under_its_licence(escrow: EscrowLedger) -> None:
    payout = await payout_of(escrow)
    note = await escrow.money("buyer", 1_000)
    await ended(escrow, "provider")
    assert await escrow.refused("provider", "redeem", payout.id, "out-1") == UNLICENSED
    await escrow.submit("buyer", "pay", [note.id], [{"owner": escrow.owner("seller"), "amount_minor": 1_000}])
    assert escrow.has("seller") == 1_000


async def test_a_provider_pays_out_what_is_asked_until_its_licence_ends(escrow: EscrowLedger) -> None:
    payout = await payout_of(escrow)
    over = NOON + 2 * HOUR
    await ended(escrow, "provider", valid_until=at(over))
    escrow.ledger.clock.set(over - timedelta(microseconds=1))
    paid = Payout.model_validate_json(await escrow.submit("provider", "redeem", payout.id, "out-1"))
    assert paid.state is PayoutState.PAID
    escrow.ledger.clock.set(over)
    payment = {"owner": escrow.owner("buyer"), "amount_minor": 500}
    assert await escrow.refused("provider", "issue", "bank-9", payment, "CNY") == UNLICENSED


async def test_an_act_that_was_endorsed_before_an_end_does_not_slip_in_behind_it(escrow: EscrowLedger) -> None:
    order = await escrow.carried()
    early = await escrow.endorse("carrier", "scan", order.id, AREA)
    await ended(escrow)
    (committed,) = await escrow.ledger.commit([early])
    assert committed.validation_code == "MVCC_READ_CONFLICT"


async def test_a_licence_begins_when_it_says(escrow: EscrowLedger) -> None:
    order = await escrow.carried()
    await ended(escrow)
    begins = NOON + HOUR
    again = await licensed(escrow, **new_licence(escrow, "carrier", valid_from=at(begins)))
    assert [each.since for each in again.validities] == [NOON, begins]
    assert await escrow.refused("carrier", "scan", order.id, AREA) == UNLICENSED
    escrow.ledger.clock.set(begins)
    await escrow.submit("carrier", "scan", order.id, AREA)


# Who licenses, and what


@pytest.mark.parametrize(
    "name", ["steward", "impostor", "regulator", "carrier", "provider", "inspector", "keeper", "seller"]
)
async def test_nobody_licenses_but_an_officer_of_the_association(escrow: EscrowLedger, name: str) -> None:
    """No platform's officer, nor whom a platform certifies as the association's."""
    end = {**CARRIERS, "ground": "a rival"}
    assert await escrow.refused(name, "license_service", new_licence(escrow)) == "ESCROW_ROLE_DENIED"
    assert await escrow.refused(name, "end_licence", end) == "ESCROW_ROLE_DENIED"


async def test_a_licence_tells_who_gave_it_to_whom(escrow: EscrowLedger) -> None:
    party = {**CARRIERS, "place": "9521000000070"}
    licence = await licensed(escrow, **new_licence(escrow, **party))
    assert (licence.service, licence.msp_id, licence.place) == ("carrier", "PlatformBMSP", "9521000000070")
    assert licence.validities == (Validity(since=NOON),)
    assert (licence.recorder.role, licence.recorder.msp_id) == ("officer", "AssociationMSP")


async def test_a_licence_in_force_changes_its_keys_without_a_gap(escrow: EscrowLedger) -> None:
    order = await escrow.carried()
    escrow.ledger.clock.advance(HOUR)
    changed = await licensed(escrow, **new_licence(escrow, "forged_carrier"))
    assert changed.validities == (Validity(since=NOON),)
    await escrow.submit("forged_carrier", "scan", order.id, AREA)
    assert await escrow.refused("carrier", "scan", order.id, AREA) == UNLICENSED


async def test_a_licence_that_is_held_is_not_given_again(escrow: EscrowLedger) -> None:
    told = new_licence(escrow)
    await licensed(escrow, **told)
    assert await escrow.refused("officer_2", "license_service", told) == "ESCROW_LICENCE_HELD"
    await ended(escrow, valid_until=at(NOON + HOUR))
    taken_back = await licensed(escrow, **told)  # the end that has not come
    assert taken_back.validities == (Validity(since=NOON),)


async def test_an_end_says_why_and_can_be_told_anew_until_it_comes(escrow: EscrowLedger) -> None:
    first = await ended(escrow, valid_until=at(NOON + 9 * HOUR), ground="it stops trading")
    assert first.validities == (Validity(since=NOON, until=NOON + 9 * HOUR, ground="it stops trading"),)
    assert (await ended(escrow)).validities == (Validity(since=NOON, until=NOON, ground="it is not what it said"),)
    end = {**CARRIERS, "ground": "again"}
    assert await escrow.refused("officer", "end_licence", end) == "ESCROW_LICENCE_OVER"


async def test_a_licence_that_has_not_begun_is_replaced(escrow: EscrowLedger) -> None:
    party = {**CARRIERS, "place": "9521000000070"}
    for hours in (5, 3):
        told = new_licence(escrow, **party, valid_from=at(NOON + hours * HOUR))
        licence = await licensed(escrow, **told)
    assert licence.validities == (Validity(since=NOON + 3 * HOUR),)


@pytest.mark.parametrize(
    ("function", "told", "code"),
    [
        ("license_service", {"place": "x", "valid_from": at(NOON - HOUR)}, "ESCROW_LICENCE_DATES"),
        ("license_service", {"valid_from": at(NOON + HOUR)}, "ESCROW_LICENCE_DATES"),  # it would interrupt one in force
        ("license_service", {"service": "officer"}, "CHAINCODE_ARGUMENTS"),
        ("license_service", {"keys": []}, "CHAINCODE_ARGUMENTS"),
        ("license_service", {"keys": ["ab" * 32] * (KEYS_MAX + 1)}, "CHAINCODE_ARGUMENTS"),
        ("license_service", {"keys": ["AB" * 32]}, "CHAINCODE_ARGUMENTS"),
        ("license_service", {"valid_from": "2026-06-02T12:00:00"}, "CHAINCODE_ARGUMENTS"),  # of which zone?
        ("license_service", {"name": ""}, "CHAINCODE_ARGUMENTS"),
        ("end_licence", {"valid_until": at(NOON - HOUR)}, "ESCROW_LICENCE_DATES"),
        ("end_licence", {"place": "9521000000070"}, "ESCROW_LICENCE_UNKNOWN"),
        ("end_licence", {"service": "provider"}, "ESCROW_LICENCE_UNKNOWN"),
        ("end_licence", {"ground": ""}, "CHAINCODE_ARGUMENTS"),
    ],
)
async def test_what_is_no_licence_is_refused(
    escrow: EscrowLedger, function: str, told: dict[str, Any], code: str
) -> None:
    whole = new_licence(escrow) if function == "license_service" else {**CARRIERS, "ground": "it stops trading"}
    assert await escrow.refused("officer", function, {**whole, **told}) == code


async def test_only_acts_of_services_read_licences(escrow: EscrowLedger) -> None:
    """Nobody else's transaction contends with a change of a licence, nor reads one more state."""
    order = await escrow.delivered()
    await escrow.money("buyer")
    early = await escrow.endorse("buyer", "confirm", order.id)
    for name in ("carrier", "inspector", "provider"):
        await ended(escrow, name)
    (committed,) = await escrow.ledger.commit([early])
    assert committed.is_valid
    assert Order.model_validate_json(committed.result).state is OrderState.SETTLED


def test_a_validity_holds_from_its_beginning_until_before_its_end() -> None:
    validity = Validity(since=NOON, until=NOON + timedelta(seconds=DAY))
    moments = (NOON - timedelta(microseconds=1), NOON, NOON + timedelta(seconds=DAY - 1), NOON + timedelta(seconds=DAY))
    assert [validity.holds(moment) for moment in moments] == [False, True, True, False]
    assert Validity(since=NOON).holds(NOON + timedelta(days=9_999))
