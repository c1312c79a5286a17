"""An order that somebody is about to change: loaded, permitted, and saved when it is decided how."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from fairledger_chaincode import Context
from fairledger_chaincode.errors import NotFound, WrongState
from fairledger_contracts.escrow.callers import LICENSED, anyone, parts_of
from fairledger_contracts.escrow.machine import Move, Step, deadline, permit
from fairledger_contracts.escrow.numbers import AgreedNumbers
from fairledger_contracts.escrow.spending import total, with_change
from fairledger_contracts.escrow.till import Occasion, move, owned
from fairledger_contracts.records.evidence import Evidence, EvidenceKind
from fairledger_contracts.records.money import Currency
from fairledger_contracts.records.movement import MovementKind
from fairledger_contracts.records.note import ORDER_LOCK, NoteId, Payment, lock_of, owner_of
from fairledger_contracts.records.order import Held, Order, OrderState
from fairledger_contracts.records.service_licence import refuse_unlicensed
from fairledger_contracts.records.signatory import Signatory

# How often one business tells of a kind, so that what decides an order stays small; all else is told once.
TOLD_MAX: Final = {EvidenceKind.SCANNED: 100, EvidenceKind.INSPECTED: 10}


class Price(NamedTuple):
    """An amount of a currency."""

    amount_minor: int
    currency: Currency


@dataclass(frozen=True)
class Case:
    """An order, who wants to change it by which line of the table, and the numbers that it was agreed by."""

    ctx: Context
    order: Order
    person: Signatory
    numbers: AgreedNumbers
    step: Step

    async def enter(self, state: OrderState, **changes: Any) -> Order:
        """Save the order in ``state`` with its new deadline; ``changes`` are other fields. Raises ``StepAstray``."""
        self.step.check(state)
        due_at = deadline(state, self.order.terms, self.ctx.time, self.order.due_at)
        changed = self.order.model_copy(update={"state": state, "due_at": due_at, "recorder": self.person, **changes})
        await self.ctx.ledger.save(changed)
        return changed

    async def told(self, kind: EvidenceKind) -> list[Evidence]:
        """All evidence of a kind that transactions before this one told."""
        return [each async for each in self.ctx.ledger.range(Evidence, self.order.id) if each.evidence is kind]

    async def tell(self, kind: EvidenceKind, **details: Any) -> Evidence:
        """Save evidence of this transaction.

        Raises ``WrongState`` (ESCROW_EVIDENCE_MUCH) when whoever tells has told as much of this kind as counts.
        """
        if kind in TOLD_MAX:
            own = [each for each in await self.told(kind) if each.recorder.party == self.person.party]
            if len(own) >= TOLD_MAX[kind]:
                raise WrongState("ESCROW_EVIDENCE_MUCH", f"{kind} is told {TOLD_MAX[kind]} times at most")
        told = Evidence(
            order=self.order.id,
            id=self.ctx.tx_id,
            evidence=kind,
            told_at=self.ctx.time,
            recorder=self.person,
            **details,
        )
        await self.ctx.ledger.save(told)
        return told

    async def hold(self, note_ids: tuple[NoteId, ...], amount_minor: int) -> Held | None:
        """Lock the caller's notes; see ``lock``. Nothing is held of nothing."""
        if amount_minor == 0:
            return None
        price = Price(amount_minor, self.order.terms.currency)
        return await lock(self.ctx, self.person, self.order.id, note_ids, price)


async def open_case(ctx: Context, order_id: str, what: Move) -> Case:
    """The order for a move that is permitted.

    Raises ``NotFound`` (ESCROW_ORDER_UNKNOWN), as ``permit`` does, and for a carrier's and an inspector's moves as
    ``refuse_unlicensed``.
    """
    order = await load_order(ctx, order_id)
    person = anyone(ctx.caller)
    numbers = AgreedNumbers(ctx, order.terms.standard)
    grace_s = (await numbers.read()).grace_s if what is Move.DUE else 0
    step = permit(order, what, parts_of(person, order), ctx.time, grace_s)
    if step.who <= LICENSED:
        await refuse_unlicensed(ctx, person)
    return Case(ctx, order, person, numbers, step)


async def load_order(ctx: Context, order_id: str) -> Order:
    """Raises ``NotFound`` (ESCROW_ORDER_UNKNOWN)."""
    order = await ctx.ledger.find(Order, order_id)
    if order is None:
        raise NotFound("ESCROW_ORDER_UNKNOWN", "no order has this id")
    return order


async def lock(ctx: Context, person: Signatory, order_id: str, note_ids: tuple[NoteId, ...], price: Price) -> Held:
    """Lock a sum of a person's notes to an order; the change comes back to them.

    Raises as ``owned``, ``with_change`` and ``spend`` do.
    """
    notes = await owned(ctx, note_ids, owner_of(person))
    payment = Payment(owner=lock_of(ORDER_LOCK, order_id), amount_minor=price.amount_minor)
    payments = with_change(notes, payment, price.currency)
    made = await move(ctx, person, Occasion(MovementKind.LOCK, order=order_id), notes, payments)
    return Held(note=made[0].id, amount_minor=total(made[:1]))


def is_over(moment: datetime, now: datetime) -> bool:
    """Whether a moment has passed; its own second is still in time."""
    return now > moment
