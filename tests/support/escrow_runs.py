"""Runs: moves of random parties about orders, as a list that any ledger can be driven by, and what became of each move.

Calls name nothing that differs between ledgers: orders count from 0, serials and parcels count, and a wallet is
whatever a person has by then. ``escrow_draws`` draws them.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, Final, Protocol

from fairledger_chaincode.simulator import ChaincodeFailed
from fairledger_contracts.escrow.machine import TABLE, Move
from fairledger_contracts.records.agreement import GoodsKind, Listing
from fairledger_contracts.records.movement import Movement
from fairledger_contracts.records.note import Note
from fairledger_contracts.records.order import FINAL_STATES, Order, OrderState
from fairledger_contracts.records.payment import Payout, provider_of
from fairledger_contracts.records.settlement import Settlement
from tests.support.escrow import AREA, LICENCE, PHONE, EscrowLedger
from tests.support.escrow_run_funds import FUNDS

PARTIES: Final = ("buyer", "seller", "carrier", "inspector", "officer", "officer_2", "officer_3", "stranger", "keeper")
OWNERS: Final = ("buyer", "seller", "carrier", "stranger")
PAUSE: Final = timedelta(milliseconds=10)  # between calls: of two pieces of evidence one is the first
INSTANT: Final = timedelta(microseconds=1)
GRACE: Final = timedelta(seconds=1)  # no standard of a run has more


class Known(Enum):
    """What only the ledger knows that a call is made on."""

    WALLET = "all notes that the caller has in the order's currency"
    SERIAL = "a serial of the run"
    PARCEL = "a parcel of the run"


@dataclass(frozen=True)
class Call:
    """One call of a run, ``wait`` after the one before, or just after the order's deadline.

    ``order`` counts the run's orders. An argument is a JSON value, or ``Known``, which ``number`` completes.
    """

    by: str
    function: str
    arguments: tuple[Any, ...] = ()
    order: int | None = None
    number: int = 0
    wait: timedelta = PAUSE
    after_deadline: bool = False


@dataclass(frozen=True)
class Ended:
    """How an order ended: what must not depend on the ledger that it was on."""

    rule: str
    liable: str
    final: Mapping[str, int]
    evidence: int

    @classmethod
    def of(cls, settlement: Settlement) -> "Ended":
        """What a settlement tells of it."""
        final = settlement.final.model_dump()
        return cls(settlement.rule, settlement.liable, final, len(settlement.evidence))


class RunLedger(Protocol):
    """A ledger with escrow as a run needs it. ``refusal`` is a contract's code, or empty."""

    async def call(self, by: str, function: str, *arguments: Any, at: datetime) -> tuple[str, bytes]:
        """What somebody's call came to at that time: the code of its refusal, and the answer."""
        ...

    async def notes(self, currencies: Sequence[str]) -> list[Note]:
        """All unspent notes in these currencies."""
        ...

    async def movements(self) -> Mapping[str, Movement]:
        """All movements that there were, by id."""
        ...

    async def order(self, order_id: str) -> Order:
        """An order as it is now."""
        ...

    async def ended(self, order_id: str) -> Ended | None:
        """How an order ended, if it did."""
        ...

    def owner(self, name: str) -> str:
        """A person as notes name them."""
        ...

    def provider(self, name: str) -> str:
        """A payment provider as payouts name it."""
        ...


class SimulatedRunLedger:
    """The simulated ledger as runs need it."""

    def __init__(self, escrow: EscrowLedger) -> None:
        self._escrow = escrow

    async def call(self, by: str, function: str, *arguments: Any, at: datetime) -> tuple[str, bytes]:
        """See ``RunLedger``. Whatever the contract does not refuse by a code of its own is a fault."""
        self._escrow.ledger.clock.set(at)
        try:
            return "", await self._escrow.submit(by, function, *arguments)
        except ChaincodeFailed as error:
            if not error.message.startswith("ESCROW_"):
                raise
            return error.message.partition(":")[0], b""

    async def notes(self, currencies: Sequence[str]) -> list[Note]:
        """See ``RunLedger``."""
        return [note for note in self._escrow.notes() if note.currency in currencies]

    async def movements(self) -> Mapping[str, Movement]:
        """See ``RunLedger``."""
        world = self._escrow.ledger.ledger.world.public("chaincode")
        prefix = f"\x00{Movement.kind}\x00"
        found = [Movement.model_validate_json(held.value) for key, held in world.items() if key.startswith(prefix)]
        return {each.id: each for each in found}

    async def order(self, order_id: str) -> Order:
        """See ``RunLedger``."""
        state = self._escrow.ledger.state(Order.key_of(order_id))
        assert state is not None
        return Order.model_validate_json(state)

    async def ended(self, order_id: str) -> Ended | None:
        """See ``RunLedger``."""
        state = self._escrow.ledger.state(Settlement.key_of(order_id))
        return None if state is None else Ended.of(Settlement.model_validate_json(state))

    def owner(self, name: str) -> str:
        """See ``RunLedger``."""
        return self._escrow.owner(name)

    def provider(self, name: str) -> str:
        """See ``RunLedger``."""
        return provider_of(self._escrow.signatory(name))


@dataclass(frozen=True)
class Edge:
    """That a move brought an order from one state to another, or left it where it was."""

    kind: GoodsKind
    state: OrderState
    move: Move
    then: OrderState

    @property
    def is_in_table(self) -> bool:
        """Whether the table of moves has it."""
        told = (self.state, self.move)
        steps = [step for step in TABLE if (step.state, step.move) == told and self.kind in step.kinds]
        return any(self.then in step.then for step in steps)


@dataclass
class Run:
    """A run on a ledger: what was called so far, and what came of it. ``tag`` keeps its things apart from others'.

    ``issued`` and ``redeemed`` are what was paid in and out, by currency; ``edges`` what orders went through.
    """

    ledger: RunLedger
    now: datetime
    standard: Mapping[str, str]
    currencies: Sequence[str] = ("CNY", "USD")
    periods: Mapping[str, int] = field(default_factory=lambda: PHONE["periods"])
    tag: str = "S"
    orders: list[str] = field(default_factory=list)
    payouts: list[Payout] = field(default_factory=list)
    freezes: list[str] = field(default_factory=list)
    issued: Counter[str] = field(default_factory=Counter)
    redeemed: Counter[str] = field(default_factory=Counter)
    edges: set[Edge] = field(default_factory=set)
    calls: list[Call] = field(default_factory=list)
    outcomes: list[str] = field(default_factory=list)

    async def begin(self, amount_minor: int) -> None:
        """Give each of ``OWNERS`` a note of each currency."""
        for name in OWNERS:
            for currency in self.currencies:
                payment = {"owner": self.ledger.owner(name), "amount_minor": amount_minor}
                reference = f"run-{self.tag}-{name}-{currency}"
                refusal, _ = await self.send("provider", "issue", reference, payment, currency)
                assert not refusal, refusal
                self.issued[currency] += amount_minor

    async def play(self, calls: Iterable[Call]) -> None:
        """Make all calls."""
        for each in calls:
            await self.make(each)

    async def make(self, call: Call) -> bytes:
        """Make one call and keep what came of it: its refusal, and the states of all orders. The answer, or nothing."""
        self.calls.append(call)
        order = None if call.order is None else await self.load(call.order)
        if call.after_deadline:
            assert order is not None, "a deadline is an order's"
            assert order.due_at is not None, "an order that has ended has no deadline"
            self.now = max(self.now, order.due_at + GRACE + INSTANT)
        else:
            self.now += call.wait
        if call.function == "order":
            refusal, answer = await self._order(call)
        elif call.function in FUNDS:
            refusal, answer = await FUNDS[call.function](self, call)
        else:
            assert order is not None, "a move is an order's"
            refusal, answer = await self.send(call.by, call.function, order.id, *await self.told(call))
            if not refusal:
                self.went(order, Move(call.function), await self.order_of(call))
        if call.function == "order" and not refusal:
            self.orders.append(Order.model_validate_json(answer).id)
        states = [str((await self.load(number)).state) for number in range(len(self.orders))]
        self.outcomes.append(f"{call.by} {call.function}: {refusal or 'done'}, {states}")
        return answer

    def went(self, before: Order, move: Move, after: Order) -> None:
        """Note what an order went through."""
        self.edges.add(Edge(before.terms.kind, before.state, move, after.state))

    async def order_of(self, call: Call) -> Order:
        """The order that a call is about."""
        assert call.order is not None, "the call is about an order"
        return await self.load(call.order)

    async def load(self, number: int) -> Order:
        """The run's order of that number."""
        return await self.ledger.order(self.orders[number])

    async def end_all(self) -> None:
        """Have every order ended by anybody, in at most two steps: a rule's, and the panel's."""
        for number in range(len(self.orders)):
            for _ in range(2):
                if (await self.load(number)).state not in FINAL_STATES:
                    await self.make(overdue(number))
            assert (await self.load(number)).state in FINAL_STATES

    async def money(self) -> dict[str, list[int]]:
        """What each owner's notes are worth, by person and currency, locks by the number of their order."""
        found: dict[str, list[int]] = {}
        for note in await self.ledger.notes(self.currencies):
            owner, amount = self.told_note(note)
            found.setdefault(owner, []).append(amount)
        return {owner: sorted(amounts) for owner, amounts in sorted(found.items())}

    def told_note(self, note: Note) -> tuple[str, int]:
        """A note as any ledger has it: owner and currency, and amount; locks by the number of their order or payout."""
        names = {self.ledger.owner(name): name for name in PARTIES}
        names |= {f"order:{order_id}": f"order {number}" for number, order_id in enumerate(self.orders)}
        names |= {f"payout:{payout.id}": f"payout {number}" for number, payout in enumerate(self.payouts)}
        owner = names.get(note.owner, note.owner)
        return f"{owner} {self.currencies.index(note.currency)}", note.amount_minor

    async def ends(self) -> list[Ended | None]:
        """How the orders ended."""
        return [await self.ledger.ended(order_id) for order_id in self.orders]

    async def _order(self, call: Call) -> tuple[str, bytes]:
        kind, place = call.arguments
        terms = {**(PHONE if kind == "standard" else LICENCE), "periods": dict(self.periods)}
        terms |= {"currency": self.currencies[place], "standard": dict(self.standard)}
        refusal, answer = await self.send("seller", "list_goods", terms)
        assert not refusal, refusal
        listing = Listing.model_validate_json(answer)
        area = AREA if kind == "standard" else ""
        wallet = await self.wallet(call.by, self.currencies[place])
        return await self.send(call.by, "order", listing.id, listing.terms_sha256, area, wallet)

    async def wallet(self, name: str, currency: str) -> list[str]:
        """The ids of a person's notes."""
        owner = self.ledger.owner(name)
        return sorted(note.id for note in await self.ledger.notes([currency]) if note.owner == owner)[:64]

    async def told(self, call: Call) -> list[Any]:
        """The arguments of a move as they are now; the order's id is not among them."""
        currency = (await self.order_of(call)).terms.currency
        return [await self._told(call, each, currency) for each in call.arguments]

    async def _told(self, call: Call, argument: Any, currency: str) -> Any:
        if argument is Known.WALLET:
            return await self.wallet(call.by, currency)
        if argument is Known.SERIAL:
            return f"{self.tag}{call.number}"
        return f"P-{self.tag}-{call.number:04}" if argument is Known.PARCEL else argument

    async def send(self, by: str, function: str, *arguments: Any) -> tuple[str, bytes]:
        """Call a function a moment later; its refusal, and the answer."""
        self.now += PAUSE
        return await self.ledger.call(by, function, *arguments, at=self.now)


def overdue(number: int) -> Call:
    """Anybody has an order decided as soon as its deadline has passed."""
    return Call("keeper", str(Move.DUE), order=number, after_deadline=True)
