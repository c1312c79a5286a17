"""Complaints: what somebody says went wrong, who has to answer until when, and what came of it."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from fairledger_chaincode.record import Record
from fairledger_contracts.records.anchor import DocumentDescription, Sha256
from fairledger_contracts.records.signatory import Signatory
from fairledger_contracts.records.standard import StandardVersion

STANDARD = "complaints"  # whose parameters these rules read
DOCUMENTS_MAX = 10  # a step
RECEIPT_USES = 3  # steps that a receipt's code can be shown for


class AboutKind(StrEnum):
    """What a complaint is about."""

    ORDER = "order"
    MERCHANT = "merchant"
    PLATFORM = "platform"
    TAG = "tag"
    PAYMENT = "payment"


class About(BaseModel):
    """An order's or tag's id, a merchant's GLN, a platform's MSP, a payment's ``payment_name``.

    Nobody's name: the ledger forgets nothing.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: AboutKind
    id: Annotated[str, Field(pattern=r"^[!-~]{1,300}$")]


class Category(StrEnum):
    """What kind of wrong it is; statistics count by it."""

    DELIVERY = "delivery"
    GOODS = "goods"
    MONEY = "money"
    TRUTH = "truth"
    PRIVACY = "privacy"
    CONDUCT = "conduct"


class Matter(StrEnum):
    """The subject line: one of these, so that no free text, and no name, is on the ledger."""

    NOT_DELIVERED = "not_delivered"
    DELIVERED_LATE = "delivered_late"
    DEFECTIVE = "defective"
    UNSAFE = "unsafe"
    COUNTERFEIT = "counterfeit"
    NOT_AS_DESCRIBED = "not_as_described"
    REFUND_REFUSED = "refund_refused"
    OVERCHARGED = "overcharged"
    FAKE_ORDERS = "fake_orders"
    FALSE_PROMOTION = "false_promotion"
    PERSONAL_DATA = "personal_data"
    NO_SERVICE = "no_service"
    OTHER = "other"


CATEGORIES = {
    Matter.NOT_DELIVERED: Category.DELIVERY,
    Matter.DELIVERED_LATE: Category.DELIVERY,
    Matter.DEFECTIVE: Category.GOODS,
    Matter.UNSAFE: Category.GOODS,
    Matter.COUNTERFEIT: Category.GOODS,
    Matter.NOT_AS_DESCRIBED: Category.GOODS,
    Matter.REFUND_REFUSED: Category.MONEY,
    Matter.OVERCHARGED: Category.MONEY,
    Matter.FAKE_ORDERS: Category.TRUTH,
    Matter.FALSE_PROMOTION: Category.TRUTH,
    Matter.PERSONAL_DATA: Category.PRIVACY,
    Matter.NO_SERVICE: Category.CONDUCT,
    Matter.OTHER: Category.CONDUCT,
}


class ComplaintState(StrEnum):
    """Where a complaint is; the last two are ends."""

    FILED = "filed"
    ANSWERED = "answered"
    ESCALATED = "escalated"  # to the association
    DECIDED = "decided"
    APPEALED = "appealed"  # to the regulator
    RESOLVED = "resolved"  # the complainant is content, or did not come back
    CLOSED = "closed"


ENDS = frozenset({ComplaintState.RESOLVED, ComplaintState.CLOSED})


class Verdict(StrEnum):
    """What an authority finds of a complaint; overdue where none found anything in time."""

    UPHELD = "upheld"
    PARTLY = "partly"
    DISMISSED = "dismissed"
    OVERDUE = "overdue"


class ComplaintStep(BaseModel):
    """What was done, by whom, and with which documents. ``overdue`` says that a deadline passed, and not who acted."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    state: ComplaintState
    at: datetime
    by: Signatory
    documents: tuple[DocumentDescription, ...] = ()
    verdict: Verdict | None = None
    overdue: bool = False


class Complaint(Record, kind="supervision-complaint", key=("id",)):
    """``id`` is the transaction's. ``platform`` (MSP) has to answer. ``due_at`` is the deadline of the state.

    ``receipt_sha256`` is the hash by which whoever filed without an identity is known: SHA-256 of the bytes of the
    code that they show next, in hexadecimal. Each code shown takes its place (a hash chain after L. Lamport,
    "Password authentication with insecure communication", 1981), so that nobody can use one that was seen.
    """

    id: str
    about: About
    platform: str
    category: Category
    matter: Matter
    state: ComplaintState
    filed_at: datetime
    due_at: datetime
    standard: StandardVersion
    receipt_sha256: Sha256 | None = None
    steps: tuple[ComplaintStep, ...]
    verdict: Verdict | None = None
    recorder: Signatory
    changed_by: Signatory | None = None

    @property
    def answered_late(self) -> bool:
        """Whether the platform let its time pass."""
        return any(step.overdue and step.state is ComplaintState.ESCALATED for step in self.steps)
