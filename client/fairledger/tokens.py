"""Bearer tokens of a REST service: which person of the organisation's wallet it acts for, and until when."""

import base64
import binascii
import os
import secrets
import stat
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, Self

import jwt

KEY_FILE: Final = "token.key"  # in the service's folder
ALGORITHM: Final = "HS256"
KEY_BYTES: Final = 32  # as long as the digest (RFC 7518, 3.2)
HOURS: Final = 12.0  # a working day; nothing can call a token back, so it is short
HOURS_MAX: Final = 24.0 * 31
TOKEN_LENGTH_MAX: Final = 4_096  # characters, checked before anything is parsed
SESSION_HOURS: Final = 2.0  # of whoever signed in by a key of their own, and can do so again without anybody
CHALLENGE_S: Final = 120


class TokenError(Exception):
    """A token, or the key behind it, that can't be used.

    Codes: TOKEN_INVALID (malformed, or signed by another key, for another organisation or another purpose),
    TOKEN_EXPIRED, TOKEN_LIFETIME (asked for longer than ``HOURS_MAX`` or not for the future), TOKEN_KEY (the key file
    is missing, of the wrong size, or open to others).
    """

    def __init__(self, code: str, message: str, remedy: str = "") -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.remedy = remedy


@dataclass(frozen=True)
class Holder:
    """Whom a token acts for: ``name`` in the wallet, or with a ``certificate`` (DER) one who keeps their own key."""

    name: str
    certificate: bytes = b""


class TokenAuthority:
    """Issues and verifies the tokens of one organisation's service, by its secret key."""

    def __init__(self, organization: str, key: bytes) -> None:
        self._organization = organization
        self._key = key

    @classmethod
    def load(cls, organization: str, key_file: Path, *, create: bool = False) -> Self:
        """The authority behind ``key_file``; with ``create`` a missing file is made, readable by its owner alone.

        Raises ``TokenError`` (TOKEN_KEY).
        """
        if create and not key_file.exists():
            _create(key_file)
        try:
            mode = stat.S_IMODE(key_file.stat().st_mode)
            key = key_file.read_bytes()
        except OSError as error:
            raise TokenError("TOKEN_KEY", f"no token key at {key_file}", "start the API service once") from error
        if mode & 0o077:
            raise TokenError("TOKEN_KEY", f"{key_file} is open to others (mode {mode:o})", f"chmod 600 {key_file}")
        if len(key) != KEY_BYTES:
            raise TokenError("TOKEN_KEY", f"{key_file} must hold {KEY_BYTES} bytes", "remove it and start the service")
        return cls(organization, key)

    def issue(self, name: str, hours: float = HOURS) -> str:
        """A token for the person ``name`` of the wallet. Raises ``TokenError`` (TOKEN_LIFETIME)."""
        if not 0 < hours <= HOURS_MAX:
            raise TokenError("TOKEN_LIFETIME", f"a token lives between 0 and {HOURS_MAX:g} hours, not {hours:g}")
        return self._made(self._organization, {"sub": name}, timedelta(hours=hours))

    def issue_to_key(self, name: str, certificate: bytes) -> str:
        """A token for whoever holds the key of ``certificate`` (DER), by ``SESSION_HOURS``; the caller checked that."""
        told = {"sub": name, "certificate": base64.b64encode(certificate).decode()}
        return self._made(self._organization, told, timedelta(hours=SESSION_HOURS))

    def challenge(self) -> tuple[str, int]:
        """A new challenge that only this service can have made, and the seconds for which it is good."""
        told = {"sub": secrets.token_hex(16)}
        return self._made(self._challenges, told, timedelta(seconds=CHALLENGE_S)), CHALLENGE_S

    def check_challenge(self, challenge: str) -> None:
        """Raise ``TokenError`` (TOKEN_INVALID, TOKEN_EXPIRED) unless it is a challenge of this service, still good."""
        self._read(challenge, self._challenges)

    def verify(self, token: str) -> str:
        """The name of the person that ``token`` acts for. Raises as ``read``."""
        return self.read(token).name

    def read(self, token: str) -> Holder:
        """The person that ``token`` acts for. Raises ``TokenError`` (TOKEN_INVALID, TOKEN_EXPIRED)."""
        claims = self._read(token, self._organization)
        try:
            certificate = base64.b64decode(claims.get("certificate", ""), validate=True)
        except binascii.Error as error:
            raise TokenError("TOKEN_INVALID", "the token is not one of this service") from error
        return Holder(str(claims["sub"]), certificate)

    @property
    def _challenges(self) -> str:
        return f"{self._organization}/challenge"

    def _made(self, audience: str, told: dict[str, str], lifetime: timedelta) -> str:
        now = datetime.now(UTC)
        claims = {"iss": "fairledger", "aud": audience, **told, "iat": now, "exp": now + lifetime}
        return jwt.encode(claims, self._key, algorithm=ALGORITHM)

    def _read(self, token: str, audience: str) -> dict[str, Any]:
        if len(token) > TOKEN_LENGTH_MAX:
            raise TokenError("TOKEN_INVALID", "the token is not one of this service")
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                self._key,
                algorithms=[ALGORITHM],
                audience=audience,
                issuer="fairledger",
                options={"require": ["exp", "iat", "sub", "aud", "iss"]},
            )
        except jwt.ExpiredSignatureError as error:
            raise TokenError(
                "TOKEN_EXPIRED", "the token has expired", "get a new one: `fairledger token NAME`"
            ) from error
        except jwt.PyJWTError as error:
            raise TokenError("TOKEN_INVALID", "the token is not one of this service") from error
        return claims


def _create(key_file: Path) -> None:
    """Write a new key; when another process was first, keep that one's."""
    key_file.parent.mkdir(parents=True, exist_ok=True)
    draft = key_file.with_name(f".{key_file.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
        try:
            os.link(draft, key_file)  # atomic, and refused when it exists
        except FileExistsError:
            return
    finally:
        draft.unlink()
