"""Purging a person's data everywhere, with a public record of it in the same transaction."""

from fairledger_chaincode import Context
from fairledger_chaincode.errors import WrongState
from fairledger_contracts.privacy.callers import platform
from fairledger_contracts.privacy.keeping import kept_hash
from fairledger_contracts.privacy.numbers import retained_until
from fairledger_contracts.privacy.publishing import load_order
from fairledger_contracts.records.order_record import OrderRecord
from fairledger_contracts.records.personal_data import PersonalData, collection_of, version_of


async def purge(ctx: Context, order: str, reason: str) -> OrderRecord:
    """Purge an order's personal data, and the correction that is kept and not published yet, if there is one.

    Earlier versions went when they were corrected.
    Raises ``NotAllowed``, ``NotFound`` (PRIVACY_ORDER_UNKNOWN), ``WrongState`` (PRIVACY_PURGED, PRIVACY_RETAINED).
    """
    caller = platform(ctx.caller)
    record = await load_order(ctx, caller.msp_id, order)
    if record.purged_at is not None:
        raise WrongState("PRIVACY_PURGED", f"the data were purged at {record.purged_at.isoformat()}")
    retained = await retained_until(ctx, record.published_at)
    if ctx.time < retained:
        raise WrongState("PRIVACY_RETAINED", f"the law has the platform keep them until {retained.isoformat()}")
    purged = record.model_copy(update={"purged_at": ctx.time, "purged_by": caller, "purge_reason": reason})
    await ctx.ledger.save(purged)
    versions, under_way = [record.seal.version], version_of(len(record.seals) + 1)
    if await kept_hash(ctx, caller.msp_id, order, under_way) is not None:
        versions.append(under_way)
    for version in versions:
        await ctx.stub.purge_private_data(collection_of(caller.msp_id), PersonalData.key_of(order, version))
    return purged
