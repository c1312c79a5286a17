"""Private keys of platforms and of the key service: files that only their owner may read."""

import hashlib
import hmac
import os
import stat
from pathlib import Path
from typing import Self

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from fairledger.privacy.errors import PrivacyError

SCALAR_BYTES = 32  # of a P-256 private key


class PrivateKey:
    """A P-256 key pair. A platform's also gives persons their pseudonyms."""

    def __init__(self, key: ec.EllipticCurvePrivateKey) -> None:
        self.key = key

    @classmethod
    def generate(cls) -> Self:
        """A new key pair."""
        return cls(ec.generate_private_key(ec.SECP256R1()))

    @classmethod
    def load(cls, path: Path, *, create: bool = False) -> Self:
        """The key in the file ``path``; with ``create`` a missing one is made, mode 600.

        Raises ``PrivacyError`` (PRIVACY_KEY_FILE).
        """
        if create and not path.exists():
            _write(path, cls.generate().key)
        try:
            mode = stat.S_IMODE(path.stat().st_mode)
            pem = path.read_bytes()
        except OSError as error:
            raise PrivacyError("PRIVACY_KEY_FILE", f"no key at {path}", "start the REST service once") from error
        if mode & 0o077:
            raise PrivacyError("PRIVACY_KEY_FILE", f"others may read {path}", f"chmod 600 {path}")
        return cls.read(pem)

    @classmethod
    def read(cls, pem: bytes) -> Self:
        """The key in an unencrypted PEM, such as a wallet gives. Raises ``PrivacyError`` (PRIVACY_KEY_FILE)."""
        try:
            key = load_pem_private_key(pem, None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise PrivacyError("PRIVACY_KEY_FILE", "not an unencrypted private key as PEM") from None
        if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
            raise PrivacyError("PRIVACY_KEY_FILE", "no P-256 key")
        return cls(key)

    @property
    def id(self) -> str:
        """The key's id; see ``key_id``."""
        return key_id(self.key.public_key())

    @property
    def public_pem(self) -> str:
        """The public key, to be offered."""
        return self.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    def pseudonym(self, person: str) -> str:
        """A person's pseudonym: the same at every order here, and not to be told from chance without this key."""
        return self._derived(b"fairledger pseudonym 1", person)

    def capability(self, order: str) -> str:
        """The secret by which an order's buyer claims what is theirs; the platform can tell it again after a crash."""
        return self._derived(b"fairledger capability 1", order)

    def _derived(self, purpose: bytes, of: str) -> str:
        scalar = self.key.private_numbers().private_value.to_bytes(SCALAR_BYTES)
        secret = HKDF(SHA256(), SCALAR_BYTES, salt=None, info=purpose).derive(scalar)
        return hmac.digest(secret, of.encode(), hashlib.sha256).hex()


def key_id(key: ec.EllipticCurvePublicKey) -> str:
    """SHA-256 of the key's DER (SubjectPublicKeyInfo), hexadecimal."""
    return hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


def read_public_key(pem: str) -> ec.EllipticCurvePublicKey:
    """A P-256 public key. Raises ``PrivacyError`` (PRIVACY_KEY_FILE)."""
    try:
        key = load_pem_public_key(pem.encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise PrivacyError("PRIVACY_KEY_FILE", "not a public key as PEM") from error
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise PrivacyError("PRIVACY_KEY_FILE", "not a P-256 public key")
    return key


def _write(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return  # another process was first: its key counts
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
