"""Three digests out, three signatures in: the key never comes near the gateway."""

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256

from fairledger.gateway import Commit, Gateway, Limits, Proposal, Transaction
from fairledger.gateway.errors import GatewayRefused
from tests.unit.client.gateway.fake_peer import FakePeer, profile_of
from tests.unit.client.gateway.people import person

MERCHANT, MERCHANT_SIGNER = person("merchant")
SERVICE, SERVICE_SIGNER = person("service")


def verify(signature: bytes, digest: bytes) -> None:
    key: Any = MERCHANT.certificate.public_key()
    key.verify(signature, digest, ec.ECDSA(Prehashed(SHA256())))


@pytest.mark.parametrize(("identity", "signer"), [(MERCHANT, None), (SERVICE, SERVICE_SIGNER)])
async def test_a_person_signs_elsewhere_and_a_service_carries(
    peer: FakePeer, quick: Limits, identity: Any, signer: Any
) -> None:
    async with Gateway.connect(profile_of(peer.node), identity, signer, limits=quick) as gateway:
        contract = gateway.network("credit-channel").contract("credit", "escrow")

        proposal = Proposal.from_bytes(contract.new_proposal("pay", "n1", identity=MERCHANT).to_bytes())
        proposal = proposal.with_signature(MERCHANT_SIGNER.sign(proposal.digest))
        transaction = Transaction.from_bytes((await gateway.endorse(proposal)).to_bytes())
        transaction = transaction.with_signature(MERCHANT_SIGNER.sign(transaction.digest))
        await gateway.submit(transaction)
        commit = Commit.from_bytes(gateway.commit_of(transaction, MERCHANT).to_bytes())
        commit = commit.with_signature(MERCHANT_SIGNER.sign(commit.digest))
        status = await gateway.commit_status(commit)

    assert status.successful
    (endorse,), (submit,), (asked,) = (peer.requests[name] for name in ("endorse", "submit", "commit_status"))
    verify(endorse.proposed_transaction.signature, proposal.digest)
    verify(submit.prepared_transaction.signature, transaction.digest)
    verify(asked.signature, commit.digest)


async def test_a_service_does_not_sign_in_the_name_of_a_person(peer: FakePeer, quick: Limits) -> None:
    async with Gateway.connect(profile_of(peer.node), SERVICE, SERVICE_SIGNER, limits=quick) as gateway:
        contract = gateway.network("credit-channel").contract("credit", "escrow")
        proposal = contract.new_proposal("pay", "n1", identity=MERCHANT)
        signed = proposal.with_signature(MERCHANT_SIGNER.sign(proposal.digest))
        transaction = await gateway.endorse(signed)
        for call in (
            gateway.evaluate(proposal),
            gateway.endorse(proposal),
            gateway.submit(transaction),
            gateway.commit_status(gateway.commit_of(transaction, MERCHANT)),
        ):
            with pytest.raises(GatewayRefused) as refusal:
                await call
            assert refusal.value.code == "GATEWAY_UNSIGNED"


async def test_the_service_may_ask_for_the_commit_in_its_own_name(peer: FakePeer, quick: Limits) -> None:
    async with Gateway.connect(profile_of(peer.node), SERVICE, SERVICE_SIGNER, limits=quick) as gateway:
        contract = gateway.network("credit-channel").contract("credit", "escrow")
        proposal = contract.new_proposal("pay", "n1", identity=MERCHANT)
        proposal = proposal.with_signature(MERCHANT_SIGNER.sign(proposal.digest))
        transaction = await gateway.endorse(proposal)
        commit = await gateway.submit(transaction.with_signature(MERCHANT_SIGNER.sign(transaction.digest)))
        assert commit.creator == SERVICE.serialized
        assert (await gateway.commit_status(commit)).tx_id == proposal.tx_id


async def test_a_signed_query_is_carried_too(peer: FakePeer, quick: Limits) -> None:
    async with Gateway.connect(profile_of(peer.node), MERCHANT, None, limits=quick) as gateway:
        proposal = gateway.network("credit-channel").contract("credit").new_proposal("notes")
        assert await gateway.evaluate(proposal.with_signature(MERCHANT_SIGNER.sign(proposal.digest))) == b"done"
