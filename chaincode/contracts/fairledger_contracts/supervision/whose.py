"""Whose business a complaint is about, as far as the ledger knows it.

Orders in escrow and things that were shipped for one are their seller's organisation's, published orders their
platform's, and a business is of the organisation that its licence names.
"""

from fairledger_chaincode import Context
from fairledger_contracts.records.complaint import About, AboutKind
from fairledger_contracts.records.licence import PREFIX_DIGITS_MAX, PREFIX_DIGITS_MIN, Licence
from fairledger_contracts.records.member import Member
from fairledger_contracts.records.order import Order
from fairledger_contracts.records.order_record import OrderRecord
from fairledger_contracts.records.parcel import BoundItem


async def platforms_of(ctx: Context, about: About) -> set[str]:
    """The platforms (MSP) that can answer for it; none where the ledger does not know whose it is."""
    if about.kind is AboutKind.ORDER:
        return await _of_escrow(ctx, about.id) | await _of_published(ctx, about.id)
    if about.kind is AboutKind.MERCHANT:
        return await _of_business(ctx, about.id)
    if about.kind is AboutKind.TAG:
        bound = await ctx.ledger.find(BoundItem, about.id)
        return set() if bound is None else await _of_escrow(ctx, bound.order)
    return {about.id} if about.kind is AboutKind.PLATFORM else set()


async def _of_escrow(ctx: Context, order_id: str) -> set[str]:
    order = await ctx.ledger.find(Order, order_id)
    return set() if order is None else {order.seller.msp_id}


async def _of_published(ctx: Context, order_id: str) -> set[str]:
    """Platforms choose their orders' ids at random, so that an id is one platform's."""
    members = [member.msp_id async for member in ctx.ledger.range(Member)]
    return {msp_id for msp_id in members if await ctx.ledger.find(OrderRecord, msp_id, order_id) is not None}


async def _of_business(ctx: Context, gln: str) -> set[str]:
    """By the licence of a prefix of its GLN, where the business itself holds it."""
    for digits in range(PREFIX_DIGITS_MAX, PREFIX_DIGITS_MIN - 1, -1):
        licence = await ctx.ledger.find(Licence, gln[:digits])
        holder = licence and licence.holder_at(ctx.time)
        if holder and holder.gln == gln:
            return {holder.msp_id}
    return set()
