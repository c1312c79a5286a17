"""Drawing the next call of a run: by hypothesis, or by a seed, from what the order's state permits or forbids."""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final

from fairledger_contracts.escrow.machine import TABLE, Move, Step
from fairledger_contracts.records.evidence import Finding
from fairledger_contracts.records.order import FINAL_STATES, Claim, Order, OrderState
from tests.support.escrow import AREA, CARRIER, KEY, SEALED, commitment
from tests.support.escrow_run_funds import settled_note
from tests.support.escrow_runs import OWNERS, PARTIES, Call, Known, Run, overdue

Choose = Callable[[Sequence[Any]], Any]

SHARES: Final = (0, 1, 333, 500, 1_000)
SHORT_CUTS: Final = frozenset({Move.DECLINE, Move.CANCEL, Move.DUE, Move.CONFIRM, Move.PROVE_WRONG_KEY})
FREEZERS: Final = ("regulator", "regulator", "seller")
FREEZE_SECONDS: Final = (3_600, 24 * 3_600, 14 * 24 * 3_600, 15 * 24 * 3_600)
PAYERS: Final = ("provider", "provider", "keeper")
LATE_STATES: Final = frozenset({OrderState.DISPUTED, OrderState.PROPOSED})


def moving(choose: Choose, order: Order, call: Call) -> Call:
    """The call with arguments that are drawn."""
    wallet, move = Known.WALLET, Move(call.function)
    arguments: dict[Move, Callable[[], tuple[Any, ...]]] = {
        Move.ACCEPT: lambda: (wallet, commitment() if order.terms.kind == "virtual" else None),
        Move.RELEASE_KEY: lambda: (KEY.hex(),),
        Move.PROVE_WRONG_KEY: lambda: (SEALED,),
        Move.SHIP: lambda: (Known.SERIAL, Known.PARCEL, CARRIER),
        Move.TAKE_OVER: lambda: (choose((200, 450)), AREA, wallet),
        Move.SCAN: lambda: (AREA,),
        Move.DELIVER: lambda: (choose((200, 450)), choose((AREA, "u33"))),
        Move.REFUSE: lambda: (450, AREA),
        Move.CHECK_TAG: lambda: (Known.SERIAL, choose((True, False))),
        Move.DISPUTE: lambda: (choose(tuple(Claim)), "why"),
        Move.INSPECT: lambda: (choose(tuple(Finding)), "ab" * 32),
        Move.PROPOSE: lambda: (choose(SHARES), choose(SHARES)),
        Move.AGREE: lambda: _last(order),
        Move.VOTE: lambda: (choose(SHARES), choose(SHARES)),
    }
    number = call.number
    if move is Move.CHECK_TAG and order.shipment is not None:  # the one of the goods, or another
        number = choose((_number_of(order.shipment.item), number))
    return replace(call, arguments=arguments.get(move, tuple)(), number=number)


def steps_from(order: Order) -> list[Step]:
    """What the table permits somebody to do now."""
    return [step for step in TABLE if step.state == order.state and order.terms.kind in step.kinds]


def actor_of(choose: Choose, step: Step) -> str:
    """Somebody who may take a step; of officers, any of them."""
    actor = str(choose(sorted(step.who)))
    return (
        choose(("officer", "officer_2", "officer_3")) if actor == "officer" else actor if actor in PARTIES else "keeper"
    )


async def record(run: Run, seed: int, length: int) -> list[Call]:
    """Make ``length`` calls that a seed tells, and end all orders; the same seed makes the same calls."""
    choose = random.Random(seed).choice
    await run.make(Call("buyer", "order", ("standard", 0)))
    await run.make(Call("buyer", "order", ("virtual", 0)))
    while len(run.calls) < length:
        await run.make(await _next(run, choose))
    await run.end_all()
    await _leave(run, choose)
    return run.calls


async def _leave(run: Run, choose: Choose) -> None:
    """Offers end, what came out of a dispute is frozen for a while, and money goes out, as far as there is any."""
    place = choose(range(len(run.orders)))
    for call in (Call("stranger", "order_again", order=place), Call("seller", "withdraw", order=place)):
        await run.make(call)
    for disputed in [number for number in range(len(run.orders)) if (await run.load(number)).dispute]:
        number = await settled_note(run, disputed)
        if number is not None:
            await run.make(Call("regulator", "freeze", (number, 3_600), order=disputed))
            await run.make(Call("regulator", "release", (len(run.freezes) - 1,)))
    for by in OWNERS:
        await run.make(Call(by, "ask_payout", (choose((9, 1_000)), 0)))
    for number in range(len(run.payouts)):
        what = choose(("redeem", "return_payout"))
        await run.make(Call("provider", what, (number,), number=len(run.calls)))
    await run.end_all()


async def _next(run: Run, choose: Choose) -> Call:
    number = len(run.calls)
    open_orders = [place for place in range(len(run.orders)) if (await run.load(place)).state not in FINAL_STATES]
    what = choose(("onward",) * 7 + ("anyhow", "order", "pay", "overdue", "funds", "funds"))
    if what == "funds":
        return funding(choose, run, number)
    if what == "order" or not open_orders:
        return Call(choose(("buyer", "stranger")), "order", (choose(("standard", "virtual")), choose((0, 1))))
    if what == "pay":
        return Call(choose(OWNERS), "pay", (choose(OWNERS), choose((9, 1_000, 250_000)), choose((0, 1))))
    place = choose(open_orders)
    order = await run.load(place)
    if what == "anyhow":
        return moving(choose, order, Call(choose(PARTIES), choose(tuple(Move)), order=place, number=number))
    onward = [step for step in steps_from(order) if step.move not in SHORT_CUTS]
    if what == "overdue" or not onward or (order.state in LATE_STATES and choose((True, False))):
        return overdue(place)
    step = choose(onward)
    return moving(choose, order, Call(actor_of(choose, step), step.move, order=place, number=number))


def funding(choose: Choose, run: Run, number: int) -> Call:
    """A call about money, an offer or a freeze."""
    numbers, payouts, freezes = (range(len(each)) for each in (run.orders, run.payouts, run.freezes))
    amount, place = choose((9, 1_000, 250_000)), choose((0, 1))
    calls: dict[str, Callable[[], Call]] = {
        "issue": lambda: Call("provider", "issue", (choose(OWNERS), amount, place), number=choose((7, number))),
        "ask_payout": lambda: Call(choose(OWNERS), "ask_payout", (amount, place)),
    }
    if run.orders:
        calls |= {
            "withdraw": lambda: Call(choose(("seller", "buyer")), "withdraw", order=choose(numbers)),
            "order_again": lambda: Call(choose(("buyer", "stranger")), "order_again", order=choose(numbers)),
            "freeze": lambda: Call(
                choose(FREEZERS), "freeze", (choose(range(40)), choose(FREEZE_SECONDS)), order=choose(numbers)
            ),
        }
    if run.payouts:
        by = choose(PAYERS)
        calls |= {
            "redeem": lambda: Call(by, "redeem", (choose(payouts),), number=choose((7, number))),
            "return_payout": lambda: Call(by, "return_payout", (choose(payouts),)),
        }
    if run.freezes:
        calls |= {"release": lambda: Call(choose(FREEZERS), "release", (choose(freezes),))}
    return calls[choose(tuple(calls))]()


def _number_of(item: str) -> int:
    return int("".join(filter(str.isdecimal, item.rpartition("/")[2])) or 0)


def _last(order: Order) -> tuple[int, int]:
    if not order.proposals:
        return (0, 0)
    return order.proposals[-1].price_permille, order.proposals[-1].bond_permille
