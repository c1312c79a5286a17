"""Goods on their way: bound to an order, taken over, carried, delivered, and checked at the door."""

from urllib.parse import quote

from fairledger_chaincode import Context
from fairledger_chaincode.errors import RuleBroken, WrongState
from fairledger_contracts.escrow.case import Case, load_order, open_case
from fairledger_contracts.escrow.liability import decide
from fairledger_contracts.escrow.machine import Move
from fairledger_contracts.escrow.settling import facts_of, settle
from fairledger_contracts.records.evidence import Evidence, EvidenceKind, WeightG
from fairledger_contracts.records.item_id import RESOLVER, canonical_item
from fairledger_contracts.records.note import NoteId
from fairledger_contracts.records.order import (
    FINAL_STATES,
    CarrierParty,
    Claim,
    Dispute,
    Order,
    OrderState,
    Shipment,
)
from fairledger_contracts.records.parcel import BoundItem, Parcel
from fairledger_contracts.records.scan_count import Area
from fairledger_contracts.records.service_licence import CARRIER, refuse_unlicensed_party


async def ship(ctx: Context, order_id: str, serial: str, parcel: str, carrier: CarrierParty) -> Order:
    """Bind the goods' serial and a carrier's parcel to the order."""
    case = await open_case(ctx, order_id, Move.SHIP)
    item = item_of(case.order, serial)
    if carrier.place in (case.order.seller.party.place, case.order.buyer.party.place):  # of whichever organisation
        raise RuleBroken("ESCROW_OWN_CARRIER", "a parcel is carried by neither seller nor buyer")
    await refuse_unlicensed_party(ctx, CARRIER, carrier.msp_id, carrier.place)
    await _bind_item(case, item)
    await _bind_parcel(case, carrier, parcel)
    return await case.enter(OrderState.SHIPPED, shipment=Shipment(item=item, parcel=parcel, carrier=carrier))


async def take_over(ctx: Context, order_id: str, weight_g: WeightG, area: Area, note_ids: tuple[NoteId, ...]) -> Order:
    """Take a parcel over: the carrier weighs it, and its bond is locked."""
    case = await open_case(ctx, order_id, Move.TAKE_OVER)
    bond = await case.hold(note_ids, case.order.terms.carrier_bond_minor)
    await case.tell(EvidenceKind.TAKEN_OVER, weight_g=weight_g, area=area)
    return await case.enter(OrderState.CARRIED, carrier=case.person, carrier_bond=bond)


async def scan(ctx: Context, order_id: str, area: Area) -> Evidence:
    """Tell where a parcel is on its way; the order is not written, so nothing but scans contend."""
    case = await open_case(ctx, order_id, Move.SCAN)
    return await case.tell(EvidenceKind.SCANNED, area=area)


async def deliver(ctx: Context, order_id: str, weight_g: WeightG, area: Area) -> Order:
    """Deliver a parcel; the time for complaints begins."""
    case = await open_case(ctx, order_id, Move.DELIVER)
    await case.tell(EvidenceKind.DELIVERED, weight_g=weight_g, area=area)
    return await case.enter(OrderState.DELIVERED)


async def lose(ctx: Context, order_id: str) -> Order:
    """Tell that a parcel is lost; that settles the order."""
    case = await open_case(ctx, order_id, Move.LOSE)
    lost = await case.tell(EvidenceKind.LOST)
    verdict = decide(await facts_of(case, lost))
    assert verdict is not None, "a loss that was told is a rule of its own"  # noqa: S101
    return await settle(case, verdict)


async def refuse(ctx: Context, order_id: str, weight_g: WeightG, area: Area) -> Order:
    """Tell that the buyer refused the parcel at the door; that opens a dispute."""
    case = await open_case(ctx, order_id, Move.REFUSE)
    await case.tell(EvidenceKind.REFUSED, weight_g=weight_g, area=area)
    dispute = Dispute(claim=Claim.REFUSED, reason="refused at the door", raised_at=ctx.time)
    return await case.enter(OrderState.DISPUTED, dispute=dispute)


async def check_tag(ctx: Context, order_id: str, serial: str, *, genuine: bool) -> Evidence:
    """Tell which serial the buyer reads on the goods, and whether the tag's signature proves good; once an order.

    What was told can't be unsaid by a second reading, whatever time that says of itself.
    """
    case = await open_case(ctx, order_id, Move.CHECK_TAG)
    if await case.told(EvidenceKind.TAG_READ):
        raise WrongState("ESCROW_TAG_READ", "the buyer has told what is on the goods; the first reading counts")
    return await case.tell(EvidenceKind.TAG_READ, item=item_of(case.order, serial), genuine=genuine)


def item_of(order: Order, serial: str) -> str:
    """The canonical id of a thing of the order's make with this serial number."""
    return canonical_item(f"{RESOLVER}/01/{order.terms.gtin}/21/{quote(serial, safe='')}").id


async def _bind_item(case: Case, item: str) -> None:
    bound = await case.ctx.ledger.find(BoundItem, item)
    if bound is not None and (await load_order(case.ctx, bound.order)).state not in FINAL_STATES:
        raise WrongState("ESCROW_ITEM_BOUND", "this thing is on its way for another order")
    await case.ctx.ledger.save(BoundItem(item=item, order=case.order.id, recorder=case.person))


async def _bind_parcel(case: Case, carrier: CarrierParty, parcel: str) -> None:
    name = f"{carrier.msp_id}:{carrier.place}"
    if await case.ctx.ledger.exists(Parcel, name, parcel):
        raise WrongState("ESCROW_PARCEL_USED", "this parcel belongs to another order")
    await case.ctx.ledger.save(Parcel(carrier=name, id=parcel, order=case.order.id, recorder=case.person))
