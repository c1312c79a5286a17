"""A provider that moves no money: what it does when it is paid, or asked for a payout."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime

from pydantic import BaseModel, ConfigDict, Field

from fairledger.provider.errors import ProviderError
from fairledger.provider.event import Failed, Paid, PaymentReceived, PayoutFailed, PayoutPaid, PayoutRequested, Received
from fairledger.provider.sandbox.book import Book, Entry
from fairledger.provider.sandbox.postman import Letter, Postman
from fairledger.provider.settings import ProviderSettings
from fairledger_contracts.records.money import AmountMinor, Currency
from fairledger_contracts.records.note import Owner
from fairledger_contracts.records.payment import Reference


def new_reference() -> str:
    """The sandbox's own number of a payment."""
    return f"sandbox-{secrets.token_hex(8)}"


class NewPayment(BaseModel):
    """A buyer pays; without a reference the sandbox numbers the payment itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    owner: Owner
    amount_minor: AmountMinor
    currency: Currency
    reference: Reference = Field(default_factory=new_reference)


class Sandbox:
    """A provider: its book, its postman, and what it does when it is paid or asked for a payout."""

    def __init__(self, name: str, settings: Callable[[], ProviderSettings], postman: Postman) -> None:
        self.name = name
        self.settings = settings
        self.postman = postman
        self.book = Book()

    def receive(self, payment: NewPayment) -> Entry:
        """Take a buyer's money, and tell the service. Raises ``ProviderError`` (PROVIDER_SANDBOX)."""
        now = datetime.now(UTC)
        entry = Entry(
            "payment", at=now, event="payment.received", event_id=secrets.token_hex(16), **payment.model_dump()
        )
        event = PaymentReceived(timestamp=now, data=Received(**payment.model_dump(), paid_at=now))
        return self._told(entry, event)

    def pay_out(self, request: PayoutRequested) -> Entry:
        """Pay at once, and tell the service; what was asked before is not paid again."""
        asked = request.data
        known = self.book.find_payout(asked.payout)
        if known is not None:
            return known
        now, reference = datetime.now(UTC), f"out-{asked.payout}"
        event: PayoutPaid | PayoutFailed = PayoutPaid(
            timestamp=now, data=Paid(payout=asked.payout, reference=reference)
        )
        if self.postman.faults.fail_payouts:
            event = PayoutFailed(timestamp=now, data=Failed(payout=asked.payout))
        entry = Entry(
            "payout",
            reference,
            asked.owner,
            asked.amount_minor,
            asked.currency,
            at=now,
            event=event.type,
            event_id=secrets.token_hex(16),
            payout=asked.payout,
        )
        return self._told(entry, event)

    def _told(self, entry: Entry, event: BaseModel) -> Entry:
        if self.book.is_full:
            raise ProviderError("PROVIDER_SANDBOX", "the sandbox is full", "start it anew")
        self.book.entries.append(entry)
        self.postman.post(Letter(event.model_dump_json().encode(), entry))
        return entry
