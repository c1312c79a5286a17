"""An organisation's wallet: certificates with their private keys, the keys encrypted at rest.

One file an identity, ``<name>.id``, in the JSON shape that Fabric's own file wallets have, except that the private key
is encrypted PKCS#8. What encrypts it is derived from the wallet's key file and the entry's name, so an entry can't be
opened elsewhere, nor after it was given another's name. Whoever can read ``wallet.key`` can open every entry: only its
owner may, and a key file that others may read is refused.
"""

import hashlib
import hmac
import json
import os
import re
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fairledger.identity import Identity, IdentityError, KeySigner, Signer

KEY_FILE = "wallet.key"
KEY_BYTES = 32  # as much as the HMAC-SHA-256 that derives from it can use
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")

_ENTRY_SUFFIX = ".id"


class WalletError(Exception):
    """A wallet, or an entry of one, that can't be used. No message carries a key.

    Codes:
      WALLET_MISSING       there is no wallet in this folder
      WALLET_EXISTS        a wallet can't be created where one is
      WALLET_KEY           the key file is damaged, or others than its owner may read it
      WALLET_NAME          not a name an entry can have
      WALLET_UNKNOWN_NAME  no entry of this name
      WALLET_ENTRY         the entry can't be read: damaged, renamed, or made under another key file
      WALLET_MISMATCH      certificate and private key don't belong together, or the key is not ECDSA P-256
      WALLET_IO            the file system refuses
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


@dataclass(frozen=True)
class WalletEntry:
    """Who signs, and what signs for them."""

    name: str
    identity: Identity
    signer: Signer


class _Credentials(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    certificate: str
    privateKey: str = Field(repr=False)  # noqa: N815 - Fabric's name


class _StoredEntry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    credentials: _Credentials
    mspId: str  # noqa: N815 - Fabric's name
    type: str = Field(default="X.509", pattern=r"^X\.509$")
    version: int = Field(default=1, ge=1, le=1)


class Wallet:
    """The wallet in ``directory``. Raises ``WalletError`` (WALLET_MISSING, WALLET_KEY) when it can't be opened."""

    def __init__(self, directory: Path) -> None:
        self._directory = Path(directory)
        self._key = _read_key(self._directory / KEY_FILE)

    @classmethod
    def create(cls, directory: Path) -> Self:
        """A new, empty wallet: the folder (mode 700) and its key file (mode 600). Raises WALLET_EXISTS."""
        directory = Path(directory)
        try:
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(directory / KEY_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_hex(KEY_BYTES))
                file.flush()
                os.fsync(file.fileno())
        except FileExistsError as error:
            raise WalletError("WALLET_EXISTS", f"{directory} is a wallet already") from error
        except OSError as error:
            raise WalletError("WALLET_IO", f"{directory}: {error.strerror}") from error
        return cls(directory)

    @classmethod
    def open_or_create(cls, directory: Path) -> Self:
        """The wallet in ``directory``, made now if there is none."""
        return cls(directory) if (Path(directory) / KEY_FILE).exists() else cls.create(directory)

    def names(self) -> list[str]:
        """The names of all entries, sorted."""
        found = (path.name.removesuffix(_ENTRY_SUFFIX) for path in self._directory.glob(f"*{_ENTRY_SUFFIX}"))
        return sorted(name for name in found if NAME.fullmatch(name))

    def put(self, name: str, identity: Identity, private_key_pem: bytes) -> None:
        """Keep ``identity`` and its private key (PEM, unencrypted) under ``name``; an entry of that name is replaced.

        Either the whole new entry is there afterwards or the old one still is. Raises WALLET_NAME, WALLET_MISMATCH.
        """
        path = self._path(name)
        key = _private_key(private_key_pem)
        if key.public_key() != identity.certificate.public_key():
            raise WalletError("WALLET_MISMATCH", f"{name}: the private key does not belong to the certificate")
        encryption = BestAvailableEncryption(self._passphrase(name))
        encrypted = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)
        entry = _StoredEntry(
            credentials=_Credentials(certificate=identity.certificate_pem.decode(), privateKey=encrypted.decode()),
            mspId=identity.msp_id,
        )
        _write_atomically(path, json.dumps(entry.model_dump(), indent=2).encode())

    def get(self, name: str) -> WalletEntry:
        """The entry of that name. Raises WALLET_NAME, WALLET_UNKNOWN_NAME, WALLET_ENTRY, WALLET_MISMATCH."""
        identity, key = self._open(name)
        return WalletEntry(name, identity, KeySigner(key))

    def private_key_pem(self, name: str) -> bytes:
        """The entry's private key, unencrypted PKCS#8 PEM: to hand it to another client. Raises as ``get``."""
        _identity, key = self._open(name)
        return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    def key_of(self, purpose: str) -> bytes:
        """A key (32 bytes) of whoever has this wallet, for one purpose: always the same, and told by nothing else.

        A purpose has a space in it, so that it is no entry's name.
        """
        if " " not in purpose:
            raise WalletError("WALLET_NAME", "a purpose has several words, so that it is no entry's name")
        return hmac.digest(self._key, purpose.encode(), hashlib.sha256)

    def remove(self, name: str) -> None:
        """Delete the entry. Raises WALLET_NAME, WALLET_UNKNOWN_NAME."""
        try:
            self._path(name).unlink()
        except FileNotFoundError as error:
            raise self._unknown(name) from error
        except OSError as error:
            raise WalletError("WALLET_IO", f"{name}: {error.strerror}") from error

    def _open(self, name: str) -> tuple[Identity, ec.EllipticCurvePrivateKey]:
        try:
            stored = _StoredEntry.model_validate_json(self._path(name).read_bytes())
            identity = Identity(stored.mspId, stored.credentials.certificate.encode())
        except FileNotFoundError as error:
            raise self._unknown(name) from error
        except OSError as error:
            raise WalletError("WALLET_IO", f"{name}: {error.strerror}") from error
        except (ValidationError, IdentityError) as error:
            # The cause is left out: it would show the entry's content.
            raise WalletError("WALLET_ENTRY", f"{name}: the entry is damaged ({type(error).__name__})") from None
        key = _private_key(stored.credentials.privateKey.encode(), self._passphrase(name), name)
        if key.public_key() != identity.certificate.public_key():
            raise WalletError("WALLET_MISMATCH", f"{name}: the private key does not belong to the certificate")
        return identity, key

    def _passphrase(self, name: str) -> bytes:
        return hmac.digest(self._key, name.encode(), hashlib.sha256).hex().encode()

    def _path(self, name: str) -> Path:
        if NAME.fullmatch(name) is None:
            raise WalletError(
                "WALLET_NAME", f"{name[:80]!r} is not a name: letters, digits, '.', '_', '@', '-', 64 at most"
            )
        return self._directory / (name + _ENTRY_SUFFIX)

    def _unknown(self, name: str) -> WalletError:
        return WalletError("WALLET_UNKNOWN_NAME", f"{self._directory} holds no identity {name!r}")


def _read_key(path: Path) -> bytes:
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        text = path.read_text("ascii")
    except FileNotFoundError as error:
        raise WalletError("WALLET_MISSING", f"{path.parent} is no wallet: it has no {KEY_FILE}") from error
    except UnicodeDecodeError:
        raise WalletError("WALLET_KEY", f"{path} is damaged") from None
    except OSError as error:
        raise WalletError("WALLET_IO", f"{path}: {error.strerror}") from error
    if mode & 0o077:
        raise WalletError("WALLET_KEY", f"others may read {path}: chmod 600 it, and renew what the wallet holds")
    if re.fullmatch(rf"[0-9a-f]{{{2 * KEY_BYTES}}}", text) is None:
        raise WalletError("WALLET_KEY", f"{path} is damaged")
    return bytes.fromhex(text)


def _private_key(pem: bytes, passphrase: bytes | None = None, name: str = "") -> ec.EllipticCurvePrivateKey:
    try:
        key = load_pem_private_key(pem, passphrase)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        if passphrase is None:
            raise WalletError("WALLET_MISMATCH", "not an unencrypted PEM private key") from None
        raise WalletError("WALLET_ENTRY", f"{name}: damaged, renamed, or made under another {KEY_FILE}") from None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise WalletError("WALLET_MISMATCH", "the key must be ECDSA on P-256")
    return key


def _write_atomically(path: Path, content: bytes) -> None:
    """Replace ``path`` (mode 600) by a finished file, or leave it as it was."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise WalletError("WALLET_IO", f"{path.name}: {error.strerror}") from error
