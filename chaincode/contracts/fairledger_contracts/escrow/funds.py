"""Money in, on its way, and out: issues, payments and payouts."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from fairledger_chaincode import Context
from fairledger_chaincode.errors import NotAllowed, NotFound, RuleBroken, WrongState
from fairledger_contracts.escrow.callers import anyone, names_of, one_of
from fairledger_contracts.escrow.numbers import numbers_in_force
from fairledger_contracts.escrow.spending import issue as new_note
from fairledger_contracts.escrow.spending import refuse_dust, with_change
from fairledger_contracts.escrow.till import Occasion, move, owned, record
from fairledger_contracts.records.member import Member
from fairledger_contracts.records.money import Currency
from fairledger_contracts.records.movement import MovementKind
from fairledger_contracts.records.note import PAYOUT_LOCK, Note, NoteId, Payment, is_holder, lock_of
from fairledger_contracts.records.payment import PaidIn, PaidOut, Payout, PayoutState, Reference, provider_of
from fairledger_contracts.records.service_licence import PROVIDER, refuse_unlicensed, refuse_unlicensed_party
from fairledger_contracts.records.signatory import Signatory
from fairledger_contracts.trace.callers import ROLES_OF_AUTHORITY

LOCKS = ("order:", "payout:")


async def issue(ctx: Context, reference: Reference, payment: Payment, currency: Currency) -> Note:
    """Make a note for money that a provider received; what is too little to be paid on is refused."""
    provider = await _provider(ctx, "notes are issued")
    await _check_owners(ctx, [payment])
    refuse_dust([payment], "", await _least(ctx))
    paid = PaidIn(provider=provider_of(provider), reference=reference, note=f"{ctx.tx_id}:0", recorder=provider)
    if await ctx.ledger.exists(PaidIn, paid.provider, paid.reference):
        raise WrongState("ESCROW_REFERENCE_USED", "a note was issued for this payment already")
    note = new_note(payment, currency, tx_id=ctx.tx_id, recorder=provider)
    await ctx.ledger.save(paid)
    await record(ctx, provider, Occasion(MovementKind.ISSUE, reference=reference), (), (note,))
    return note


async def pay(ctx: Context, note_ids: Sequence[NoteId], payments: Sequence[Payment]) -> list[Note]:
    """Spend the caller's notes, or their organisation's."""
    payer = anyone(ctx.caller)
    await _check_owners(ctx, payments)
    notes = await owned(ctx, note_ids, *names_of(payer))
    refuse_dust(payments, notes[0].owner, (await numbers_in_force(ctx, ctx.time)).dust_minor)
    return await move(ctx, payer, Occasion(MovementKind.PAY), notes, payments)


async def ask_payout(
    ctx: Context, note_ids: Sequence[NoteId], amount_minor: int, currency: Currency, provider: str
) -> Payout:
    """Lock the caller's notes until a provider has paid them out, or its time is over."""
    person = anyone(ctx.caller)
    msp_id, _, place = provider.partition(":")  # as ``provider_of`` joins them
    await refuse_unlicensed_party(ctx, PROVIDER, msp_id, place)
    numbers = await numbers_in_force(ctx, ctx.time)
    notes = await owned(ctx, note_ids, *names_of(person))
    owner = notes[0].owner
    payment = Payment(owner=lock_of(PAYOUT_LOCK, ctx.tx_id), amount_minor=amount_minor)
    payments = with_change(notes, payment, currency)
    refuse_dust(payments, owner, numbers.dust_minor)
    made = await move(ctx, person, Occasion(MovementKind.LOCK, payout=ctx.tx_id), notes, payments)
    payout = Payout(
        id=ctx.tx_id,
        owner=owner,
        provider=provider,
        note=made[0].id,
        amount_minor=amount_minor,
        currency=currency,
        state=PayoutState.ASKED,
        due_at=ctx.time + timedelta(seconds=numbers.payout_s),
        recorder=person,
    )
    await ctx.ledger.save(payout)
    return payout


async def redeem(ctx: Context, payout_id: str, reference: Reference) -> Payout:
    """End the notes of a payout that its provider made outside, in time."""
    provider = await _provider(ctx, "notes are redeemed")
    payout = await _asked(ctx, payout_id)
    if payout.provider != provider_of(provider):
        raise NotAllowed("ESCROW_DENIED", "a payout is redeemed by the provider that was asked for it")
    due_at = await _due_at(ctx, payout)
    if ctx.time > due_at:
        raise WrongState("ESCROW_TOO_LATE", f"that was possible until {due_at.isoformat()}")
    paid = PaidOut(provider=payout.provider, reference=reference, payout=payout.id, recorder=provider)
    if await ctx.ledger.exists(PaidOut, paid.provider, paid.reference):
        raise WrongState("ESCROW_REFERENCE_USED", "a payout was made by this payment already")
    await ctx.ledger.save(paid)
    notes = await owned(ctx, (payout.note,), lock_of(PAYOUT_LOCK, payout.id))
    occasion = Occasion(MovementKind.REDEEM, payout=payout.id, reference=reference)
    await record(ctx, provider, occasion, notes, ())
    done = payout.model_copy(update={"state": PayoutState.PAID, "recorder": provider})
    await ctx.ledger.save(done)
    return done


async def return_payout(ctx: Context, payout_id: str) -> Payout:
    """Give the money back to its owner: the provider may at once, anybody when its time is over."""
    person = anyone(ctx.caller)
    payout = await _asked(ctx, payout_id)
    passed = await _due_at(ctx, payout) + timedelta(seconds=(await numbers_in_force(ctx, ctx.time)).grace_s)
    if ctx.time <= passed:
        if person.role != PROVIDER or payout.provider != provider_of(person):
            raise WrongState("ESCROW_NOT_DUE", f"nothing is due before {passed.isoformat()} has passed")
        await refuse_unlicensed(ctx, person)
    notes = await owned(ctx, (payout.note,), lock_of(PAYOUT_LOCK, payout.id))
    occasion = Occasion(MovementKind.SETTLE, payout=payout.id, reason="payout_returned")
    payment = Payment(owner=payout.owner, amount_minor=payout.amount_minor)
    await move(ctx, person, occasion, notes, [payment])
    back = payout.model_copy(update={"state": PayoutState.RETURNED, "recorder": person})
    await ctx.ledger.save(back)
    return back


async def _provider(ctx: Context, what: str) -> Signatory:
    """The caller as a licensed payment provider. Raises as ``one_of`` and ``refuse_unlicensed``."""
    provider = one_of(ctx.caller, {PROVIDER}, what)
    await refuse_unlicensed(ctx, provider)
    return provider


async def _due_at(ctx: Context, payout: Payout) -> datetime:
    """The payout's deadline; after a freeze its provider has ``payout_s`` again, as it may have paid before it."""
    note = await ctx.ledger.find(Note, payout.note)
    if note is None or not note.stops:
        return payout.due_at
    again = timedelta(seconds=(await numbers_in_force(ctx, ctx.time)).payout_s)
    return max(payout.due_at, *(stop.until + again for stop in note.stops))


async def _asked(ctx: Context, payout_id: str) -> Payout:
    payout = await ctx.ledger.find(Payout, payout_id)
    if payout is None:
        raise NotFound("ESCROW_PAYOUT_UNKNOWN", "no payout has this id")
    if payout.state is not PayoutState.ASKED:
        raise WrongState("ESCROW_WRONG_STATE", f"the payout is {payout.state} already")
    return payout


async def _least(ctx: Context) -> int:
    """What a note is at least; nothing is dust before there is a first standard, as money may come in earlier."""
    try:
        return (await numbers_in_force(ctx, ctx.time)).dust_minor
    except NotFound:
        return 0


async def _check_owners(ctx: Context, payments: Sequence[Payment]) -> None:
    """Refuse to pay where nobody could spend it: into locks, to nobody, to unknown organisations."""
    owners = [payment.owner for payment in payments]
    if any(owner.startswith(LOCKS) for owner in owners):
        raise RuleBroken("ESCROW_NOTE_OWNER", "orders and payouts take money by their own functions only")
    if not all(is_holder(owner) for owner in owners):
        raise RuleBroken(
            "ESCROW_NOTE_OWNER", "an owner is an organisation's MSP id, a colon, and account or a person's id"
        )
    known = {ctx.caller.msp_id, *ROLES_OF_AUTHORITY.values()}
    for msp_id in sorted({owner.partition(":")[0] for owner in owners} - known):
        if not await ctx.ledger.exists(Member, msp_id):
            raise RuleBroken("ESCROW_NOTE_OWNER", f"{msp_id} is no organisation that the association enrolled")
