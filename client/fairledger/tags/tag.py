"""A tag: what a QR code on goods says, signed by who made them.

    https://shop.example/01/09521000001107/21/FP26100001?kid=mCqGm1uT0yQf3nZ8&sig=MEUCIQ…

The signature is ECDSA P-256 over SHA-256 of ``fairledger tag 1``, a line feed and the link on GS1's own domain
(``DigitalLink.canonical``), as r and s of 32 bytes each in base64url. So the tag holds on every resolver's domain.
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import Final, Self

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from fairledger.digital_link.link import DigitalLink
from fairledger.identity import Signer
from fairledger.tags.errors import TagError
from fairledger.tags.key_id import key_id_of

STATEMENT: Final = b"fairledger tag 1\n"  # so that a signature of something else never passes as a tag's
NUMBER_BYTES: Final = 32
KEY_ID: Final = "kid"
SIGNATURE: Final = "sig"


@dataclass(frozen=True)
class Tag:
    """``link`` names the goods; ``key_id`` and ``signature`` (r and s, 64 bytes) are empty where nobody signed."""

    link: DigitalLink
    key_id: str
    signature: bytes

    @classmethod
    def sign(cls, link: DigitalLink, certificate: x509.Certificate, signer: Signer) -> Self:
        """The tag of goods, signed with the key of ``certificate``."""
        r, s = decode_dss_signature(signer.sign(hashlib.sha256(_statement(link)).digest()))
        return cls(link, key_id_of(certificate), r.to_bytes(NUMBER_BYTES, "big") + s.to_bytes(NUMBER_BYTES, "big"))

    @classmethod
    def read(cls, link: DigitalLink) -> Self:
        """The tag that a scanned link is. Raises ``TagError`` (TAG_SIGNATURE)."""
        query = dict(link.query)
        key_id, text = query.get(KEY_ID, ""), query.get(SIGNATURE, "")
        if not key_id and not text:
            return cls(link, "", b"")
        try:
            signature = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        except (ValueError, binascii.Error) as error:
            raise TagError("TAG_SIGNATURE", "the signature is not base64url") from error
        if not key_id or len(signature) != 2 * NUMBER_BYTES:
            raise TagError("TAG_SIGNATURE", f"a signed tag has {KEY_ID}, and {SIGNATURE} of {2 * NUMBER_BYTES} bytes")
        return cls(link, key_id, signature)

    @property
    def is_signed(self) -> bool:
        """Whether somebody signed it."""
        return bool(self.key_id)

    def is_signed_by(self, certificate: x509.Certificate) -> bool:
        """Whether the signature is one of the certificate's key."""
        key = certificate.public_key()
        if not isinstance(key, EllipticCurvePublicKey) or key_id_of(certificate) != self.key_id:
            return False
        numbers = (self.signature[:NUMBER_BYTES], self.signature[NUMBER_BYTES:])
        r, s = (int.from_bytes(number, "big") for number in numbers)
        try:
            key.verify(encode_dss_signature(r, s), _statement(self.link), ECDSA(hashes.SHA256()))
        except InvalidSignature:
            return False
        return True

    def on(self, resolver: str) -> str:
        """The address to print, on ``resolver``, such as ``http://localhost:8080``."""
        if not self.is_signed:
            return self.link.on(resolver)
        signature = base64.urlsafe_b64encode(self.signature).decode().rstrip("=")
        return f"{self.link.on(resolver)}?{KEY_ID}={self.key_id}&{SIGNATURE}={signature}"


def _statement(link: DigitalLink) -> bytes:
    return STATEMENT + link.canonical.encode()
