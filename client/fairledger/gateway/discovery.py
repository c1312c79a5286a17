"""Who can endorse: the peers of a channel, and whose endorsements a chaincode needs, by Fabric's discovery service."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fabric_protos.discovery import protocol_pb2
from fabric_protos.gossip import message_pb2
from fabric_protos.msp import identities_pb2
from fabric_protos.peer import proposal_response_pb2
from google.protobuf.message import DecodeError

from fairledger.gateway import codes
from fairledger.gateway.errors import DiscoveryError
from fairledger.gateway.failure import failure_of
from fairledger.gateway.limits import Limits
from fairledger.gateway.peers import Peers
from fairledger.gateway.signing import SigningIdentity, digest_of
from fairledger.gateway.transport import TransportError
from fairledger.profile import ConnectionProfile


@dataclass(frozen=True)
class DiscoveredPeer:
    """A peer that is up: its organisation, ``host:port``, number of blocks, and the chaincodes it can run."""

    msp_id: str
    endpoint: str
    ledger_height: int
    chaincodes: tuple[str, ...]


@dataclass(frozen=True)
class EndorsementPlan:
    """The ways to satisfy an endorsement policy with the peers that are up.

    Each of ``layouts`` maps MSP ids to how many endorsements of that organisation it takes; any one layout is enough.
    """

    chaincode: str
    layouts: tuple[dict[str, int], ...]
    peers: tuple[DiscoveredPeer, ...]

    @property
    def always_needed(self) -> frozenset[str]:
        """MSP ids in every layout: without them, nothing is endorsed."""
        first, *others = (frozenset(layout) for layout in self.layouts)
        return first.intersection(*others)


class Discovery:
    """Asks the own peers' discovery service."""

    def __init__(
        self,
        peers: Peers,
        signing: SigningIdentity,
        limits: Limits,
        profile: ConnectionProfile,
        tls_certificate_hash: bytes,
    ) -> None:
        self._peers = peers
        self._signing = signing
        self._limits = limits
        self._profile = profile
        self._tls_certificate_hash = tls_certificate_hash

    async def peers(self, channel: str) -> tuple[DiscoveredPeer, ...]:
        """The channel's peers that are up. Raises ``DiscoveryError``, and ``GatewayRefused`` without a signer."""
        query = protocol_pb2.Query(channel=channel, peer_query=protocol_pb2.PeerMembershipQuery())
        result = await self._ask(query)
        by_organization = result.members.peers_by_org
        return tuple(_peer(peer) for msp_id in sorted(by_organization) for peer in by_organization[msp_id].peers)

    async def endorsement_plan(self, channel: str, chaincode: str, collections: Sequence[str] = ()) -> EndorsementPlan:
        """How a transaction of ``chaincode`` that writes ``collections`` can be endorsed. Raises as ``peers``.

        ``DiscoveryError`` (GATEWAY_ENDORSEMENT_MISSING) when the peers that are up can't satisfy the policy.
        """
        call = proposal_response_pb2.ChaincodeCall(name=chaincode, collection_names=collections)
        interest = proposal_response_pb2.ChaincodeInterest(chaincodes=[call])
        query = protocol_pb2.Query(channel=channel, cc_query=protocol_pb2.ChaincodeQuery(interests=[interest]))
        (descriptor,) = (await self._ask(query)).cc_query_res.content
        groups = {
            group: [_peer(peer) for peer in found.peers] for group, found in descriptor.endorsers_by_groups.items()
        }
        layouts = tuple(_layout(layout.quantities_by_group, groups) for layout in descriptor.layouts)
        peers = tuple(sorted((peer for group in groups.values() for peer in group), key=lambda peer: peer.endpoint))
        return EndorsementPlan(chaincode, layouts, peers)

    async def absent_organizations(self, channel: str) -> tuple[str, ...]:
        """MSP ids that have peers in the profile, none of which is up in the channel. Raises as ``peers``."""
        present = {peer.msp_id for peer in await self.peers(channel)}
        return tuple(sorted({peer.msp_id for peer in self._profile.peers} - present))

    async def _ask(self, query: Any) -> Any:
        creator = self._signing.creator
        authentication = protocol_pb2.AuthInfo(client_identity=creator, client_tls_cert_hash=self._tls_certificate_hash)
        payload = protocol_pb2.Request(authentication=authentication, queries=[query]).SerializeToString()
        signature = self._signing.sign(creator, digest_of(payload))
        request = protocol_pb2.SignedRequest(payload=payload, signature=signature)
        try:
            response = await self._peers.ask(
                self._peers.own(),
                lambda peer, deadline_s: peer.discover(request, deadline_s),
                self._limits.discovery_deadline_s,
            )
        except TransportError as error:
            failure = failure_of(error)
            raise DiscoveryError(failure.code, failure.message, details=error.all_details) from error
        (result,) = response.results
        if result.WhichOneof("result") == "error":
            raise DiscoveryError(_code(result.error.content), result.error.content)
        return result


def _code(message: str) -> str:
    if message == "access denied":
        return codes.DENIED
    if message.startswith("failed constructing descriptor"):
        return codes.ENDORSEMENT_MISSING
    return codes.REJECTED


def _layout(quantities: Any, groups: dict[str, list[DiscoveredPeer]]) -> dict[str, int]:
    """Groups by the organisation of their peers: a group is one principal, and a principal one organisation."""
    layout: dict[str, int] = {}
    for group, quantity in quantities.items():
        for msp_id in {peer.msp_id for peer in groups[group]}:
            layout[msp_id] = layout.get(msp_id, 0) + quantity
    return layout


def _peer(peer: Any) -> DiscoveredPeer:
    try:
        identity = identities_pb2.SerializedIdentity.FromString(peer.identity)
        alive = message_pb2.GossipMessage.FromString(peer.membership_info.payload).alive_msg
        state = message_pb2.GossipMessage.FromString(peer.state_info.payload).state_info
    except DecodeError as error:
        raise DiscoveryError(codes.REJECTED, "the peer's answer can't be read") from error
    return DiscoveredPeer(
        msp_id=identity.mspid,
        endpoint=alive.membership.endpoint,
        ledger_height=state.properties.ledger_height,
        chaincodes=tuple(chaincode.name for chaincode in state.properties.chaincodes),
    )
