"""A suspension holds from its first moment to before its last."""

from datetime import UTC, datetime, timedelta

from fairledger_contracts.records.signatory import Signatory
from fairledger_contracts.records.suspension import Suspension

SINCE = datetime(2026, 1, 1, tzinfo=UTC)
OFFICER = Signatory(msp_id="AssociationMSP", id="o", role="officer", gln="")


def test_one_without_an_end_holds_on() -> None:
    suspension = Suspension(msp_id="PlatformAMSP", since=SINCE, recorder=OFFICER)
    moments = [SINCE - timedelta(seconds=1), SINCE, SINCE + timedelta(days=9_000)]
    assert [suspension.holds(at) for at in moments] == [False, True, True]
