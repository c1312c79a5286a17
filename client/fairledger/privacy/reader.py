"""The regulator's side of a reading: announce, read at the own peer, ask the key service, open, check."""

import base64
from collections.abc import Awaitable, Callable

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from fairledger.privacy.client import PrivacyClient
from fairledger.privacy.errors import PrivacyError
from fairledger.privacy.key_service import KeyRequest, ReleasedKeys, signed_text
from fairledger.privacy.sealing import OpenedField, open_field
from fairledger.privacy.wrapping import unwrap
from fairledger_contracts.records.order_record import Seal
from fairledger_contracts.records.personal_data import SealedReading, place_of
from fairledger_contracts.records.private_read import ReadTerms

Ask = Callable[[KeyRequest], Awaitable[ReleasedKeys]]


async def read_under_warrant(
    client: PrivacyClient, key: ec.EllipticCurvePrivateKey, ask: Ask, terms: ReadTerms
) -> dict[str, OpenedField]:
    """The fields of ``terms`` in clear, checked against the public record.

    ``key`` is the reader's own; ``ask`` asks the key service. Raises
    ``PrivacyError`` with the code of the refusal when the attempt is refused (it is on record), PRIVACY_UNWRAP,
    PRIVACY_OPEN, PRIVACY_PROOF; ``GatewayError``; and whatever ``ask`` raises.
    """
    announcement = await client.announce_read(terms)
    if announcement.refused:
        raise PrivacyError(announcement.refused, "the ledger refuses, and keeps the attempt", "ask for another warrant")
    reading = await client.read(announcement.id)
    released = await ask(request_for(announcement.id, reading, key))
    if missing := sorted(set(terms.fields) - released.keys.keys()):
        raise PrivacyError("PRIVACY_UNWRAP", f"the key service released no key of {', '.join(missing)}")
    seal = (await client.order(terms.platform, terms.order)).seal
    return {name: _open(reading, name, released.keys[name], key, seal) for name in terms.fields}


def request_for(read: str, reading: SealedReading, key: ec.EllipticCurvePrivateKey) -> KeyRequest:
    """The signed request for the keys of what was read."""
    keys = {name: each.sealed.keys for name, each in reading.fields.items()}
    signature = key.sign(signed_text(read, keys), ec.ECDSA(SHA256()))
    return KeyRequest(read=read, keys=keys, signature=base64.b64encode(signature).decode())


def _open(reading: SealedReading, name: str, wrapped: str, key: ec.EllipticCurvePrivateKey, seal: Seal) -> OpenedField:
    place = place_of(reading.platform, reading.order, reading.version, name)
    field = reading.fields[name]
    opened = open_field(name, field.sealed, unwrap(base64.b64decode(wrapped), key, place), place)
    if not seal.proves(name, opened.commitment, field.proof):
        raise PrivacyError("PRIVACY_PROOF", f"{name} is not what the platform committed to")
    return opened
