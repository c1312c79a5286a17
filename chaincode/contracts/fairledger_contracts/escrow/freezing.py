"""Freezing money that is in dispute, so that it is still there when the dispute is decided.

Notes that an order under way holds are never frozen: they settle by its own rules, which have their own deadlines.
"""

from datetime import datetime, timedelta
from typing import Annotated, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from fairledger_chaincode import Context
from fairledger_chaincode.errors import NotAllowed, NotFound, RuleBroken, WrongState
from fairledger_contracts.disclosure.callers import PLATFORM_OFFICER, REGULATORS, official
from fairledger_contracts.escrow.case import load_order
from fairledger_contracts.escrow.numbers import Numbers, numbers_in_force
from fairledger_contracts.records.agreement import Seconds
from fairledger_contracts.records.complaint import ENDS, Complaint
from fairledger_contracts.records.freeze import Freeze, FreezeClock, Ground, GroundKind, Origin, OriginKind
from fairledger_contracts.records.movement import Movement, MovementKind
from fairledger_contracts.records.note import INPUTS_MAX, ORDER_LOCK, Note, NoteId, Stop, made_by
from fairledger_contracts.records.order import Order
from fairledger_contracts.records.payment import PaidIn, payment_name
from fairledger_contracts.records.settlement import Settlement
from fairledger_contracts.records.signatory import Signatory
from fairledger_contracts.records.warrant import Warrant

STEPS_MAX = 512  # movements that one transaction follows, all trails together
TxId = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Trail(BaseModel):
    """How a note came from an origin: by these movements, from the one out of the origin to the one that made it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    note: NoteId
    movements: Annotated[tuple[TxId, ...], Field(min_length=1, max_length=STEPS_MAX)]


class NewFreeze(BaseModel):
    """What is frozen, on what ground, and for how long from now."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    origin: Origin
    ground: Ground
    trails: Annotated[tuple[Trail, ...], Field(min_length=1, max_length=INPUTS_MAX)]
    seconds: Seconds


class Source(NamedTuple):
    """An origin as the ledger has it: the order that it is, if any, and the organisations that it concerns.

    ``issue`` is the movement of a payment.
    """

    order: Order | None
    issue: str
    concerned: frozenset[str]


async def freeze(ctx: Context, new: NewFreeze) -> Freeze:
    """Freeze notes that came out of an order or a payment.

    All freezes of one origin by one organisation end within ``freeze_s`` of the first: nobody prolongs for ever.
    """
    by = official(ctx, {PLATFORM_OFFICER, REGULATORS}, "money is frozen")
    source = await _source(ctx, new.origin)
    if by.role == PLATFORM_OFFICER and by.msp_id not in source.concerned:
        raise NotAllowed("ESCROW_DENIED", "money is frozen by a platform that is concerned, or by the regulator")
    await _check_ground(ctx, by, new, source)
    clock = await ctx.ledger.find(FreezeClock, new.origin.name, by.msp_id)
    if clock is None:
        clock = FreezeClock(origin=new.origin.name, msp_id=by.msp_id, since=ctx.time, recorder=by)
        await ctx.ledger.save(clock)
    until = ctx.time + timedelta(seconds=new.seconds)
    latest = clock.since + timedelta(seconds=(await numbers_in_force(ctx, ctx.time)).freeze_s)
    if until > latest:
        raise RuleBroken("ESCROW_FREEZE_LONG", f"freeze until {latest.isoformat()} at most")
    if sum(len(trail.movements) for trail in new.trails) > STEPS_MAX:
        raise RuleBroken("ESCROW_FREEZE_TRAIL", f"follow at most {STEPS_MAX} movements at once: freeze fewer notes")
    if len({trail.note for trail in new.trails}) != len(new.trails):
        raise RuleBroken("ESCROW_NOTE_REPEATED", "each note can be named once")
    for trail in new.trails:
        note = await _freezable(ctx, trail.note)
        await _follow(ctx, by, trail, source)
        stop = Stop(msp_id=by.msp_id, freeze=ctx.tx_id, until=until)
        others = tuple(each for each in note.stops if each.msp_id != by.msp_id and each.until >= ctx.time)
        await ctx.ledger.save(note.model_copy(update={"stops": (*others, stop), "changed_by": by}))
    made = Freeze(
        id=ctx.tx_id,
        origin=new.origin,
        ground=new.ground,
        notes=tuple(trail.note for trail in new.trails),
        since=ctx.time,
        until=until,
        recorder=by,
    )
    await ctx.ledger.save(made)
    return made


async def release(ctx: Context, freeze_id: str) -> Freeze:
    """End a freeze before its time, as an officer of the organisation that froze, or as the regulator."""
    by = official(ctx, {PLATFORM_OFFICER, REGULATORS}, "money is released")
    found = await ctx.ledger.find(Freeze, freeze_id)
    if found is None:
        raise NotFound("ESCROW_FREEZE_UNKNOWN", "no freeze has this id")
    if by.role != REGULATORS and by.msp_id != found.recorder.msp_id:
        raise NotAllowed("ESCROW_DENIED", "money is released by who froze it, or by the regulator")
    if not found.holds(ctx.time):
        raise WrongState("ESCROW_FREEZE_OVER", "this freeze is over")
    for note_id in found.notes:
        note = await ctx.ledger.find(Note, note_id)
        if note is not None:  # a later freeze of the same organisation may have ended before this one
            over = {"until": ctx.time - timedelta.resolution}
            stops = tuple(stop.model_copy(update=over) if stop.freeze == found.id else stop for stop in note.stops)
            await ctx.ledger.save(note.model_copy(update={"stops": stops, "changed_by": by}))
    released = found.model_copy(update={"released_at": ctx.time, "released_by": by})
    await ctx.ledger.save(released)
    return released


async def _source(ctx: Context, origin: Origin) -> Source:
    if len(origin.key) != (1 if origin.kind is OriginKind.ORDER else 2):
        raise RuleBroken("ESCROW_FREEZE_ORIGIN", "name an order by its id, a payment by provider and reference")
    if origin.kind is OriginKind.ORDER:
        order = await load_order(ctx, origin.key[0])
        return Source(order, "", frozenset({order.buyer.msp_id, order.seller.msp_id}))
    paid = await ctx.ledger.find(PaidIn, *origin.key)
    if paid is None:
        raise NotFound("ESCROW_PAYMENT_UNKNOWN", "no note was issued for this payment")
    movement = await ctx.ledger.load(Movement, made_by(paid.note))
    payee = movement.made[0].owner.partition(":")[0]
    return Source(None, movement.id, frozenset({paid.recorder.msp_id, payee}))


async def _check_ground(ctx: Context, by: Signatory, new: NewFreeze, source: Source) -> None:
    """The ground is on the ledger, and is about the origin. Raises ``RuleBroken`` (ESCROW_FREEZE_GROUND)."""
    ground, subject = new.ground, _subject(new.origin)
    match ground.kind:
        case GroundKind.DISPUTE:
            order = source.order
            holds = order is not None and ground.id == order.id and await _is_disputed(ctx, order)
        case GroundKind.COMPLAINT:
            complaint = await ctx.ledger.find(Complaint, ground.id)
            holds = (
                complaint is not None
                and (complaint.about.kind.value, complaint.about.id) == subject
                and complaint.state not in ENDS
                and not _is_own(complaint, by)
            )
        case GroundKind.WARRANT:
            warrant = await ctx.ledger.find(Warrant, ground.id)
            holds = (
                warrant is not None
                and by.role == REGULATORS
                and (warrant.terms.subject.kind.value, warrant.terms.subject.value) == subject
                and warrant.in_force_at(ctx.time)
            )
    if not holds:
        raise RuleBroken("ESCROW_FREEZE_GROUND", f"no {ground.kind} that counts is about this {new.origin.kind}")


def _is_own(complaint: Complaint, by: Signatory) -> bool:
    """Whether an official of who freezes complained: nobody makes the ground for their own freeze."""
    return (complaint.recorder.msp_id, complaint.recorder.role) == (by.msp_id, by.role)


def _subject(origin: Origin) -> tuple[str, str]:
    """The kind and name by which complaints and warrants are about an origin."""
    return origin.kind.value, origin.key[0] if origin.kind is OriginKind.ORDER else payment_name(*origin.key)


async def _is_disputed(ctx: Context, order: Order) -> bool:
    """Whether the buyer's dispute is open, or was decided ``dispute_ground_s`` ago at most."""
    settlement = await ctx.ledger.find(Settlement, order.id)
    if order.dispute is None or settlement is None:
        return order.dispute is not None
    return is_still_ground(settlement, await numbers_in_force(ctx, ctx.time), ctx.time)


def is_still_ground(settlement: Settlement, numbers: Numbers, at: datetime) -> bool:
    """Whether the dispute that a settlement decided is ground for a freeze at a moment."""
    return at <= settlement.settled_at + timedelta(seconds=numbers.dispute_ground_s)


async def _freezable(ctx: Context, note_id: str) -> Note:
    note = await ctx.ledger.find(Note, note_id)
    if note is None:
        raise NotFound("ESCROW_NOTE_UNKNOWN", "no unspent note has this id")
    if note.owner.startswith(f"{ORDER_LOCK}:"):
        raise WrongState("ESCROW_NOTE_LOCKED", "an order under way holds this note, and settles by its own rules")
    return note


async def _follow(ctx: Context, by: Signatory, trail: Trail, source: Source) -> None:
    """Each movement of a trail spends what the one before made; the first comes out of the origin.

    What another order settled is its payee's by that order's rules: only the regulator follows on through one.
    Raises ``RuleBroken`` (ESCROW_FREEZE_TRAIL).
    """
    before = ""
    for tx_id in trail.movements:
        movement = await ctx.ledger.find(Movement, tx_id)
        if movement is None:
            raise RuleBroken("ESCROW_FREEZE_TRAIL", "the trail names a movement that never was")
        settles = movement.movement is MovementKind.SETTLE and movement.order != ""
        if before == "":
            of_order = source.order is not None and settles and movement.order == source.order.id
            follows = of_order or movement.id == source.issue
        else:
            follows = before in {made_by(piece.note) for piece in movement.taken}
            follows = follows and (not settles or by.role == REGULATORS)
        if not follows:
            raise RuleBroken("ESCROW_FREEZE_TRAIL", "the trail does not lead from the origin to the note")
        before = movement.id
    if made_by(trail.note) != before:
        raise RuleBroken("ESCROW_FREEZE_TRAIL", "the trail ends before the note")
