"""Warrants and readings: what is permitted, what is refused, and that both are on record."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from fairledger_chaincode.simulator import ChaincodeFailed
from fairledger_contracts.records.commitment import proven_root
from fairledger_contracts.records.personal_data import SealedReading
from fairledger_contracts.records.private_read import Announcement, Release
from fairledger_contracts.records.warrant import Warrant
from tests.support.privacy import ORDER, PrivacyLedger, facts, seal_of


def stored(privacy: PrivacyLedger, announcement: Announcement) -> Announcement:
    """The announcement as everybody's ledger has it."""
    state = privacy.ledger.state(announcement.ledger_key)
    assert state is not None
    return Announcement.model_validate_json(state)


async def test_a_warrant_takes_two_officers(privacy: PrivacyLedger) -> None:
    made = await privacy.warrant(confirmed=False)
    assert (made.recorder.role, made.confirmed_by) == ("regulator", None)
    assert await privacy.refused(privacy.officer, "confirm_warrant", made.id) == "PRIVACY_WARRANT_OWN"
    confirmed = Warrant.model_validate_json(await privacy.submit(privacy.colleague, "confirm_warrant", made.id))
    assert confirmed.confirmed_by is not None
    assert confirmed.confirmed_by.id != made.recorder.id
    assert await privacy.refused(privacy.colleague, "confirm_warrant", made.id) == "PRIVACY_WARRANT_CONFIRMED"


async def test_only_officers_of_the_regulator_make_confirm_and_end_warrants(privacy: PrivacyLedger) -> None:
    made = await privacy.warrant(confirmed=False)
    impostor = privacy.ledger.identity("AssociationMSP", "impostor", role="regulator")
    clerk = privacy.ledger.identity("RegulatorMSP", "clerk", role="service")
    for by in (privacy.platform, privacy.association, impostor, clerk):
        assert await privacy.refused(by, "make_warrant", privacy.terms()) == "PRIVACY_ROLE_DENIED"
        for function in ("confirm_warrant", "end_warrant"):
            assert await privacy.refused(by, function, made.id) == "PRIVACY_ROLE_DENIED"


async def test_a_warrant_has_a_time_and_fields(privacy: PrivacyLedger) -> None:
    now = privacy.ledger.clock.now()
    times = {
        "over before it begins": (now, now),
        "over already": (now - timedelta(days=2), now - timedelta(days=1)),
        "too long": (now, now + timedelta(days=367)),
        "too far off": (now + timedelta(days=367), now + timedelta(days=368)),
        "at the end of the calendar": (datetime(9999, 12, 30, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)),
    }
    for begin, end in times.values():
        terms = privacy.terms(valid_from=begin.isoformat(), valid_until=end.isoformat())
        assert await privacy.refused(privacy.officer, "make_warrant", terms) == "PRIVACY_WARRANT_TIME"
    twice = privacy.terms(fields=["name", "name"])
    assert await privacy.refused(privacy.officer, "make_warrant", twice) == "PRIVACY_WARRANT_FIELDS"
    others: list[dict[str, object]] = [
        {"fields": []},
        {"purpose": ""},
        {"legal_basis": ""},
        {"subject": {"kind": "all", "value": "x"}},
    ]
    for other in others:
        assert await privacy.refused(privacy.officer, "make_warrant", privacy.terms(**other)) == "CHAINCODE_ARGUMENTS"


async def test_a_warrant_that_is_over_or_ended_is_confirmed_no_more(privacy: PrivacyLedger) -> None:
    made = await privacy.warrant(confirmed=False)
    await privacy.submit(privacy.officer, "end_warrant", made.id)
    assert await privacy.refused(privacy.colleague, "confirm_warrant", made.id) == "PRIVACY_WARRANT_ENDED"
    assert await privacy.refused(privacy.officer, "end_warrant", made.id) == "PRIVACY_WARRANT_ENDED"
    other = await privacy.warrant(confirmed=False)
    privacy.ledger.clock.advance(timedelta(seconds=3_601))
    assert await privacy.refused(privacy.colleague, "confirm_warrant", other.id) == "PRIVACY_WARRANT_EXPIRED"
    assert await privacy.refused(privacy.colleague, "confirm_warrant", "0" * 64) == "PRIVACY_WARRANT_UNKNOWN"


async def test_a_reading_under_warrant_answers_the_fields_that_it_names_and_no_others(privacy: PrivacyLedger) -> None:
    data = privacy.sealed()
    order = await privacy.published(data)
    announced = await privacy.announced((await privacy.warrant()).id, fields=["phone"])
    assert (announced.refused, stored(privacy, announced)) == ("", announced)
    assert announced.recorder.certificate.encode() == privacy.officer.certificate_pem

    reading = SealedReading.model_validate_json(await privacy.evaluate(privacy.officer, "read", announced.id))
    assert list(reading.fields) == ["phone"]
    phone = reading.fields["phone"]
    assert phone.sealed == data.fields["phone"]
    assert proven_root(phone.sealed.commitment, phone.proof) == order.seal.root


async def test_a_platform_that_names_other_fields_than_it_keeps_has_to_answer(privacy: PrivacyLedger) -> None:
    data = privacy.sealed()
    seal = seal_of(data, (await privacy.keep(data))["private_sha256"], fields=["address", "email", "name", "phone"])
    await privacy.submit(privacy.platform, "publish", facts(), seal)
    warrant = (await privacy.warrant(fields=["email", "name"])).id
    for fields in (["email"], ["name"]):
        announced = await privacy.announced(warrant, fields=fields)
        assert await privacy.refused_query(privacy.officer, "read", announced.id) == "PRIVACY_DATA_UNKNOWN"


async def test_a_warrant_for_a_person_covers_their_orders_at_that_platform(privacy: PrivacyLedger) -> None:
    await privacy.published()
    await privacy.published(privacy.sealed("o-2"))
    await privacy.published(privacy.sealed("o-3"), pseudonym="b" * 64)
    warrant = await privacy.warrant(subject={"kind": "pseudonym", "value": "a" * 64})
    refused = [(await privacy.announced(warrant.id, order=order)).refused for order in (ORDER, "o-2", "o-3")]
    assert refused == ["", "", "PRIVACY_WARRANT_SUBJECT"]


async def test_a_refused_attempt_is_on_record_and_opens_nothing(privacy: PrivacyLedger) -> None:
    await privacy.published()
    now = privacy.ledger.clock.now()
    good = (await privacy.warrant()).id
    early = (await privacy.warrant(valid_from=(now + timedelta(minutes=30)).isoformat())).id
    unconfirmed = (await privacy.warrant(confirmed=False)).id
    ended = (await privacy.warrant()).id
    await privacy.submit(privacy.officer, "end_warrant", ended)
    other = (await privacy.warrant(subject={"kind": "order", "value": "o-9"})).id
    foreign = (await privacy.warrant(platform="PlatformBMSP")).id
    more = (await privacy.warrant(fields=["name", "phone", "size"])).id
    attempts: list[tuple[str, dict[str, object], str]] = [
        ("0" * 64, {}, "PRIVACY_WARRANT_UNKNOWN"),
        (early, {}, "PRIVACY_WARRANT_EARLY"),
        (unconfirmed, {}, "PRIVACY_WARRANT_UNCONFIRMED"),
        (ended, {}, "PRIVACY_WARRANT_ENDED"),
        (other, {}, "PRIVACY_WARRANT_SUBJECT"),
        (foreign, {}, "PRIVACY_WARRANT_PLATFORM"),
        (good, {"fields": ["name", "address"]}, "PRIVACY_WARRANT_FIELDS"),
        (good, {"order": "o-8"}, "PRIVACY_ORDER_UNKNOWN"),
        (more, {"fields": ["size"]}, "PRIVACY_FIELD_UNKNOWN"),
    ]
    for warrant, terms, code in attempts:
        announced = await privacy.announced(warrant, None, **terms)
        assert stored(privacy, announced).refused == code
        assert await privacy.refused_query(privacy.officer, "read", announced.id) == code
        assert await privacy.refused(privacy.association, "release", announced.id, ["name"]) == code


async def test_whoever_tries_without_the_role_is_on_record(privacy: PrivacyLedger) -> None:
    await privacy.published()
    warrant = (await privacy.warrant()).id
    impostor = privacy.ledger.identity("PlatformBMSP", "impostor", role="regulator")
    for by in (privacy.platform, privacy.rival, privacy.association, impostor):
        announced = await privacy.announced(warrant, by)
        assert (announced.refused, announced.recorder.msp_id) == ("PRIVACY_ROLE_DENIED", by.msp_id)
        assert await privacy.refused_query(by, "read", announced.id) == "PRIVACY_ROLE_DENIED"
        assert await privacy.refused_query(privacy.officer, "read", announced.id) == "PRIVACY_ROLE_DENIED"


async def test_a_warrant_that_ran_out_after_the_announcement_opens_nothing(privacy: PrivacyLedger) -> None:
    await privacy.published()
    announced = await privacy.announced((await privacy.warrant()).id)
    privacy.ledger.clock.advance(timedelta(seconds=3_601))
    assert await privacy.refused_query(privacy.officer, "read", announced.id) == "PRIVACY_WARRANT_EXPIRED"
    assert await privacy.refused(privacy.association, "release", announced.id, ["name"]) == "PRIVACY_WARRANT_EXPIRED"


async def test_a_reading_is_for_who_announced_it(privacy: PrivacyLedger) -> None:
    await privacy.published()
    announced = await privacy.announced((await privacy.warrant()).id)
    assert await privacy.refused_query(privacy.colleague, "read", announced.id) == "PRIVACY_READER"
    assert await privacy.refused_query(privacy.officer, "read", "0" * 64) == "PRIVACY_READ_UNKNOWN"
    assert await privacy.refused_query(privacy.officer, "read", "x") == "CHAINCODE_ARGUMENTS"


async def test_the_regulator_reads_at_a_members_peer_only(privacy: PrivacyLedger) -> None:
    await privacy.published()
    announced = await privacy.announced((await privacy.warrant()).id)
    with pytest.raises(ChaincodeFailed, match="private data matching public hash version is not available"):
        await privacy.evaluate(privacy.officer, "read", announced.id, at="AssociationMSP")


async def test_releases_are_recorded_by_the_key_service_alone(privacy: PrivacyLedger) -> None:
    await privacy.published()
    announced = await privacy.announced((await privacy.warrant()).id)
    released = Release.model_validate_json(await privacy.submit(privacy.association, "release", announced.id, ["name"]))
    assert (released.read, released.fields, released.recorder.msp_id) == (announced.id, ("name",), "AssociationMSP")
    for by in (privacy.platform, privacy.officer):
        assert await privacy.refused(by, "release", announced.id, ["name"]) == "PRIVACY_ROLE_DENIED"
    assert await privacy.refused(privacy.association, "release", announced.id, ["address"]) == "PRIVACY_WARRANT_FIELDS"


async def test_keys_are_released_once_for_a_reading(privacy: PrivacyLedger) -> None:
    await privacy.published()
    warrant = (await privacy.warrant()).id
    announced = await privacy.announced(warrant)
    await privacy.submit(privacy.association, "release", announced.id, ["name"])
    for fields in (["name"], ["phone"]):
        assert await privacy.refused(privacy.association, "release", announced.id, fields) == "PRIVACY_RELEASED"
    another = await privacy.announced(warrant)
    await privacy.submit(privacy.association, "release", another.id, ["name"])


async def test_what_was_purged_or_corrected_since_is_not_read(privacy: PrivacyLedger) -> None:
    await privacy.published()
    announced = await privacy.announced((await privacy.warrant()).id)
    await privacy.submit(privacy.platform, "purge", ORDER, "the person asked")
    assert await privacy.refused_query(privacy.officer, "read", announced.id) == "PRIVACY_PURGED"
    again = await privacy.announced((await privacy.warrant()).id)
    assert again.refused == "PRIVACY_PURGED"


async def test_the_newest_key_of_the_key_service_counts(privacy: PrivacyLedger) -> None:
    first = json.loads(await privacy.evaluate(privacy.platform, "newest_key"))
    assert first["id"] == privacy.service_key.id
    again = json.loads(await privacy.submit(privacy.association, "offer_key", privacy.service_key.public_pem))
    assert again == first
    privacy.ledger.clock.advance(timedelta(minutes=1))
    await privacy.submit(privacy.association, "offer_key", privacy.own_key.public_pem)
    assert json.loads(await privacy.evaluate(privacy.platform, "newest_key"))["id"] == privacy.own_key.id
    for by, key, code in (
        (privacy.platform, privacy.own_key.public_pem, "PRIVACY_ROLE_DENIED"),
        (privacy.officer, privacy.own_key.public_pem, "PRIVACY_ROLE_DENIED"),
        (privacy.association, "x", "PRIVACY_KEY"),
        (privacy.association, "x" * 1_001, "CHAINCODE_ARGUMENTS"),
    ):
        assert await privacy.refused(by, "offer_key", key) == code
