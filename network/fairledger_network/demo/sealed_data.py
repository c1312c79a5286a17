"""Personal data as they lie sealed on disks."""

import asyncio

from fairledger.deployment import CHAINCODE, CHANNEL
from fairledger.gateway import Gateway
from fairledger.privacy.client import PrivacyClient
from fairledger.profile import ConnectionProfile
from fairledger.wallet import Wallet
from fairledger_network.layout import Layout

FIRST_VERSION = "0001"


def ciphertext_of(layout: Layout, platform: str, person: str, order: str) -> bytes:
    """A ciphertext of a new order's data, as the platform's own peer gives it to the platform's ``person`` alone."""
    return asyncio.run(_ciphertext_of(layout, platform, person, order))


def holders(layout: Layout, ciphertext: bytes) -> set[str]:
    """The nodes on whose disks a ciphertext lies."""
    nodes = layout.root / "nodes"
    files = (file for file in nodes.rglob("*") if file.is_file())
    return {file.relative_to(nodes).parts[0] for file in files if ciphertext in file.read_bytes()}


async def _ciphertext_of(layout: Layout, platform: str, person: str, order: str) -> bytes:
    entry = Wallet(layout.wallet(platform)).get(person)
    profile = ConnectionProfile.load(layout.profile(platform))
    async with Gateway.connect(profile, entry.identity, entry.signer) as gateway:
        client = PrivacyClient(gateway.network(CHANNEL).contract(CHAINCODE, "privacy"))
        data = await client.own(order, FIRST_VERSION)
    return min(data.fields.items())[1].ciphertext.encode()
