"""One consortium for all network tests of a session."""

from collections.abc import AsyncIterator, Iterator

import pytest

from fairledger.gateway import Contract, Gateway, Network
from tests.network.ledger_load import CHANNEL
from tests.network.market import Market, open_market
from tests.network.running_consortium import RunningConsortium, begin, end, site_of_tests
from tests.network.told_goods import ToldGoods, tell_goods
from tests.suite.ledger import PROBE


@pytest.fixture(scope="session")
def consortium() -> Iterator[RunningConsortium]:
    """The running consortium: fresh ledger, chaincodes ``credit`` and ``probe``, all API services."""
    site = site_of_tests()
    try:
        begin(site)
        yield site
    finally:
        end(site)


@pytest.fixture(scope="session")
def goods(consortium: RunningConsortium) -> ToldGoods:
    """The demo's goods, told once."""
    return tell_goods(consortium)


@pytest.fixture(scope="session")
async def market(consortium: RunningConsortium) -> AsyncIterator[Market]:
    """People who trade by a standard that was voted for, as often as tests like."""
    async with open_market(consortium) as opened:
        yield opened


@pytest.fixture
async def gateway(consortium: RunningConsortium) -> AsyncIterator[Gateway]:
    async with consortium.gateway("PlatformA", "producer") as connected:
        yield connected


@pytest.fixture
def network(gateway: Gateway) -> Network:
    return gateway.network(CHANNEL)


@pytest.fixture
def calls(network: Network) -> Contract:
    return network.contract(PROBE, "calls")
