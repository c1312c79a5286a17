"""A signature is given in one's own name only."""

import pytest

from fairledger.gateway.errors import GatewayRefused
from fairledger.gateway.signing import SigningIdentity
from tests.unit.client.gateway.people import person

ALICE, ALICE_SIGNER = person("alice")
BOB, _ = person("bob")


@pytest.mark.parametrize(
    ("signing", "creator"),
    [(SigningIdentity(ALICE, None), ALICE.serialized), (SigningIdentity(ALICE, ALICE_SIGNER), BOB.serialized)],
)
def test_without_the_key_or_for_another_nothing_is_signed(signing: SigningIdentity, creator: bytes) -> None:
    with pytest.raises(GatewayRefused) as refusal:
        signing.sign(creator, bytes(32), tx_id="t1")
    assert (refusal.value.code, refusal.value.tx_id) == ("GATEWAY_UNSIGNED", "t1")
