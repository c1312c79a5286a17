"""Ending orders: what is held is paid as the verdict says, and the settlement tells why."""

from datetime import timedelta

from fairledger_chaincode import Context
from fairledger_contracts.escrow import panel
from fairledger_contracts.escrow.case import Case, open_case
from fairledger_contracts.escrow.liability import Facts, decide
from fairledger_contracts.escrow.machine import Move
from fairledger_contracts.escrow.till import Occasion, move, owned
from fairledger_contracts.escrow.verdict import Verdict, outcome_of
from fairledger_contracts.records.evidence import Evidence
from fairledger_contracts.records.item_id import product_of
from fairledger_contracts.records.movement import MovementKind
from fairledger_contracts.records.note import ORDER_LOCK, Payment, lock_of, owner_of
from fairledger_contracts.records.order import Held, Order, OrderState
from fairledger_contracts.records.settlement import Amounts, Pools, RuleCode, Settlement
from fairledger_contracts.trace.recalling import recalls_of


async def due(ctx: Context, order_id: str) -> Order:
    """Decide an order whose deadline has passed: by rule, or by the panel, or by what was agreed for its silence."""
    case = await open_case(ctx, order_id, Move.DUE)
    if case.order.state is OrderState.PANEL:
        return await settle(case, panel.default(case.order))
    verdict = decide(await facts_of(case))
    if verdict is None:
        panel_s = (await case.numbers.read()).panel_s
        return await case.enter(OrderState.PANEL, due_at=ctx.time + timedelta(seconds=panel_s))
    return await settle(case, verdict)


async def facts_of(case: Case, *new: Evidence) -> Facts:
    """All that is known of an order; ``new`` is what this transaction tells, which no state shows yet."""
    ctx, order = case.ctx, case.order
    told = [each async for each in ctx.ledger.range(Evidence, order.id)]
    in_order = sorted([*told, *new], key=lambda each: (each.told_at, each.id))
    return Facts(order, await case.numbers.read(), tuple(in_order), await _recalls(ctx, order))


async def settle(case: Case, verdict: Verdict) -> Order:
    """Pay everything that the order holds, keep the settlement, and end the order."""
    ctx, order = case.ctx, case.order
    held = Pools(
        price_minor=_amount(order.price),
        bond_minor=_amount(order.bond),
        carrier_bond_minor=_amount(order.carrier_bond),
    )
    is_out = order.key != ""  # virtual goods were paid when their key came out
    outcome = outcome_of(verdict, held, order.terms.price_minor if is_out else 0)
    is_paid = await _pay_out(case, outcome.amounts, verdict.rule)
    proposals = order.proposals
    settlement = Settlement(
        order=order.id,
        rule=verdict.rule,
        standard=order.terms.standard,
        evidence=verdict.evidence,
        liable=outcome.liable,
        currency=order.terms.currency,
        original=Pools(
            price_minor=order.terms.price_minor,
            bond_minor=order.terms.bond_minor,
            carrier_bond_minor=order.terms.carrier_bond_minor,
        ),
        held=held,
        proposed=proposals,
        agreed=proposals[-1] if verdict.rule is RuleCode.AGREED else None,
        votes=order.votes,
        final=outcome.amounts,
        movement=ctx.tx_id if is_paid else "",
        settled_at=ctx.time,
        recorder=case.person,
    )
    await ctx.ledger.save(settlement)
    return await case.enter(outcome.state, price=None, bond=None, carrier_bond=None)


async def pay_price(case: Case) -> None:
    """Pay the seller its price and keep the bond: virtual goods are paid when their key comes out."""
    order = case.order
    assert order.price is not None, "an order with a price unpaid holds it"  # noqa: S101
    notes = await owned(case.ctx, (order.price.note,), lock_of(ORDER_LOCK, order.id))
    occasion = Occasion(MovementKind.SETTLE, order=order.id, reason="key_released")
    payment = Payment(owner=owner_of(order.seller), amount_minor=order.price.amount_minor)
    await move(case.ctx, case.person, occasion, notes, [payment])


async def _pay_out(case: Case, final: Amounts, rule: RuleCode) -> bool:
    order = case.order
    held = [each for each in (order.price, order.bond, order.carrier_bond) if each is not None]
    if not held:
        return False
    notes = await owned(case.ctx, [each.note for each in held], lock_of(ORDER_LOCK, order.id))
    shares = (
        (order.buyer, final.buyer_minor),
        (order.seller, final.seller_minor),
        (order.carrier, final.carrier_minor),
    )
    payments = [Payment(owner=owner_of(person), amount_minor=amount) for person, amount in shares if person and amount]
    occasion = Occasion(MovementKind.SETTLE, order=order.id, reason=rule)
    await move(case.ctx, case.person, occasion, notes, payments)
    return True


async def _recalls(ctx: Context, order: Order) -> tuple[str, ...]:
    """Recalls in force that name the goods or their trade item."""
    if order.shipment is None:
        return ()
    names = dict.fromkeys((order.shipment.item, product_of(order.shipment.item)))
    found = [recall for name in names if name for recall in await recalls_of(ctx, name)]
    return tuple(sorted({recall.id for recall in found if recall.ended_at is None}))


def _amount(held: Held | None) -> int:
    return held.amount_minor if held else 0
