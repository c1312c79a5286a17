"""Notes: money on the ledger as unspent outputs.

A note is spent whole, and spending makes new notes. So two payments contend only when they spend the same note, and a
merchant with a thousand open orders is no hot spot, as a balance would be.
"""

import base64
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from fairledger_chaincode.record import Record
from fairledger_contracts.records.money import AmountMinor, Currency
from fairledger_contracts.records.signatory import Signatory

OUTPUTS_MAX = 32  # bounds the ledger writes of one transaction
INPUTS_MAX = 64
OWNER_LENGTH_MAX = 1_024
ORDER_LOCK = "order"
PAYOUT_LOCK = "payout"
ACCOUNT = "account"

# A person's is ``<MSP>:<Fabric's id>``; a lock's ``order:<id>`` or ``payout:<id>``, which the contract alone opens. No
# person's id looks like a lock's: Fabric's is the base64 of ``x509::…``, a lock's has 64 hexadecimal digits. An
# organisation's own account is ``<MSP>:account``, which its officials spend from.
Owner = Annotated[
    str, Field(min_length=3, max_length=OWNER_LENGTH_MAX, pattern=r"^[^\x00-\x1f\x7f:]+:[^\x00-\x1f\x7f]+$")
]
NoteId = Annotated[str, Field(pattern=r"^[0-9a-f]{64}:[0-9]{1,2}$")]


def owner_of(person: Signatory) -> str:
    """The owner's name of notes that are this person's."""
    return f"{person.msp_id}:{person.id}"


def lock_of(kind: str, record_id: str) -> str:
    """The owner's name of notes that an order or a payout holds."""
    return f"{kind}:{record_id}"


def account_of(msp_id: str) -> str:
    """The owner's name of notes that are an organisation's."""
    return f"{msp_id}:{ACCOUNT}"


def is_holder(owner: str) -> bool:
    """Whether an owner's name has the form of a person's or of an organisation's account."""
    name = owner.partition(":")[2]
    if name == ACCOUNT:
        return True
    try:
        return base64.b64decode(name, validate=True).startswith(b"x509::")
    except ValueError:
        return False


def made_by(note_id: str) -> str:
    """The id of the movement that made a note."""
    return note_id.partition(":")[0]


class Payment(BaseModel):
    """So much to this owner. ``amount_minor`` counts the currency's smallest unit (fen, cents)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    owner: Owner
    amount_minor: AmountMinor


class Stop(BaseModel):
    """That an organisation's ``freeze`` keeps a note from being spent until ``until`` has passed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    msp_id: str
    freeze: str
    until: datetime


class Note(Record, kind="escrow-note", key=("id",)):
    """An amount that one owner can spend once; the record is deleted when it is spent, its movements stay.

    ``id`` is ``<transaction id>:<position>``, so it is unique without a counter; ``sources`` are the notes it was made
    from. A note without sources was issued by a payment provider. ``recorder`` signed the transaction that made it,
    ``changed_by`` the last that froze or released it. Of each organisation's ``stops`` the last counts.
    """

    id: str
    owner: Owner
    amount_minor: AmountMinor
    currency: Currency
    sources: tuple[str, ...]
    recorder: Signatory
    stops: tuple[Stop, ...] = ()
    changed_by: Signatory | None = None

    def frozen_until(self, at: datetime) -> datetime | None:
        """When a note that is frozen at a moment can be spent again; None for one that can be spent."""
        return max((stop.until for stop in self.stops if at <= stop.until), default=None)
