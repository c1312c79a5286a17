"""Random parties make random moves, legal and illegal: money is conserved, and every order ends."""

import asyncio
from datetime import timedelta
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from fairledger_chaincode.record import Record
from fairledger_chaincode.simulator import ChaincodeFailed
from fairledger_contracts.escrow.machine import TABLE, Move
from fairledger_contracts.records.evidence import Finding
from fairledger_contracts.records.freeze import Freeze, FreezeClock
from fairledger_contracts.records.movement import Movement, MovementKind
from fairledger_contracts.records.note import Note, made_by
from fairledger_contracts.records.order import FINAL_STATES, Claim, Order, OrderState
from fairledger_contracts.records.settlement import Settlement
from tests.support.escrow import (
    AREA,
    CARRIER,
    KEY,
    LICENCE,
    MONEY,
    PHONE,
    SEALED,
    EscrowLedger,
    commitment,
    ledger_with_escrow,
    standard,
)

FREEZERS = ("steward", "regulator", "warden", "seller")
FREEZE_S = standard().parameters["freeze_s"]
PARTIES = ("buyer", "seller", "carrier", "inspector", "officer", "officer_2", "officer_3", "stranger", "keeper")
CURRENCIES = ("CNY", "USD")
ORDERS_MAX = 5
SHORT_CUTS = frozenset({Move.DECLINE, Move.CANCEL, Move.DUE, Move.CONFIRM, Move.PROVE_WRONG_KEY})
LATE_STATES = frozenset({OrderState.DISPUTED, OrderState.PROPOSED})
AnyRecord = TypeVar("AnyRecord", bound=Record)
shares = st.sampled_from((0, 1, 333, 500, 1_000))


class RandomHistories(RuleBasedStateMachine):
    """Every rule is one call by somebody; what is refused changes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.escrow = EscrowLedger(ledger_with_escrow())
        self.orders: list[str] = []
        self.money = dict.fromkeys(CURRENCIES, 0)
        self.serials = 0
        self.freezes: list[str] = []
        self.kept: dict[str, Note] = {}  # notes that were frozen after the last call

    def teardown(self) -> None:
        self.run(self.end_all())
        self.run(self.escrow.ledger.close())
        self.loop.close()

    def run(self, work: Any) -> Any:
        return self.loop.run_until_complete(work)

    @initialize()
    def begin(self) -> None:
        self.run(self.escrow.put("standard", standard()))
        for name in ("buyer", "seller", "carrier", "stranger"):
            for currency in CURRENCIES:
                self.run(self.escrow.money(name, MONEY, currency))
                self.money[currency] += MONEY

    @precondition(lambda self: len(self.orders) < ORDERS_MAX)
    @rule(terms=st.sampled_from((PHONE, LICENCE)), currency=st.sampled_from(CURRENCIES), by=st.sampled_from(PARTIES))
    def order(self, terms: dict[str, Any], currency: str, by: str) -> None:
        listing = self.run(self.escrow.listed(terms, currency=currency))
        area = AREA if terms is PHONE else ""
        answer = self.call(by, "order", listing.id, listing.terms_sha256, area, self.wallet(by, currency))
        if answer is not None:
            self.orders.append(Order.model_validate_json(answer).id)

    @precondition(lambda self: len(self.orders) < ORDERS_MAX)
    @rule(data=st.data(), terms=st.sampled_from((PHONE, LICENCE)), length=st.integers(3, 9))
    def go_far(self, data: st.DataObject, terms: dict[str, Any], length: int) -> None:
        """An order that does not end at once, so that later states are as often seen as early ones."""
        before = len(self.orders)
        self.order(terms, "CNY", "buyer")
        if len(self.orders) == before:  # the buyer has no money left
            return
        for _ in range(length):
            order = self.load(self.orders[-1])
            onward = [
                step
                for step in TABLE
                if step.state == order.state and order.terms.kind in step.kinds and step.move not in SHORT_CUTS
            ]
            if order.state in LATE_STATES and data.draw(st.booleans()):
                self.run(self.escrow.overdue(order))
            elif onward:
                step = data.draw(st.sampled_from(onward))
                actor = data.draw(st.sampled_from(sorted(step.who)))
                self.move(data, order, step.move, actor if actor in PARTIES else "keeper")

    @precondition(lambda self: self.orders)
    @rule(data=st.data())
    def move_as_the_table_says(self, data: st.DataObject) -> None:
        """A move that the table names for the order's state, by whoever is drawn."""
        order = self.load(data.draw(st.sampled_from(self.orders)))
        steps = [step for step in TABLE if step.state == order.state and order.terms.kind in step.kinds]
        if steps:
            step = data.draw(st.sampled_from(steps))
            actor = data.draw(st.sampled_from(sorted(step.who)))
            self.move(data, order, step.move, actor if actor in PARTIES else "keeper")

    @precondition(lambda self: self.orders)
    @rule(data=st.data(), move=st.sampled_from(Move), by=st.sampled_from(PARTIES))
    def move_anyhow(self, data: st.DataObject, move: Move, by: str) -> None:
        self.move(data, self.load(data.draw(st.sampled_from(self.orders))), move, by)

    @rule(hours=st.sampled_from((1, 6, 30, 24 * 8)))
    def time_goes_by(self, hours: int) -> None:
        self.escrow.ledger.clock.advance(timedelta(hours=hours))

    @rule(
        payer=st.sampled_from(PARTIES),
        payee=st.sampled_from(PARTIES),
        amount=st.integers(1, MONEY),
        currency=st.sampled_from(CURRENCIES),
    )
    def pay(self, payer: str, payee: str, amount: int, currency: str) -> None:
        held = self.escrow.total(self.escrow.owner(payer), currency)
        payments = [
            {"owner": self.escrow.owner(payee), "amount_minor": amount},
            {"owner": self.escrow.owner(payer), "amount_minor": max(held - amount, 1)},
        ]
        self.call(payer, "pay", self.wallet(payer, currency), payments)

    @precondition(lambda self: self.orders)
    @rule(data=st.data(), by=st.sampled_from(FREEZERS), hours=st.sampled_from((1, 24, 24 * 14, 24 * 15)))
    def freeze(self, data: st.DataObject, by: str, hours: int) -> None:
        """Any note, on the ground of any order; most are refused."""
        order_id = data.draw(st.sampled_from(self.orders))
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
        for currency in CURRENCIES:
            assert sum(note.amount_minor for note in notes if note.currency == currency) == self.money[currency]
        for movement in self.records(Movement):
            taken = sum(piece.amount_minor for piece in movement.taken)
            assert taken in (0, sum(piece.amount_minor for piece in movement.made))

    @invariant()
    def what_an_order_says_it_holds_it_holds_and_it_holds_nothing_at_its_end(self) -> None:
        for order_id in self.orders:
            order = self.load(order_id)
            held = [each for each in (order.price, order.bond, order.carrier_bond) if each is not None]
            told = sum(each.amount_minor for each in held)
            assert self.escrow.total(f"order:{order_id}", order.terms.currency) == told
            is_final = order.state in FINAL_STATES
            assert (order.due_at is None, not held or not is_final) == (is_final, True)
            settled = self.escrow.ledger.state(Settlement.key_of(order_id))
            assert (settled is not None) == is_final

    async def end_all(self) -> None:
        """Whatever the history, anybody can have every order ended, in at most two steps: a rule's, and the panel's."""
        for order_id in self.orders:
            order = self.load(order_id)
            for _ in range(2):
                if order.state not in FINAL_STATES:
                    order = await self.escrow.overdue(order)
            assert order.state in FINAL_STATES
            assert self.escrow.total(f"order:{order_id}", order.terms.currency) == 0
        self.escrow.ledger.clock.advance(timedelta(seconds=FREEZE_S + 1))
        now = self.escrow.ledger.clock.now()
        assert not [note for note in self.escrow.notes() if note.frozen_until(now)]

    def move(self, data: st.DataObject, order: Order, move: Move, by: str) -> None:
        draw = data.draw
        self.serials += 1
        wallet = self.wallet(by, order.terms.currency)
        area = st.sampled_from((AREA, "u33"))
        arguments: dict[Move, tuple[Any, ...]] = {
            Move.ACCEPT: (wallet, commitment() if order.terms.kind == "virtual" else None),
            Move.RELEASE_KEY: (KEY.hex(),),
            Move.PROVE_WRONG_KEY: (SEALED,),
            Move.SHIP: (f"S{self.serials}", f"P-{self.serials:04}", CARRIER),
            Move.TAKE_OVER: (draw(st.sampled_from((200, 450))), AREA, wallet),
            Move.SCAN: (AREA,),
            Move.DELIVER: (draw(st.sampled_from((200, 450))), draw(area)),
            Move.REFUSE: (450, AREA),
            Move.CHECK_TAG: (draw(st.sampled_from(("S1", f"S{self.serials - 1}"))), draw(st.booleans())),
            Move.DISPUTE: (draw(st.sampled_from(Claim)), "why"),
            Move.INSPECT: (draw(st.sampled_from(Finding)), "ab" * 32),
            Move.PROPOSE: (draw(shares), draw(shares)),
            Move.AGREE: _last(order),
            Move.VOTE: (draw(shares), draw(shares)),
        }
        self.call(by, str(move), order.id, *arguments.get(move, ()))

    def call(self, by: str, function: str, *arguments: object) -> bytes | None:
        """The answer, or None for what the contract refuses with a code of its own."""
        try:
            answer: bytes = self.run(self.escrow.submit(by, function, *arguments))
        except ChaincodeFailed as error:
            if not error.message.startswith("ESCROW_"):
                raise
            return None
        return answer

    def wallet(self, name: str, currency: str) -> list[str]:
        owner = self.escrow.owner(name)
        return [note.id for note in self.escrow.notes() if (note.owner, note.currency) == (owner, currency)][:64]

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


def _last(order: Order) -> tuple[int, int]:
    if not order.proposals:
        return (0, 0)
    return order.proposals[-1].price_permille, order.proposals[-1].bond_permille


TestRandomHistories = RandomHistories.TestCase
TestRandomHistories.settings = settings(
    max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
