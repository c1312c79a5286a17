"""How far an item's history can be believed: a grade from A to E, with the reason of each check that is not met.

Each check has an outcome, and each outcome a cap: the best grade that it leaves. The grade is the worst of the caps,
and C at best when three or more checks leave B. So nothing that is missing or contradicts can raise a grade.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

FLAWS_FOR_C = 3  # checks that leave B: one is a slip, three are a habit


class Grade(StrEnum):
    """From fully evidenced to contradicted; ``A`` sorts before ``E``."""

    A = "A"  # every link is told and vouched for
    B = "B"  # small gaps
    C = "C"  # a link is missing, or something is odd
    D = "D"  # who made it is not told
    E = "E"  # the history contradicts itself, or the law of who may say so


class Outcome(StrEnum):
    """What a check found. ``none`` means that it does not concern this item."""

    SHOWN = "shown"
    NONE = "none"
    MISSING = "missing"
    CONTRADICTED = "contradicted"


class Check(StrEnum):
    """What is asked of a history."""

    COMMISSIONED = "commissioned"  # somebody recorded that it was made or given its identity
    MAKER_LICENSED = "maker_licensed"  # the one who did holds the licence of its GTIN
    MADE_ONCE = "made_once"  # a thing is made once
    ORIGIN = "origin"  # all that it was made of is commissioned, too
    CUSTODY = "custody"  # each change of holder is told by giver and taker
    ORDER = "order"  # nothing happened to it before it was made, or after its end
    PLACES = "places"  # it was never in two places at once
    TIMELY = "timely"  # events were recorded soon after they happened, and none before
    EVIDENCE = "evidence"  # somebody other than its holders inspected it, or papers are anchored
    UNDISPUTED = "undisputed"  # nobody else declares one of its events erroneous
    SCANS = "scans"  # its tag was not seen where or when it can't be
    TAG = "tag"  # the scanned tag has its maker's signature


# The best grade that an outcome leaves. What is not listed leaves A.
CAPS: dict[tuple[Check, Outcome], Grade] = {
    (Check.COMMISSIONED, Outcome.MISSING): Grade.D,
    (Check.COMMISSIONED, Outcome.CONTRADICTED): Grade.E,
    (Check.MAKER_LICENSED, Outcome.MISSING): Grade.C,
    (Check.MAKER_LICENSED, Outcome.CONTRADICTED): Grade.E,
    (Check.MADE_ONCE, Outcome.CONTRADICTED): Grade.E,
    (Check.ORIGIN, Outcome.MISSING): Grade.B,
    (Check.ORIGIN, Outcome.CONTRADICTED): Grade.C,
    (Check.CUSTODY, Outcome.MISSING): Grade.B,
    (Check.CUSTODY, Outcome.CONTRADICTED): Grade.C,
    (Check.ORDER, Outcome.CONTRADICTED): Grade.E,
    (Check.PLACES, Outcome.CONTRADICTED): Grade.E,
    (Check.TIMELY, Outcome.MISSING): Grade.B,
    (Check.TIMELY, Outcome.CONTRADICTED): Grade.E,
    (Check.EVIDENCE, Outcome.MISSING): Grade.B,
    (Check.EVIDENCE, Outcome.CONTRADICTED): Grade.B,
    (Check.UNDISPUTED, Outcome.CONTRADICTED): Grade.B,
    (Check.SCANS, Outcome.MISSING): Grade.B,
    (Check.SCANS, Outcome.CONTRADICTED): Grade.C,
    (Check.TAG, Outcome.MISSING): Grade.B,
    (Check.TAG, Outcome.CONTRADICTED): Grade.E,
}


class Finding(BaseModel):
    """One check's outcome. ``code`` tells which of its reasons; ``events`` are the ids of those that show it.

    ``values`` are what a sentence about it needs: numbers, parties, areas, by name.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    check: Check
    outcome: Outcome
    code: Annotated[str, Field(pattern=r"^[A-Z][A-Z_]+$")]
    events: tuple[str, ...] = ()
    values: tuple[tuple[str, str], ...] = ()

    @property
    def cap(self) -> Grade:
        """The best grade that it leaves."""
        return CAPS.get((self.check, self.outcome), Grade.A)


def grade_of(findings: Iterable[Finding]) -> Grade:
    """The grade that findings leave."""
    caps: dict[Check, Grade] = {}
    for finding in findings:
        caps[finding.check] = max(finding.cap, caps.get(finding.check, Grade.A))
    worst = max(caps.values(), default=Grade.A)
    flaws = sum(cap is Grade.B for cap in caps.values())
    return max(worst, Grade.C) if flaws >= FLAWS_FOR_C else worst
