"""A payment provider as a service knows it: its secrets and its address, in a file that only the owner may read."""

import json
import os
import re
import secrets
import stat
from dataclasses import dataclass, replace
from ipaddress import ip_address
from pathlib import Path
from typing import Final, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, ValidationError

from fairledger.provider.errors import ProviderError
from fairledger.provider.signature import key_of, new_secret

NAME_PATTERN: Final = r"^[a-z][a-z0-9-]{0,39}$"  # as people are called in the consortium's file
SECRETS_KEPT: Final = 2  # the new one, and the one that the other side may still use
_NAME: Final = re.compile(NAME_PATTERN)
_REMEDY: Final = "make it by `fairledger provider secret NAME`"


class _Stored(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str = ""
    secrets: tuple[str, ...]


@dataclass(frozen=True)
class ProviderSettings:
    """``secrets`` by age, the newest first; ``url`` is where payouts are announced, empty if nowhere."""

    secrets: tuple[str, ...]
    url: str = ""

    def __repr__(self) -> str:
        """Without the secrets."""
        return f"ProviderSettings(url={self.url!r}, {len(self.secrets)} secrets)"

    @classmethod
    def load(cls, folder: Path, name: str) -> Self:
        """The provider ``name``. Raises ``ProviderError``: PROVIDER_UNKNOWN, PROVIDER_FILE."""
        path = path_of(folder, name)
        try:
            mode = stat.S_IMODE(path.stat().st_mode)
            text = path.read_bytes()
        except FileNotFoundError:
            raise ProviderError("PROVIDER_UNKNOWN", f"no payment provider {name} is set up here", _REMEDY) from None
        except OSError as error:
            raise ProviderError("PROVIDER_FILE", f"{path}: {error.strerror}") from error
        if mode & 0o077:
            raise ProviderError("PROVIDER_FILE", f"others may read {path}", f"chmod 600 it, then rotate: {_REMEDY}")
        try:
            stored = _Stored.model_validate_json(text)
        except ValidationError:  # the cause is left out: it would show the secrets
            raise ProviderError("PROVIDER_FILE", f"{path} is damaged", f"remove it, and {_REMEDY}") from None
        for secret in stored.secrets:
            key_of(secret)
        if not stored.secrets:
            raise ProviderError("PROVIDER_FILE", f"{path} has no secret", _REMEDY)
        return cls(stored.secrets, stored.url)

    @classmethod
    def rotate(cls, folder: Path, name: str, *, url: str | None = None, keep: int = SECRETS_KEPT) -> Self:
        """Give the provider a new secret; of the older ones so many stay valid that there are ``keep``.

        A provider that is not known is set up. ``url`` replaces its address. Raises ``ProviderError``: PROVIDER_UNKNOWN
        (no name a provider can have), PROVIDER_URL, PROVIDER_FILE.
        """
        known = cls.load(folder, name) if path_of(folder, name).exists() else cls(())
        changed = replace(known, secrets=(new_secret(), *known.secrets)[:keep])
        if url is not None:
            changed = replace(changed, url=_checked(url))
        changed.save(folder, name)
        return changed

    def save(self, folder: Path, name: str) -> None:
        """Replace the provider's file (mode 600) as a whole. Raises ``ProviderError`` (PROVIDER_FILE)."""
        path = path_of(folder, name)
        draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                json.dump({"url": self.url, "secrets": list(self.secrets)}, file, indent=2)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        except OSError as error:
            draft.unlink(missing_ok=True)
            raise ProviderError("PROVIDER_FILE", f"{path}: {error.strerror}") from error


def set_up(folder: Path, name: str, url: str) -> ProviderSettings:
    """Have the provider's payouts announced at ``url``; it keeps its secrets, or gets its first.

    Raises as ``ProviderSettings.rotate``.
    """
    if not path_of(folder, name).exists():
        return ProviderSettings.rotate(folder, name, url=url)
    changed = replace(ProviderSettings.load(folder, name), url=_checked(url))
    changed.save(folder, name)
    return changed


def path_of(folder: Path, name: str) -> Path:
    """The file of the provider ``name``. Raises ``ProviderError`` (PROVIDER_UNKNOWN) for what is no name."""
    if not _NAME.fullmatch(name):
        raise ProviderError("PROVIDER_UNKNOWN", f"a provider's name matches {NAME_PATTERN}")
    return folder / f"{name}.json"


def names_in(folder: Path) -> list[str]:
    """The names of all providers that are set up here, sorted."""
    return sorted(path.stem for path in folder.glob("*.json") if _NAME.fullmatch(path.stem))


def _checked(url: str) -> str:
    """An address with TLS, or on this machine: amounts and owners are nobody else's business."""
    try:
        parts = urlsplit(url)
        is_private = parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(parts.hostname or ""))
    except ValueError:
        is_private = False
    if not is_private or not parts.hostname:
        raise ProviderError("PROVIDER_URL", "a provider's address is https://…, or http:// on a loopback address")
    return url


def _is_loopback(host: str) -> bool:
    return ip_address(host).is_loopback
