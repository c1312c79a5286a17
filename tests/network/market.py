"""A market on the consortium of the tests: a standard with short periods that was voted for, money, and who trades.

Deadlines are those of the ledger's time, which is the proposal's timestamp: endorsers take it when it is at most two
minutes off. So tests date their calls, and none of them waits.
"""

import asyncio
import hashlib
import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

import pytest

from fairledger.escrow.client import as_argument
from fairledger.gateway import Contract, Gateway, Transaction
from fairledger.gateway.errors import EndorseError
from fairledger.wallet import WalletEntry
from fairledger_chaincode.identity import ClientIdentity
from fairledger_contracts.disclosure.callers import ASSOCIATION, REGULATOR
from fairledger_contracts.escrow.callers import anyone
from fairledger_contracts.escrow.contract import Told
from fairledger_contracts.records.agreement import Listing
from fairledger_contracts.records.ballot import Ballot, BallotState
from fairledger_contracts.records.note import Note, owner_of
from fairledger_contracts.records.order import Order
from fairledger_contracts.records.settlement import Settlement
from fairledger_contracts.records.signatory import Signatory
from fairledger_contracts.records.standard import Standard
from fairledger_network.identities import Identities
from tests.network.heights import caught_up, reached
from tests.network.ledger_load import CHANNEL
from tests.network.running_consortium import RunningConsortium
from tests.support.escrow import AREA, CARRIER, PHONE
from tests.support.licensed import licences_for
from tests.support.supervised import parameters_of

VOTERS: Final = {ASSOCIATION: "officer", REGULATOR: "regulator", "PlatformAMSP": "steward", "PlatformBMSP": "warden"}
WATCHED: Final = ("keeper", "buyer", "officer", "regulator")  # one of each organisation
BACK: Final = timedelta(seconds=90)  # how far tests may date back; endorsers take 120 s, and voting takes some
SHORT: Final = 20  # seconds of a period whose end a test dates a call to
PANEL: Final = 8
GRACE: Final = 1
NUMBERS: Final[dict[str, Any]] = {
    **{f"{name}_min_s": 1 for name in ("accept", "ship", "delivery", "cooling_off", "evidence")},
    "cancel_s": SHORT,
    "panel_s": PANEL,
    "grace_s": GRACE,
    "panel_quorum": 2,
    "payout_s": 3_600,
}
LONG: Final = dict.fromkeys((f"{name}_s" for name in ("accept", "ship", "delivery", "cooling_off", "evidence")), 3_600)
BRIEF: Final = {**LONG, "cooling_off_s": SHORT, "evidence_s": SHORT}


class Person(NamedTuple):
    """Somebody of an organisation's wallet; with a role, somebody new."""

    organization: str
    name: str
    role: str = ""
    gln: str | None = None


PEOPLE: Final = {
    "buyer": Person("PlatformB", "consumer"),
    "seller": Person("PlatformB", "merchant"),
    "carrier": Person("PlatformB", "carrier"),
    "inspector": Person("Association", "inspector"),
    "provider": Person("PlatformA", "provider"),
    "officer": Person("Association", "officer"),
    "officer_2": Person("Association", "second", "officer"),
    "officer_3": Person("Association", "third", "officer"),
    "regulator": Person("Regulator", "regulator"),
    "steward": Person("PlatformA", "steward"),
    "warden": Person("PlatformB", "warden"),
    "keeper": Person("PlatformA", "service"),
    "stranger": Person("PlatformA", "stranger", "consumer"),
    "shop": Person("PlatformA", "shop", "merchant", "9521000000063"),
}


class Done(NamedTuple):
    """A transaction that took effect, and that all peers have."""

    result: bytes
    tx_id: str
    block_number: int


@dataclass
class Market:
    """The people, each with a gateway of their own."""

    site: RunningConsortium
    identities: Identities
    stack: AsyncExitStack
    people: dict[str, Person] = field(default_factory=dict)
    gateways: dict[str, Gateway] = field(default_factory=dict)
    standard: Standard = field(init=False)

    async def join(self, called: str, person: Person) -> None:
        """Let somebody take part; who has a role is registered and enrolled first, under a name that nobody has."""
        if person.role:
            person = person._replace(name=f"{person.name}-{secrets.token_hex(4)}")
            await asyncio.to_thread(
                self.identities.register, person.name, person.organization, role=person.role, gln=person.gln
            )
            await asyncio.to_thread(self.identities.enroll, person.name, person.organization)
        self.people[called] = person
        connection = self.site.gateway(person.organization, person.name)
        self.gateways[called] = await self.stack.enter_async_context(connection)

    def contract(self, by: str, name: str = "escrow") -> Contract:
        """A contract of ``credit`` as somebody calls it."""
        return self.gateways[by].network(CHANNEL).contract("credit", name)

    def owner(self, name: str) -> str:
        """The person as notes name them."""
        return owner_of(self.signatory(name))

    def signatory(self, name: str) -> Signatory:
        """The person as records name them."""
        return anyone(ClientIdentity.from_creator(self.entry(name).identity.serialized))

    def entry(self, name: str) -> WalletEntry:
        """The person in their organisation's wallet."""
        person = self.people[name]
        return self.site.wallet(person.organization).get(person.name)

    async def endorsed(self, by: str, function: str, *arguments: Any, at: datetime | None = None) -> Transaction:
        """A signed transaction that is not ordered yet; ``function`` is a contract's, by default of escrow."""
        contract, _, name = function.rpartition(":")
        told = [as_argument(each) for each in arguments]
        proposal = self.contract(by, contract or "escrow").new_proposal(name, *told, at=at)
        return await self.gateways[by].endorse(proposal)

    async def submit(self, by: str, function: str, *arguments: Any, at: datetime | None = None) -> Done:
        """Call a function, and wait until all peers have it."""
        (done,) = await self.ordered_at_once([(by, await self.endorsed(by, function, *arguments, at=at))])
        assert done[0] == "VALID", done
        return done[1]

    async def ordered_at_once(self, transactions: Sequence[tuple[str, Transaction]]) -> list[tuple[str, Done]]:
        """Hand endorsed transactions in, one right after the other; the verdict on each, once all peers have them."""
        commits = [await self.gateways[by].submit(transaction) for by, transaction in transactions]
        found = []
        for (by, transaction), commit in zip(transactions, commits, strict=True):
            status = await self.gateways[by].commit_status(commit)
            found.append((status.name, Done(transaction.result, status.tx_id, status.block_number)))
        await self.everywhere(max(done.block_number for _, done in found))
        return found

    async def everywhere(self, block_number: int) -> None:
        """Wait until the peers of all organisations have a block."""
        await reached([self.gateways[by] for by in WATCHED], block_number)

    async def caught_up(self) -> None:
        """Wait until the peers of all organisations have what any of them has."""
        await caught_up([self.gateways[by] for by in WATCHED])

    async def refused(self, by: str, function: str, *arguments: Any, at: datetime | None = None) -> str:
        """The code with which a call is refused."""
        with pytest.raises(EndorseError) as refusal:
            await self.endorsed(by, function, *arguments, at=at)
        return refusal.value.code

    async def adopt(
        self, name: str, parameters: Mapping[str, int] | None = None, *, at: datetime | None = None
    ) -> Standard:
        """A new version of a standard, by the votes of as many as it takes; in force from its proposal on."""
        moment = at or datetime.now(UTC)
        proposal = {
            "name": name,
            "title": f"Standard {name}",
            "text_sha256": hashlib.sha256(name.encode()).hexdigest(),
            "parameters": {**parameters_of(name), **(parameters or {})},
            "effective_from": moment.isoformat(),
            "votes_until": (moment + timedelta(hours=1)).isoformat(),
        }
        done = await self.submit("officer", "disclosure:propose", proposal, at=moment)
        proposed = Standard.model_validate_json(done.result)
        for voter in VOTERS.values():
            done = await self.submit(voter, "disclosure:vote", name, proposed.version, True, at=moment)
            if Ballot.model_validate_json(done.result).state is BallotState.ADOPTED:
                break
        return proposed.model_copy(update={"adopted_at": moment})

    async def sanctioned(self, order_id: str) -> str:
        """A suspension of PlatformA that is opened for a complaint about an order, which nobody answered: its id."""
        before = datetime.now(UTC) - BACK
        await self.adopt("complaints", {"answer_s": 1}, at=before)
        await self.adopt("sanctions", at=before)
        about = {"kind": "order", "id": order_id}
        complaint = {"about": about, "platform": "PlatformAMSP", "matter": "not_delivered"}
        filed = (await self.submit("buyer", "supervision:complain", complaint, at=before)).tx_id
        await self.submit("buyer", "supervision:push_complaint", filed)
        opened = {
            "msp_id": "PlatformAMSP",
            "penalty": "suspension",
            "ground": {"kind": "complaint", "key": [filed]},
            "rule": "unanswered_complaint",
            "suspension_s": 3_600,
        }
        return (await self.submit("officer", "disclosure:open_sanction", opened)).tx_id

    async def license(self, *names: str) -> None:
        """License people whose role needs it, unless they are already: the consortium is that of other tests, too."""
        creators = [self.entry(name).identity.serialized for name in names]
        for licence in licences_for(creators):
            try:
                await self.submit("officer", "license_service", licence)
            except EndorseError as error:
                if error.code != "ESCROW_LICENCE_HELD":
                    raise

    async def note(self, name: str, amount_minor: int, currency: str = "CNY") -> Note:
        """A new note of a person."""
        payment = {"owner": self.owner(name), "amount_minor": amount_minor}
        done = await self.submit("provider", "issue", f"bank-{secrets.token_hex(8)}", payment, currency)
        return Note.model_validate_json(done.result)

    def terms(self, of: Mapping[str, Any] = PHONE, **other: Any) -> dict[str, Any]:
        """Terms by the standard in force; an hour for everything, but for complaints."""
        version = {"name": self.standard.name, "version": self.standard.version}
        return {**of, "periods": BRIEF, "standard": version, **other}

    async def listed(self, by: str = "seller", of: Mapping[str, Any] = PHONE, **other: Any) -> Listing:
        """A listing."""
        return Listing.model_validate_json((await self.submit(by, "list_goods", self.terms(of, **other))).result)

    async def ordered(self, note: Note | None = None, of: Mapping[str, Any] = PHONE, **other: Any) -> Order:
        """A new order by the buyer."""
        listing = await self.listed(of=of, **other)
        price = note or await self.note("buyer", listing.terms.price_minor)
        area = AREA if listing.terms.gtin else ""
        done = await self.submit("buyer", "order", listing.id, listing.terms_sha256, area, [price.id])
        return Order.model_validate_json(done.result)

    async def shipped(self, **other: Any) -> Order:
        """An order whose parcel is announced."""
        terms = self.terms(PHONE, **other)
        amounts = {"buyer": "price_minor", "seller": "bond_minor"}
        price, bond = await asyncio.gather(*(self.note(name, terms[amount]) for name, amount in amounts.items()))
        order = await self.ordered(price, **other)
        await self.move("seller", "accept", order, [bond.id], None)
        return await self.move("seller", "ship", order, new_serial(), f"P-{secrets.token_hex(6)}", CARRIER)

    async def delivered(self, **other: Any) -> Order:
        """An order whose parcel is at the buyer's."""
        carrier_bond = await self.note("carrier", self.terms(PHONE, **other)["carrier_bond_minor"])
        order = await self.shipped(**other)
        await self.move("carrier", "take_over", order, 450, AREA, [carrier_bond.id])
        return await self.move("carrier", "deliver", order, 450, AREA)

    async def move(self, by: str, function: str, order: Order, *arguments: Any, at: datetime | None = None) -> Order:
        """The order after a move that answers with it."""
        done = await self.submit(by, function, order.id, *arguments, at=at)
        return Order.model_validate_json(done.result)

    async def told(self, order: Order, by: str = "regulator") -> Told:
        """The order with its evidence and settlement, at somebody's own peer."""
        return Told.model_validate_json(await self.contract(by).evaluate("told", order.id))

    async def settlement(self, order: Order) -> Settlement:
        """How an order ended."""
        settlement = (await self.told(order)).settlement
        assert settlement is not None
        return settlement


def after(order: Order) -> datetime:
    """The first moment at which what follows from an order's deadline is due."""
    return until(order) + timedelta(seconds=GRACE, microseconds=1)


def until(order: Order) -> datetime:
    """The last moment of an order's deadline."""
    assert order.due_at is not None
    return order.due_at


def new_serial() -> str:
    """A serial that no other test has."""
    return f"M{secrets.token_hex(6).upper()}"


def paid(settlement: Settlement) -> Mapping[str, int]:
    """Who was paid how much."""
    return settlement.final.model_dump()


@asynccontextmanager
async def open_market(site: RunningConsortium) -> AsyncIterator[Market]:
    """The market, with both platforms as members and a standard in force since ``BACK``, or now if a later one is."""
    async with AsyncExitStack() as stack:
        market = Market(site, Identities(site), stack)
        for called, person in PEOPLE.items():
            await market.join(called, person)
        for platform in ("PlatformAMSP", "PlatformBMSP"):
            try:
                await market.submit("officer", "disclosure:enrol", platform, f"Shop of {platform}")
            except EndorseError as error:
                if error.code != "DISCLOSURE_MEMBER_ENROLLED":
                    raise
        try:
            market.standard = await market.adopt("escrow", NUMBERS, at=datetime.now(UTC) - BACK)
        except EndorseError as error:
            if error.code != "DISCLOSURE_STANDARD_DATES":
                raise
            market.standard = await market.adopt("escrow", NUMBERS)
        await market.license(*PEOPLE)
        yield market
