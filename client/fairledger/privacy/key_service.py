"""The association's key service: it holds a key and no ciphertext, as the regulator holds ciphertext and no key.

For a reading that its own peer shows to be announced, under a warrant in force, it unwraps the keys of the announced
fields, writes the release down on the ledger, and answers with the keys wrapped for the reader's certificate. A wrapped
key opens only as the key of the order and field it was made for, so no other order's key can be put in its place. What
was sealed for a key that the service used before opens with that one: the record names it.
"""

import asyncio
import base64
from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from pydantic import BaseModel, ConfigDict, Field

from fairledger.gateway.errors import GatewayError
from fairledger.privacy.client import PrivacyClient
from fairledger.privacy.errors import PrivacyError
from fairledger.privacy.key_ring import KeyRing
from fairledger.privacy.wrapping import unwrap, wrap
from fairledger_chaincode.canonical import canonical_json
from fairledger_contracts.records.commitment import FIELDS_MAX
from fairledger_contracts.records.personal_data import (
    KEYS_MAX,
    WRAPPED_CHARACTERS_MAX,
    Base64,
    FieldName,
    KeyId,
    place_of,
)
from fairledger_contracts.records.private_read import Announcement, ReadId
from fairledger_contracts.records.recorder import Recorder

LOOKS_MAX: Final = 20
LOOK_S: Final = 0.25
WAITING_MAX: Final = 8  # requests at a time that wait for a reading to become known; others are told at once

Wrapped = Annotated[Base64, Field(max_length=WRAPPED_CHARACTERS_MAX)]
SealedKeys = Annotated[
    dict[FieldName, Annotated[dict[KeyId, Wrapped], Field(min_length=1, max_length=KEYS_MAX)]],
    Field(min_length=1, max_length=FIELDS_MAX),
]
WrappedKeys = Annotated[dict[FieldName, Wrapped], Field(min_length=1, max_length=FIELDS_MAX)]


class KeyRequest(BaseModel):
    """The wrapped keys of announced fields, signed (ECDSA P-256, SHA-256, DER) by who announced the reading.

    Each field has its key as the record has it: wrapped for each of the keys that are named.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    read: ReadId
    keys: SealedKeys
    signature: Annotated[Base64, Field(max_length=120)]


class ReleasedKeys(BaseModel):
    """The same keys, wrapped for the reader's certificate; ``release`` is the transaction that wrote it down."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    release: str
    keys: WrappedKeys


def signed_text(read: str, keys: Mapping[str, Mapping[str, str]]) -> bytes:
    """What a reader signs."""
    return canonical_json(["fairledger key request 2", read, keys])


class KeyService:
    """``client`` must reach the association's own peer: what that says is what counts."""

    def __init__(
        self,
        client: PrivacyClient,
        keys: KeyRing,
        *,
        waiting: asyncio.Semaphore | None = None,
        check_reader: Callable[[Recorder], Awaitable[None]] | None = None,
    ) -> None:
        """``waiting`` has room for those that may wait, of all that share it; by default it is this object's own.

        ``check_reader`` raises for a reader who is none any more: the ledger knows that of nobody but who calls it.
        """
        self._client = client
        self._keys = keys
        self._waiting = waiting or asyncio.Semaphore(WAITING_MAX)
        self._check_reader = check_reader

    async def offer(self) -> None:
        """Put the newest public key on the ledger, unless it is there."""
        await self._client.offer_key(self._keys.newest.public_pem)

    async def release(self, request: KeyRequest) -> ReleasedKeys:
        """Release the keys asked for.

        Raises ``PrivacyError`` (PRIVACY_SIGNATURE, PRIVACY_FIELD, PRIVACY_UNWRAP), and ``GatewayError`` with the
        contract's codes when the warrant does not permit it, or the reading had its keys (PRIVACY_RELEASED). Raises
        what ``check_reader`` does.
        """
        announcement = await self._permitted(request.read)
        reader = _reader(announcement, request)
        if self._check_reader is not None:
            await self._check_reader(announcement.recorder)
        terms = announcement.terms
        if not request.keys.keys() <= set(terms.fields):
            raise PrivacyError("PRIVACY_FIELD", "the reading was announced for other fields")
        version = (await self._client.order(terms.platform, terms.order)).seal.version
        released = {}
        for name, wrapped in request.keys.items():
            place = place_of(terms.platform, terms.order, version, name)
            released[name] = wrap(self._unwrapped(wrapped, place), reader, place)
        record = await self._client.release(request.read, sorted(released))
        return ReleasedKeys(
            release=record.id, keys={name: base64.b64encode(key).decode() for name, key in released.items()}
        )

    def _unwrapped(self, wrapped: Mapping[str, str], place: bytes) -> bytes:
        """The key of ``place``, by the key of this service that the record names. Raises ``PrivacyError``."""
        holder = self._keys.held_of(wrapped)
        if holder is None:
            raise PrivacyError("PRIVACY_UNWRAP", "the field was sealed for a key that this key service does not have")
        return unwrap(base64.b64decode(wrapped[holder.id]), holder.key, place)

    async def _permitted(self, read: str) -> Announcement:
        """The announcement; the own peer may get its block a little later than the regulator's did."""
        announcement = await self._known(read)
        if announcement is None and not self._waiting.locked():
            async with self._waiting:
                for _ in range(LOOKS_MAX - 2):
                    await asyncio.sleep(LOOK_S)
                    if announcement := await self._known(read):
                        break
        return announcement or await self._client.permitted(read)

    async def _known(self, read: str) -> Announcement | None:
        try:
            return await self._client.permitted(read)
        except GatewayError as error:
            if error.code != "PRIVACY_READ_UNKNOWN":
                raise
            return None


def _reader(announcement: Announcement, request: KeyRequest) -> ec.EllipticCurvePublicKey:
    """The key of the reader's certificate. Raises ``PrivacyError`` (PRIVACY_SIGNATURE)."""
    key = x509.load_pem_x509_certificate(announcement.recorder.certificate.encode()).public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey), "the channel's members have no other keys"  # noqa: S101
    try:
        signed = signed_text(request.read, request.keys)
        key.verify(base64.b64decode(request.signature), signed, ec.ECDSA(SHA256()))
    except (InvalidSignature, ValueError):
        raise PrivacyError("PRIVACY_SIGNATURE", "sign the request with the key that announced the reading") from None
    return key
