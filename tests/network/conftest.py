"""One consortium for all network tests of a session."""

from collections.abc import Iterator

import pytest

from tests.network.running_consortium import RunningConsortium, begin, end, site_of_tests


@pytest.fixture(scope="session")
def consortium() -> Iterator[RunningConsortium]:
    """The running consortium: fresh ledger, chaincodes ``credit`` and ``probe``, all API services."""
    site = site_of_tests()
    try:
        begin(site)
        yield site
    finally:
        end(site)
