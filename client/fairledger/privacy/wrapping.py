"""Wrapping a field's key for the holder of a P-256 key: ECIES, bound to the place that the field has.

An ephemeral ECDH agreement, HKDF-SHA-256 over it and both public keys, and AES-256-GCM under what that gives (the
construction of SEC 1, section 5.1, with an authenticated cipher). Each agreement's key encrypts once, so the nonce is
fixed. Wrapped: the ephemeral public key (65 bytes, uncompressed), then ciphertext and tag.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from fairledger.privacy.errors import PrivacyError

KEY_BYTES = 32  # AES-256
POINT_BYTES = 65
_INFO = b"fairledger wrap 1"
_NONCE = bytes(12)


def wrap(key: bytes, holder: ec.EllipticCurvePublicKey, place: bytes) -> bytes:
    """``key`` so that only the holder of the private key gets it, and only as the key of ``place``."""
    ephemeral = ec.generate_private_key(ec.SECP256R1())
    point = _point(ephemeral.public_key())
    agreed = _agree(ephemeral, holder, point, _point(holder))
    return point + AESGCM(agreed).encrypt(_NONCE, key, place)


def unwrap(wrapped: bytes, holder: ec.EllipticCurvePrivateKey, place: bytes) -> bytes:
    """The key of ``place``. Raises ``PrivacyError`` (PRIVACY_UNWRAP)."""
    point = wrapped[:POINT_BYTES]
    try:
        ephemeral = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        agreed = _agree(holder, ephemeral, point, _point(holder.public_key()))
        return AESGCM(agreed).decrypt(_NONCE, wrapped[POINT_BYTES:], place)
    except (ValueError, InvalidTag):
        raise PrivacyError("PRIVACY_UNWRAP", "the wrapped key is for another key or another field") from None


def _agree(own: ec.EllipticCurvePrivateKey, other: ec.EllipticCurvePublicKey, ephemeral: bytes, holder: bytes) -> bytes:
    shared = own.exchange(ec.ECDH(), other)
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=_INFO + ephemeral + holder).derive(shared)


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
