"""What the sandbox has received and paid out, in memory: accounts by owner and currency."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

WAITING, TAKEN, REFUSED = "waiting", "taken", "refused"
ENTRIES_MAX: Final = 10_000  # a sandbox forgets nothing, so it ends somewhere


@dataclass
class Entry:
    """Money in or out, and what the service said of it: ``result`` is a note, a payout's state, or a refusal's code."""

    kind: str  # "payment" or "payout"
    reference: str
    owner: str
    amount_minor: int
    currency: str
    at: datetime
    event: str  # the type of the event that tells the service
    event_id: str
    payout: str = ""
    state: str = WAITING
    result: str = ""


@dataclass
class Book:
    """All entries, the oldest first."""

    entries: list[Entry] = field(default_factory=list)

    @property
    def is_full(self) -> bool:
        """Whether no more is taken."""
        return len(self.entries) >= ENTRIES_MAX

    def of_kind(self, kind: str) -> list[Entry]:
        """Payments or payouts, the newest first."""
        return [entry for entry in reversed(self.entries) if entry.kind == kind]

    def find_payout(self, payout: str) -> Entry | None:
        """The entry of a payout."""
        return next((entry for entry in self.entries if entry.payout == payout), None)

    def has_payment(self, payment: Mapping[str, str | int]) -> bool:
        """Whether there is a payment with all these values."""
        return any(payment.items() <= vars(entry).items() for entry in self.of_kind("payment"))

    def owners(self) -> list[str]:
        """Who paid or was paid so far, sorted."""
        return sorted({entry.owner for entry in self.entries})

    def totals(self) -> Iterator[tuple[str, int, int]]:
        """By currency, what came in and what was paid out."""
        for currency in sorted({entry.currency for entry in self.entries}):
            mine = [entry for entry in self.entries if entry.currency == currency]
            received = sum(entry.amount_minor for entry in mine if entry.event == "payment.received")
            paid = sum(entry.amount_minor for entry in mine if entry.event == "payout.paid")
            yield currency, received, paid
