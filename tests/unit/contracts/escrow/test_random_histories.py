"""Random parties make random moves, legal and illegal: money is conserved, and every order ends."""

import asyncio
import json
from datetime import datetime, timedelta
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from fairledger_chaincode.record import Record
from fairledger_chaincode.simulator import ChaincodeFailed, Endorsed
from fairledger_contracts.disclosure.contract import DisclosureContract
from fairledger_contracts.escrow.machine import Move
from fairledger_contracts.records.agreement import Listing
from fairledger_contracts.records.freeze import Freeze, FreezeClock
from fairledger_contracts.records.movement import Movement, MovementKind
from fairledger_contracts.records.note import INPUTS_MAX, Note
from fairledger_contracts.records.order import FINAL_STATES, Order
from fairledger_contracts.records.sanction import Ground, GroundKind, Penalty, Sanction, SanctionState, Step
from fairledger_contracts.records.settlement import Settlement
from tests.support.escrow import MONEY, OFFICER, EscrowLedger, ledger_with_escrow, standard
from tests.support.escrow_draws import (
    LATE_STATES,
    PAYERS,
    SHORT_CUTS,
    Choose,
    actor_of,
    moving,
    record,
    steps_from,
)
from tests.support.escrow_run_funds import issued
from tests.support.escrow_runs import OWNERS, PARTIES, Call, Run, SimulatedRunLedger, overdue

ORDERS_MAX = 5
KINDS = ("standard", "virtual")
FREEZERS = ("steward", "regulator", "warden", "seller")
FREEZE_S, PAYOUT_S, DUST = (standard().parameters[name] for name in ("freeze_s", "payout_s", "dust_minor"))
FINED = ("steward", "steward", "warden", "officer")
EVIDENCE_ALONE = frozenset({Move.SCAN, Move.CHECK_TAG, Move.INSPECT})  # moves that don't write the order
AnyRecord = TypeVar("AnyRecord", bound=Record)


class RandomHistories(RuleBasedStateMachine):
    """Every rule is one call by somebody; what is refused changes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.escrow = EscrowLedger(ledger_with_escrow(DisclosureContract()))
        self.history = run_on(self.escrow)
        self.kept: dict[str, Note] = {}  # notes that were frozen after the last call

    def teardown(self) -> None:
        self.run(self.history.end_all())
        for order_id in self.history.orders:
            assert self.escrow.total(f"order:{order_id}", self.load(order_id).terms.currency) == 0
        self.history.now += timedelta(seconds=FREEZE_S + PAYOUT_S + 1)
        for number in range(len(self.history.payouts)):
            self.run(self.history.make(Call("keeper", "return_payout", (number,))))
        notes = self.escrow.notes()
        assert not [note for note in notes if note.frozen_until(self.history.now)]
        assert not [note for note in notes if note.owner.startswith(("order:", "payout:"))]
        self.what_was_paid_in_and_not_out_is_unspent()
        self.run(self.escrow.ledger.close())
        self.loop.close()

    def run(self, work: Any) -> Any:
        return self.loop.run_until_complete(work)

    @initialize()
    def begin(self) -> None:
        self.run(self.escrow.found())
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
        place = data.draw(st.sampled_from(range(len(self.history.orders))))
        number = data.draw(st.sampled_from(range(len(self.escrow.notes()))))
        # Of an organisation's freezes the last counts.
        self.unkept(self.run(self.history.make(Call(by, "freeze", (number, hours * 3_600), order=place))))

    @precondition(lambda self: self.history.freezes)
    @rule(data=st.data(), by=st.sampled_from(FREEZERS))
    def release(self, data: st.DataObject, by: str) -> None:
        number = data.draw(st.sampled_from(range(len(self.history.freezes))))
        self.unkept(self.run(self.history.make(Call(by, "release", (number,)))))

    def unkept(self, answer: bytes) -> None:
        """What a freeze that was made or released does with its notes, nothing else may."""
        if answer:
            for note_id in Freeze.model_validate_json(answer).notes:
                self.kept.pop(note_id, None)

    @rule(by=st.sampled_from(OWNERS), amount=st.integers(1, MONEY), currency=st.sampled_from((0, 1)))
    def ask_payout(self, by: str, amount: int, currency: int) -> None:
        self.run(self.history.make(Call(by, "ask_payout", (amount, currency))))

    @precondition(lambda self: self.history.payouts)
    @rule(
        data=st.data(),
        what=st.sampled_from(("redeem", "return_payout")),
        by=st.sampled_from(PAYERS),
        reference=st.integers(1, 9),
    )
    def end_payout(self, data: st.DataObject, what: str, by: str, reference: int) -> None:
        number = data.draw(st.sampled_from(range(len(self.history.payouts))))
        self.run(self.history.make(Call(by, what, (number,), number=reference)))

    @precondition(lambda self: self.history.orders)
    @rule(data=st.data(), by=st.sampled_from(("seller", "colleague", "rival", "buyer")))
    def withdraw(self, data: st.DataObject, by: str) -> None:
        """No more orders of the goods; the orders that there are go on."""
        place = data.draw(st.sampled_from(range(len(self.history.orders))))
        self.run(self.history.make(Call(by, "withdraw", order=place)))
        count = len(self.history.orders)
        self.run(self.history.make(Call("stranger", "order_again", order=place)))
        state = self.escrow.ledger.state(Listing.key_of(self.load(self.history.orders[place]).listing))
        assert state is not None
        if Listing.model_validate_json(state).withdrawn_at is not None:
            assert len(self.history.orders) == count

    @rule(amount=st.integers(DUST, MONEY), fined=st.integers(1, MONEY), by=st.sampled_from(FINED))
    def pay_fine(self, amount: int, fined: int, by: str) -> None:
        """A fine from the platform's account to the association's: for who may pay it, and has as much."""
        account, association = "PlatformAMSP:account", "AssociationMSP:account"
        held, received = self.escrow.total(account), self.escrow.total(association)
        number = len(self.escrow.ledger.blocks)
        self.run(issued(self.history, Call("provider", "issue", number=number), account, amount, "CNY"))
        fine = sanction(f"{number:064x}", fined, self.history.now)
        self.run(self.escrow.put("sanction", fine))
        notes = [note.id for note in self.escrow.notes() if note.owner == account and note.currency == "CNY"]
        told = (fine.id, json.dumps(notes[:INPUTS_MAX]))
        try:
            self.run(self.escrow.ledger.submit(self.escrow.person(by), "disclosure:pay_fine", *told))
        except ChaincodeFailed as refusal:
            if not refusal.code.startswith(("ESCROW_", "DISCLOSURE_")):
                raise
            fined = 0
        assert self.escrow.total(account) == held + amount - fined
        assert self.escrow.total(association) == received + fined

    @precondition(lambda self: self.history.orders)
    @rule(data=st.data())
    def move_twice_at_once(self, data: st.DataObject) -> None:
        """Two moves that are endorsed on the same order: the one that is ordered first takes effect, and it alone."""
        choose = choosing(data)
        place = choose(range(len(self.history.orders)))
        order = self.load(self.history.orders[place])
        steps = [step for step in steps_from(order) if step.move not in EVIDENCE_ALONE]
        if not steps:
            return
        found: list[tuple[Move, Endorsed]] = []
        for number in range(2):
            step = choose(steps)
            call = Call(actor_of(choose, step), step.move, order=place, number=len(self.history.calls) + number)
            call = moving(choose, order, call)
            endorsed = self.endorsed(call.by, call.function, order.id, *self.run(self.history.told(call)))
            found += [] if endorsed is None else [(step.move, endorsed)]
        codes = [each.validation_code for each in self.run(self.escrow.ledger.commit([each for _, each in found]))]
        assert codes == ["VALID", "MVCC_READ_CONFLICT"][: len(found)]
        if found:
            self.history.went(order, found[0][0], self.load(order.id))

    @precondition(lambda self: self.history.payouts)
    @rule(data=st.data(), whats=st.permutations(("redeem", "return_payout")))
    def end_payout_twice_at_once(self, data: st.DataObject, whats: list[str]) -> None:
        """A payout that is made and given back at once is one of both."""
        payout = data.draw(st.sampled_from(self.history.payouts))
        told = {"redeem": (f"race-{len(self.escrow.ledger.blocks)}",), "return_payout": ()}
        found = [(what, self.endorsed("provider", what, payout.id, *told[what])) for what in whats]
        going = [(what, endorsed) for what, endorsed in found if endorsed is not None]
        codes = [each.validation_code for each in self.run(self.escrow.ledger.commit([each for _, each in going]))]
        assert codes == ["VALID", "MVCC_READ_CONFLICT"][: len(going)]
        if going and going[0][0] == "redeem":
            self.history.redeemed[payout.currency] += payout.amount_minor

    @invariant()
    def orders_go_where_the_table_says(self) -> None:
        assert [edge for edge in self.history.edges if not edge.is_in_table] == []

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
    def what_was_paid_in_and_not_out_is_unspent(self) -> None:
        notes, history = self.escrow.notes(), self.history
        for currency in history.currencies:
            held = sum(note.amount_minor for note in notes if note.currency == currency)
            assert held == history.issued[currency] - history.redeemed[currency]
        for movement in self.records(Movement):
            taken, made = (sum(each.amount_minor for each in pieces) for pieces in (movement.taken, movement.made))
            one_sided = {MovementKind.ISSUE: (0, made), MovementKind.REDEEM: (taken, 0)}
            assert (taken, made) == one_sided.get(movement.movement, (taken, taken))

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

    def endorsed(self, by: str, function: str, *arguments: object) -> Endorsed | None:
        """A call that is not ordered yet, or None for what the contract refuses with a code of its own."""
        self.escrow.ledger.clock.set(self.history.now)
        try:
            made: Endorsed = self.run(self.escrow.endorse(by, function, *arguments))
        except ChaincodeFailed as error:
            if not error.message.startswith("ESCROW_"):
                raise
            return None
        return made

    def load(self, order_id: str) -> Order:
        state = self.escrow.ledger.state(Order.key_of(order_id))
        assert state is not None
        return Order.model_validate_json(state)

    def records(self, kind: type[AnyRecord]) -> list[AnyRecord]:
        world = self.escrow.ledger.ledger.world.public("chaincode")
        prefix = f"\x00{kind.kind}\x00"
        return [kind.model_validate_json(held.value) for key, held in world.items() if key.startswith(prefix)]


def sanction(sanction_id: str, amount: int, now: datetime) -> Sanction:
    """A fine of PlatformA that is final."""
    return Sanction(
        id=sanction_id,
        msp_id="PlatformAMSP",
        penalty=Penalty.FINE,
        ground=Ground(kind=GroundKind.COMPLAINT, key=("1",)),
        rule="late_disclosure",
        standard=standard().reference,
        tariff=standard().reference,
        state=SanctionState.FINAL,
        due_at=now,
        decide_until=now,
        amount_minor=amount,
        currency="CNY",
        steps=(Step(state=SanctionState.FINAL, at=now, by=OFFICER),),
        payment_reference=f"fine-{sanction_id}",
        recorder=OFFICER,
    )


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
        await escrow.found()
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
    max_examples=6, stateful_step_count=22, deadline=None, suppress_health_check=list(HealthCheck)
)
