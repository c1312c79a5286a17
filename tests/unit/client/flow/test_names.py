"""Owners of notes as people read them."""

import base64

import pytest

from fairledger.flow.names import holder, unnamed

BUYER = base64.b64encode(b"x509::CN=buyer,OU=client+OU=org1::CN=ca.PlatformA,O=PlatformA").decode()


@pytest.mark.parametrize(
    ("owner", "en", "zh"),
    [
        (f"PlatformAMSP:{BUYER}", "buyer · PlatformA", "buyer · PlatformA"),
        ("AssociationMSP:account", "Association, account", "Association 账户"),
        (f"order:{'ab' * 32}", "order abababab…", "订单 abababab…"),
        (f"payout:{'cd' * 32}", "payout cdcdcdcd…", "兑付 cdcdcdcd…"),
        ("PlatformAMSP:no base64", "no base64 · PlatformA", "no base64 · PlatformA"),
    ],
)
def test_an_owner_has_a_name(owner: str, en: str, zh: str) -> None:
    assert (holder(owner, "en"), holder(owner, "zh")) == (en, zh)


def test_who_is_not_to_be_named_is_somebody() -> None:
    assert holder(unnamed(f"PlatformAMSP:{BUYER}"), "en") == "somebody of PlatformA"
    for owner in ("AssociationMSP:account", f"order:{'ab' * 32}", f"payout:{'cd' * 32}"):
        assert unnamed(owner) == owner
