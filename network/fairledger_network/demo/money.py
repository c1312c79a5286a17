"""Money on the ledger: paid in at the provider, split into notes, traced back, and paid out again."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from fairledger_contracts.records.note import ORDER_LOCK, PAYOUT_LOCK, account_of
from fairledger_contracts.records.payment import provider_of
from fairledger_network.demo.people import People, Step
from fairledger_network.demo.provider import PROVIDER, Provider
from fairledger_network.demo.service import Service
from fairledger_network.demo.teller import Teller
from fairledger_network.errors import DemoFailed

CURRENCY = "CNY"
PAYERS = ("consumer", "merchant", "carrier", "processor")
LOCKS = {ORDER_LOCK: "the order", PAYOUT_LOCK: "the payout"}


class Money:
    """Notes of this run of the demo, by owner; ``run`` tells its payments from those of other runs.

    ``provider`` is the system of the payment provider, None where nobody pays or is paid there.
    """

    def __init__(
        self,
        services: Mapping[str, Service],
        people: People,
        teller: Teller,
        run: str,
        provider: Provider | None = None,
    ) -> None:
        self._services = services
        self._people = people
        self._teller = teller
        self._run = run
        self._provider = provider
        self._deposits = 0
        self._references: set[str] = set()
        self._notes: dict[tuple[str, int], list[str]] = {}
        self._names = {people.owner(person): person for person in (*PAYERS, PROVIDER)}

    def pay_in(self, needs: Mapping[str, Sequence[int]]) -> None:
        """The provider makes a note for each payment received; the owners split theirs into the amounts they need."""
        self._teller.act("Money comes onto the ledger")
        issued = self._people.write_all([self._issue(person, sum(amounts)) for person, amounts in needs.items()])
        splits = [
            Step(
                person, f"splits it into {len(amounts)} notes", "/escrow/notes/pay", self._split(person, note, amounts)
            )
            for (person, amounts), note in zip(needs.items(), issued, strict=True)
        ]
        for (person, amounts), made in zip(needs.items(), self._people.write_all(splits), strict=True):
            for amount, note in zip(amounts, made, strict=True):
                self._notes.setdefault((person, amount), []).append(note["id"])

    def pay_into_account(self, msp_id: str, amount: int) -> str:
        """A note for what an organisation paid in, for its officials to spend; the note's id."""
        self._deposits += 1
        payment = {"owner": account_of(msp_id), "amount_minor": amount}
        body = {"reference": f"ACC-{self._run}-{self._deposits}", "payment": payment, "currency": CURRENCY}
        note = self._people.write(PROVIDER, f"{amount_of(amount)} from {msp_id}", "/escrow/notes", body)
        return str(note["id"])

    def pay_at_provider(self, name: str, owner: str, amount: int) -> str:
        """A payment at the provider, whose own system tells of it; the note that comes of it."""
        self._deposits += 1
        reference = f"WEB-{self._run}-{self._deposits}"
        payment = {"amount_minor": amount, "currency": CURRENCY, "reference": reference}
        note = self._system.pay(owner, payment, f"{amount_of(amount)} from {name}")
        self._references.add(reference)
        return note

    def pay_for_one(self, person: str, amount: int) -> None:
        """Have a person pay at the provider, for the next thing of that price."""
        note = self.pay_at_provider(person, self._people.owner(person), amount)
        self._notes.setdefault((person, amount), []).append(note)

    def take(self, person: str, amount: int) -> list[str]:
        """A note of that amount, as its owner spends it; none for nothing."""
        return [self._notes[person, amount].pop()] if amount else []

    def tell_flow(self, order: str, person: str) -> None:
        """All money of an order, back to the payments it came from. Raises ``DemoFailed`` where it came from none."""
        flow = self._people.see(person, "/escrow/flow", order=order)
        references = [each["reference"] for each in flow["movements"] if each["movement"] == "issue"]
        if not self._references.intersection(references):
            raise DemoFailed(
                f"the money of order {order} does not lead back to {person}'s payment, but to {references}"
            )
        for movement in flow["movements"]:
            told = movement["reason"] or movement["reference"]
            self._teller.say(
                f"  {movement['movement']:<7} {self._side(movement['taken']) or 'a payment':<34} →"
                f" {self._side(movement['made']) or 'paid out'} [dim]{told}[/]"
            )

    def pay_out(self, person: str, order: str, amount: int) -> None:
        """The provider's system pays out what an order paid somebody. Raises ``DemoFailed`` where that is less."""
        paid = self._received(person, order)
        body = {"notes": [paid["note"]], "amount_minor": amount, "currency": CURRENCY, "provider": self._place}
        payout = self._people.write(person, f"asks for {amount_of(amount)}", "/escrow/payouts", body)
        self._system.await_payout(payout["id"])
        self._people.note(self._people.home(PROVIDER))
        movements = self._people.see(person, "/escrow/flow", payout=payout["id"])["movements"]
        redeemed = next(each for each in movements if (each["movement"], each["payout"]) == ("redeem", payout["id"]))
        what = f"by signed webhook: {amount_of(amount)} paid out"
        self._people.tell(PROVIDER, what, f"transaction {redeemed['id']}")

    def check_circulation(self) -> None:
        """Each organisation adds up for itself: what came in less what went out is what is there."""
        self._teller.act("The money adds up")
        for name in self._services:
            service = self._people.at(name)
            totals = service.get("/escrow/circulation")
            if not totals or not all(total["conserved"] for total in totals):
                raise DemoFailed(f"{service.organization} finds that money was lost or made: {totals}")
        told = ", ".join(f"{amount_of(total['unspent_minor'])} {total['currency']}" for total in totals)
        self._teller.say(f"All {len(self._services)} organisations add up the same: {told} are in circulation.")
        page = self._teller.link(f"{self._services['Regulator'].url}/funds")
        self._teller.came_to(f"{told} in circulation, as all {len(self._services)} add it up", page)

    @property
    def _system(self) -> Provider:
        if self._provider is None:
            raise DemoFailed("no payment provider's system runs")
        return self._provider

    @property
    def _place(self) -> str:
        return provider_of(self._people.home(PROVIDER).signatory(PROVIDER))

    def _reference(self, person: str) -> str:
        return f"PAY-{self._run}-{person}"

    def _issue(self, person: str, amount: int) -> Step:
        payment = {"owner": self._people.owner(person), "amount_minor": amount}
        body = {"reference": self._reference(person), "payment": payment, "currency": CURRENCY}
        return Step(PROVIDER, f"{amount_of(amount)} from {person}", "/escrow/notes", body)

    def _split(self, person: str, note: Mapping[str, Any], amounts: Sequence[int]) -> dict[str, Any]:
        owner = self._people.owner(person)
        return {"notes": [note["id"]], "payments": [{"owner": owner, "amount_minor": amount} for amount in amounts]}

    def _received(self, person: str, order: str) -> dict[str, Any]:
        flow = self._people.see(person, "/escrow/flow", order=order)
        owner = self._people.owner(person)
        pieces = [
            piece
            for movement in flow["movements"]
            if movement["movement"] == "settle"
            for piece in movement["made"]
            if piece["owner"] == owner
        ]
        if not pieces:
            raise DemoFailed(f"order {order} paid {person} nothing")
        return dict(pieces[-1])

    def _side(self, pieces: Sequence[Mapping[str, Any]]) -> str:
        """One side of a movement: whose how much is."""
        amounts: Counter[str] = Counter()
        for piece in pieces:
            lock = LOCKS.get(piece["owner"].partition(":")[0])
            amounts[lock or self._names.get(piece["owner"], "somebody")] += piece["amount_minor"]
        return ", ".join(f"{name} {amount_of(amount)}" for name, amount in amounts.items())


def amount_of(minor: int) -> str:
    """An amount in units, as people write it."""
    return f"{minor / 100:,.2f}"
