"""Spending notes: the one place in which money is conserved."""

from collections.abc import Sequence

from fairledger_chaincode.errors import RuleBroken
from fairledger_contracts.records.money import AMOUNT_MINOR_MAX, Currency
from fairledger_contracts.records.note import INPUTS_MAX, OUTPUTS_MAX, Note, Payment
from fairledger_contracts.records.signatory import Signatory


def issue(payment: Payment, currency: Currency, *, tx_id: str, recorder: Signatory) -> Note:
    """The note for money that was paid in outside: the only one that is made of nothing."""
    return Note(
        id=f"{tx_id}:0",
        owner=payment.owner,
        amount_minor=payment.amount_minor,
        currency=currency,
        sources=(),
        recorder=recorder,
    )


def spend(notes: Sequence[Note], payments: Sequence[Payment], *, tx_id: str, recorder: Signatory) -> list[Note]:
    """Spend ``notes`` whole and make one new note for each of ``payments``, in their order.

    Raises ``RuleBroken`` with
      ESCROW_NOTE_INPUTS      no note, or more than ``INPUTS_MAX``
      ESCROW_NOTE_REPEATED    the same note is named twice
      ESCROW_NOTE_CURRENCIES  the notes are not all of one currency
      ESCROW_NOTE_UNBALANCED  payments do not add up to exactly what is spent (change is a payment to oneself)
      ESCROW_NOTE_OUTPUTS     nothing to pay, or more than ``OUTPUTS_MAX`` payments
    """
    ids = tuple(note.id for note in notes)
    if not 1 <= len(ids) <= INPUTS_MAX:
        raise RuleBroken("ESCROW_NOTE_INPUTS", f"spend between 1 and {INPUTS_MAX} notes, not {len(ids)}")
    if len(set(ids)) != len(ids):
        raise RuleBroken("ESCROW_NOTE_REPEATED", "each note can be named once")
    if not 1 <= len(payments) <= OUTPUTS_MAX:
        raise RuleBroken("ESCROW_NOTE_OUTPUTS", f"make between 1 and {OUTPUTS_MAX} payments, not {len(payments)}")
    currencies = {note.currency for note in notes}
    if len(currencies) != 1:
        raise RuleBroken("ESCROW_NOTE_CURRENCIES", f"spend notes of one currency, not {', '.join(sorted(currencies))}")

    spent = total(notes)
    paid = sum(payment.amount_minor for payment in payments)
    if spent != paid:
        raise RuleBroken(
            "ESCROW_NOTE_UNBALANCED", f"{spent} spent, {paid} paid: pay the difference of {spent - paid} to its owner"
        )

    (currency,) = currencies
    return [
        Note(
            id=f"{tx_id}:{position}",
            owner=payment.owner,
            amount_minor=payment.amount_minor,
            currency=currency,
            sources=ids,
            recorder=recorder,
        )
        for position, payment in enumerate(payments)
    ]


def total(notes: Sequence[Note]) -> int:
    """What notes are worth together."""
    return sum(note.amount_minor for note in notes)


def with_change(notes: Sequence[Note], payment: Payment, currency: Currency) -> list[Payment]:
    """``payment`` first, then the change to the notes' owner, if there is any.

    Raises ``RuleBroken`` (ESCROW_NOTE_INPUTS, ESCROW_NOTE_CURRENCIES, ESCROW_NOTE_SHORT, ESCROW_NOTE_OVERFLOW).
    """
    if not notes:
        raise RuleBroken("ESCROW_NOTE_INPUTS", f"spend between 1 and {INPUTS_MAX} notes, not 0")
    if any(note.currency != currency for note in notes):
        raise RuleBroken("ESCROW_NOTE_CURRENCIES", f"pay with notes of {currency} alone")
    change = total(notes) - payment.amount_minor
    if change < 0:
        raise RuleBroken("ESCROW_NOTE_SHORT", f"the notes are {-change} short: add notes")
    if change > AMOUNT_MINOR_MAX:
        raise RuleBroken("ESCROW_NOTE_OVERFLOW", "the change is too large for one note: spend fewer notes")
    if change == 0:
        return [payment]
    return [payment, Payment(owner=notes[0].owner, amount_minor=change)]


def refuse_dust(payments: Sequence[Payment], payer: str, dust_minor: int) -> None:
    """Raise ``RuleBroken`` (ESCROW_NOTE_DUST) for a payment below ``dust_minor``, but for one change to the payer."""
    small = [payment for payment in payments if payment.amount_minor < dust_minor]
    if len(small) > 1 or any(payment.owner != payer for payment in small):
        raise RuleBroken("ESCROW_NOTE_DUST", f"pay at least {dust_minor} each; only one change to yourself may be less")
