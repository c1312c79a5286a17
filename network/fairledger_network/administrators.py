"""Reading a peer's ledger as the administrator of the peer's organisation."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fairledger.gateway import Gateway, Limits
from fairledger.gateway.network import Network
from fairledger.identity import Identity, KeySigner
from fairledger.profile import ConnectionProfile
from fairledger_network.connection_profile import connection_profile
from fairledger_network.nodes import Node
from fairledger_network.site import Site

LIMITS = Limits(connect_deadline_s=5, evaluate_deadline_s=10, reconnect_attempts_max=3, backoff_max_s=0.5)


@asynccontextmanager
async def at_peer(peer: Node, site: Site) -> AsyncIterator[Network]:
    """The channel as this one peer shows it. Raises ``fairledger.gateway.errors.GatewayUnreachable``."""
    organization = peer.organization
    profile = ConnectionProfile.from_mapping(connection_profile(site.consortium, site.layout, organization.name))
    folder = site.layout.person(organization.name, "admin") / "msp"
    identity = Identity.from_msp_folder(organization.msp_id, folder)
    signer = KeySigner.from_msp_folder(folder)
    (node,) = (known for known in profile.peers if known.name == peer.name)
    async with Gateway.connect(profile, identity, signer, limits=LIMITS, peers=[node]) as gateway:
        yield gateway.network(site.consortium.channel.name)
