"""Virtual goods: whether a key opens what its seller is bound to."""

import hashlib

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from fairledger_chaincode.errors import RuleBroken
from fairledger_contracts.records.order import Commitment

NONCE_BYTES = 12  # what AES-GCM is fastest and safest with (NIST SP 800-38D, 8.2.1)


def check_key(commitment: Commitment, key: str) -> None:
    """Raise ``RuleBroken`` (ESCROW_KEY_OTHER) for a key that is not the one committed to."""
    if hashlib.sha256(bytes.fromhex(key)).hexdigest() != commitment.key_sha256:
        raise RuleBroken("ESCROW_KEY_OTHER", "this is not the key that the seller is bound to")


def check_wrong(commitment: Commitment, key: str, ciphertext: bytes) -> None:
    """Check that the key does not open the goods: ``ciphertext`` is what was committed to, and opens to other goods.

    Raises ``RuleBroken``: ESCROW_GOODS_OTHER for a ciphertext that nobody is bound to, ESCROW_KEY_FITS for a key that
    opens exactly the goods.
    """
    if hashlib.sha256(ciphertext).hexdigest() != commitment.ciphertext_sha256:
        raise RuleBroken("ESCROW_GOODS_OTHER", "these are not the encrypted goods that the seller is bound to")
    try:
        goods = AESGCM(bytes.fromhex(key)).decrypt(ciphertext[:NONCE_BYTES], ciphertext[NONCE_BYTES:], None)
    except (InvalidTag, ValueError):  # ValueError: shorter than a nonce and a tag
        return
    if hashlib.sha256(goods).hexdigest() == commitment.plaintext_sha256:
        raise RuleBroken("ESCROW_KEY_FITS", "the key opens the goods that the seller is bound to")
