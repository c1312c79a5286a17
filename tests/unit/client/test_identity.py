"""Identities sign as Fabric demands: ECDSA P-256, low S."""

from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat
from fabric_protos.msp import identities_pb2
from hypothesis import given
from hypothesis import strategies as st

from fairledger.identity import P256_ORDER, Identity, IdentityError, KeySigner
from tests.unit.client.gateway.people import key_pem, self_signed

KEY = ec.generate_private_key(ec.SECP256R1())
CERTIFICATE = self_signed("alice", KEY)


@given(message=st.binary(max_size=200))
def test_a_signature_verifies_and_its_s_is_in_the_lower_half(message: bytes) -> None:
    digest = sha256(message).digest()

    signature = KeySigner(KEY).sign(digest)

    KEY.public_key().verify(signature, digest, ec.ECDSA(Prehashed(SHA256())))
    assert 0 < decode_dss_signature(signature)[1] <= P256_ORDER // 2


def test_both_halves_are_met_so_that_the_property_above_means_something() -> None:
    halves = {decode_dss_signature(KEY.sign(bytes([n]), ec.ECDSA(SHA256())))[1] > P256_ORDER // 2 for n in range(64)}
    assert halves == {True, False}


def test_only_a_digest_is_signed() -> None:
    with pytest.raises(IdentityError) as refusal:
        KeySigner(KEY).sign(b"a message")
    assert refusal.value.code == "IDENTITY_DIGEST"


def test_an_identity_is_serialised_as_msp_id_and_certificate() -> None:
    read = identities_pb2.SerializedIdentity.FromString(Identity("PlatformAMSP", CERTIFICATE).serialized)
    assert (read.mspid, read.id_bytes) == ("PlatformAMSP", CERTIFICATE)


def test_a_certificate_that_is_none_is_refused() -> None:
    with pytest.raises(IdentityError) as refusal:
        Identity("PlatformAMSP", b"not a certificate")
    assert refusal.value.code == "IDENTITY_CERTIFICATE"


@pytest.mark.parametrize(
    ("pem", "code"),
    [
        (b"not a key", "IDENTITY_KEY"),
        (KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret")), "IDENTITY_KEY"),
        (key_pem(ec.generate_private_key(ec.SECP384R1())), "IDENTITY_CURVE"),
        (
            ed25519.Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
            "IDENTITY_CURVE",
        ),
    ],
)
def test_a_key_that_cannot_sign_for_fabric_is_refused(pem: bytes, code: str) -> None:
    with pytest.raises(IdentityError) as refusal:
        KeySigner.from_pem(pem)
    assert refusal.value.code == code


def test_an_encrypted_key_opens_with_its_passphrase() -> None:
    pem = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret"))
    digest = sha256(b"message").digest()

    signature = KeySigner.from_pem(pem, b"secret").sign(digest)

    KEY.public_key().verify(signature, digest, ec.ECDSA(Prehashed(SHA256())))


def test_identity_and_key_are_read_from_an_msp_folder(tmp_path: Path) -> None:
    for folder, content in (("signcerts", CERTIFICATE), ("keystore", key_pem(KEY))):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "any-name.pem").write_bytes(content)
    digest = sha256(b"message").digest()

    assert Identity.from_msp_folder("PlatformAMSP", tmp_path) == Identity("PlatformAMSP", CERTIFICATE)
    KEY.public_key().verify(KeySigner.from_msp_folder(tmp_path).sign(digest), digest, ec.ECDSA(Prehashed(SHA256())))


@pytest.mark.parametrize("names", [[], ["a.pem", "b.pem"]])
def test_an_msp_folder_needs_exactly_one_key(tmp_path: Path, names: list[str]) -> None:
    (tmp_path / "keystore").mkdir()
    for name in names:
        (tmp_path / "keystore" / name).write_bytes(key_pem(KEY))
    with pytest.raises(IdentityError) as refusal:
        KeySigner.from_msp_folder(tmp_path)
    assert refusal.value.code == "IDENTITY_FOLDER"


def test_no_key_is_shown_by_a_representation() -> None:
    assert "PRIVATE" not in repr(KeySigner(KEY))
