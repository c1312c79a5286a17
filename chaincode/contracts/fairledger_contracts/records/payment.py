"""Payments outside the ledger: money paid in at a provider, and money that a provider pays out."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from fairledger_chaincode.record import Record
from fairledger_contracts.records.money import AmountMinor, Currency
from fairledger_contracts.records.note import OWNER_LENGTH_MAX, Owner
from fairledger_contracts.records.signatory import Signatory

# The provider's own number of a payment: no person's name, no account.
Reference = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]{3,79}$")]


# A provider as ``provider_of`` names it: <MSP>:<place>, each as a party has them.
ProviderName = Annotated[str, Field(max_length=OWNER_LENGTH_MAX, pattern=r"^[A-Za-z0-9.-]{1,100}:[!-~]+$")]


def provider_of(person: Signatory) -> str:
    """A payment provider by name: all its people share its references."""
    return ":".join(person.party)


def payment_name(provider: str, reference: str) -> str:
    """A payment by one word, as complaints and warrants name it: its reference alone is another's with each provider.

    No provider's name has an ``@``.
    """
    return f"{reference}@{provider}"


class PaidIn(Record, kind="escrow-paid-in", key=("provider", "reference")):
    """That a provider issued ``note`` for a payment; so each reference counts once."""

    provider: str
    reference: Reference
    note: str
    recorder: Signatory


class PaidOut(Record, kind="escrow-paid-out", key=("provider", "reference")):
    """That a provider paid ``payout`` out; so each reference counts once."""

    provider: str
    reference: Reference
    payout: str
    recorder: Signatory


class PayoutState(StrEnum):
    """How far a payout is."""

    ASKED = "asked"
    PAID = "paid"
    RETURNED = "returned"


class Payout(Record, kind="escrow-payout", key=("id",)):
    """Money that its owner wants paid out by ``provider``, which holds it until ``due_at``; then it can be returned.

    ``id`` is the transaction's that asked. ``note`` is what is held.
    """

    id: str
    owner: Owner
    provider: str
    note: str
    amount_minor: AmountMinor
    currency: Currency
    state: PayoutState
    due_at: datetime
    recorder: Signatory
