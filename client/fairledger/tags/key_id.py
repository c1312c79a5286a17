"""How a tag names the key that signed it."""

import base64
import hashlib
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

KEY_ID_BYTES: Final = 12  # of SHA-256: it only has to find a key; the signature has to fit it


def key_id_of(certificate: x509.Certificate) -> str:
    """16 characters of base64url: the beginning of the SHA-256 of the public key (SubjectPublicKeyInfo, DER)."""
    encoded = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.urlsafe_b64encode(hashlib.sha256(encoded).digest()[:KEY_ID_BYTES]).decode()
