"""What the service's own database holds sealed: under a key that is not in the database, and each in its place alone.

AES-256-GCM with a random nonce each (NIST SP 800-38D, section 8.2.2).
"""

import os
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES: Final = 12


class AtRest:
    """Seals and opens under one key (32 bytes), which is kept elsewhere."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def sealed(self, plain: bytes, place: bytes) -> bytes:
        """Nonce and ciphertext of ``plain``, which open at ``place`` alone."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, plain, place)

    def opened(self, sealed: bytes, place: bytes) -> bytes:
        """What was sealed. Raises ``InvalidTag`` for another key or place, and for what is damaged."""
        return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place)
