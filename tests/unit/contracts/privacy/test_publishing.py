"""Publishing orders: never without the private side, and never with a word of it."""

import json

import pytest

from fairledger_contracts.privacy.keeping import TRANSIENT
from fairledger_contracts.records.order_record import OrderRecord
from fairledger_contracts.records.personal_data import VERSIONS_MAX, PersonalData, collection_of, version_of
from tests.support.privacy import FIELDS, ORDER, PLATFORM, VALUES, PrivacyLedger, facts, seal_of


async def test_an_order_is_public_with_a_root_over_its_private_fields(privacy: PrivacyLedger) -> None:
    data = privacy.sealed()
    record = await privacy.published(data)

    assert (record.platform, record.order, record.facts) == (PLATFORM, ORDER, facts())
    assert (record.seal.fields, record.seal.root, record.seal.version) == (FIELDS, data.root, "0001")
    assert (record.recorder.msp_id, record.purged_at) == (PLATFORM, None)
    for reader in (privacy.rival, privacy.association, privacy.officer):
        assert OrderRecord.model_validate_json(await privacy.evaluate(reader, "order", PLATFORM, ORDER)) == record


async def test_no_block_holds_a_private_value(privacy: PrivacyLedger) -> None:
    await privacy.published()
    public = repr([(block.number, block.transactions) for block in privacy.ledger.blocks])
    for value in VALUES.values():
        assert value not in public
    assert "CN-4403" in public


async def test_nothing_is_published_before_its_personal_data_are_kept(privacy: PrivacyLedger) -> None:
    seal = seal_of(privacy.sealed(), "0" * 64)
    assert await privacy.refused(privacy.platform, "publish", facts(), seal) == "PRIVACY_NOT_KEPT"


async def test_the_seal_is_of_what_is_kept(privacy: PrivacyLedger) -> None:
    data = privacy.sealed()
    hashed = (await privacy.keep(data))["private_sha256"]
    for other, code in (
        ({"private_sha256": "0" * 64}, "PRIVACY_SEAL"),
        ({"version": "0002"}, "PRIVACY_VERSION"),
        ({"fields": ["phone", "name", "address"]}, "PRIVACY_FIELDS"),
        ({"fields": ["name", "name"]}, "PRIVACY_FIELDS"),
        ({"fields": []}, "CHAINCODE_ARGUMENTS"),
        ({"root": "x"}, "CHAINCODE_ARGUMENTS"),
    ):
        assert await privacy.refused(privacy.platform, "publish", facts(), seal_of(data, hashed, **other)) == code
    assert await privacy.refused(privacy.rival, "publish", facts(), seal_of(data, hashed)) == "PRIVACY_NOT_KEPT"
    assert await privacy.refused(privacy.officer, "publish", facts(), seal_of(data, hashed)) == "PRIVACY_ROLE_DENIED"


async def test_an_order_is_published_once(privacy: PrivacyLedger) -> None:
    record = await privacy.published()
    refused = await privacy.refused(privacy.platform, "publish", facts(), record.seal)
    assert refused == "PRIVACY_ORDER_EXISTS"


@pytest.mark.parametrize(
    "other",
    [
        {"area": "Shenzhen, canary street 1"},
        {"pseudonym": "Zhang San"},
        {"quantity": 0},
        {"price_minor": 1.5},
        {"currency": "yuan"},
        {"ordered_at": "2026-11-25T08:00:00"},
        {"order": "a/b"},
        {"phone": "13800000001"},
    ],
)
async def test_there_is_no_room_for_what_names_a_person(privacy: PrivacyLedger, other: dict[str, object]) -> None:
    data = privacy.sealed()
    seal = seal_of(data, (await privacy.keep(data))["private_sha256"])
    told = {**json.loads(facts().model_dump_json()), **other}
    assert await privacy.refused(privacy.platform, "publish", told, seal) == "CHAINCODE_ARGUMENTS"


def held(privacy: PrivacyLedger, version: str) -> list[int]:
    key = PersonalData.key_of(ORDER, version)
    return [
        len(privacy.ledger.private_copies(msp_id, collection_of(PLATFORM), key))
        for msp_id in (PLATFORM, "RegulatorMSP")
    ]


async def corrected(privacy: PrivacyLedger, version: str) -> OrderRecord:
    data = privacy.sealed(version=version, values={**VALUES, "phone": version})
    seal = seal_of(data, (await privacy.keep(data))["private_sha256"])
    return OrderRecord.model_validate_json(await privacy.submit(privacy.platform, "correct", ORDER, seal))


async def test_a_correction_counts_from_now_on_and_what_was_wrong_is_gone(privacy: PrivacyLedger) -> None:
    first = await privacy.published()
    record = await corrected(privacy, "0002")

    assert [seal.version for seal in record.seals] == ["0001", "0002"]
    assert (record.seals[0], record.recorder, record.published_at) == (first.seal, first.recorder, first.published_at)
    assert record.corrected_by == first.recorder
    assert (held(privacy, "0001"), held(privacy, "0002")) == ([0, 0], [1, 1])


async def test_corrections_are_bounded(privacy: PrivacyLedger) -> None:
    await privacy.published()
    for count in range(2, VERSIONS_MAX + 1):
        await corrected(privacy, version_of(count))
    late = privacy.sealed(version=version_of(VERSIONS_MAX + 1))
    assert (await privacy.refused_keep({"personal_data": late.to_state()})).code == "PRIVACY_VERSION"


async def test_a_purge_leaves_the_record_and_takes_the_data_everywhere(privacy: PrivacyLedger) -> None:
    record = await privacy.published()
    answer = await privacy.submit(privacy.platform, "purge", ORDER, "the person asked")

    purged = OrderRecord.model_validate_json(answer)
    assert (purged.seals, purged.purge_reason, purged.purged_by) == (record.seals, "the person asked", record.recorder)
    assert held(privacy, "0001") == [0, 0]
    assert await privacy.refused(privacy.platform, "purge", ORDER, "again") == "PRIVACY_PURGED"
    seal = seal_of(privacy.sealed(version="0002"), "0" * 64)
    assert await privacy.refused(privacy.platform, "correct", ORDER, seal) == "PRIVACY_PURGED"
    late = {"personal_data": privacy.sealed(version="0002").to_state()}
    assert (await privacy.refused_keep(late)).code == "PRIVACY_PURGED"


async def test_a_purge_takes_a_correction_that_is_kept_and_not_published_yet(privacy: PrivacyLedger) -> None:
    await privacy.published()
    await privacy.keep(privacy.sealed(version="0002"))
    await privacy.submit(privacy.platform, "purge", ORDER, "the person asked")
    assert (held(privacy, "0001"), held(privacy, "0002")) == ([0, 0], [0, 0])


async def test_a_correction_that_is_kept_while_a_purge_is_under_way_makes_that_a_conflict(
    privacy: PrivacyLedger,
) -> None:
    """So that the purge is made anew, and takes what is kept by then."""
    await privacy.published()
    purging = await privacy.ledger.endorse(privacy.platform, "privacy:purge", ORDER, "the person asked")
    await privacy.keep(privacy.sealed(version="0002"))
    (committed,) = await privacy.ledger.commit([purging])
    assert committed.validation_code == "MVCC_READ_CONFLICT"


async def test_only_the_orders_platform_purges(privacy: PrivacyLedger) -> None:
    await privacy.published()
    assert await privacy.refused(privacy.rival, "purge", ORDER, "x") == "PRIVACY_ORDER_UNKNOWN"
    for by in (privacy.officer, privacy.association):
        assert await privacy.refused(by, "purge", ORDER, "x") == "PRIVACY_ROLE_DENIED"
    assert held(privacy, "0001") == [1, 1]


async def test_a_suspended_platform_publishes_no_new_order_and_corrects_those_under_way(privacy: PrivacyLedger) -> None:
    await privacy.published()
    other = privacy.sealed("o-2")
    kept = (await privacy.keep(other))["private_sha256"]
    until = await privacy.suspend(PLATFORM)
    refused = await privacy.refused(privacy.platform, "publish", facts(order="o-2"), seal_of(other, kept))
    assert refused == "PRIVACY_PLATFORM_SUSPENDED"
    late = await privacy.refused_keep({TRANSIENT: privacy.sealed("o-3").to_state()})
    assert late.code == "PRIVACY_PLATFORM_SUSPENDED"

    corrected = privacy.sealed(version="0002")
    seal = seal_of(corrected, (await privacy.keep(corrected))["private_sha256"])
    record = OrderRecord.model_validate_json(await privacy.submit(privacy.platform, "correct", ORDER, seal))
    assert record.seal.version == "0002"

    privacy.ledger.clock.set(until)
    await privacy.submit(privacy.platform, "publish", facts(order="o-2"), seal_of(other, kept))


async def test_a_platform_that_is_struck_off_opens_no_order_and_purges_what_it_has(privacy: PrivacyLedger) -> None:
    await privacy.published()
    other = privacy.sealed("o-2")
    kept = (await privacy.keep(other))["private_sha256"]
    await privacy.strike(PLATFORM)
    refused = await privacy.refused(privacy.platform, "publish", facts(order="o-2"), seal_of(other, kept))
    assert refused == "PRIVACY_PLATFORM_NO_MEMBER"
    late = await privacy.refused_keep({TRANSIENT: privacy.sealed("o-3").to_state()})
    assert late.code == "PRIVACY_PLATFORM_NO_MEMBER"

    await privacy.submit(privacy.platform, "purge", ORDER, "the person asked")
    assert held(privacy, "0001") == [0, 0]
