"""The typed facade of the contract ``escrow``."""

import json
from collections.abc import Sequence
from enum import Enum
from typing import Final, Protocol

from pydantic import BaseModel, TypeAdapter

from fairledger.gateway import ConflictRetry
from fairledger_contracts.escrow.freezing import NewFreeze
from fairledger_contracts.records.agreement import Listing, Terms
from fairledger_contracts.records.evidence import Evidence, Finding
from fairledger_contracts.records.freeze import Freeze
from fairledger_contracts.records.note import Note, Payment
from fairledger_contracts.records.order import CarrierParty, Claim, Commitment, Order
from fairledger_contracts.records.payment import Payout

NOTES: Final = TypeAdapter(list[Note])
RETRY: Final = ConflictRetry(attempts_max=3)  # who lost against another finds what it did, and is told


class EscrowContract(Protocol):
    """What this facade needs of a gateway's contract; ``fairledger.gateway.Contract`` has it."""

    async def evaluate(self, function: str, *arguments: str | bytes) -> bytes:
        """See ``fairledger.gateway.Contract``."""
        ...

    async def submit(self, function: str, *arguments: str | bytes, retry: ConflictRetry = ...) -> bytes:
        """See ``fairledger.gateway.Contract``."""
        ...


class EscrowClient:
    """Money and orders in the name of the gateway's identity.

    Everything raises ``GatewayError``, with the contract's codes (ESCROW_…) where it refuses.
    """

    def __init__(self, contract: EscrowContract) -> None:
        self._contract = contract

    async def issue(self, reference: str, payment: Payment, currency: str) -> Note:
        """Make a note for money received, as a payment provider; each reference counts once."""
        return Note.model_validate_json(await self._submit("issue", reference, payment, currency))

    async def pay(self, note_ids: Sequence[str], payments: Sequence[Payment]) -> list[Note]:
        """Spend own notes whole: pay, split and merge. Change is a payment to oneself."""
        told = [payment.model_dump() for payment in payments]
        return NOTES.validate_json(await self._submit("pay", list(note_ids), told))

    async def ask_payout(self, note_ids: Sequence[str], amount_minor: int, currency: str, provider: str) -> Payout:
        """Have money paid out by a provider (``<MSP>:<place>``)."""
        answer = await self._submit("ask_payout", list(note_ids), amount_minor, currency, provider)
        return Payout.model_validate_json(answer)

    async def redeem(self, payout_id: str, reference: str) -> Payout:
        """End a payout that was made, as its provider."""
        return Payout.model_validate_json(await self._submit("redeem", payout_id, reference))

    async def return_payout(self, payout_id: str) -> Payout:
        """Give a payout's money back: its provider at once, anybody after its time."""
        return Payout.model_validate_json(await self._submit("return_payout", payout_id))

    async def freeze(self, new: NewFreeze) -> Freeze:
        """Keep money where it is, as an officer of a platform that is concerned or as the regulator."""
        return Freeze.model_validate_json(await self._submit("freeze", new))

    async def release(self, freeze_id: str) -> Freeze:
        """End a freeze before its time, as an officer of the platform that froze or as the regulator."""
        return Freeze.model_validate_json(await self._submit("release", freeze_id))

    async def list_goods(self, terms: Terms) -> Listing:
        """Offer goods; the transaction is the signature."""
        return Listing.model_validate_json(await self._submit("list_goods", terms))

    async def withdraw(self, listing_id: str) -> Listing:
        """End a listing."""
        return Listing.model_validate_json(await self._submit("withdraw", listing_id))

    async def listing(self, listing_id: str) -> Listing:
        """A listing as the peer tells it."""
        return Listing.model_validate_json(await self._contract.evaluate("listing", listing_id))

    async def order(self, listing: Listing, area: str, note_ids: Sequence[str]) -> Order:
        """Order on a listing's terms, whose hash is computed here and not taken from whoever told them."""
        answer = await self._submit("order", listing.id, listing.terms.sha256, area, list(note_ids))
        return Order.model_validate_json(answer)

    async def accept(self, order_id: str, note_ids: Sequence[str], commitment: Commitment | None = None) -> Order:
        """Accept an order and lock the bond; virtual goods with what they are committed to."""
        return await self._move("accept", order_id, list(note_ids), commitment)

    async def decline(self, order_id: str) -> Order:
        """Decline an order."""
        return await self._move("decline", order_id)

    async def cancel(self, order_id: str) -> Order:
        """Cancel an order in time, as its buyer."""
        return await self._move("cancel", order_id)

    async def hold(self, order_id: str) -> Order:
        """Confirm to hold the sealed goods, as the buyer."""
        return await self._move("hold", order_id)

    async def release_key(self, order_id: str, key: bytes) -> Order:
        """Hand over the key and be paid, as the seller."""
        return await self._move("release_key", order_id, key.hex())

    async def prove_wrong_key(self, order_id: str, ciphertext: bytes) -> Order:
        """Prove that the key does not open the goods."""
        return await self._move("prove_wrong_key", order_id, ciphertext)

    async def ship(self, order_id: str, serial: str, parcel: str, carrier: CarrierParty) -> Order:
        """Bind goods and parcel to an order, as the seller."""
        return await self._move("ship", order_id, serial, parcel, carrier)

    async def take_over(self, order_id: str, weight_g: int, area: str, note_ids: Sequence[str]) -> Order:
        """Weigh and take over a parcel, as its carrier."""
        return await self._move("take_over", order_id, weight_g, area, list(note_ids))

    async def scan(self, order_id: str, area: str) -> Evidence:
        """Tell where a parcel is, as its carrier."""
        return Evidence.model_validate_json(await self._submit("scan", order_id, area))

    async def deliver(self, order_id: str, weight_g: int, area: str) -> Order:
        """Deliver a parcel, as its carrier."""
        return await self._move("deliver", order_id, weight_g, area)

    async def lose(self, order_id: str) -> Order:
        """Tell that a parcel is lost, as its carrier."""
        return await self._move("lose", order_id)

    async def refuse(self, order_id: str, weight_g: int, area: str) -> Order:
        """Tell that the buyer refused a parcel, as its carrier."""
        return await self._move("refuse", order_id, weight_g, area)

    async def check_tag(self, order_id: str, serial: str, *, genuine: bool) -> Evidence:
        """Tell which serial the tag on the goods has, as the buyer."""
        return Evidence.model_validate_json(await self._submit("check_tag", order_id, serial, genuine))

    async def inspect(self, order_id: str, finding: Finding, report_sha256: str) -> Evidence:
        """Report on the goods, as an inspector."""
        return Evidence.model_validate_json(await self._submit("inspect", order_id, finding, report_sha256))

    async def confirm(self, order_id: str) -> Order:
        """Be content, as the buyer."""
        return await self._move("confirm", order_id)

    async def dispute(self, order_id: str, claim: Claim, reason: str) -> Order:
        """Complain, as the buyer."""
        return await self._move("dispute", order_id, claim, reason)

    async def propose(self, order_id: str, price_permille: int, bond_permille: int) -> Order:
        """Propose shares: of the price to the seller, of the bond to the buyer."""
        return await self._move("propose", order_id, price_permille, bond_permille)

    async def agree(self, order_id: str, price_permille: int, bond_permille: int) -> Order:
        """Agree to the other side's shares."""
        return await self._move("agree", order_id, price_permille, bond_permille)

    async def vote(self, order_id: str, price_permille: int, bond_permille: int, carrier_permille: int = 0) -> Order:
        """Vote on shares, as an officer; of the carrier's bond to the seller."""
        return await self._move("vote", order_id, price_permille, bond_permille, carrier_permille)

    async def due(self, order_id: str) -> Order:
        """Have an order decided whose deadline has passed."""
        return await self._move("due", order_id)

    async def _move(self, function: str, *arguments: object) -> Order:
        return Order.model_validate_json(await self._submit(function, *arguments))

    async def _submit(self, function: str, *arguments: object) -> bytes:
        return await self._contract.submit(function, *map(as_argument, arguments), retry=RETRY)


def as_argument(value: object) -> str | bytes:
    """A value as the contract takes it: text and bytes as they are, all else as JSON."""
    if isinstance(value, BaseModel):
        return value.model_dump_json()
    if isinstance(value, str | bytes) and not isinstance(value, Enum):
        return value
    return json.dumps(value)
