"""Tags: Digital Links with their maker's signature, on whatever domain they are printed for."""

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairledger.digital_link.link import DigitalLink
from fairledger.identity import KeySigner
from fairledger.tags import Tag, TagError, key_id_of
from fairledger_chaincode.simulator import LedgerSimulator, SimulatedIdentity
from fairledger_contracts.trace.contract import Trace

PHONE = "https://shop.example/01/09521000001107/21/FP26100001"


@pytest.fixture(scope="module")
def maker() -> SimulatedIdentity:
    return LedgerSimulator([Trace()], ("PlatformAMSP",)).identity("PlatformAMSP", "maker", role="producer")


@pytest.fixture(scope="module")
def forger() -> SimulatedIdentity:
    return LedgerSimulator([Trace()], ("PlatformAMSP",)).identity("PlatformAMSP", "forger", role="producer")


def signed(by: SimulatedIdentity, link: str = PHONE) -> Tag:
    return Tag.sign(DigitalLink.parse(link), by.certificate, KeySigner(by.private_key))


def test_a_signed_tag_is_read_from_its_address_and_holds_on_every_domain(maker: SimulatedIdentity) -> None:
    address = signed(maker).on("http://localhost:8080")
    assert address.startswith("http://localhost:8080/01/09521000001107/21/FP26100001?kid=")
    query = parse_qs(urlsplit(address).query)
    assert (query["kid"], len(query["sig"][0])) == ([key_id_of(maker.certificate)], 86)
    read = Tag.read(DigitalLink.parse(address.replace("localhost:8080", "id.gs1.org")))
    assert read.is_signed
    assert read.is_signed_by(maker.certificate)


def test_another_key_did_not_sign_it(maker: SimulatedIdentity, forger: SimulatedIdentity) -> None:
    assert not signed(maker).is_signed_by(forger.certificate)
    under_anothers_name = Tag(signed(maker).link, key_id_of(maker.certificate), signed(forger).signature)
    assert not under_anothers_name.is_signed_by(maker.certificate)


def test_a_signature_does_not_fit_other_goods(maker: SimulatedIdentity) -> None:
    other = DigitalLink.parse("https://shop.example/01/09521000001107/21/FP26100002")
    tag = signed(maker)
    assert not Tag(other, tag.key_id, tag.signature).is_signed_by(maker.certificate)


@given(position=st.integers(0, 63), flip=st.integers(1, 255))
def test_a_signature_with_one_byte_changed_fails(maker: SimulatedIdentity, position: int, flip: int) -> None:
    tag = signed(maker)
    changed = bytearray(tag.signature)
    changed[position] ^= flip
    assert not Tag(tag.link, tag.key_id, bytes(changed)).is_signed_by(maker.certificate)


def test_a_link_without_signature_is_a_tag_that_nobody_signed() -> None:
    tag = Tag.read(DigitalLink.parse(f"{PHONE}?linkType=gs1:pip"))
    assert (tag.is_signed, tag.on("https://x.example")) == (False, "https://x.example/01/09521000001107/21/FP26100001")


@pytest.mark.parametrize("query", ["kid=abc", "sig=abc", "kid=abc&sig=abc", "kid=&sig=%C3%A4", "kid=k&sig=" + "A" * 88])
def test_half_a_signature_is_refused(query: str) -> None:
    with pytest.raises(TagError) as refusal:
        Tag.read(DigitalLink.parse(f"{PHONE}?{query}"))
    assert refusal.value.code == "TAG_SIGNATURE"
