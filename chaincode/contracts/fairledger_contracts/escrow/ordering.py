"""From a listing to an accepted order."""

from datetime import timedelta

from fairledger_chaincode import Context
from fairledger_chaincode.errors import NotAllowed, NotFound, RuleBroken, WrongState
from fairledger_contracts.escrow.callers import ROLES_THAT_BUY, ROLES_THAT_SELL, one_of
from fairledger_contracts.escrow.case import Price, is_over, lock, open_case
from fairledger_contracts.escrow.machine import Move, deadline
from fairledger_contracts.escrow.numbers import Numbers, numbers_in_force
from fairledger_contracts.escrow.settling import settle
from fairledger_contracts.escrow.terms import check_terms
from fairledger_contracts.escrow.verdict import BACK_TO_ALL, Verdict
from fairledger_contracts.records.agreement import GoodsKind, Listing, Terms
from fairledger_contracts.records.anchor import Sha256
from fairledger_contracts.records.note import NoteId
from fairledger_contracts.records.order import Commitment, Order, OrderState
from fairledger_contracts.records.scan_count import Area
from fairledger_contracts.records.settlement import Liable, RuleCode
from fairledger_contracts.records.standing import Refusals, refuse_new_orders

STANDING = Refusals(no_member="ESCROW_PLATFORM_NO_MEMBER", suspended="ESCROW_PLATFORM_SUSPENDED")


async def list_goods(ctx: Context, terms: Terms) -> Listing:
    """Offer goods on these terms."""
    seller = one_of(ctx.caller, ROLES_THAT_SELL, "goods are listed")
    await refuse_new_orders(ctx, seller.msp_id, STANDING)
    check_terms(terms, await _current(ctx, terms))
    listing = Listing(id=ctx.tx_id, terms=terms, terms_sha256=terms.sha256, recorder=seller, listed_at=ctx.time)
    await ctx.ledger.save(listing)
    return listing


async def withdraw(ctx: Context, listing_id: str) -> Listing:
    """End a listing; orders that name it go on."""
    seller = one_of(ctx.caller, ROLES_THAT_SELL, "listings are withdrawn")
    listing = await _open_listing(ctx, listing_id)
    if seller.party != listing.recorder.party:
        raise NotAllowed("ESCROW_DENIED", "a listing is withdrawn by who listed the goods")
    withdrawn = listing.model_copy(update={"withdrawn_at": ctx.time, "withdrawn_by": seller})
    await ctx.ledger.save(withdrawn)
    return withdrawn


async def order(ctx: Context, listing_id: str, terms_sha256: Sha256, area: Area, note_ids: tuple[NoteId, ...]) -> Order:
    """Order on the terms that the buyer names by hash, and lock the price."""
    buyer = one_of(ctx.caller, ROLES_THAT_BUY, "goods are ordered")
    listing = await _open_listing(ctx, listing_id)
    terms, seller = listing.terms, listing.recorder
    if terms_sha256 != listing.terms_sha256:
        raise RuleBroken("ESCROW_TERMS_OTHER", "the hash is of other terms: read the listing and sign its own")
    if buyer.shares_business(seller):
        raise RuleBroken("ESCROW_OWN_GOODS", "nobody buys from themselves")
    if (terms.kind is GoodsKind.STANDARD) == (not area):
        raise RuleBroken("ESCROW_AREA", "goods that are shipped have an area of delivery, others have none")
    for platform in dict.fromkeys((seller.msp_id, buyer.msp_id)):
        await refuse_new_orders(ctx, platform, STANDING)
    await _current(ctx, terms)
    held = await lock(ctx, buyer, ctx.tx_id, note_ids, Price(terms.price_minor, terms.currency))
    new = Order(
        id=ctx.tx_id,
        listing=listing.id,
        terms=terms,
        terms_sha256=terms_sha256,
        buyer=buyer,
        seller=seller,
        area=area,
        state=OrderState.FUNDED,
        ordered_at=ctx.time,
        due_at=deadline(OrderState.FUNDED, terms, ctx.time, None),
        price=held,
        recorder=buyer,
    )
    await ctx.ledger.save(new)
    return new


async def accept(ctx: Context, order_id: str, note_ids: tuple[NoteId, ...], commitment: Commitment | None) -> Order:
    """Accept an order: the bond is locked, and virtual goods are committed to."""
    case = await open_case(ctx, order_id, Move.ACCEPT)
    if (commitment is None) == (case.order.terms.kind is GoodsKind.VIRTUAL):
        raise RuleBroken("ESCROW_COMMITMENT", "virtual goods are accepted with a commitment, others without")
    bond = await case.hold(note_ids, case.order.terms.bond_minor)
    return await case.enter(OrderState.ACCEPTED, bond=bond, commitment=commitment)


async def decline(ctx: Context, order_id: str) -> Order:
    """Decline an order; the buyer has the price back."""
    case = await open_case(ctx, order_id, Move.DECLINE)
    return await settle(case, Verdict(RuleCode.DECLINED, Liable.NOBODY, BACK_TO_ALL))


async def cancel(ctx: Context, order_id: str) -> Order:
    """Cancel an order before it is accepted, or shortly after ordering."""
    case = await open_case(ctx, order_id, Move.CANCEL)
    until = case.order.ordered_at + timedelta(seconds=(await case.numbers.read()).cancel_s)
    if case.order.state is not OrderState.FUNDED and is_over(until, ctx.time):
        raise WrongState("ESCROW_TOO_LATE", f"that was possible until {until.isoformat()}")
    return await settle(case, Verdict(RuleCode.CANCELLED_IN_TIME, Liable.NOBODY, BACK_TO_ALL))


async def load_listing(ctx: Context, listing_id: str) -> Listing:
    """Raises ``NotFound`` (ESCROW_LISTING_UNKNOWN)."""
    listing = await ctx.ledger.find(Listing, listing_id)
    if listing is None:
        raise NotFound("ESCROW_LISTING_UNKNOWN", "no listing has this id")
    return listing


async def _open_listing(ctx: Context, listing_id: str) -> Listing:
    listing = await load_listing(ctx, listing_id)
    if listing.withdrawn_at is not None:
        raise WrongState("ESCROW_LISTING_WITHDRAWN", "the seller has withdrawn this listing")
    return listing


async def _current(ctx: Context, terms: Terms) -> Numbers:
    """The numbers of the terms' standard, which must be the one in force: nobody sells by rules of yesterday."""
    numbers = await numbers_in_force(ctx, ctx.time)
    if numbers.version != terms.standard:
        in_force = f"{numbers.version.name} {numbers.version.version}"
        raise RuleBroken("ESCROW_STANDARD_OUTDATED", f"{in_force} is in force: list the goods by it")
    return numbers
