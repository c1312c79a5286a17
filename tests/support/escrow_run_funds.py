"""What a run does besides moving orders: money in and out, offers, and freezes. Each is told by what any ledger knows.

Payouts, freezes and notes count from 0 in the order in which they were made.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Final

from fairledger_contracts.records.freeze import Freeze
from fairledger_contracts.records.movement import Movement, MovementKind
from fairledger_contracts.records.note import ORDER_LOCK, Note, made_by
from fairledger_contracts.records.order import Order
from fairledger_contracts.records.payment import Payout
from tests.support.escrow import AREA

if TYPE_CHECKING:
    from tests.support.escrow_runs import Call, Run

Answer = tuple[str, bytes]


async def issue(run: "Run", call: "Call") -> Answer:
    """Money for an owner: person, amount, and which of the run's currencies. ``number`` tells the payment outside."""
    payee, amount, place = call.arguments
    return await issued(run, call, run.ledger.owner(payee), amount, run.currencies[place])


async def issued(run: "Run", call: "Call", owner: str, amount: int, currency: str) -> Answer:
    """Money for whoever notes name so."""
    payment = {"owner": owner, "amount_minor": amount}
    refusal, answer = await run.send(call.by, "issue", f"in-{run.tag}-{call.number}", payment, currency)
    if not refusal:
        run.issued[currency] += amount
    return refusal, answer


async def pay(run: "Run", call: "Call") -> Answer:
    """All that the caller has of a currency, to somebody and back: payee, amount, and which currency."""
    payee, amount, place = call.arguments
    currency, payer = run.currencies[place], run.ledger.owner(call.by)
    notes = [note for note in await run.ledger.notes([currency]) if note.owner == payer]
    held = sum(note.amount_minor for note in notes)
    payments = [
        {"owner": run.ledger.owner(payee), "amount_minor": amount},
        {"owner": payer, "amount_minor": max(held - amount, 1)},
    ]
    return await run.send(call.by, "pay", await run.wallet(call.by, currency), payments)


async def ask_payout(run: "Run", call: "Call") -> Answer:
    """A payout by the provider: amount, and which currency."""
    amount, place = call.arguments
    currency = run.currencies[place]
    told = (amount, currency, run.ledger.provider("provider"))
    refusal, answer = await run.send(call.by, "ask_payout", await run.wallet(call.by, currency), *told)
    if not refusal:
        run.payouts.append(Payout.model_validate_json(answer))
    return refusal, answer


async def redeem(run: "Run", call: "Call") -> Answer:
    """Of a payout, by its number, that it was made outside by payment ``number``."""
    payout = run.payouts[call.arguments[0]]
    refusal, answer = await run.send(call.by, "redeem", payout.id, reference_of(run, call))
    if not refusal:
        run.redeemed[payout.currency] += payout.amount_minor
    return refusal, answer


def reference_of(run: "Run", call: "Call") -> str:
    """What a provider calls a payment that it made outside."""
    return f"out-{run.tag}-{call.number}"


async def return_payout(run: "Run", call: "Call") -> Answer:
    """The money of a payout, by its number, back to its owner."""
    return await run.send(call.by, "return_payout", run.payouts[call.arguments[0]].id)


async def withdraw(run: "Run", call: "Call") -> Answer:
    """No more orders of the goods that an order was of."""
    return await run.send(call.by, "withdraw", (await run.order_of(call)).listing)


async def order_again(run: "Run", call: "Call") -> Answer:
    """Another order of the goods that an order was of."""
    before = await run.order_of(call)
    wallet = await run.wallet(call.by, before.terms.currency)
    area = AREA if before.area else ""
    refusal, answer = await run.send(call.by, "order", before.listing, before.terms_sha256, area, wallet)
    if not refusal:
        run.orders.append(Order.model_validate_json(answer).id)
    return refusal, answer


async def freeze(run: "Run", call: "Call") -> Answer:
    """An unspent note, by its number, for so many seconds on the ground of an order's dispute."""
    number, seconds = call.arguments
    order, movements = await run.order_of(call), await run.ledger.movements()
    notes = await by_age(run)
    note = notes[number % len(notes)]
    new = {
        "origin": {"kind": "order", "key": [order.id]},
        "ground": {"kind": "dispute", "id": order.id},
        "trails": [{"note": note.id, "movements": trail_of(order.id, note, movements)}],
        "seconds": seconds,
    }
    refusal, answer = await run.send(call.by, "freeze", new)
    if not refusal:
        run.freezes.append(Freeze.model_validate_json(answer).id)
    return refusal, answer


async def release(run: "Run", call: "Call") -> Answer:
    """The end of a freeze, by its number, before its time."""
    return await run.send(call.by, "release", run.freezes[call.arguments[0]])


async def by_age(run: "Run") -> list[Note]:
    """All unspent notes in the order in which they were made."""
    movements = await run.ledger.movements()
    notes = await run.ledger.notes(run.currencies)
    return sorted(notes, key=lambda each: (movements[made_by(each.id)].moved_at, int(each.id.rpartition(":")[2])))


async def settled_note(run: "Run", place: int) -> int | None:
    """The number of the first note that came out of an order's settlement and that can be frozen, if there is one."""
    order_id, movements = run.orders[place], await run.ledger.movements()
    for number, note in enumerate(await by_age(run)):
        first = movements[trail_of(order_id, note, movements)[0]]
        is_free = not note.stops and not note.owner.startswith(f"{ORDER_LOCK}:")
        if is_free and (first.order, first.movement) == (order_id, MovementKind.SETTLE):
            return number
    return None


def trail_of(order_id: str, note: Note, movements: Mapping[str, Movement]) -> list[str]:
    """The movements from the order's settlement to the note; the last alone if it came otherwise."""
    last = made_by(note.id)
    ways, seen = [[last]], {last}
    while ways:
        way = ways.pop(0)
        first = movements[way[0]]
        if (first.order, first.movement) == (order_id, MovementKind.SETTLE):
            return way
        before = {made_by(piece.note): None for piece in first.taken if made_by(piece.note) not in seen}
        seen.update(before)
        ways += [[each, *way] for each in before]
    return [last]


FUNDS: Final[Mapping[str, Callable[["Run", "Call"], Awaitable[Answer]]]] = {
    each.__name__: each
    for each in (issue, pay, ask_payout, redeem, return_payout, withdraw, order_again, freeze, release)
}
