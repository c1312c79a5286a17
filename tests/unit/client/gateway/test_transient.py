"""Transient data reaches peers of the organisations named for it, and nobody else: not even on the way."""

from typing import Any

import pytest

from fairledger.gateway import Gateway, Limits
from fairledger.gateway.errors import GatewayRefused
from fairledger.gateway.proposal import Proposal
from fairledger.profile import ConnectionProfile
from tests.unit.client.gateway.fake_peer import FakePeer, profile_of
from tests.unit.client.gateway.people import person

ALICE, ALICE_SIGNER = person("alice")
SECRET = {"price": b"secret-price"}


def seen(peer: FakePeer) -> bool:
    return any(b"secret-price" in one.SerializeToString() for requests in peer.requests.values() for one in requests)


def contract(gateway: Gateway) -> Any:
    return gateway.network("credit-channel").contract("credit", "disclosure")


def connect(profile: ConnectionProfile, limits: Limits) -> Gateway:
    return Gateway.connect(profile, ALICE, ALICE_SIGNER, limits=limits)


@pytest.mark.parametrize("call", ["evaluate", "submit", "submit_async"])
async def test_transient_data_without_organisations_does_not_leave(peer: FakePeer, quick: Limits, call: str) -> None:
    async with connect(profile_of(peer.node), quick) as gateway:
        with pytest.raises(GatewayRefused) as refusal:
            await getattr(contract(gateway), call)("put", transient=SECRET)
    assert refusal.value.code == "GATEWAY_TRANSIENT_WITHOUT_ORGANIZATIONS"
    assert not peer.requests["evaluate"]
    assert not peer.requests["endorse"]


@pytest.mark.parametrize("call", ["evaluate", "submit"])
async def test_it_goes_through_an_own_peer_only_when_that_is_named(peer: FakePeer, quick: Limits, call: str) -> None:
    async with (
        FakePeer("RegulatorMSP", "peer0.Regulator") as regulator,
        connect(profile_of(peer.node, regulator.node), quick) as gateway,
    ):
        send = getattr(contract(gateway), call)
        await send("put", transient=SECRET, endorsing_organizations=["RegulatorMSP"])
        assert (seen(peer), seen(regulator)) == (False, True)
        await send("put", transient=SECRET, endorsing_organizations=["RegulatorMSP", "PlatformAMSP"])
        assert seen(peer)
    assert all(list(one.target_organizations) == ["RegulatorMSP"] for one in regulator.requests["evaluate"])
    assert all(list(one.endorsing_organizations) == ["RegulatorMSP"] for one in regulator.requests["endorse"])


@pytest.mark.parametrize("call", ["evaluate", "submit"])
async def test_it_stays_here_when_the_profile_has_no_peer_of_those_named(
    peer: FakePeer, quick: Limits, call: str
) -> None:
    async with connect(profile_of(peer.node), quick) as gateway:
        with pytest.raises(GatewayRefused, match="RegulatorMSP") as refusal:
            await getattr(contract(gateway), call)("put", transient=SECRET, endorsing_organizations=["RegulatorMSP"])
    assert refusal.value.code == "GATEWAY_TRANSIENT_WITHOUT_PEER"
    assert not seen(peer)


async def test_a_proposal_from_elsewhere_is_held_to_the_same_rule(peer: FakePeer, quick: Limits) -> None:
    async with connect(profile_of(peer.node), quick) as gateway:
        made = contract(gateway).new_proposal("put", transient=SECRET, endorsing_organizations=["PlatformAMSP"])
        stripped = Proposal.from_bytes(made.to_bytes())
        object.__setattr__(stripped, "endorsing_organizations", ())
        for stage in (gateway.evaluate, gateway.endorse):
            with pytest.raises(GatewayRefused) as refusal:
                await stage(stripped)
            assert refusal.value.code == "GATEWAY_TRANSIENT_WITHOUT_ORGANIZATIONS"
    assert not seen(peer)
