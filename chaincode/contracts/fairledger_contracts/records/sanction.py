"""Sanctions: what the association imposes on a platform, after hearing it, and how that ends."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from fairledger_chaincode.record import Record
from fairledger_contracts.records.anchor import DocumentDescription
from fairledger_contracts.records.signatory import Signatory
from fairledger_contracts.records.standard import PARAMETER_MAX, ParameterName, StandardVersion

STANDARD = "sanctions"  # whose parameters these rules read
EVIDENCE_MAX = 20
STATEMENTS_MAX = 10  # of a platform in one hearing


class Penalty(StrEnum):
    """What is imposed."""

    WARNING = "warning"
    FINE = "fine"
    SUSPENSION = "suspension"


class SanctionState(StrEnum):
    """Where a sanction is; the last three are ends."""

    HEARING = "hearing"
    IMPOSED = "imposed"
    APPEALED = "appealed"
    FINAL = "final"
    ENDED = "ended"
    DROPPED = "dropped"  # not imposed after the hearing, or not decided in time
    LIFTED = "lifted"  # by the regulator, or because the regulator did not decide in time


ENDS = frozenset({SanctionState.ENDED, SanctionState.DROPPED, SanctionState.LIFTED})


class GroundKind(StrEnum):
    """On what kind of fact a sanction rests."""

    DISCLOSURE = "disclosure"
    COMPLAINT = "complaint"
    INSPECTION = "inspection"
    SANCTION = "sanction"  # one that was not followed, such as a fine unpaid


class Ground(BaseModel):
    """The fact on the ledger: ``key`` are the parts of its record's key."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: GroundKind
    key: Annotated[tuple[Annotated[str, Field(pattern=r"^[!-~]{1,200}$")], ...], Field(min_length=1, max_length=3)]


class Step(BaseModel):
    """What was done: the documents that say why are named by their hashes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    state: SanctionState
    at: datetime
    by: Signatory
    documents: tuple[DocumentDescription, ...] = ()


class Sanction(Record, kind="disclosure-sanction", key=("id",)):
    """``id`` is the transaction's.

    ``rule`` is the standard's parameter for what the platform did not keep: the most that a fine for it may be, by
    ``tariff``, the version that counted when the rule was broken. ``standard`` is that of the deadlines.
    ``amount_minor`` and ``currency`` are a fine's, ``suspension_s`` a suspension's. ``due_at`` is the deadline of the
    state: the end of the hearing, of the time to appeal, to decide the appeal, to pay, or the penalty's own end.
    ``decide_until`` is when an undecided hearing drops. A fine's ``payment_reference`` is that of the
    ``movement`` that paid it, at ``paid_at``.
    """

    id: str
    msp_id: str
    penalty: Penalty
    ground: Ground
    rule: ParameterName
    standard: StandardVersion
    tariff: StandardVersion
    state: SanctionState
    due_at: datetime
    decide_until: datetime
    amount_minor: Annotated[int, Field(strict=True, ge=0, le=PARAMETER_MAX)] = 0
    currency: Annotated[str, Field(pattern=r"^([A-Z]{3})?$")] = ""
    suspension_s: Annotated[int, Field(strict=True, ge=0)] = 0
    heard: bool = False
    upheld: bool = False
    steps: tuple[Step, ...]
    payment_reference: str = ""
    paid_at: datetime | None = None
    movement: str = ""
    recorder: Signatory
    changed_by: Signatory | None = None

    @property
    def until(self) -> datetime | None:
        """When time alone moves it on; None at an end, and for a fine that is final, which waits for its payment."""
        if self.state in ENDS or (self.state is SanctionState.FINAL and self.penalty is Penalty.FINE):
            return None
        return self.decide_until if self.state is SanctionState.HEARING else self.due_at


class Sanctioned(Record, kind="disclosure-sanctioned", key=("ground", "fact", "rule")):
    """That a fact has its ``sanction`` by a rule: whatever came of it, there is no second one.

    ``ground`` is a ``GroundKind``, ``fact`` the parts of the record's key with a slash between.
    """

    ground: str
    fact: str
    rule: ParameterName
    sanction: str
    recorder: Signatory
