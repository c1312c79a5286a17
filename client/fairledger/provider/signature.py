"""Signatures of events, in both directions: HMAC-SHA256 over id, time and body by a secret that both sides know.

Source: Standard Webhooks 1.0.0 (https://github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md),
"Verifying webhook authenticity"; symmetric signatures, ``v1``.
"""

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Mapping
from typing import Final

from fairledger.provider.errors import ProviderError

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
TOLERANCE_S: Final = 300  # a clock may be wrong by so much, and an event be so long on its way
SECRET_PREFIX: Final = "whsec_"  # noqa: S105  the form of a secret, not one
SECRET_BYTES: Final = 32  # as long as the digest; the source allows 24 to 64
SECRET_BYTES_MIN, SECRET_BYTES_MAX = 24, 64
SIGNATURES_MAX: Final = 8  # of one event: a sender in the middle of a rotation gives two
_VERSION: Final = "v1"
_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,100}")  # without the dot that parts it from the time
_TIMESTAMP: Final = re.compile(r"[0-9]{1,12}")


def new_secret() -> str:
    """A random secret as both sides write it: ``whsec_`` and base64."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def key_of(secret: str) -> bytes:
    """The key of a secret. Raises ``ProviderError`` (PROVIDER_FILE) for what is none."""
    try:
        key = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.startswith(SECRET_PREFIX) or not SECRET_BYTES_MIN <= len(key) <= SECRET_BYTES_MAX:
        raise ProviderError("PROVIDER_FILE", "a secret is its prefix and 24 to 64 bytes in base64")
    return key


def signed(secrets_in_use: Iterable[str], event_id: str, body: bytes, now_s: int) -> dict[str, str]:
    """The header fields of an event that is sent at ``now_s`` (Unix time), with a signature by each secret.

    Raises ``ProviderError`` (PROVIDER_FILE, PROVIDER_HEADER).
    """
    _check(_ID, ID, event_id)
    timestamp = str(now_s)
    signatures = (f"{_VERSION},{_signature(secret, event_id, timestamp, body)}" for secret in secrets_in_use)
    return {ID: event_id, TIMESTAMP: timestamp, SIGNATURE: " ".join(signatures)}


def verify(secrets_in_use: Iterable[str], headers: Mapping[str, str], body: bytes, now_s: float) -> str:
    """The id of an event that was signed by one of the secrets, and lately.

    Every signature is compared with every secret's, each in constant time. Raises ``ProviderError``: PROVIDER_HEADER,
    PROVIDER_SIGNATURE, PROVIDER_TIMESTAMP (more than ``TOLERANCE_S`` away), PROVIDER_FILE.
    """
    event_id = _check(_ID, ID, headers.get(ID, ""))
    timestamp = _check(_TIMESTAMP, TIMESTAMP, headers.get(TIMESTAMP, ""))
    given = headers.get(SIGNATURE, "").split()
    if not 1 <= len(given) <= SIGNATURES_MAX:
        raise ProviderError("PROVIDER_HEADER", f"{SIGNATURE} has 1 to {SIGNATURES_MAX} signatures, `v1,` and base64")
    right = [f"{_VERSION},{_signature(secret, event_id, timestamp, body)}" for secret in secrets_in_use]
    compared = [hmac.compare_digest(one.encode(), other.encode()) for one in given for other in right]
    if not any(compared):
        raise ProviderError("PROVIDER_SIGNATURE", "no signature is by a secret of this provider")
    if abs(now_s - int(timestamp)) > TOLERANCE_S:
        raise ProviderError("PROVIDER_TIMESTAMP", f"signed more than {TOLERANCE_S} s from now: sign each sending anew")
    return event_id


def _signature(secret: str, event_id: str, timestamp: str, body: bytes) -> str:
    content = f"{event_id}.{timestamp}.".encode() + body
    return base64.b64encode(hmac.digest(key_of(secret), content, hashlib.sha256)).decode()


def _check(pattern: re.Pattern[str], name: str, value: str) -> str:
    if not pattern.fullmatch(value):
        raise ProviderError("PROVIDER_HEADER", f"{name} must match {pattern.pattern}")
    return value
