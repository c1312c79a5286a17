"""The contract ``privacy`` in a person's name, for commands."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from fairledger.cli.state import State
from fairledger.deployment import CHAINCODE, CHANNEL

if TYPE_CHECKING:
    from fairledger.privacy.client import PrivacyClient


@asynccontextmanager
async def privacy_client(name: str, organization: str | None) -> AsyncIterator["PrivacyClient"]:
    """Calls signed by ``name``. Raises ``CommandError``, ``WalletError``, and the errors of profile and gateway."""
    from fairledger.gateway import Gateway  # noqa: PLC0415  only commands that write pay for these
    from fairledger.privacy.client import PrivacyClient  # noqa: PLC0415
    from fairledger.profile import ConnectionProfile  # noqa: PLC0415
    from fairledger.wallet import Wallet  # noqa: PLC0415

    state = State.find()
    home = state.home_of(name, organization)
    entry = Wallet(state.wallet(home)).get(name)
    profile = ConnectionProfile.load(state.profile(home))
    async with Gateway.connect(profile, entry.identity, entry.signer) as gateway:
        yield PrivacyClient(gateway.network(CHANNEL).contract(CHAINCODE, "privacy"))
