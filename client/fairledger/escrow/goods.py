"""Virtual goods, sealed for one buyer: what the seller commits to, and how the buyer opens them."""

import hashlib
import secrets
from typing import Final, NamedTuple

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from fairledger_contracts.records.order import GOODS_BYTES_MAX, Commitment

KEY_BYTES: Final = 32  # AES-256
NONCE_BYTES: Final = 12


class Sealed(NamedTuple):
    """``ciphertext`` goes to the buyer, ``commitment`` to the ledger, ``key`` nowhere until it is paid for."""

    ciphertext: bytes
    key: bytes
    commitment: Commitment


def seal(goods: bytes) -> Sealed:
    """Seal goods with a key of their own. Raises ``ValueError`` for goods that are empty or too large."""
    if not 1 <= len(goods) <= GOODS_BYTES_MAX - 28:
        raise ValueError(f"sealed goods have at most {GOODS_BYTES_MAX} bytes; sell the key of a larger package instead")
    key, nonce = secrets.token_bytes(KEY_BYTES), secrets.token_bytes(NONCE_BYTES)
    ciphertext = nonce + AESGCM(key).encrypt(nonce, goods, None)
    commitment = Commitment(
        ciphertext_sha256=hashlib.sha256(ciphertext).hexdigest(),
        key_sha256=hashlib.sha256(key).hexdigest(),
        plaintext_sha256=hashlib.sha256(goods).hexdigest(),
        size_bytes=len(ciphertext),
    )
    return Sealed(ciphertext, key, commitment)


def unseal(ciphertext: bytes, key: bytes) -> bytes:
    """Open sealed goods. Raises ``cryptography.exceptions.InvalidTag`` where the key does not fit: prove it wrong."""
    return AESGCM(key).decrypt(ciphertext[:NONCE_BYTES], ciphertext[NONCE_BYTES:], None)
