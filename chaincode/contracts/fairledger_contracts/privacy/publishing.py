"""The public side of an order, tied to the private one by its hash."""

from fairledger_chaincode import Context
from fairledger_chaincode.errors import NotFound, RuleBroken, WrongState
from fairledger_contracts.privacy.callers import platform
from fairledger_contracts.privacy.keeping import STANDING, kept_hash
from fairledger_contracts.records.order_record import OrderFacts, OrderRecord, Seal
from fairledger_contracts.records.personal_data import PersonalData, collection_of, version_of
from fairledger_contracts.records.standing import refuse_new_orders


async def publish(ctx: Context, facts: OrderFacts, seal: Seal) -> OrderRecord:
    """Publish an order whose personal data are kept. Raises as ``contract.Privacy.publish``."""
    caller = platform(ctx.caller)
    if await ctx.ledger.find(OrderRecord, caller.msp_id, facts.order) is not None:
        raise WrongState("PRIVACY_ORDER_EXISTS", "the order is published already")
    await refuse_new_orders(ctx, caller.msp_id, STANDING)
    await _check_seal(ctx, caller.msp_id, facts.order, seal, 1)
    record = OrderRecord(
        platform=caller.msp_id,
        order=facts.order,
        facts=facts.canonical(),
        seals=(seal,),
        published_at=ctx.time,
        recorder=caller,
    )
    await ctx.ledger.save(record)
    return record


async def correct(ctx: Context, order: str, seal: Seal) -> OrderRecord:
    """Let another version of the personal data count; the one before is purged in the same transaction.

    Raises as ``contract.Privacy.correct``.
    """
    caller = platform(ctx.caller)
    record = await load_order(ctx, caller.msp_id, order)
    if record.purged_at is not None:
        raise WrongState("PRIVACY_PURGED", "the order's personal data were purged")
    await _check_seal(ctx, caller.msp_id, order, seal, len(record.seals) + 1)
    corrected = record.model_copy(update={"seals": (*record.seals, seal), "corrected_by": caller})
    await ctx.ledger.save(corrected)
    await ctx.stub.purge_private_data(collection_of(caller.msp_id), PersonalData.key_of(order, record.seal.version))
    return corrected


async def load_order(ctx: Context, of_platform: str, order: str) -> OrderRecord:
    """An order. Raises ``NotFound`` (PRIVACY_ORDER_UNKNOWN)."""
    found = await ctx.ledger.find(OrderRecord, of_platform, order)
    if found is None:
        raise NotFound("PRIVACY_ORDER_UNKNOWN", "the platform published no order of this id")
    return found


async def _check_seal(ctx: Context, of_platform: str, order: str, seal: Seal, count: int) -> None:
    """Nothing is published whose private side is not on the ledger, exactly as the seal says."""
    if seal.version != version_of(count):
        raise WrongState("PRIVACY_VERSION", f"the next version of this order is {version_of(count)}")
    if list(seal.fields) != sorted(set(seal.fields)):
        raise RuleBroken("PRIVACY_FIELDS", "name each field once, in the order of the alphabet")
    kept = await kept_hash(ctx, of_platform, order, seal.version)
    if kept is None:
        raise WrongState("PRIVACY_NOT_KEPT", "keep the personal data before the order is published")
    if kept != seal.private_sha256:
        raise RuleBroken("PRIVACY_SEAL", "what is kept has another hash than the seal says")
