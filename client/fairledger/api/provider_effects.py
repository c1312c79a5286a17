"""What an event of a payment provider does on the ledger, and how it is told that it did so already.

A write whose answer was lost is made again. When the contract then refuses because it is done, the ledger says by whom:
what is there is what the event asks for, or it is not, and the refusal stands.
"""

from typing import Final

from pydantic import BaseModel
from sqlalchemy import Connection

from fairledger.api.escrow_bodies import NewNote, Redemption
from fairledger.api.parties import signatory_of
from fairledger.api.writes import Writes
from fairledger.gateway.errors import GatewayError
from fairledger.provider.event import Event, Failed, Paid, PaymentReceived, PayoutPaid, Received
from fairledger.readmodel.database import Database
from fairledger.readmodel.errors import WaitError
from fairledger.readmodel.records import find_record
from fairledger.wallet import WalletEntry
from fairledger_contracts.records.movement import Movement, Piece
from fairledger_contracts.records.note import Note, Payment
from fairledger_contracts.records.payment import PaidIn, PaidOut, Payout, PayoutState, provider_of

USED, STATE = "ESCROW_REFERENCE_USED", "ESCROW_WRONG_STATE"
_FINAL: Final = ("ESCROW_", "CHAINCODE_ARGUMENT")  # how codes begin by which the contract itself refuses


class Outcome(BaseModel):
    """What an event came to: the note that was made, or the payout and how it stands now."""

    note: str = ""
    payout: str = ""
    state: str = ""


class Effects:
    """Events as transactions of the provider's own identity."""

    def __init__(self, writes: Writes, database: Database) -> None:
        self._writes = writes
        self._database = database

    async def of(self, event: Event, person: WalletEntry) -> Outcome:
        """Have the effect of ``event``, once. Raises as ``Writes.write``; ``is_final`` tells refusals from delays."""
        match event:
            case PaymentReceived():
                return await self._issue(event.data, person)
            case PayoutPaid():
                return await self._redeem(event.data, person)
            case _:
                return await self._return(event.data, person)

    async def _issue(self, paid: Received, person: WalletEntry) -> Outcome:
        payment = Payment(owner=paid.owner, amount_minor=paid.amount_minor)
        call = NewNote(reference=paid.reference, payment=payment, currency=paid.currency).arguments()
        try:
            written = await self._writes.write(person, "escrow:issue", *call)
        except GatewayError as error:
            if error.code != USED:
                raise
            with self._database.reading() as connection:
                note = _issued(connection, _place(person), paid)
            if not note:
                raise
            return Outcome(note=note)
        return Outcome(note=Note.model_validate_json(written.result).id)

    async def _redeem(self, paid: Paid, person: WalletEntry) -> Outcome:
        call = Redemption(reference=paid.reference).arguments()
        try:
            await self._writes.write(person, "escrow:redeem", paid.payout, *call)
        except GatewayError as error:
            if error.code not in (USED, STATE):
                raise
            with self._database.reading() as connection:
                known = find_record(connection, PaidOut, _place(person), paid.reference)
                if error.code == STATE:
                    _ended(connection, paid.payout)
                elif known is None:
                    raise _lag() from error
            if known is None or known.payout != paid.payout:
                raise
        return Outcome(payout=paid.payout, state=PayoutState.PAID)

    async def _return(self, failed: Failed, person: WalletEntry) -> Outcome:
        try:
            await self._writes.write(person, "escrow:return_payout", failed.payout)
        except GatewayError as error:
            if error.code != STATE:
                raise
            with self._database.reading() as connection:
                state = _ended(connection, failed.payout)
            if state is not PayoutState.RETURNED:
                raise
        return Outcome(payout=failed.payout, state=PayoutState.RETURNED)


def is_final(error: GatewayError) -> bool:
    """Whether the contract has refused, so that the same event will never have its effect."""
    return error.code.startswith(_FINAL)


def _issued(connection: Connection, provider: str, paid: Received) -> str:
    """The note that the ledger has for a reference, if it is for this very payment; else nothing."""
    known = find_record(connection, PaidIn, provider, paid.reference)
    movement = known and find_record(connection, Movement, known.note.partition(":")[0])
    if not known or not movement:
        raise _lag()
    made = (Piece(note=known.note, owner=paid.owner, amount_minor=paid.amount_minor),)
    return known.note if (movement.made, movement.currency) == (made, paid.currency) else ""


def _ended(connection: Connection, payout_id: str) -> PayoutState:
    """How a payout ended that the contract calls ended."""
    payout = find_record(connection, Payout, payout_id)
    if payout is None or payout.state is PayoutState.ASKED:
        raise _lag()
    return payout.state


def _lag() -> WaitError:
    return WaitError("READMODEL_LAGS", "the ledger is ahead of the read model, which is to decide")


def _place(person: WalletEntry) -> str:
    return provider_of(signatory_of(person))
