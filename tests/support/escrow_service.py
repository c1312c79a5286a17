"""A REST service with people who trade, whose contracts have the first standard of escrow since the network began."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.support.enrolled import Attributes
from tests.support.escrow import Rulebook, standard
from tests.support.licensed import admit
from tests.support.simulated_service import RunningService, ServiceUnderTest

PEOPLE = {
    "buyer": Attributes("consumer"),
    "stranger": Attributes("consumer"),
    "seller": Attributes("merchant", gln="9521000000049"),
    "rival": Attributes("merchant", gln="9521000000056"),
    "twin": Attributes("merchant", "PlatformBMSP", "9521000000049"),  # the same GLN, by another organisation's word
    "carrier": Attributes("carrier", "PlatformBMSP", "9521000000032"),
    "other_carrier": Attributes("carrier", gln="9521000000032"),
    "inspector": Attributes("inspector", "AssociationMSP"),
}


@asynccontextmanager
async def trading(folder: Path) -> AsyncIterator[RunningService]:
    """The service, started; records of other contracts can be put by ``rulebook``."""
    under_test = ServiceUnderTest(folder, Rulebook())
    for name, person in PEOPLE.items():
        under_test.enrol(name, person)
    async with under_test.running() as running:
        record = standard().model_dump_json()
        await running.service.writes.write(running.service.wallet.get("service"), "rulebook:standard", record)
        await admit(running.service.writes, running.service.wallet)
        yield running
    await under_test.ledger.simulator.close()
