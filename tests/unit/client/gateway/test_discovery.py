"""Discovery: who is up, and whose endorsements are needed."""

from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest
from fabric_protos.discovery import protocol_pb2
from fabric_protos.gossip import message_pb2
from fabric_protos.msp import identities_pb2

from fairledger.gateway import DiscoveredPeer, Gateway, Limits, Network
from fairledger.gateway.errors import DiscoveryError, EndorseError
from fairledger.profile import Node
from tests.unit.client.gateway.fake_peer import FakePeer, Fault, profile_of
from tests.unit.client.gateway.people import person

ALICE, ALICE_SIGNER = person("alice")
ASSOCIATION = Node("peer0.Association", "AssociationMSP", "127.0.0.1:2", None)
UNSATISFIED = Fault(
    grpc.StatusCode.FAILED_PRECONDITION,
    "no combination of peers can be derived which satisfy the endorsement policy: no peer combination",
)


@pytest.fixture
async def network(peer: FakePeer, quick: Limits) -> AsyncIterator[Network]:
    profile = profile_of(peer.node, ASSOCIATION)
    async with Gateway.connect(profile, ALICE, ALICE_SIGNER, limits=quick) as gateway:
        yield gateway.network("credit-channel")


def described(msp_id: str, endpoint: str, height: int = 5) -> Any:
    alive = message_pb2.GossipMessage(
        alive_msg=message_pb2.AliveMessage(membership=message_pb2.Member(endpoint=endpoint))
    )
    properties = message_pb2.Properties(ledger_height=height, chaincodes=[message_pb2.Chaincode(name="credit")])
    state = message_pb2.GossipMessage(state_info=message_pb2.StateInfo(properties=properties))
    return protocol_pb2.Peer(
        identity=identities_pb2.SerializedIdentity(mspid=msp_id).SerializeToString(),
        membership_info=message_pb2.Envelope(payload=alive.SerializeToString()),
        state_info=message_pb2.Envelope(payload=state.SerializeToString()),
    )


def members(*peers: tuple[str, Any]) -> Any:
    found = {msp_id: protocol_pb2.Peers(peers=[peer]) for msp_id, peer in peers}
    return response(members=protocol_pb2.PeerMembershipResult(peers_by_org=found))


def response(**result: Any) -> Any:
    return protocol_pb2.Response(results=[protocol_pb2.QueryResult(**result)])


async def test_peers_that_are_up_are_described(peer: FakePeer, network: Network) -> None:
    peer.then(
        "discover",
        members(
            ("RegulatorMSP", described("RegulatorMSP", "r:1", 4)), ("PlatformAMSP", described("PlatformAMSP", "a:1"))
        ),
    )
    assert await network.discover_peers() == (
        DiscoveredPeer("PlatformAMSP", "a:1", 5, ("credit",)),
        DiscoveredPeer("RegulatorMSP", "r:1", 4, ("credit",)),
    )
    request = protocol_pb2.Request.FromString(peer.requests["discover"][0].payload)
    assert request.authentication.client_identity == ALICE.serialized
    assert request.queries[0].channel == "credit-channel"


async def test_a_plan_says_whose_endorsements_are_needed(peer: FakePeer, network: Network) -> None:
    groups = {
        "G0": protocol_pb2.Peers(peers=[described("AssociationMSP", "s:1")]),
        "G1": protocol_pb2.Peers(peers=[described("PlatformAMSP", "a:1")]),
        "G2": protocol_pb2.Peers(peers=[described("RegulatorMSP", "r:1")]),
    }
    descriptor = protocol_pb2.EndorsementDescriptor(
        chaincode="credit",
        endorsers_by_groups=groups,
        layouts=[
            protocol_pb2.Layout(quantities_by_group={"G0": 1, "G1": 1}),
            protocol_pb2.Layout(quantities_by_group={"G0": 1, "G2": 1}),
        ],
    )
    peer.then("discover", response(cc_query_res=protocol_pb2.ChaincodeQueryResult(content=[descriptor])))

    plan = await network.endorsement_plan("credit", ["private-a"])

    assert plan.layouts == ({"AssociationMSP": 1, "PlatformAMSP": 1}, {"AssociationMSP": 1, "RegulatorMSP": 1})
    assert plan.always_needed == {"AssociationMSP"}
    assert [one.endpoint for one in plan.peers] == ["a:1", "r:1", "s:1"]
    request = protocol_pb2.Request.FromString(peer.requests["discover"][0].payload)
    (call,) = request.queries[0].cc_query.interests[0].chaincodes
    assert (call.name, list(call.collection_names)) == ("credit", ["private-a"])


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("access denied", "GATEWAY_DENIED"),
        ("failed constructing descriptor for chaincodes:<name:credit>", "GATEWAY_ENDORSEMENT_MISSING"),
        ("something else", "GATEWAY_REJECTED"),
    ],
)
async def test_a_refusal_has_a_code(peer: FakePeer, network: Network, content: str, code: str) -> None:
    peer.then("discover", response(error=protocol_pb2.Error(content=content)))
    with pytest.raises(DiscoveryError) as refusal:
        await network.discover_peers()
    assert (refusal.value.code, refusal.value.message) == (code, content)


async def test_a_failed_call_and_an_unreadable_answer_are_discovery_errors(peer: FakePeer, network: Network) -> None:
    broken = protocol_pb2.Peer(identity=b"\xff\xff")
    peer.then("discover", Fault(grpc.StatusCode.UNAVAILABLE, "socket closed"), members(("PlatformAMSP", broken)))
    for code in ("GATEWAY_UNREACHABLE", "GATEWAY_REJECTED"):
        with pytest.raises(DiscoveryError) as refusal:
            await network.discover_peers()
        assert refusal.value.code == code


async def test_a_missing_endorsement_is_named_by_who_is_not_up(peer: FakePeer, network: Network) -> None:
    peer.then("endorse", UNSATISFIED)
    peer.then("discover", members(("PlatformAMSP", described("PlatformAMSP", "a:1"))))
    with pytest.raises(EndorseError, match="endorsement of AssociationMSP can't be had") as refusal:
        await network.contract("credit").submit("pay")
    assert refusal.value.code == "GATEWAY_ENDORSEMENT_MISSING"
    assert refusal.value.missing_organizations == ("AssociationMSP",)


@pytest.mark.parametrize(
    "answer",
    [
        response(error=protocol_pb2.Error(content="access denied")),
        members(
            ("PlatformAMSP", described("PlatformAMSP", "a:1")), ("AssociationMSP", described("AssociationMSP", "s:1"))
        ),
    ],
)
async def test_when_nobody_can_be_named_the_endorsement_is_still_said_to_be_missing(
    peer: FakePeer, network: Network, answer: Any
) -> None:
    peer.then("endorse", UNSATISFIED)
    peer.then("discover", answer)
    with pytest.raises(EndorseError) as refusal:
        await network.contract("credit").submit("pay")
    assert (refusal.value.code, refusal.value.missing_organizations) == ("GATEWAY_ENDORSEMENT_MISSING", ())
