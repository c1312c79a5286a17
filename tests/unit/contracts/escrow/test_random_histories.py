"""Random parties make random moves, legal and illegal: money is conserved, and every order ends."""

import asyncio
from datetime import timedelta
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from fairledger_chaincode.record import Record
from fairledger_chaincode.simulator import ChaincodeFailed
from fairledger_contracts.escrow.machine import Move
from fairledger_contracts.records.freeze import Freeze, FreezeClock
from fairledger_contracts.records.movement import Movement, MovementKind
from fairledger_contracts.records.note import Note, made_by
from fairledger_contracts.records.order import FINAL_STATES, Order
from fairledger_contracts.records.settlement import Settlement
from tests.support.escrow import MONEY, EscrowLedger, ledger_with_escrow, standard
from tests.support.escrow_draws import LATE_STATES, SHORT_CUTS, Choose, actor_of, moving, record, steps_from
from tests.support.escrow_runs import OWNERS, PARTIES, Call, Run, SimulatedRunLedger, overdue

ORDERS_MAX = 5
KINDS = ("standard", "virtual")
FREEZERS = ("steward", "regulator", "warden", "seller")
FREEZE_S = standard().parameters["freeze_s"]
AnyRecord = TypeVar("AnyRecord", bound=Record)


class RandomHistories(RuleBasedStateMachine):
    """Every rule is one call by somebody; what is refused changes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.escrow = EscrowLedger(ledger_with_escrow())
        self.history = run_on(self.escrow)
        self.freezes: list[str] = []
        self.kept: dict[str, Note] = {}  # notes that were frozen after the last call

    def teardown(self) -> None:
        self.run(self.history.end_all())
        for order_id in self.history.orders:
            assert self.escrow.total(f"order:{order_id}", self.load(order_id).terms.currency) == 0
        self.escrow.ledger.clock.advance(timedelta(seconds=FREEZE_S + 1))
        now = self.escrow.ledger.clock.now()
        assert not [note for note in self.escrow.notes() if note.frozen_until(now)]
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

    @precondition(lambda self: self.history.orders)
    @rule(data=st.data(), by=st.sampled_from(FREEZERS), hours=st.sampled_from((1, 24, 24 * 14, 24 * 15)))
    def freeze(self, data: st.DataObject, by: str, hours: int) -> None:
        """Any note, on the ground of any order; most are refused."""
        order_id = data.draw(st.sampled_from(self.history.orders))
        note = data.draw(st.sampled_from(self.escrow.notes()))
        new = {
            "origin": {"kind": "order", "key": [order_id]},
            "ground": {"kind": "dispute", "id": order_id},
            "trails": [{"note": note.id, "movements": self.trail(order_id, note)}],
            "seconds": hours * 3_600,
        }
        answer = self.call(by, "freeze", new)
        if answer is not None:
            self.freezes.append(Freeze.model_validate_json(answer).id)
            self.kept.pop(note.id, None)  # of an organisation's freezes the last counts

    @precondition(lambda self: self.freezes)
    @rule(data=st.data(), by=st.sampled_from(FREEZERS))
    def release(self, data: st.DataObject, by: str) -> None:
        answer = self.call(by, "release", data.draw(st.sampled_from(self.freezes)))
        if answer is not None:
            for note_id in Freeze.model_validate_json(answer).notes:
                self.kept.pop(note_id, None)

    @invariant()
    def what_is_frozen_stays_where_it_is_and_no_order_is_kept_from_its_end(self) -> None:
        now = self.escrow.ledger.clock.now()
        notes = {note.id: note for note in self.escrow.notes()}
        for note_id, before in self.kept.items():
            if before.frozen_until(now):
                assert notes[note_id] == before
        self.kept = {note.id: note for note in notes.values() if note.frozen_until(now)}
        assert not [note for note in notes.values() if note.stops and note.owner.startswith("order:")]
        for freeze in self.records(Freeze):
            clock = self.escrow.ledger.state(FreezeClock.key_of(freeze.origin.name, freeze.recorder.msp_id))
            assert clock is not None
            assert freeze.until - FreezeClock.model_validate_json(clock).since <= timedelta(seconds=FREEZE_S)

    @invariant()
    def money_is_conserved_in_each_currency(self) -> None:
        notes = self.escrow.notes()
        for currency in self.history.currencies:
            held = sum(note.amount_minor for note in notes if note.currency == currency)
            assert held == len(OWNERS) * MONEY
        for movement in self.records(Movement):
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

    def call(self, by: str, function: str, *arguments: object) -> bytes | None:
        """The answer, or None for what the contract refuses with a code of its own."""
        self.escrow.ledger.clock.set(self.history.now)
        try:
            answer: bytes = self.run(self.escrow.submit(by, function, *arguments))
        except ChaincodeFailed as error:
            if not error.message.startswith("ESCROW_"):
                raise
            return None
        return answer

    def load(self, order_id: str) -> Order:
        state = self.escrow.ledger.state(Order.key_of(order_id))
        assert state is not None
        return Order.model_validate_json(state)

    def trail(self, order_id: str, note: Note) -> list[str]:
        """The movements from the order's settlement to the note; to where it was issued if it came otherwise."""
        movements = {movement.id: movement for movement in self.records(Movement)}
        steps = [made_by(note.id)]
        while (last := movements[steps[0]]).taken and (last.order, last.movement) != (order_id, MovementKind.SETTLE):
            steps.insert(0, made_by(last.taken[0].note))
        return steps

    def records(self, kind: type[AnyRecord]) -> list[AnyRecord]:
        world = self.escrow.ledger.ledger.world.public("chaincode")
        prefix = f"\x00{kind.kind}\x00"
        return [kind.model_validate_json(held.value) for key, held in world.items() if key.startswith(prefix)]


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
