"""The demo waits for deadlines of seconds alone."""

from datetime import UTC, datetime, timedelta

import pytest

from fairledger_network.demo.disclosures import wait_until_after
from fairledger_network.errors import DemoFailed


def test_it_waits_until_a_deadline_has_passed() -> None:
    soon = datetime.now(UTC) + timedelta(seconds=0.1)

    wait_until_after(soon)

    assert datetime.now(UTC) > soon


def test_a_deadline_that_is_not_the_demos_own_fails_it() -> None:
    with pytest.raises(DemoFailed, match="is not that of the demo's own standard"):
        wait_until_after(datetime.now(UTC) + timedelta(days=14))
