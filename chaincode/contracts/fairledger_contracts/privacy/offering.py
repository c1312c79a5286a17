"""The public keys of the association's key service."""

import hashlib

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from fairledger_chaincode import Context
from fairledger_chaincode.errors import NotFound, RuleBroken
from fairledger_contracts.privacy.callers import key_service
from fairledger_contracts.records.encryption_key import EncryptionKey


async def offer(ctx: Context, public_key: str) -> EncryptionKey:
    """Offer a key; the same again changes nothing. Raises ``NotAllowed``, ``RuleBroken`` (PRIVACY_KEY)."""
    service = key_service(ctx.caller)
    try:
        key = load_pem_public_key(public_key.encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise RuleBroken("PRIVACY_KEY", "a key is a P-256 public key as PEM") from error
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise RuleBroken("PRIVACY_KEY", "a key is a P-256 public key as PEM")
    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    key_id = hashlib.sha256(der).hexdigest()
    known = await ctx.ledger.find(EncryptionKey, key_id)
    if known is not None:
        return known
    offered = EncryptionKey(id=key_id, public_key=pem, offered_at=ctx.time, recorder=service)
    await ctx.ledger.save(offered)
    return offered


async def newest(ctx: Context) -> EncryptionKey:
    """The key for new records. Raises ``NotFound`` (PRIVACY_KEY_UNKNOWN)."""
    offered = [key async for key in ctx.ledger.range(EncryptionKey)]
    if not offered:
        raise NotFound("PRIVACY_KEY_UNKNOWN", "the association's key service has offered no key yet")
    return max(offered, key=lambda key: (key.offered_at, key.id))
