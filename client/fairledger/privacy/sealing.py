"""Sealing personal data: each field under a random key of its own, which is wrapped for those who may come to open it.

What is encrypted is the salt, the value's length and the value, filled up so that lengths tell little.
"""

import base64
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from fairledger.privacy.errors import PrivacyError
from fairledger.privacy.keys import key_id
from fairledger.privacy.wrapping import KEY_BYTES, wrap
from fairledger_contracts.records.commitment import FIELDS_MAX, SALT_BYTES, commit
from fairledger_contracts.records.personal_data import PLAINTEXT_BYTES_MAX, PersonalData, SealedField, place_of

BLOCK_BYTES = 64  # values of up to so many bytes, names and phone numbers, look alike
LENGTH_BYTES = 2
_NONCE = bytes(12)  # each field's key encrypts once


@dataclass(frozen=True)
class OpenedField:
    """A value with the salt that proves it."""

    name: str
    value: str = field(repr=False)
    salt: bytes = field(repr=False)

    @property
    def commitment(self) -> str:
        """The commitment that salt and value make."""
        return commit(self.salt, self.name, self.value)


def seal_order(
    platform: str,
    order: str,
    version: str,
    values: Mapping[str, str],
    holders: Sequence[ec.EllipticCurvePublicKey],
) -> PersonalData:
    """Seal one version of an order's personal data, so that each of ``holders`` can open it.

    Raises ``PrivacyError`` (PRIVACY_VALUE), which names the field.
    """
    if not 1 <= len(values) <= FIELDS_MAX:
        raise PrivacyError("PRIVACY_VALUE", f"an order has between 1 and {FIELDS_MAX} private fields")
    fields = {
        name: _seal(OpenedField(name, value, secrets.token_bytes(SALT_BYTES)), place, holders)
        for name, value in sorted(values.items())
        for place in (place_of(platform, order, version, name),)
    }
    return PersonalData(platform=platform, order=order, version=version, fields=fields)


def open_field(name: str, sealed: SealedField, key: bytes, place: bytes) -> OpenedField:
    """Open a field with its key, and check it against its commitment. Raises ``PrivacyError`` (PRIVACY_OPEN)."""
    try:
        plain = AESGCM(key).decrypt(_NONCE, base64.b64decode(sealed.ciphertext), place)
        length = int.from_bytes(plain[SALT_BYTES : SALT_BYTES + LENGTH_BYTES])
        value = plain[SALT_BYTES + LENGTH_BYTES :][:length].decode()
        opened = OpenedField(name, value, plain[:SALT_BYTES])
    except (ValueError, InvalidTag):
        raise PrivacyError("PRIVACY_OPEN", f"{name} does not open with this key in this place") from None
    if opened.commitment != sealed.commitment:
        raise PrivacyError("PRIVACY_OPEN", f"{name} is not what its platform committed to")
    return opened


def _seal(opened: OpenedField, place: bytes, holders: Sequence[ec.EllipticCurvePublicKey]) -> SealedField:
    value = _encoded(opened)
    key = secrets.token_bytes(KEY_BYTES)
    plain = opened.salt + len(value).to_bytes(LENGTH_BYTES) + value
    filled = plain + bytes(-(len(plain) - SALT_BYTES - LENGTH_BYTES) % BLOCK_BYTES)
    return SealedField(
        commitment=opened.commitment,
        ciphertext=_text(AESGCM(key).encrypt(_NONCE, filled, place)),
        keys={key_id(holder): _text(wrap(key, holder, place)) for holder in holders},
    )


def _encoded(opened: OpenedField) -> bytes:
    try:
        value = opened.value.encode()
    except UnicodeEncodeError:
        raise PrivacyError("PRIVACY_VALUE", f"{opened.name} is no text") from None
    if not 1 <= len(value) <= PLAINTEXT_BYTES_MAX:
        raise PrivacyError("PRIVACY_VALUE", f"{opened.name} has between 1 and {PLAINTEXT_BYTES_MAX} bytes")
    return value


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
