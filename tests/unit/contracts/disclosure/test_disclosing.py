"""Disclosures: filed by the platform, reviewed by the association, found late by anybody."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fairledger_chaincode.errors import RuleBroken
from fairledger_chaincode.simulator import SimulatedIdentity
from fairledger_contracts.disclosure.periods import due_at, opens_at
from fairledger_contracts.records.disclosure import Disclosure, DisclosureState, Subject
from fairledger_contracts.records.standard import Standard
from tests.support.supervised import DOCUMENT, Supervised

FIGURES = {
    "subject": "figures",
    "orders": 1_000,
    "complaints": 3,
    "complaints_resolved": 2,
    "refunds": 1,
    "refunded_minor": 9_900,
    "currency": "CNY",
}
DAY_S = 86_400
REVIEW_S, MEND_S = 14 * DAY_S, 14 * DAY_S
LATE = "disclosure:late"


LICENCE = {"subject": "licence", "number": "1", "issuer": "Shenzhen", "valid_until": "2020-01-01"}


@pytest.fixture
async def founded(fresh: Supervised) -> Supervised:
    """It is the second day of a month: the figures of the month before are due in two weeks."""
    next_month = fresh.ledger.clock.now().replace(day=1) + timedelta(days=32)
    fresh.ledger.clock.set(next_month.replace(day=2))
    return fresh.founded()


def period_of(founded: Supervised) -> str:
    """The month before."""
    return (founded.ledger.clock.now().replace(day=1) - timedelta(days=1)).strftime("%Y-%m")


def key_of(founded: Supervised) -> tuple[str, str, str]:
    return "PlatformAMSP", '"figures"', period_of(founded)


async def filed(founded: Supervised, **members: Any) -> Disclosure:
    return await founded.submit(
        Disclosure, "disclosure:file", period_of(founded), {**FIGURES, **members}, [DOCUMENT], by=founded.platform
    )


async def reviewed(founded: Supervised, period: str, *, accepted: bool, reasons: str = "") -> Disclosure:
    opinion = {"accepted": accepted, "reasons": reasons}
    key = ("PlatformAMSP", '"figures"', period)
    return await founded.submit(Disclosure, "disclosure:review", *key, opinion, by=founded.officer)


async def test_what_is_filed_in_time_is_public_with_its_attachments_hashes(founded: Supervised) -> None:
    disclosure = await filed(founded)
    start = datetime.strptime(f"{period_of(founded)}-01", "%Y-%m-%d").replace(tzinfo=UTC)
    assert disclosure.published is not None
    assert disclosure.published.model_dump(mode="json") == FIGURES
    assert (disclosure.state, disclosure.late_at, disclosure.filings) == (DisclosureState.FILED, None, 1)
    assert disclosure.due_at == start + timedelta(days=45)
    assert disclosure.review_until == founded.ledger.clock.now() + timedelta(seconds=REVIEW_S)
    assert [each.sha256 for each in disclosure.attachments] == ["ab" * 32]
    assert (disclosure.standard.name, disclosure.standard.version) == ("disclosure", "0001")


async def test_the_association_accepts_and_that_is_the_end(founded: Supervised) -> None:
    disclosure = await filed(founded)
    accepted = await reviewed(founded, disclosure.period, accepted=True)
    assert accepted.review is not None
    assert (accepted.state, accepted.review.by) == (DisclosureState.ACCEPTED, accepted.changed_by)
    for call, by in (("file", founded.platform), ("review", founded.officer)):
        arguments: tuple[Any, ...] = {
            "file": (disclosure.period, FIGURES, []),
            "review": (*key_of(founded), {"accepted": False, "reasons": "x"}),
        }[call]
        code = await founded.refused(f"disclosure:{call}", *arguments, by=by)
        assert code == {"file": "DISCLOSURE_FILED", "review": "DISCLOSURE_NOT_FILED"}[call]
    assert await founded.refused(LATE, *key_of(founded), by=founded.consumer) == "DISCLOSURE_FILED"


async def test_what_is_rejected_is_mended_in_time_and_is_not_late(founded: Supervised) -> None:
    period = (await filed(founded)).period
    no_reason = {"accepted": False, "reasons": ""}
    code = await founded.refused("disclosure:review", *key_of(founded), no_reason, by=founded.officer)
    assert code == "DISCLOSURE_REASONS"
    rejected = await reviewed(founded, period, accepted=False, reasons="Refunds are missing")
    assert rejected.due_at == founded.ledger.clock.now() + timedelta(seconds=MEND_S)
    mended = await filed(founded, refunds=7)
    assert (mended.state, mended.filings, mended.late_at) == (DisclosureState.FILED, 2, None)
    assert mended.review is not None
    assert mended.review.reasons == "Refunds are missing"
    assert mended.recorder == rejected.recorder


async def test_what_is_not_mended_in_time_is_found_late_by_anybody(founded: Supervised) -> None:
    period = (await filed(founded)).period
    await reviewed(founded, period, accepted=False, reasons="Refunds are missing")
    key = ("PlatformAMSP", '"figures"', period)
    assert await founded.refused(LATE, *key, by=founded.consumer) == "DISCLOSURE_NOT_DUE"
    founded.wait(MEND_S + 1)
    late = await founded.submit(Disclosure, LATE, *key, by=founded.consumer)
    assert (late.state, late.late_at) == (DisclosureState.MISSING, founded.ledger.clock.now())
    assert late.changed_by is not None
    assert late.changed_by.role == "consumer"
    assert await founded.refused(LATE, *key, by=founded.consumer) == "DISCLOSURE_LATE_ALREADY"


async def test_what_was_never_filed_is_found_late_once_due_and_stays_late_when_it_comes(founded: Supervised) -> None:
    key = key_of(founded)
    assert await founded.refused(LATE, *key, by=founded.consumer) == "DISCLOSURE_NOT_DUE"
    founded.wait(46 * DAY_S)
    missing = await founded.submit(Disclosure, LATE, *key, by=founded.consumer)
    assert (missing.state, missing.published, missing.filings) == (DisclosureState.MISSING, None, 0)
    founded.wait(60)
    came = await founded.submit(Disclosure, "disclosure:file", key[2], FIGURES, [], by=founded.platform)
    assert (came.state, came.late_at, came.filings) == (DisclosureState.FILED, missing.late_at, 1)


async def test_what_comes_late_is_late_whether_somebody_found_it_or_not(founded: Supervised) -> None:
    period = period_of(founded)
    founded.wait(46 * DAY_S)
    came = await founded.submit(Disclosure, "disclosure:file", period, FIGURES, [], by=founded.platform)
    assert came.late_at == came.filed_at


async def test_silence_of_the_association_accepts(founded: Supervised) -> None:
    key = ("PlatformAMSP", '"figures"', (await filed(founded)).period)
    early = await founded.refused("disclosure:accept_unreviewed", *key, by=founded.consumer)
    assert early == "DISCLOSURE_NOT_DUE"
    founded.wait(REVIEW_S)
    accepted = await founded.submit(Disclosure, "disclosure:accept_unreviewed", *key, by=founded.consumer)
    assert accepted.review is not None
    assert (accepted.state, accepted.review.by, accepted.review_until) == (DisclosureState.ACCEPTED, None, None)


async def test_what_was_not_reviewed_in_time_can_only_be_accepted(founded: Supervised) -> None:
    period = (await filed(founded)).period
    founded.wait(REVIEW_S)
    no = {"accepted": False, "reasons": "Too late"}
    code = await founded.refused("disclosure:review", *key_of(founded), no, by=founded.officer)
    assert code == "DISCLOSURE_TOO_LATE"
    assert (await reviewed(founded, period, accepted=True)).state is DisclosureState.ACCEPTED


async def test_figures_are_told_of_what_is_over_and_all_else_of_what_goes_on(founded: Supervised) -> None:
    now = founded.ledger.clock.now()
    this_month, next_year = now.strftime("%Y-%m"), f"{now.year + 1}-01"
    early = await founded.refused("disclosure:file", this_month, FIGURES, [], by=founded.platform)
    assert early == "DISCLOSURE_TOO_EARLY"
    licence = {**LICENCE, "valid_until": "9999-12-31"}
    early = await founded.refused("disclosure:file", next_year, licence, [], by=founded.platform)
    assert early == "DISCLOSURE_TOO_EARLY"
    told = await founded.submit(Disclosure, "disclosure:file", f"{now.year}-01", licence, [], by=founded.platform)
    assert told.state is DisclosureState.FILED


async def test_a_licence_that_has_expired_is_none(founded: Supervised) -> None:
    now = founded.ledger.clock.now()
    yesterday = (now - timedelta(days=1)).date().isoformat()
    for expired in (LICENCE, {**LICENCE, "valid_until": yesterday}):
        code = await founded.refused("disclosure:file", f"{now.year}-01", expired, [], by=founded.platform)
        assert code == "DISCLOSURE_LICENCE_EXPIRED"
    today = {**LICENCE, "valid_until": now.date().isoformat()}
    await founded.raw("disclosure:file", f"{now.year}-01", today, [], by=founded.platform)


async def test_nobody_owes_what_was_due_before_they_joined_or_the_standard_was(founded: Supervised) -> None:
    long_ago = ("PlatformAMSP", '"figures"', "2020-01")
    assert await founded.refused(LATE, *long_ago, by=founded.consumer) == "DISCLOSURE_NOT_OWED"
    for msp_id in ("RegulatorMSP", "NobodyMSP"):
        code = await founded.refused(LATE, msp_id, '"figures"', "2020-01", by=founded.consumer)
        assert code == "DISCLOSURE_MEMBER_UNKNOWN"
    await founded.raw("disclosure:strike", "PlatformBMSP", by=founded.regulator)
    period = period_of(founded)
    founded.wait(46 * DAY_S)
    left = await founded.refused(LATE, "PlatformBMSP", '"figures"', period, by=founded.consumer)
    assert left == "DISCLOSURE_NOT_OWED"


async def test_a_new_standard_does_not_move_what_was_due_by_the_old_one(founded: Supervised) -> None:
    period = period_of(founded)
    await founded.adopt("disclosure", figures_due_s=0)
    assert (await founded.refused(LATE, "PlatformAMSP", '"figures"', period, by=founded.consumer)).endswith("NOT_DUE")
    later = (founded.ledger.clock.now() + timedelta(days=40)).strftime("%Y-%m")
    founded.wait(41 * DAY_S)
    late = await founded.submit(Disclosure, LATE, "PlatformAMSP", '"figures"', later, by=founded.consumer)
    assert (late.standard.version, late.due_at.day) == ("0002", 1)


async def test_figures_of_a_year_open_when_it_is_over(founded: Supervised) -> None:
    first = founded.held(Standard, "disclosure", "0001")
    standard = first.model_copy(update={"parameters": {**first.parameters, "figures_months": 12}})
    assert opens_at(standard, "figures", "2026-01") == datetime(2027, 1, 1, tzinfo=UTC)
    assert opens_at(first, "figures", "2026-12") == datetime(2027, 1, 1, tzinfo=UTC)
    assert opens_at(first, "rules", "2026-01") == datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(("month", "subject"), [("2026-02", "rules"), ("0001-01", "figures")])
async def test_a_period_begins_where_the_standard_says(founded: Supervised, month: str, subject: Subject) -> None:
    standard = founded.held(Standard, "disclosure", "0001")
    with pytest.raises(RuleBroken, match="DISCLOSURE_PERIOD"):
        due_at(standard, subject, month)
    assert due_at(standard, "rules", "2026-01") == datetime(2026, 2, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "wrong",
    [
        {"orders": -1},
        {"orders": 1.5},
        {"orders": "1"},
        {"currency": "yuan"},
        {"subject": "rules"},
        {"subject": "gossip"},
        {"manager": "Li Lei"},
    ],
)
async def test_what_is_no_disclosure_is_refused(founded: Supervised, wrong: dict[str, Any]) -> None:
    told = {**FIGURES, **wrong}
    code = await founded.refused("disclosure:file", period_of(founded), told, [], by=founded.platform)
    assert code == "CHAINCODE_ARGUMENTS"


async def test_who_may_not_is_refused(founded: Supervised) -> None:
    await filed(founded)
    opinion = {"accepted": True, "reasons": ""}
    strangers: list[SimulatedIdentity] = [
        founded.consumer,
        founded.person("officer", "PlatformAMSP"),
        founded.person("platform-officer", "AssociationMSP"),
        founded.regulator,
    ]
    for by in strangers:
        calls: dict[str, tuple[Any, ...]] = {
            "file": (period_of(founded), FIGURES, []),
            "review": (*key_of(founded), opinion),
        }
        for call, arguments in calls.items():
            assert await founded.refused(f"disclosure:{call}", *arguments, by=by) == "DISCLOSURE_ROLE_DENIED"
    unknown = await founded.refused(
        "disclosure:review", "PlatformBMSP", '"figures"', period_of(founded), opinion, by=founded.officer
    )
    assert unknown == "DISCLOSURE_UNKNOWN"
    await founded.raw("disclosure:strike", "PlatformBMSP", by=founded.regulator)
    left = await founded.refused("disclosure:file", period_of(founded), FIGURES, [], by=founded.rival)
    assert left == "DISCLOSURE_MEMBER_DENIED"
