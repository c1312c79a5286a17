"""Keeping personal data: who may, what is checked, who then has them, and what everybody else can see."""

import hashlib
import json

import pytest

from fairledger.privacy.keys import PrivateKey
from fairledger.privacy.sealing import seal_order
from fairledger_chaincode.canonical import canonical_json
from fairledger_chaincode.simulator import CommitInvalid
from fairledger_contracts.privacy.keeping import TRANSIENT
from fairledger_contracts.records.personal_data import PersonalData, collection_of
from tests.support.privacy import ORDER, ORGANIZATIONS, PLATFORM, VALUES, PrivacyLedger, facts, seal_of

KEY = PersonalData.key_of(ORDER, "0001")


def copies(privacy: PrivacyLedger) -> dict[str, int]:
    """How many copies each organisation's disks have of the order's first version."""
    return {
        msp_id: len(privacy.ledger.private_copies(msp_id, collection_of(PLATFORM), KEY)) for msp_id in ORGANIZATIONS
    }


async def test_the_members_of_the_collection_have_it_and_the_others_its_hash(privacy: PrivacyLedger) -> None:
    data = privacy.sealed()
    answer = await privacy.keep(data)

    assert answer == {
        "order": ORDER,
        "version": "0001",
        "private_sha256": hashlib.sha256(data.to_state()).hexdigest(),
    }
    assert copies(privacy) == {"PlatformAMSP": 1, "PlatformBMSP": 0, "AssociationMSP": 0, "RegulatorMSP": 1}
    assert PersonalData.model_validate_json(await privacy.evaluate(privacy.platform, "own", ORDER, "0001")) == data


async def test_the_same_again_changes_nothing_and_other_data_are_refused(privacy: PrivacyLedger) -> None:
    data = privacy.sealed()
    assert await privacy.keep(data) == await privacy.keep(data)
    refused = await privacy.refused_keep({TRANSIENT: privacy.sealed().to_state()})
    assert refused.code == "PRIVACY_KEPT"
    kept = await privacy.evaluate(privacy.platform, "own", ORDER, "0001")
    assert PersonalData.model_validate_json(kept) == data


@pytest.mark.parametrize(
    "endorsers", [["AssociationMSP"], ["AssociationMSP", "PlatformBMSP"], ["AssociationMSP", "RegulatorMSP"]]
)
async def test_others_can_not_endorse_it(privacy: PrivacyLedger, endorsers: list[str]) -> None:
    with pytest.raises(CommitInvalid, match="ENDORSEMENT_POLICY_FAILURE"):
        await privacy.keep(privacy.sealed(), organizations=endorsers)
    assert copies(privacy) == dict.fromkeys(ORGANIZATIONS, 0)


async def test_the_regulator_holds_the_data_and_can_not_discard_or_purge_them(privacy: PrivacyLedger) -> None:
    """Whatever its peer says: only the platform's own peer speaks for what the platform keeps."""
    await privacy.published()
    await privacy.keep(privacy.sealed("o-2"))
    for call in (("discard", "o-2", "0001"), ("purge", ORDER, "x")):
        with pytest.raises(CommitInvalid, match="ENDORSEMENT_POLICY_FAILURE"):
            await privacy.submit(privacy.platform, *call, organizations=["AssociationMSP", "RegulatorMSP"])
    assert copies(privacy)["RegulatorMSP"] == 1


async def test_authorities_and_rivals_keep_nothing_of_the_platforms(privacy: PrivacyLedger) -> None:
    sent = {TRANSIENT: privacy.sealed().to_state()}
    for by, code in (
        (privacy.officer, "PRIVACY_ROLE_DENIED"),
        (privacy.association, "PRIVACY_ROLE_DENIED"),
        (privacy.ledger.identity(PLATFORM, "m", role="merchant"), "PRIVACY_ROLE_DENIED"),
        (privacy.ledger.identity(PLATFORM, "n"), "PRIVACY_ROLE_DENIED"),
        (privacy.rival, "PRIVACY_DATA"),
    ):
        assert (await privacy.refused_keep(sent, by)).code == code


async def test_what_does_not_fit_is_refused_without_a_word_of_it(privacy: PrivacyLedger) -> None:
    good = json.loads(privacy.sealed().to_state())
    field = good["fields"]["name"]
    bad = [
        b"",
        b"canary-1",
        b"\xff\xfe",
        json.dumps(good).encode(),  # not canonical
        json.dumps({**good, "canary-2": "canary-3"}).encode(),
        json.dumps({**good, "fields": {}}).encode(),
        json.dumps({**good, "fields": {"canary-4 name": field}}).encode(),
        json.dumps({**good, "fields": {"name": {**field, "ciphertext": "canary-5!"}}}).encode(),
        json.dumps({**good, "fields": {"name": {**field, "keys": {}}}}).encode(),
        canonical_json({**good, "fields": {"name": {**field, "ciphertext": "canary"}}}),  # would not open for anybody
        canonical_json({**good, "fields": {"name": {**field, "keys": dict.fromkeys(field["keys"], "canar")}}}),
    ]
    for sent in bad:
        refused = await privacy.refused_keep({TRANSIENT: sent})
        assert refused.code == "PRIVACY_DATA"
        assert "canary" not in str(refused)
    assert (await privacy.refused_keep({})).code == "PRIVACY_DATA"


async def test_a_key_that_the_key_service_does_not_have_is_refused(privacy: PrivacyLedger) -> None:
    holders = [privacy.own_key.key.public_key(), PrivateKey.generate().key.public_key()]
    data = seal_order(PLATFORM, ORDER, "0001", VALUES, holders)
    assert (await privacy.refused_keep({TRANSIENT: data.to_state()})).code == "PRIVACY_KEY_SERVICE"


@pytest.mark.parametrize("version", ["0000", "0002", "0021"])
async def test_versions_are_kept_one_after_the_other(privacy: PrivacyLedger, version: str) -> None:
    refused = await privacy.refused_keep({TRANSIENT: privacy.sealed(version=version).to_state()})
    assert refused.code == "PRIVACY_VERSION"


async def test_only_the_platform_itself_reads_all_that_it_keeps(privacy: PrivacyLedger) -> None:
    await privacy.keep(privacy.sealed())
    for by in (privacy.officer, privacy.association):
        assert await privacy.refused_query(by, "own", ORDER, "0001") == "PRIVACY_ROLE_DENIED"
    assert await privacy.refused_query(privacy.rival, "own", ORDER, "0001") == "PRIVACY_DATA_UNKNOWN"


async def test_what_was_kept_and_never_published_is_found_and_can_be_discarded(privacy: PrivacyLedger) -> None:
    await privacy.published(privacy.sealed("o-0"))
    await privacy.keep(privacy.sealed())
    found = json.loads(await privacy.evaluate(privacy.platform, "unpublished"))
    assert [(each["order"], each["version"]) for each in found] == [(ORDER, "0001")]

    await privacy.submit(privacy.platform, "discard", ORDER, "0001", organizations=[PLATFORM])
    assert copies(privacy) == dict.fromkeys(ORGANIZATIONS, 0)
    assert json.loads(await privacy.evaluate(privacy.platform, "unpublished")) == []
    assert await privacy.refused(privacy.platform, "discard", ORDER, "0001") == "PRIVACY_DATA_UNKNOWN"
    assert await privacy.refused(privacy.platform, "discard", "o-0", "0001") == "PRIVACY_PUBLISHED"


async def test_what_was_discarded_can_not_be_published(privacy: PrivacyLedger) -> None:
    data = privacy.sealed()
    seal = seal_of(data, (await privacy.keep(data))["private_sha256"])
    await privacy.submit(privacy.platform, "discard", ORDER, "0001", organizations=[PLATFORM])
    assert await privacy.refused(privacy.platform, "publish", facts(), seal) == "PRIVACY_NOT_KEPT"
