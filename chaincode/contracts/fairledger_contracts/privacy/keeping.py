"""The private side of an order: encrypted personal data into the platform's own collection.

Such a transaction is endorsed by members of the collection alone: who endorses it, sees what is in transit. Nothing
here says anything of the data in an error.
"""

import hashlib
from typing import NamedTuple

from pydantic import ValidationError

from fairledger_chaincode import Context
from fairledger_chaincode.errors import JsonRefused, NotFound, RuleBroken, WrongState
from fairledger_contracts.privacy.callers import platform
from fairledger_contracts.records.encryption_key import EncryptionKey
from fairledger_contracts.records.order_record import OrderRecord
from fairledger_contracts.records.personal_data import (
    VERSIONS_MAX,
    PersonalData,
    collection_of,
    version_of,
)
from fairledger_contracts.records.standing import Refusals, refuse_new_orders

STANDING = Refusals(no_member="PRIVACY_PLATFORM_NO_MEMBER", suspended="PRIVACY_PLATFORM_SUSPENDED")
TRANSIENT = "personal_data"  # the name under which it travels


class Kept(NamedTuple):
    """A private value and its hash, which all peers know."""

    data: PersonalData
    private_sha256: str


async def keep(ctx: Context) -> Kept:
    """Write the personal data that came in transit; once more is no error. Raises as ``contract.Privacy.keep``."""
    caller = platform(ctx.caller)
    data = _read(ctx)
    if data.platform != caller.msp_id:
        raise RuleBroken("PRIVACY_DATA", "a platform keeps orders of its own")
    if data.version == version_of(1):
        await refuse_new_orders(ctx, data.platform, STANDING)
    await _check_version(ctx, data)
    await _check_key_service(ctx, data)
    state = data.to_state()
    digest = hashlib.sha256(state)
    kept = await kept_hash(ctx, data.platform, data.order, data.version)
    if kept not in (None, digest.hexdigest()):
        raise WrongState("PRIVACY_KEPT", "this version of the order is kept already, with other data")
    # The same is written again: a transaction that writes nothing would need the chaincode's own endorsement policy.
    await ctx.private(collection_of(data.platform)).save(data)
    return Kept(data, digest.hexdigest())


async def kept_hash(ctx: Context, of_platform: str, order: str, version: str) -> str | None:
    """The hash of a private value, as every peer knows it; None when there is none."""
    key = PersonalData.key_of(order, version)
    found = await ctx.stub.get_private_data_hash(collection_of(of_platform), key)
    return None if found is None else found.hex()


async def own(ctx: Context, order: str, version: str) -> PersonalData:
    """What the caller's platform keeps. Raises ``NotAllowed``, ``NotFound`` (PRIVACY_DATA_UNKNOWN)."""
    caller = platform(ctx.caller)
    found = await ctx.private(collection_of(caller.msp_id)).find(PersonalData, order, version)
    if found is None:
        raise NotFound("PRIVACY_DATA_UNKNOWN", "the platform keeps no such version")
    return found


async def unpublished(ctx: Context) -> list[tuple[str, str]]:
    """Orders and versions that the caller's platform keeps and never published, in the order of their keys."""
    caller = platform(ctx.caller)
    found = []
    async for data in ctx.private(collection_of(caller.msp_id)).range(PersonalData):
        record = await ctx.ledger.find(OrderRecord, caller.msp_id, data.order)
        if record is None or data.version not in {seal.version for seal in record.seals}:
            found.append((data.order, data.version))
    return found


async def discard(ctx: Context, order: str, version: str) -> None:
    """Purge what was kept and never published.

    Raises ``NotAllowed``, ``NotFound`` (PRIVACY_DATA_UNKNOWN), ``WrongState`` (PRIVACY_PUBLISHED).
    """
    caller = platform(ctx.caller)
    record = await ctx.ledger.find(OrderRecord, caller.msp_id, order)
    if record is not None and version in {seal.version for seal in record.seals}:
        raise WrongState("PRIVACY_PUBLISHED", "this version is published: purge the order instead")
    if await kept_hash(ctx, caller.msp_id, order, version) is None:
        raise NotFound("PRIVACY_DATA_UNKNOWN", "the platform keeps no such version")
    await ctx.stub.purge_private_data(collection_of(caller.msp_id), PersonalData.key_of(order, version))


def _read(ctx: Context) -> PersonalData:
    sent = ctx.transient.get(TRANSIENT)
    if sent is None:
        raise RuleBroken("PRIVACY_DATA", f"send the sealed personal data as transient {TRANSIENT!r}")
    try:
        data = PersonalData.model_validate_json(sent)
        canonical = data.to_state() == sent
    except (ValidationError, JsonRefused):
        canonical = False
    if not canonical:
        # The cause is left out: it would show what was sent.
        raise RuleBroken("PRIVACY_DATA", "the sealed personal data are not canonical JSON of their shape") from None
    return data


async def _check_version(ctx: Context, data: PersonalData) -> None:
    """Only the version after the last published one can be kept."""
    record = await ctx.ledger.find(OrderRecord, data.platform, data.order)
    if record is not None and record.purged_at is not None:
        raise WrongState("PRIVACY_PURGED", "the order's personal data were purged")
    published = len(record.seals) if record else 0
    if published >= VERSIONS_MAX:
        raise RuleBroken("PRIVACY_VERSION", f"an order has at most {VERSIONS_MAX} versions")
    if data.version != version_of(published + 1):
        raise WrongState("PRIVACY_VERSION", f"the next version of this order is {version_of(published + 1)}")


async def _check_key_service(ctx: Context, data: PersonalData) -> None:
    """Each field's key has to be wrapped for the key service, or no warrant would ever open it."""
    wanted = sorted({key for sealed in data.fields.values() for key in sealed.keys})
    known = [key for key in wanted if await ctx.ledger.exists(EncryptionKey, key)]
    if not all(any(key in sealed.keys for key in known) for sealed in data.fields.values()):
        raise RuleBroken("PRIVACY_KEY_SERVICE", "wrap each field's key for a key that the key service has offered")
