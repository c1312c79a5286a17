"""The numbers of the standard ``privacy``: how long data are kept, and how long warrants last."""

from datetime import timedelta

from fairledger_contracts.records.order_record import OrderRecord
from tests.support.privacy import ORDER, PrivacyLedger


async def test_data_are_kept_as_long_as_the_standard_of_their_day_says(privacy: PrivacyLedger) -> None:
    await privacy.adopt(retention_days=30)
    await privacy.published()
    assert await privacy.refused(privacy.platform, "purge", ORDER, "early") == "PRIVACY_RETAINED"
    privacy.ledger.clock.advance(timedelta(days=29))
    assert await privacy.refused(privacy.platform, "purge", ORDER, "early") == "PRIVACY_RETAINED"
    privacy.ledger.clock.advance(timedelta(days=1))
    purged = OrderRecord.model_validate_json(await privacy.submit(privacy.platform, "purge", ORDER, "in time"))
    assert purged.purge_reason == "in time"


async def test_a_standard_that_came_later_does_not_bind(privacy: PrivacyLedger) -> None:
    await privacy.published()
    privacy.ledger.clock.advance(timedelta(minutes=1))
    await privacy.adopt(retention_days=30)
    purged = OrderRecord.model_validate_json(await privacy.submit(privacy.platform, "purge", ORDER, "at once"))
    assert purged.purged_at == privacy.ledger.clock.now()


async def test_warrants_last_no_longer_than_the_standard_permits(privacy: PrivacyLedger) -> None:
    await privacy.adopt(warrant_days_max=7)
    now = privacy.ledger.clock.now()

    def lasting(days: int) -> dict[str, object]:
        return privacy.terms(valid_from=now.isoformat(), valid_until=(now + timedelta(days=days)).isoformat())

    assert await privacy.refused(privacy.officer, "make_warrant", lasting(8)) == "PRIVACY_WARRANT_TIME"
    assert await privacy.submit(privacy.officer, "make_warrant", lasting(7)) != b""
