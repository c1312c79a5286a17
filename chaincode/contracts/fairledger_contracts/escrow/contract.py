"""The contract ``escrow``: notes, listings, and orders from the buyer's prepayment to their settlement.

What an order refuses is the same everywhere: ``NotFound`` (ESCROW_ORDER_UNKNOWN), ``NotAllowed`` (ESCROW_DENIED),
``WrongState`` (ESCROW_WRONG_STATE, ESCROW_TOO_LATE, ESCROW_NOT_DUE); see ``machine.permit``. Carriers and inspectors
without a licence in force are refused with ``NotAllowed`` (ESCROW_NOT_LICENSED). Spending refuses as ``till.owned`` and
``spending.spend`` do.
"""

from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, Field

from fairledger_chaincode import Context, Contract, query, transaction
from fairledger_contracts.escrow import disputing, freezing, funds, licensing, ordering, settling, shipping, unsealing
from fairledger_contracts.escrow.case import load_order
from fairledger_contracts.escrow.freezing import NewFreeze
from fairledger_contracts.records.agreement import Listing, Terms
from fairledger_contracts.records.anchor import Sha256
from fairledger_contracts.records.evidence import Evidence, Finding, WeightG
from fairledger_contracts.records.freeze import Freeze
from fairledger_contracts.records.money import AmountMinor, Currency, Permille
from fairledger_contracts.records.note import INPUTS_MAX, OUTPUTS_MAX, Note, NoteId, Payment
from fairledger_contracts.records.order import CarrierParty, Claim, Commitment, Order
from fairledger_contracts.records.payment import Payout, ProviderName, Reference
from fairledger_contracts.records.scan_count import Area
from fairledger_contracts.records.service_licence import ServiceLicence
from fairledger_contracts.records.settlement import Settlement

Id = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Key = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Serial = Annotated[str, Field(pattern=r"^[!-~]{1,20}$")]  # GS1 General Specifications, application identifier 21
ParcelNumber = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{4,40}$")]
NoteIds = Annotated[tuple[NoteId, ...], Field(max_length=INPUTS_MAX)]
Payments = Annotated[Sequence[Payment], Field(max_length=OUTPUTS_MAX)]


class Told(BaseModel):
    """An order with its evidence by time, and its settlement if it has ended."""

    order: Order
    evidence: tuple[Evidence, ...]
    settlement: Settlement | None


class Escrow(Contract):
    """Money on the ledger, and orders that settle themselves."""

    name = "escrow"

    # Services

    @transaction
    async def license_service(self, ctx: Context, new: licensing.NewLicence) -> ServiceLicence:
        """License a payment provider, carrier or inspector, or change its keys, as an officer of the association.

        Raises ``NotAllowed`` (ESCROW_ROLE_DENIED), ``RuleBroken`` (ESCROW_LICENCE_DATES), ``WrongState``
        (ESCROW_LICENCE_HELD).
        """
        return await licensing.license_service(ctx, new)

    @transaction
    async def end_licence(self, ctx: Context, end: licensing.LicenceEnd) -> ServiceLicence:
        """End a licence of a service, as an officer of the association.

        Raises ``NotAllowed`` (ESCROW_ROLE_DENIED), ``NotFound`` (ESCROW_LICENCE_UNKNOWN), ``RuleBroken``
        (ESCROW_LICENCE_DATES), ``WrongState`` (ESCROW_LICENCE_OVER).
        """
        return await licensing.end_licence(ctx, end)

    # Money

    @transaction
    async def issue(self, ctx: Context, reference: Reference, payment: Payment, currency: Currency) -> Note:
        """Make a note for money that the calling provider received outside; each of its references counts once.

        Raises ``NotAllowed`` (ESCROW_ROLE_DENIED, ESCROW_NOT_LICENSED), ``WrongState`` (ESCROW_REFERENCE_USED),
        ``RuleBroken`` (ESCROW_NOTE_OWNER, ESCROW_NOTE_DUST).
        """
        return await funds.issue(ctx, reference, payment, currency)

    @transaction
    async def pay(self, ctx: Context, note_ids: NoteIds, payments: Payments) -> list[Note]:
        """Spend the caller's notes: pay, split and merge are one. Raises also ESCROW_NOTE_DUST, ESCROW_NOTE_OWNER."""
        return await funds.pay(ctx, note_ids, payments)

    @transaction
    async def ask_payout(
        self, ctx: Context, note_ids: NoteIds, amount_minor: AmountMinor, currency: Currency, provider: ProviderName
    ) -> Payout:
        """Lock the caller's notes for a provider to pay out; what it does not in time, ``return_payout`` gives back.

        Raises also ``WrongState`` (ESCROW_SERVICE_UNLICENSED), ESCROW_NOTE_DUST.
        """
        return await funds.ask_payout(ctx, note_ids, amount_minor, currency, provider)

    @transaction
    async def redeem(self, ctx: Context, payout_id: Id, reference: Reference) -> Payout:
        """End the notes of a payout that the calling provider made outside.

        Raises ``NotFound`` (ESCROW_PAYOUT_UNKNOWN), ``NotAllowed`` (ESCROW_ROLE_DENIED, ESCROW_NOT_LICENSED,
        ESCROW_DENIED), ``WrongState`` (ESCROW_WRONG_STATE, ESCROW_TOO_LATE, ESCROW_REFERENCE_USED).
        """
        return await funds.redeem(ctx, payout_id, reference)

    @transaction
    async def return_payout(self, ctx: Context, payout_id: Id) -> Payout:
        """Give a payout's money back: its provider may at once, anybody when its time is over.

        Raises ESCROW_PAYOUT_UNKNOWN, ESCROW_WRONG_STATE, ESCROW_NOT_DUE, ESCROW_NOT_LICENSED.
        """
        return await funds.return_payout(ctx, payout_id)

    @transaction
    async def freeze(self, ctx: Context, new: NewFreeze) -> Freeze:
        """Keep notes that came out of an order or a payment in dispute from being spent, for a time.

        Raises ``NotAllowed`` (ESCROW_ROLE_DENIED, ESCROW_DENIED), ``NotFound`` (ESCROW_ORDER_UNKNOWN,
        ESCROW_PAYMENT_UNKNOWN, ESCROW_NOTE_UNKNOWN), ``RuleBroken`` (ESCROW_FREEZE_ORIGIN, ESCROW_FREEZE_GROUND,
        ESCROW_FREEZE_LONG, ESCROW_FREEZE_TRAIL, ESCROW_NOTE_REPEATED), ``WrongState`` (ESCROW_NOTE_LOCKED).
        """
        return await freezing.freeze(ctx, new)

    @transaction
    async def release(self, ctx: Context, freeze_id: Id) -> Freeze:
        """End a freeze before its time.

        Raises ``NotAllowed`` (ESCROW_ROLE_DENIED, ESCROW_DENIED), ``NotFound`` (ESCROW_FREEZE_UNKNOWN), ``WrongState``
        (ESCROW_FREEZE_OVER).
        """
        return await freezing.release(ctx, freeze_id)

    # Agreement

    @transaction
    async def list_goods(self, ctx: Context, terms: Terms) -> Listing:
        """Offer goods; the transaction is the seller's signature under the terms.

        Raises ``NotAllowed`` (ESCROW_ROLE_DENIED, ESCROW_PLATFORM_NO_MEMBER, ESCROW_PLATFORM_SUSPENDED),
        ``RuleBroken`` (ESCROW_TERMS, ESCROW_STANDARD_OUTDATED, ESCROW_STANDARD_INCOMPLETE).
        """
        return await ordering.list_goods(ctx, terms)

    @transaction
    async def withdraw(self, ctx: Context, listing_id: Id) -> Listing:
        """End a listing. Raises ESCROW_LISTING_UNKNOWN, ESCROW_LISTING_WITHDRAWN, ESCROW_DENIED."""
        return await ordering.withdraw(ctx, listing_id)

    @transaction
    async def order(self, ctx: Context, listing_id: Id, terms_sha256: Sha256, area: Area, note_ids: NoteIds) -> Order:
        """Order: the transaction is the buyer's signature under the terms' hash, and locks the price.

        Raises ``RuleBroken`` (ESCROW_TERMS_OTHER, ESCROW_OWN_GOODS, ESCROW_AREA, ESCROW_STANDARD_OUTDATED),
        ``NotAllowed`` (ESCROW_PLATFORM_NO_MEMBER, ESCROW_PLATFORM_SUSPENDED), and as spending and listings do.
        """
        return await ordering.order(ctx, listing_id, terms_sha256, area, note_ids)

    @transaction
    async def accept(self, ctx: Context, order_id: Id, note_ids: NoteIds, commitment: Commitment | None) -> Order:
        """Accept an order as its seller, and lock the bond. Raises also ESCROW_COMMITMENT."""
        return await ordering.accept(ctx, order_id, note_ids, commitment)

    @transaction
    async def decline(self, ctx: Context, order_id: Id) -> Order:
        """Decline an order as its seller."""
        return await ordering.decline(ctx, order_id)

    @transaction
    async def cancel(self, ctx: Context, order_id: Id) -> Order:
        """Cancel as the buyer: until it is accepted, or for as long after ordering as the standard says."""
        return await ordering.cancel(ctx, order_id)

    # Virtual goods

    @transaction
    async def hold(self, ctx: Context, order_id: Id) -> Order:
        """Confirm as the buyer to hold the sealed goods that were committed to."""
        return await unsealing.hold(ctx, order_id)

    @transaction
    async def release_key(self, ctx: Context, order_id: Id, key: Key) -> Order:
        """Hand over the key as the seller, and be paid by it. Raises also ESCROW_KEY_OTHER."""
        return await unsealing.release_key(ctx, order_id, key)

    @transaction
    async def prove_wrong_key(self, ctx: Context, order_id: Id, ciphertext: bytes) -> Order:
        """Prove that the key does not open the goods. Raises also ESCROW_GOODS_OTHER, ESCROW_KEY_FITS."""
        return await unsealing.prove_wrong_key(ctx, order_id, ciphertext)

    # Goods on their way

    @transaction
    async def ship(
        self, ctx: Context, order_id: Id, serial: Serial, parcel: ParcelNumber, carrier: CarrierParty
    ) -> Order:
        """Bind goods and parcel.

        Raises also ESCROW_ITEM_BOUND, ESCROW_PARCEL_USED, ESCROW_OWN_CARRIER, ESCROW_SERVICE_UNLICENSED.
        """
        return await shipping.ship(ctx, order_id, serial, parcel, carrier)

    @transaction
    async def take_over(self, ctx: Context, order_id: Id, weight_g: WeightG, area: Area, note_ids: NoteIds) -> Order:
        """Weigh and take the parcel over as the carrier that was named, and lock its bond."""
        return await shipping.take_over(ctx, order_id, weight_g, area, note_ids)

    @transaction
    async def scan(self, ctx: Context, order_id: Id, area: Area) -> Evidence:
        """Tell as the carrier where the parcel is. Raises also ESCROW_EVIDENCE_MUCH."""
        return await shipping.scan(ctx, order_id, area)

    @transaction
    async def deliver(self, ctx: Context, order_id: Id, weight_g: WeightG, area: Area) -> Order:
        """Deliver as the carrier."""
        return await shipping.deliver(ctx, order_id, weight_g, area)

    @transaction
    async def lose(self, ctx: Context, order_id: Id) -> Order:
        """Tell as the carrier that the parcel is lost."""
        return await shipping.lose(ctx, order_id)

    @transaction
    async def refuse(self, ctx: Context, order_id: Id, weight_g: WeightG, area: Area) -> Order:
        """Tell as the carrier that the buyer refused the parcel at the door."""
        return await shipping.refuse(ctx, order_id, weight_g, area)

    @transaction
    async def check_tag(self, ctx: Context, order_id: Id, serial: Serial, genuine: bool) -> Evidence:  # noqa: FBT001
        """Tell as the buyer, once, which serial is on the goods, and whether the tag's signature proves good.

        Raises also ESCROW_TAG_READ.
        """
        return await shipping.check_tag(ctx, order_id, serial, genuine=genuine)

    # The end

    @transaction
    async def confirm(self, ctx: Context, order_id: Id) -> Order:
        """Be content as the buyer; the seller is paid now."""
        return await disputing.confirm(ctx, order_id)

    @transaction
    async def dispute(self, ctx: Context, order_id: Id, claim: Claim, reason: disputing.Reason) -> Order:
        """Complain as the buyer, within the cooling-off period, or contest a refusal that the carrier told.

        Raises also ESCROW_CLAIM, ESCROW_CLAIMED.
        """
        return await disputing.dispute(ctx, order_id, claim, reason)

    @transaction
    async def inspect(self, ctx: Context, order_id: Id, finding: Finding, report_sha256: Sha256) -> Evidence:
        """Report as an inspector; ``report_sha256`` is the report's hash. Raises ESCROW_EVIDENCE_MUCH."""
        return await disputing.inspect(ctx, order_id, finding, report_sha256)

    @transaction
    async def propose(self, ctx: Context, order_id: Id, price_permille: Permille, bond_permille: Permille) -> Order:
        """Propose so much of the price for the seller, of the bond for the buyer. Raises also ESCROW_PROPOSALS."""
        return await disputing.propose(ctx, order_id, price_permille, bond_permille)

    @transaction
    async def agree(self, ctx: Context, order_id: Id, price_permille: Permille, bond_permille: Permille) -> Order:
        """Agree to the other side's proposal, named by its shares. Raises also ESCROW_PROPOSAL_OTHER."""
        return await disputing.agree(ctx, order_id, price_permille, bond_permille)

    @transaction
    async def vote(
        self,
        ctx: Context,
        order_id: Id,
        price_permille: Permille,
        bond_permille: Permille,
        carrier_permille: Permille = 0,
    ) -> Order:
        """Vote as an officer of the association on what no rule decides; raises also ESCROW_VOTED.

        The third share is what of the carrier's bond makes up to the seller for a price that the buyer has back.
        """
        return await disputing.vote(ctx, order_id, price_permille, bond_permille, carrier_permille)

    @transaction
    async def due(self, ctx: Context, order_id: Id) -> Order:
        """Have an order decided whose deadline has passed; anybody can."""
        return await settling.due(ctx, order_id)

    # Reading

    @query
    async def told(self, ctx: Context, order_id: Id) -> Told:
        """An order with its evidence and settlement. Raises ``NotFound`` (ESCROW_ORDER_UNKNOWN)."""
        order = await load_order(ctx, order_id)
        evidence = [each async for each in ctx.ledger.range(Evidence, order_id)]
        return Told(
            order=order,
            evidence=tuple(sorted(evidence, key=lambda each: (each.told_at, each.id))),
            settlement=await ctx.ledger.find(Settlement, order_id),
        )

    @query
    async def listing(self, ctx: Context, listing_id: Id) -> Listing:
        """A listing. Raises ``NotFound`` (ESCROW_LISTING_UNKNOWN)."""
        return await ordering.load_listing(ctx, listing_id)
