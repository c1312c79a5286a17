"""The monitoring list and anomalies."""

from datetime import timedelta

from fairledger_contracts.records.monitoring import Anomaly, Listing
from tests.support.supervised import Supervised, parameters_of

LISTING_S = parameters_of("supervision")["listing_s"]
NEW = {"subject": "merchant:9521000000018", "rule": "complaints_permille", "ground": "complaint 17"}
ANOMALY = {"subject": "node:PlatformA", "name": "hash", "observed": {"block": 7}, "evidence": ["ab" * 32]}


async def test_who_is_listed_stays_until_the_review_and_no_silence_keeps_them(founded: Supervised) -> None:
    listing = await founded.submit(Listing, "supervision:enlist", NEW, by=founded.officer)
    now = founded.ledger.clock.now()
    assert (listing.since, listing.review_at) == (now, now + timedelta(seconds=LISTING_S))
    assert (listing.rule, listing.standard.version) == ("complaints_permille", "0001")
    denied = await founded.refused("supervision:delist", listing.id, by=founded.consumer)
    assert denied == "SUPERVISION_ROLE_DENIED"
    founded.wait(LISTING_S)
    kept = await founded.submit(Listing, "supervision:confirm_listing", listing.id, by=founded.regulator)
    assert kept.review_at == founded.ledger.clock.now() + timedelta(seconds=LISTING_S)
    founded.wait(LISTING_S + 1)
    removed = await founded.submit(Listing, "supervision:delist", listing.id, by=founded.consumer)
    assert removed.removed_at == founded.ledger.clock.now()
    gone = await founded.refused("supervision:delist", listing.id, "done", by=founded.officer)
    assert gone == "SUPERVISION_LISTING_STATE"


async def test_the_list_is_kept_by_authorities_and_by_a_rule_of_the_standard(founded: Supervised) -> None:
    for by in (founded.platform, founded.service, founded.person("officer", "PlatformAMSP")):
        assert await founded.refused("supervision:enlist", NEW, by=by) == "SUPERVISION_ROLE_DENIED"
    for rule in ("mood", "listing_s", "complaints_min"):
        unknown = await founded.refused("supervision:enlist", {**NEW, "rule": rule}, by=founded.officer)
        assert unknown == "SUPERVISION_RULE_UNKNOWN", rule
    person = await founded.refused("supervision:enlist", {**NEW, "subject": "person:Li"}, by=founded.officer)
    assert person == "CHAINCODE_ARGUMENTS"
    nobody = await founded.refused("supervision:delist", "0" * 64, by=founded.officer)
    assert nobody == "SUPERVISION_LISTING_UNKNOWN"


async def test_nobody_is_on_the_list_twice_and_an_authority_says_why_they_leave_it(founded: Supervised) -> None:
    listing = await founded.submit(Listing, "supervision:enlist", NEW, by=founded.officer)
    twice = {**NEW, "rule": "unavailable_rounds"}
    assert await founded.refused("supervision:enlist", twice, by=founded.regulator) == "SUPERVISION_LISTING_OPEN"
    for nothing in ("", "  "):
        silent = await founded.refused("supervision:delist", listing.id, nothing, by=founded.officer)
        assert silent == "SUPERVISION_REASON"
    removed = await founded.submit(Listing, "supervision:delist", listing.id, "complaint 17 fell", by=founded.officer)
    assert removed.reason == "complaint 17 fell"
    again = await founded.submit(Listing, "supervision:enlist", twice, by=founded.regulator)
    founded.wait(LISTING_S + 1)
    gossip = await founded.refused("supervision:delist", again.id, "I like them", by=founded.consumer)
    assert gossip == "SUPERVISION_REASON"
    assert (await founded.submit(Listing, "supervision:delist", again.id, by=founded.consumer)).reason == ""


async def test_nobody_clears_an_anomaly_of_their_own_or_one_that_others_recorded(founded: Supervised) -> None:
    for subject in ("node:PlatformA", "platform:PlatformAMSP"):
        own = {**ANOMALY, "subject": subject}
        await founded.raw("supervision:observe", own, by=founded.service)
        denied = await founded.refused("supervision:clear", subject, '"hash"', by=founded.service)
        assert denied == "SUPERVISION_ANOMALY_DENIED"
    rivals = founded.person("service", "PlatformBMSP")
    denied = await founded.refused("supervision:clear", "node:PlatformA", '"hash"', by=rivals)
    assert denied == "SUPERVISION_ANOMALY_DENIED"
    await founded.raw("supervision:clear", "node:PlatformA", '"hash"', by=founded.regulator)
    await founded.raw("supervision:observe", ANOMALY, by=rivals)  # now it is theirs
    cleared = await founded.submit(Anomaly, "supervision:clear", "node:PlatformA", '"hash"', by=rivals)
    assert (cleared.times, cleared.recorder.msp_id) == (2, "PlatformAMSP")


async def test_an_anomaly_is_on_record_once_until_it_is_over_and_counted_when_it_comes_back(
    founded: Supervised,
) -> None:
    first = await founded.submit(Anomaly, "supervision:observe", ANOMALY, by=founded.service)
    assert (first.name, first.observed, first.times, first.evidence) == ("hash", {"block": 7}, 1, ("ab" * 32,))
    again = await founded.refused("supervision:observe", ANOMALY, by=founded.regulator)
    assert again == "SUPERVISION_ANOMALY_OPEN"
    key = (ANOMALY["subject"], '"hash"')
    cleared = await founded.submit(Anomaly, "supervision:clear", *key, by=founded.regulator)
    assert cleared.cleared_at == founded.ledger.clock.now()
    assert await founded.refused("supervision:clear", *key, by=founded.regulator) == "SUPERVISION_ANOMALY_UNKNOWN"
    back = await founded.submit(Anomaly, "supervision:observe", ANOMALY, by=founded.regulator)
    assert (back.times, back.cleared_at, back.recorder) == (2, None, first.recorder)


async def test_anomalies_are_recorded_by_services_and_the_regulator(founded: Supervised) -> None:
    for by in (founded.officer, founded.platform, founded.consumer, founded.person("regulator", "PlatformAMSP")):
        assert await founded.refused("supervision:observe", ANOMALY, by=by) == "SUPERVISION_ROLE_DENIED"
    for wrong in ({"name": "mood"}, {"subject": "Li"}, {"observed": {"block": -1}}, {"evidence": ["x"]}):
        told = {**ANOMALY, **wrong}
        assert await founded.refused("supervision:observe", told, by=founded.service) == "CHAINCODE_ARGUMENTS"
