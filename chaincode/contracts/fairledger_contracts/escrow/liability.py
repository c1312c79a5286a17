"""Who is liable: an ordered table of rules, each a pure function of facts; the first that holds decides.

Each rule answers with the ids of the evidence that it rests on, or None where it does not hold. Nothing here reads a
clock: deadlines have passed when ``decide`` is asked.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from fairledger_contracts.escrow.numbers import Numbers
from fairledger_contracts.escrow.verdict import BACK_TO_ALL, PRICE_TO_SELLER, Verdict
from fairledger_contracts.records.agreement import GoodsKind
from fairledger_contracts.records.evidence import Evidence, EvidenceKind, Finding
from fairledger_contracts.records.money import WHOLE_PERMILLE
from fairledger_contracts.records.order import Claim, Order, OrderState
from fairledger_contracts.records.settlement import Liable, RuleCode

Ids = tuple[str, ...]
DISPUTED = frozenset({OrderState.DISPUTED, OrderState.PROPOSED})


@dataclass(frozen=True)
class Facts:
    """An order with what is known of it; ``evidence`` by time, ``recalls`` are ids of those in force on the goods."""

    order: Order
    numbers: Numbers
    evidence: tuple[Evidence, ...] = ()
    recalls: Ids = ()

    @property
    def claim(self) -> Claim | None:
        """What the buyer claims in a dispute that is open; no claim, no rule about the goods."""
        dispute = self.order.dispute
        return dispute.claim if dispute and self.order.state in DISPUTED else None

    def first(self, kind: EvidenceKind) -> Evidence | None:
        """The first evidence of a kind. What decides by this is told once an order, so no claimed time reorders it."""
        return next((each for each in self.evidence if each.evidence is kind), None)

    @property
    def at_the_door(self) -> Evidence | None:
        """What the carrier told at the buyer's door, where it has the parcel for the last time: taken, or refused."""
        return self.first(EvidenceKind.DELIVERED) or self.first(EvidenceKind.REFUSED)

    def fits(self, weighed: Evidence) -> bool:
        """Whether a parcel is heavy enough to hold the goods; its packing is on top, so there is no upper bound."""
        least = self.order.terms.weight_g * (WHOLE_PERMILLE - self.numbers.weight_tolerance_permille)
        return weighed.weight_g * WHOLE_PERMILLE >= least

    def is_right(self, read: Evidence) -> bool:
        """Whether a tag that was read is genuine and that of the goods that were shipped."""
        return self.order.shipment is not None and read.item == self.order.shipment.item and bool(read.genuine)


Rule = Callable[[Facts], Ids | None]


def _in_state(*states: OrderState, kind: GoodsKind | None = None) -> Rule:
    def holds(facts: Facts) -> Ids | None:
        fits = facts.order.state in states and kind in (None, facts.order.terms.kind)
        return () if fits else None

    return holds


def _told(kind: EvidenceKind) -> Rule:
    def holds(facts: Facts) -> Ids | None:
        told = facts.first(kind)
        return None if told is None else (told.id,)

    return holds


def _found(finding: Finding) -> Rule:
    """Inspectors found this, and none of them anything else: where they contradict each other, no rule decides."""

    def holds(facts: Facts) -> Ids | None:
        reports = [each for each in facts.evidence if each.evidence is EvidenceKind.INSPECTED]
        agree = facts.claim and reports and all(each.finding is finding for each in reports)
        return tuple(each.id for each in reports) if agree else None

    return holds


def under_recall(facts: Facts) -> Ids | None:
    """The goods are called back."""
    return facts.recalls if facts.claim and facts.recalls else None


def delivered_elsewhere(facts: Facts) -> Ids | None:
    """The carrier itself tells an area that the buyer did not want it in."""
    told = facts.at_the_door
    if not facts.claim or told is None or told.area == facts.order.area:
        return None
    return (told.id,)


def too_light(facts: Facts) -> Ids | None:
    """When the carrier took the parcel over, it weighed less than the goods alone."""
    taken = facts.first(EvidenceKind.TAKEN_OVER)
    return (taken.id,) if facts.claim and taken and not facts.fits(taken) else None


def lightened(facts: Facts) -> Ids | None:
    """The parcel was heavy enough when the carrier took it over, and too light at the buyer's door."""
    taken, told = facts.first(EvidenceKind.TAKEN_OVER), facts.at_the_door
    if not facts.claim or taken is None or told is None or not facts.fits(taken) or facts.fits(told):
        return None
    return taken.id, told.id


def other_item(facts: Facts) -> Ids | None:
    """The tag that the buyer read is another one, or forged."""
    read = facts.first(EvidenceKind.TAG_READ)
    return (read.id,) if facts.claim and read and not facts.is_right(read) else None


def refused_without_ground(facts: Facts) -> Ids | None:
    """The buyer refused the parcel at the door and does not contest that, and nothing speaks against the goods."""
    refused = facts.first(EvidenceKind.REFUSED)
    return (refused.id,) if facts.claim is Claim.REFUSED and refused else None


def false_claim(facts: Facts) -> Ids | None:
    """What the buyer claims, the parcel or the tag that the buyer read shows to be otherwise."""
    delivered, read = facts.first(EvidenceKind.DELIVERED), facts.first(EvidenceKind.TAG_READ)
    right = read is not None and facts.is_right(read)
    if read is not None and right and facts.claim in (Claim.OTHER_ITEM, Claim.FORGED):
        return (read.id,)
    if delivered is not None and read is not None and right and facts.claim is Claim.NOT_RECEIVED:
        return delivered.id, read.id
    if delivered is not None and facts.claim is Claim.EMPTY and facts.fits(delivered):
        return (delivered.id,)
    return None


class Line(NamedTuple):
    """One line of the table: the rule's code, who is liable if it holds, and the rule."""

    code: RuleCode
    liable: Liable
    holds: Rule


R, L, S = RuleCode, Liable, OrderState
TABLE: tuple[Line, ...] = (
    Line(R.WRONG_KEY, L.SELLER, _told(EvidenceKind.WRONG_KEY)),
    Line(R.NOT_ACCEPTED, L.NOBODY, _in_state(S.FUNDED)),
    Line(R.NOT_FETCHED, L.NOBODY, _in_state(S.ACCEPTED, kind=GoodsKind.VIRTUAL)),
    Line(R.UNDISPUTED, L.NOBODY, _in_state(S.DELIVERED)),
    Line(R.NOT_SHIPPED, L.SELLER, _in_state(S.ACCEPTED, S.HANDED, S.SHIPPED)),
    Line(R.LOST, L.CARRIER, _told(EvidenceKind.LOST)),
    Line(R.NOT_DELIVERED, L.CARRIER, _in_state(S.CARRIED)),
    Line(R.COUNTERFEIT, L.SELLER, _found(Finding.COUNTERFEIT)),
    Line(R.UNDER_RECALL, L.SELLER, under_recall),
    Line(R.DEFECT, L.SELLER, _found(Finding.DEFECT)),
    Line(R.DELIVERED_ELSEWHERE, L.CARRIER, delivered_elsewhere),
    Line(R.TOO_LIGHT, L.SELLER, too_light),
    Line(R.LOST, L.CARRIER, lightened),
    Line(R.FOUND_CONFORMANT, L.BUYER, _found(Finding.CONFORMANT)),
    Line(R.OTHER_ITEM, L.SELLER, other_item),
    Line(R.REFUSED_WITHOUT_GROUND, L.BUYER, refused_without_ground),
    Line(R.FALSE_CLAIM, L.BUYER, false_claim),
)
_FIXED = {R.NOT_ACCEPTED: BACK_TO_ALL, R.NOT_FETCHED: BACK_TO_ALL, R.UNDISPUTED: PRICE_TO_SELLER}


def decide(facts: Facts) -> Verdict | None:
    """What the first rule that holds decides, by the numbers of the agreement's standard; None where none does."""
    for line in TABLE:
        evidence = line.holds(facts)
        if evidence is not None:
            shares = _FIXED.get(line.code) or facts.numbers.shares[line.code]
            return Verdict(line.code, line.liable, shares, evidence)
    return None
