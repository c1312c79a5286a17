"""Random parties make random moves, legal and illegal: money is conserved, and every order ends."""

import asyncio
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from fairledger_contracts.escrow.machine import Move
from fairledger_contracts.records.movement import Movement
from fairledger_contracts.records.order import FINAL_STATES, Order
from fairledger_contracts.records.settlement import Settlement
from tests.support.escrow import MONEY, EscrowLedger, ledger_with_escrow, standard
from tests.support.escrow_draws import LATE_STATES, SHORT_CUTS, Choose, actor_of, moving, record, steps_from
from tests.support.escrow_runs import OWNERS, PARTIES, Call, Run, SimulatedRunLedger, overdue

ORDERS_MAX = 5
KINDS = ("standard", "virtual")


class RandomHistories(RuleBasedStateMachine):
    """Every rule is one call by somebody; what is refused changes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.escrow = EscrowLedger(ledger_with_escrow())
        self.history = run_on(self.escrow)

    def teardown(self) -> None:
        self.run(self.history.end_all())
        for order_id in self.history.orders:
            assert self.escrow.total(f"order:{order_id}", self.load(order_id).terms.currency) == 0
        self.run(self.escrow.ledger.close())
        self.loop.close()

    def run(self, work: Any) -> Any:
        return self.loop.run_until_complete(work)

    @initialize()
    def begin(self) -> None:
        self.run(self.escrow.put("standard", standard()))
        self.run(self.history.begin(MONEY))

    @precondition(lambda self: len(self.history.orders) < ORDERS_MAX)
    @rule(kind=st.sampled_from(KINDS), currency=st.sampled_from((0, 1)), by=st.sampled_from(PARTIES))
    def order(self, kind: str, currency: int, by: str) -> None:
        self.run(self.history.make(Call(by, "order", (kind, currency))))

    @precondition(lambda self: len(self.history.orders) < ORDERS_MAX)
    @rule(data=st.data(), kind=st.sampled_from(KINDS), length=st.integers(3, 9))
    def go_far(self, data: st.DataObject, kind: str, length: int) -> None:
        """An order that does not end at once, so that later states are as often seen as early ones."""
        choose, place = choosing(data), len(self.history.orders)
        self.order(kind, 0, "buyer")
        if len(self.history.orders) == place:  # the buyer has no money left
            return
        for _ in range(length):
            order = self.load(self.history.orders[place])
            onward = [step for step in steps_from(order) if step.move not in SHORT_CUTS]
            if order.state in LATE_STATES and data.draw(st.booleans()):
                self.run(self.history.make(overdue(place)))
            elif onward:
                step = choose(onward)
                self.move(choose, place, step.move, actor_of(choose, step))

    @precondition(lambda self: self.history.orders)
    @rule(data=st.data())
    def move_as_the_table_says(self, data: st.DataObject) -> None:
        """A move that the table names for the order's state, by whoever is drawn."""
        choose = choosing(data)
        place = choose(range(len(self.history.orders)))
        steps = steps_from(self.load(self.history.orders[place]))
        if steps:
            step = choose(steps)
            self.move(choose, place, step.move, actor_of(choose, step))

    @precondition(lambda self: self.history.orders)
    @rule(data=st.data(), move=st.sampled_from(Move), by=st.sampled_from(PARTIES))
    def move_anyhow(self, data: st.DataObject, move: Move, by: str) -> None:
        choose = choosing(data)
        self.move(choose, choose(range(len(self.history.orders))), move, by)

    @rule(hours=st.sampled_from((1, 6, 30, 24 * 8)))
    def time_goes_by(self, hours: int) -> None:
        self.history.now += timedelta(hours=hours)

    @rule(
        payer=st.sampled_from(PARTIES),
        payee=st.sampled_from(PARTIES),
        amount=st.integers(1, MONEY),
        currency=st.sampled_from((0, 1)),
    )
    def pay(self, payer: str, payee: str, amount: int, currency: int) -> None:
        self.run(self.history.make(Call(payer, "pay", (payee, amount, currency))))

    @invariant()
    def money_is_conserved_in_each_currency(self) -> None:
        notes = self.escrow.notes()
        for currency in self.history.currencies:
            held = sum(note.amount_minor for note in notes if note.currency == currency)
            assert held == len(OWNERS) * MONEY
        for movement in self.movements():
            taken = sum(piece.amount_minor for piece in movement.taken)
            assert taken in (0, sum(piece.amount_minor for piece in movement.made))

    @invariant()
    def what_an_order_says_it_holds_it_holds_and_it_holds_nothing_at_its_end(self) -> None:
        for order_id in self.history.orders:
            order = self.load(order_id)
            held = [each for each in (order.price, order.bond, order.carrier_bond) if each is not None]
            told = sum(each.amount_minor for each in held)
            assert self.escrow.total(f"order:{order_id}", order.terms.currency) == told
            is_final = order.state in FINAL_STATES
            assert (order.due_at is None, not held or not is_final) == (is_final, True)
            settled = self.escrow.ledger.state(Settlement.key_of(order_id))
            assert (settled is not None) == is_final

    def move(self, choose: Choose, place: int, move: Move, by: str) -> None:
        order = self.load(self.history.orders[place])
        call = Call(by, move, order=place, number=len(self.history.calls))
        self.run(self.history.make(moving(choose, order, call)))

    def load(self, order_id: str) -> Order:
        state = self.escrow.ledger.state(Order.key_of(order_id))
        assert state is not None
        return Order.model_validate_json(state)

    def movements(self) -> list[Movement]:
        world = self.escrow.ledger.ledger.world.public("chaincode")
        kind = f"\x00{Movement.kind}\x00"
        return [Movement.model_validate_json(held.value) for key, held in world.items() if key.startswith(kind)]


def choosing(data: st.DataObject) -> Choose:
    """One of a sequence, drawn."""
    return lambda choices: data.draw(st.sampled_from(choices))


def run_on(escrow: EscrowLedger) -> Run:
    """A run that begins now."""
    version = {"name": "escrow", "version": "0001"}
    return Run(SimulatedRunLedger(escrow), escrow.ledger.clock.now(), version)


async def test_a_seed_tells_a_run_and_whoever_makes_its_calls_again_comes_to_the_same() -> None:
    runs: list[Run] = []
    for _ in range(2):
        escrow = EscrowLedger(ledger_with_escrow())
        await escrow.put("standard", standard())
        run = run_on(escrow)
        await run.begin(MONEY)
        await (run.play(runs[0].calls) if runs else record(run, seed=7, length=20))
        runs.append(run)
        await escrow.ledger.close()
    first, second = runs
    assert len(first.calls) >= 20
    assert (second.outcomes, await second.money(), await second.ends()) == (
        first.outcomes,
        await first.money(),
        await first.ends(),
    )
    assert first.orders != second.orders


TestRandomHistories = RandomHistories.TestCase
TestRandomHistories.settings = settings(
    max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
