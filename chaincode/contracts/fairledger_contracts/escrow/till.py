"""Moving notes on the ledger: what is taken is deleted, what is made is saved, and the movement tells both for ever."""

from collections.abc import Sequence
from dataclasses import dataclass

from fairledger_chaincode import Context
from fairledger_chaincode.errors import NotAllowed, NotFound, RuleBroken, WrongState
from fairledger_contracts.escrow.spending import spend
from fairledger_contracts.records.movement import Movement, MovementKind, Piece
from fairledger_contracts.records.note import INPUTS_MAX, Note, NoteId, Payment
from fairledger_contracts.records.signatory import Signatory


@dataclass(frozen=True)
class Occasion:
    """Why money moves; see ``Movement``."""

    movement: MovementKind
    order: str = ""
    payout: str = ""
    reference: str = ""
    reason: str = ""


async def owned(ctx: Context, ids: Sequence[NoteId], *owners: str) -> list[Note]:
    """The notes of these ids, all of which are one of ``owners``'s.

    Raises ``RuleBroken`` (ESCROW_NOTE_INPUTS, ESCROW_NOTE_OWNERS), ``NotFound`` (ESCROW_NOTE_UNKNOWN) for a note that
    is spent or never was, ``NotAllowed`` (ESCROW_NOTE_NOT_YOURS), ``WrongState`` (ESCROW_NOTE_FROZEN).
    """
    if not 1 <= len(ids) <= INPUTS_MAX:
        raise RuleBroken("ESCROW_NOTE_INPUTS", f"spend between 1 and {INPUTS_MAX} notes, not {len(ids)}")
    notes = [await _load(ctx, note_id) for note_id in ids]
    if any(note.owner not in owners for note in notes):
        raise NotAllowed("ESCROW_NOTE_NOT_YOURS", "only the owner can spend a note")
    if len({note.owner for note in notes}) > 1:
        raise RuleBroken("ESCROW_NOTE_OWNERS", "spend your own notes and your organisation's one after the other")
    frozen = [until for note in notes if (until := note.frozen_until(ctx.time))]
    if frozen:
        raise WrongState("ESCROW_NOTE_FROZEN", f"a note is frozen until {max(frozen).isoformat()}")
    return notes


async def move(
    ctx: Context, person: Signatory, occasion: Occasion, taken: Sequence[Note], payments: Sequence[Payment]
) -> list[Note]:
    """Spend ``taken`` on ``payments``; returns the notes made. Raises as ``spend`` does.

    A second spender of a note loses at commit: the version that it read is gone.
    """
    made = spend(taken, payments, tx_id=ctx.tx_id, recorder=person)
    await record(ctx, person, occasion, taken, made)
    return made


async def record(
    ctx: Context, person: Signatory, occasion: Occasion, taken: Sequence[Note], made: Sequence[Note]
) -> None:
    """Write a movement: at an issue nothing is taken, at a redemption nothing is made. One a transaction."""
    for note in taken:
        await ctx.ledger.delete(note)
    for note in made:
        await ctx.ledger.save(note)
    await ctx.ledger.save(
        Movement(
            id=ctx.tx_id,
            movement=occasion.movement,
            currency=(*taken, *made)[0].currency,
            taken=_pieces(taken),
            made=_pieces(made),
            order=occasion.order,
            payout=occasion.payout,
            reference=occasion.reference,
            reason=occasion.reason,
            moved_at=ctx.time,
            recorder=person,
        )
    )


async def _load(ctx: Context, note_id: str) -> Note:
    note = await ctx.ledger.find(Note, note_id)
    if note is None:
        raise NotFound("ESCROW_NOTE_UNKNOWN", "no unspent note has this id")
    return note


def _pieces(notes: Sequence[Note]) -> tuple[Piece, ...]:
    return tuple(Piece(note=each.id, owner=each.owner, amount_minor=each.amount_minor) for each in notes)
