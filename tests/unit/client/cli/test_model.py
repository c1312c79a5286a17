"""Writing in a person's name: the key from the wallet, the peer from the connection profile."""

import json
from datetime import UTC, datetime

import pytest

from fairledger.cli.model import signing
from fairledger.profile import ProfileError
from fairledger.wallet import Wallet, WalletError
from fairledger_contracts.records.recall import Measure, Recall
from fairledger_contracts.records.signatory import Signatory
from tests.support.told_consortium import ToldConsortium
from tests.unit.client.gateway.fake_peer import FakePeer

RECALL = Recall(
    id="ab" * 32,
    items=("urn:x:1",),
    measure=Measure.RETURN,
    reason="why",
    recalled_at=datetime(2026, 11, 1, tzinfo=UTC),
    recorder=Signatory(msp_id="AssociationMSP", id="x", role="officer", gln=""),
)


async def test_the_persons_own_certificate_signs(consortium: ToldConsortium) -> None:
    profile = consortium.state.profile("PlatformA")
    profile.parent.mkdir(exist_ok=True)
    async with FakePeer(result=RECALL.model_dump_json().encode()) as peer:
        organization = {"mspid": "PlatformAMSP", "peers": ["peer0.PlatformA"]}
        about = {
            "client": {"organization": "PlatformA"},
            "organizations": {"PlatformA": organization},
            "peers": {"peer0.PlatformA": {"url": f"grpc://{peer.endpoint}"}},
            "channels": {"credit-channel": {}},
        }
        profile.write_text(json.dumps(about))
        async with signing(consortium.state, "PlatformA", "producer") as client:
            assert await client.end_recall(RECALL.id, "all came back") == RECALL
    profile.unlink()
    (request,) = peer.requests["endorse"]
    certificate = Wallet(consortium.state.wallet("PlatformA")).get("producer").identity.certificate_pem
    assert certificate in request.proposed_transaction.proposal_bytes
    assert (request.channel_id, len(peer.requests["submit"])) == ("credit-channel", 1)


async def test_without_profile_or_key_nobody_signs(consortium: ToldConsortium) -> None:
    with pytest.raises(ProfileError) as missing:
        async with signing(consortium.state, "PlatformA", "producer"):
            pytest.fail("connected without a profile")
    assert missing.value.code == "PROFILE_MISSING"
    with pytest.raises(WalletError) as unknown:
        async with signing(consortium.state, "PlatformA", "nobody"):
            pytest.fail("signed without a key")
    assert unknown.value.code == "WALLET_UNKNOWN_NAME"
