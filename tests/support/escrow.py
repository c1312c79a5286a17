"""The contract ``escrow`` on a simulated ledger, with people, money and a standard."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import BaseModel

from fairledger_chaincode import Context, Contract, transaction
from fairledger_chaincode.canonical import canonical_json
from fairledger_chaincode.identity import ClientIdentity
from fairledger_chaincode.simulator import ChaincodeFailed, Endorsed, LedgerSimulator, SimulatedIdentity
from fairledger_contracts.escrow.callers import anyone
from fairledger_contracts.escrow.contract import Escrow, Told
from fairledger_contracts.records.agreement import Listing, Terms
from fairledger_contracts.records.complaint import Complaint
from fairledger_contracts.records.member import Member
from fairledger_contracts.records.note import Note, owner_of
from fairledger_contracts.records.order import Claim, Order
from fairledger_contracts.records.sanction import Sanction
from fairledger_contracts.records.settlement import Settlement
from fairledger_contracts.records.signatory import Signatory
from fairledger_contracts.records.standard import Standard
from fairledger_contracts.records.suspension import Suspension
from fairledger_contracts.records.warrant import Warrant
from fairledger_contracts.trace.contract import Trace
from tests.support.licensed import PLATFORMS, licences_for

NOON: Final = datetime(2026, 6, 1, 12, tzinfo=UTC)
LONG_AGO: Final = datetime(2026, 1, 1, tzinfo=UTC)
ORGANIZATIONS: Final = ("PlatformAMSP", "PlatformBMSP", "AssociationMSP", "RegulatorMSP")
STANDARD_FILE: Final = Path(__file__).parents[2] / "standards" / "escrow.json"
OFFICER: Final = Signatory(msp_id="AssociationMSP", id="eDUwOTo6", role="officer", gln="")

DAY: Final = 86_400
AREA: Final = "wtw"
GTIN: Final = "09521000001107"
SERIAL: Final = "FP1"
ITEM: Final = f"https://id.gs1.org/01/{GTIN}/21/{SERIAL}"
CARRIER: Final = {"msp_id": "PlatformBMSP", "place": "9521000000032"}
PHONE: Final[dict[str, Any]] = {
    "kind": "standard",
    "model": "FP-1 phone",
    "gtin": GTIN,
    "binding": "tag",
    "weight_g": 300,
    "price_minor": 100_001,
    "bond_minor": 10_001,
    "carrier_bond_minor": 50_001,
    "currency": "CNY",
    "periods": {
        "accept_s": DAY,
        "ship_s": 2 * DAY,
        "delivery_s": 5 * DAY,
        "cooling_off_s": 7 * DAY,
        "evidence_s": 3 * DAY,
    },
    "undecided_price_permille": 500,
    "standard": {"name": "escrow", "version": "0001"},
}
LICENCE: Final[dict[str, Any]] = {
    **PHONE,
    "kind": "virtual",
    "model": "Office licence",
    "gtin": "",
    "binding": "none",
    "weight_g": 0,
    "price_minor": 5_000,
    "bond_minor": 5_000,
    "carrier_bond_minor": 0,
}
KEY: Final = bytes(range(32))
SEALED: Final = bytes(12) + AESGCM(KEY).encrypt(bytes(12), b"LICENCE-0001", None)
MONEY: Final = 1_000_000  # what each party begins with

PEOPLE: Final = {
    "buyer": ("PlatformAMSP", "consumer", ""),
    "stranger": ("PlatformAMSP", "consumer", ""),
    "seller": ("PlatformAMSP", "merchant", "9521000000049"),
    "colleague": ("PlatformAMSP", "merchant", "9521000000049"),
    "branch": ("PlatformBMSP", "merchant", "9521000000049"),  # of the seller's business, enrolled elsewhere
    "rival": ("PlatformBMSP", "merchant", "9521000000056"),
    "officers_shop": ("AssociationMSP", "merchant", "9521000000070"),
    "carrier": ("PlatformBMSP", "carrier", "9521000000032"),
    "other_carrier": ("PlatformAMSP", "carrier", "9521000000063"),
    "inspector": ("AssociationMSP", "inspector", ""),
    "carriers_inspector": ("PlatformBMSP", "inspector", "9521000000032"),
    "carriers_inspector_elsewhere": ("AssociationMSP", "inspector", "9521000000032"),
    "sellers_inspector": ("AssociationMSP", "inspector", "9521000000049"),
    "platforms_inspector": ("PlatformAMSP", "inspector", ""),
    "provider": ("PlatformAMSP", "provider", ""),
    "other_provider": ("PlatformBMSP", "provider", ""),
    "officer": ("AssociationMSP", "officer", ""),
    "officer_2": ("AssociationMSP", "officer", ""),
    "officer_3": ("AssociationMSP", "officer", ""),
    "sellers_officer": ("AssociationMSP", "officer", "9521000000049"),
    "impostor": ("PlatformAMSP", "officer", ""),
    "regulator": ("RegulatorMSP", "regulator", ""),
    "steward": ("PlatformAMSP", "platform-officer", ""),
    "warden": ("PlatformBMSP", "platform-officer", ""),
    "keeper": ("PlatformBMSP", "service", ""),
    "forged_provider": ("RegulatorMSP", "provider", ""),
    "forged_carrier": ("PlatformBMSP", "carrier", "9521000000032"),  # the carrier's platform certifies one more
    "forged_inspector": ("RegulatorMSP", "inspector", ""),
}
UNLICENSED: Final = frozenset({"forged_provider", "forged_carrier", "forged_inspector"})


def standard(version: str = "0001", *, since: datetime = NOON - timedelta(days=9), **parameters: int) -> Standard:
    """The first standard, with other numbers where they are given."""
    told = json.loads(STANDARD_FILE.read_text())
    return Standard(
        name=told["name"],
        version=version,
        title=told["title"],
        text_sha256=hashlib.sha256(STANDARD_FILE.with_suffix(".md").read_bytes()).hexdigest(),
        parameters={**told["parameters"], "grace_s": 0, **parameters},  # a simulated ledger has one clock
        effective_from=since,
        proposed_at=since,
        adopted_at=since,
        recorder=OFFICER,
    )


def member(msp_id: str) -> Member:
    """A platform that trades."""
    return Member(msp_id=msp_id, name=f"Shop of {msp_id}", since=LONG_AGO, recorder=OFFICER)


def commitment(key: bytes = KEY, sealed: bytes = SEALED, goods: bytes = b"LICENCE-0001") -> dict[str, Any]:
    """What a seller of virtual goods is bound to."""
    return {
        "ciphertext_sha256": hashlib.sha256(sealed).hexdigest(),
        "key_sha256": hashlib.sha256(key).hexdigest(),
        "plaintext_sha256": hashlib.sha256(goods).hexdigest(),
        "size_bytes": len(sealed),
    }


class Rulebook(Contract):
    """Puts records on the ledger that other contracts own; for tests alone."""

    name = "rulebook"

    @transaction
    async def standard(self, ctx: Context, record: Standard) -> None:
        """Put a standard."""
        await ctx.ledger.save(record)

    @transaction
    async def member(self, ctx: Context, record: Member) -> None:
        """Put a member."""
        await ctx.ledger.save(record)

    @transaction
    async def suspension(self, ctx: Context, record: Suspension) -> None:
        """Put a suspension."""
        await ctx.ledger.save(record)

    @transaction
    async def complaint(self, ctx: Context, record: Complaint) -> None:
        """Put a complaint."""
        await ctx.ledger.save(record)

    @transaction
    async def sanction(self, ctx: Context, record: Sanction) -> None:
        """Put a sanction."""
        await ctx.ledger.save(record)

    @transaction
    async def warrant(self, ctx: Context, record: Warrant) -> None:
        """Put a warrant."""
        await ctx.ledger.save(record)


def ledger_with_escrow(*others: Contract) -> LedgerSimulator:
    """A channel that runs the contract, and ``others``, at noon."""
    ledger = LedgerSimulator([Trace(), Escrow(), Rulebook(), *others], ORGANIZATIONS)
    ledger.clock.set(NOON)
    return ledger


@dataclass
class EscrowLedger:
    """The contract as its people see it; persons are called by the names of ``PEOPLE``."""

    ledger: LedgerSimulator
    issued: int = 0
    people: dict[str, SimulatedIdentity] = field(default_factory=dict)

    def person(self, name: str) -> SimulatedIdentity:
        """The identity of that name, enrolled when it is first asked for."""
        if name not in self.people:
            msp_id, role, gln = PEOPLE[name]
            attributes = {"role": role, **({"gln": gln} if gln else {})}
            authority = self.ledger.authority(msp_id)
            self.people[name] = authority.issue(
                name, attributes=attributes, not_before=LONG_AGO, not_after=LONG_AGO + timedelta(days=3_650)
            )
        return self.people[name]

    def signatory(self, name: str) -> Signatory:
        """The person as records name them."""
        return anyone(ClientIdentity.from_creator(self.person(name).serialized))

    def owner(self, name: str) -> str:
        """The person as notes name them."""
        return owner_of(self.signatory(name))

    async def submit(self, name: str, function: str, *arguments: object) -> bytes:
        """Call a function of the contract, with arguments that are JSON where they are neither text nor bytes."""
        sent = [_argument(each) for each in arguments]
        return (await self.ledger.submit(self.person(name), f"escrow:{function}", *sent)).result

    async def endorse(self, name: str, function: str, *arguments: object) -> Endorsed:
        """Have a call of the contract endorsed that is not ordered yet."""
        sent = [_argument(each) for each in arguments]
        return await self.ledger.endorse(self.person(name), f"escrow:{function}", *sent)

    async def refused(self, name: str, function: str, *arguments: object) -> str:
        """The code with which a call is refused."""
        with pytest.raises(ChaincodeFailed) as failure:
            await self.submit(name, function, *arguments)
        return failure.value.message.partition(":")[0]

    async def put(self, kind: str, record: BaseModel) -> None:
        """Put a record of another contract."""
        await self.ledger.submit(self.person("keeper"), f"rulebook:{kind}", record.model_dump_json())

    async def found(self, first: Standard | None = None) -> None:
        """Put a first standard in force and both platforms on record, and license all whose roles need it.

        Those who are ``UNLICENSED`` are not licensed.
        """
        await self.put("standard", first or standard())
        for platform in PLATFORMS:
            await self.put("member", member(platform))
        await self.license(*(name for name in PEOPLE if name not in UNLICENSED))

    async def license(self, *names: str) -> None:
        """License people, as an officer of the association."""
        for licence in licences_for(self.person(name).serialized for name in names):
            await self.submit("officer", "license_service", licence)

    async def money(self, name: str, amount: int = MONEY, currency: str = "CNY") -> Note:
        """A new note of a person."""
        self.issued += 1
        payment = {"owner": self.owner(name), "amount_minor": amount}
        answer = await self.submit("provider", "issue", f"bank-{self.issued}", payment, currency)
        return Note.model_validate_json(answer)

    async def listed(self, terms: dict[str, Any] = PHONE, by: str = "seller", **other: Any) -> Listing:
        """A listing on these terms."""
        return Listing.model_validate_json(await self.submit(by, "list_goods", {**terms, **other}))

    async def ordered(self, terms: dict[str, Any] = PHONE, **other: Any) -> Order:
        """A new order by the buyer with the price locked."""
        listing = await self.listed(terms, **other)
        note = await self.money("buyer", listing.terms.price_minor)
        area = "" if listing.terms.gtin == "" else AREA
        answer = await self.submit("buyer", "order", listing.id, listing.terms_sha256, area, [note.id])
        return Order.model_validate_json(answer)

    async def accepted(self, terms: dict[str, Any] = PHONE, **other: Any) -> Order:
        """An order that its seller accepted."""
        order = await self.ordered(terms, **other)
        bond = await self.money("seller", order.terms.bond_minor)
        bound = commitment() if order.terms.kind == "virtual" else None
        return await self.move("seller", "accept", order, [bond.id], bound)

    async def shipped(self, serial: str = SERIAL, **other: Any) -> Order:
        """An order whose parcel is announced."""
        order = await self.accepted(**other)
        return await self.move("seller", "ship", order, serial, f"P-{self.issued:04}", CARRIER)

    async def carried(self, weight_g: int = 450, **other: Any) -> Order:
        """An order whose parcel the carrier has."""
        order = await self.shipped(**other)
        bond = await self.money("carrier", order.terms.carrier_bond_minor)
        return await self.move("carrier", "take_over", order, weight_g, AREA, [bond.id])

    async def delivered(self, weight_g: int = 450, area: str = AREA, *, sent_g: int = 450, **other: Any) -> Order:
        """An order whose parcel is at the buyer's."""
        order = await self.carried(sent_g, **other)
        return await self.move("carrier", "deliver", order, weight_g, area)

    async def disputed(self, claim: str = "other", **other: Any) -> Order:
        """An order that the buyer complains about."""
        order = await self.delivered(**other)
        return await self.move("buyer", "dispute", order, Claim(claim), "it is not as agreed")

    async def in_panel(self) -> Order:
        """An order that no rule decides."""
        return await self.overdue(await self.disputed())

    async def released(self, key: bytes = KEY, bound: dict[str, Any] | None = None, **other: Any) -> Order:
        """Virtual goods whose key is out."""
        order = await self.ordered(LICENCE, **other)
        bond = await self.money("seller", order.terms.bond_minor)
        order = await self.move("seller", "accept", order, [bond.id], bound or commitment(key))
        await self.move("buyer", "hold", order)
        return await self.move("seller", "release_key", order, key.hex())

    async def move(self, name: str, function: str, order: Order, *arguments: object) -> Order:
        """The order after a move that answers with it."""
        return Order.model_validate_json(await self.submit(name, function, order.id, *arguments))

    async def overdue(self, order: Order) -> Order:
        """The order decided by anybody as soon as its deadline has passed."""
        assert order.due_at is not None
        self.ledger.clock.set(order.due_at + timedelta(microseconds=1))
        return await self.move("keeper", "due", order)

    async def told(self, order: Order) -> Told:
        """The order with its evidence and settlement."""
        answer = await self.ledger.evaluate(self.person("keeper"), "escrow:told", order.id)
        return Told.model_validate_json(answer)

    async def settlement(self, order: Order) -> Settlement:
        """How an order ended."""
        settlement = (await self.told(order)).settlement
        assert settlement is not None
        return settlement

    def notes(self) -> list[Note]:
        """All unspent notes, past the contract."""
        world = self.ledger.ledger.world.public("chaincode")
        kind = f"\x00{Note.kind}\x00"
        return [Note.model_validate_json(held.value) for key, held in sorted(world.items()) if key.startswith(kind)]

    def total(self, owner: str, currency: str = "CNY") -> int:
        """What an owner has."""
        return sum(note.amount_minor for note in self.notes() if (note.owner, note.currency) == (owner, currency))

    def has(self, name: str) -> int:
        """What a person has."""
        return self.total(self.owner(name))


def _argument(value: object) -> str | bytes:
    is_plain = isinstance(value, str | bytes) and not isinstance(value, StrEnum)
    return value if is_plain else json.dumps(value)  # type: ignore[return-value]


def terms(of: dict[str, Any] = PHONE, **other: Any) -> Terms:
    """Terms as the contract reads them."""
    return Terms.model_validate_json(canonical_json({**of, **other}))
