"""Which numbers each standard has that contracts read: their names, and what they may be.

``propose`` takes no other version, so that whoever reads one in force finds every number, and one that makes sense.
"""

from collections.abc import Collection, Mapping
from typing import Final, get_args

from fairledger_chaincode.errors import RuleBroken
from fairledger_contracts.records.agreement import ESCROW_STANDARD, PERIOD_S_MAX
from fairledger_contracts.records.complaint import STANDARD as COMPLAINTS
from fairledger_contracts.records.disclosure import STANDARD as DISCLOSURE
from fairledger_contracts.records.disclosure import Subject
from fairledger_contracts.records.money import AMOUNT_MINOR_MAX, CURRENCIES, WHOLE_PERMILLE
from fairledger_contracts.records.monitoring import STANDARD as SUPERVISION
from fairledger_contracts.records.sanction import STANDARD as SANCTIONS
from fairledger_contracts.records.settlement import RuleCode
from fairledger_contracts.records.warrant import LENGTH_MAX

DURATION_MAX_S: Final = 10**9  # some 31 years: no deadline leaves the calendar
PRIVACY: Final = "privacy"
PERIODS: Final = ("accept", "ship", "delivery", "cooling_off", "evidence")
# The rules whose shares the standard sets; the others give everybody back what is theirs, or do as was agreed or voted.
RULES_WITH_SHARES: Final = (
    RuleCode.WRONG_KEY,
    RuleCode.NOT_SHIPPED,
    RuleCode.LOST,
    RuleCode.NOT_DELIVERED,
    RuleCode.COUNTERFEIT,
    RuleCode.UNDER_RECALL,
    RuleCode.DEFECT,
    RuleCode.DELIVERED_ELSEWHERE,
    RuleCode.TOO_LIGHT,
    RuleCode.FOUND_CONFORMANT,
    RuleCode.OTHER_ITEM,
    RuleCode.REFUSED_WITHOUT_GROUND,
    RuleCode.FALSE_CLAIM,
)

_TIME: Final = range(1, DURATION_MAX_S + 1)
_TIME_OR_NONE: Final = range(DURATION_MAX_S + 1)
_PERIOD: Final = range(1, PERIOD_S_MAX + 1)
_AMOUNT: Final = range(AMOUNT_MINOR_MAX + 1)
_PERMILLE: Final = range(WHOLE_PERMILLE + 1)
_MONTHS: Final = (1, 2, 3, 4, 6, 12)  # that parts of a year have

NUMBERS: Final[Mapping[str, Mapping[str, Collection[int]]]] = {
    COMPLAINTS: {
        **dict.fromkeys(("answer_s", "reaction_s", "association_s", "appeal_s", "regulator_s"), _TIME),
        "figures_days": range(1, 3_661),
    },
    DISCLOSURE: {
        **{f"{subject}_months": _MONTHS for subject in get_args(Subject)},
        **{f"{subject}_due_s": _TIME_OR_NONE for subject in get_args(Subject)},
        **dict.fromkeys(("review_s", "mend_s"), _TIME),
    },
    ESCROW_STANDARD: {
        **{f"{period}_{bound}_s": _PERIOD for period in PERIODS for bound in ("min", "max")},
        **{
            f"{rule}_{whose}_permille": _PERMILLE
            for rule in RULES_WITH_SHARES
            for whose in ("price", "bond", "carrier")
        },
        **dict.fromkeys(("cancel_s", "panel_s", "payout_s", "freeze_s", "dispute_ground_s"), _PERIOD),
        "panel_quorum": range(1, 16),
        "grace_s": range(3_601),
        "dust_minor": _AMOUNT[1:],
        "bond_min_permille": _PERMILLE,
        "virtual_bond_min_permille": range(1_000, 10_001),  # the price is out when it counts
        "weight_tolerance_permille": _PERMILLE,
    },
    PRIVACY: {"retention_days": range(36_526), "warrant_days_max": range(1, LENGTH_MAX.days + 1)},
    SANCTIONS: {
        **dict.fromkeys(("hearing_s", "decide_s", "appeal_s", "appeal_decision_s", "warning_s", "pay_s"), _TIME),
        "suspension_max_s": _TIME,
        "fine_currency": tuple(CURRENCIES),
        **dict.fromkeys(("late_disclosure", "false_disclosure", "unanswered_complaint"), _AMOUNT),
        **dict.fromkeys(("upheld_complaint", "failed_inspection", "unpaid_fine"), _AMOUNT),
    },
    SUPERVISION: {
        **dict.fromkeys(("inspection_s", "follow_up_s", "critical_follow_up_s", "review_s", "listing_s"), _TIME),
        "height_lag_blocks": range(1, 1_000_001),
        "unavailable_rounds": range(1, 101),
        "complaints_permille": _PERMILLE,
        "complaints_min": range(1, 1_000_001),
    },
}
OPTIONAL: Final = frozenset(f"{rule}_carrier_permille" for rule in RULES_WITH_SHARES)  # nothing where it is missing


def check_numbers(name: str, parameters: Mapping[str, int]) -> None:
    """Check the numbers of a standard that contracts read, and of any other that its durations end in time.

    Raises ``RuleBroken`` (DISCLOSURE_PARAMETER_RANGE, and DISCLOSURE_STANDARD_NUMBERS where one is missing, or there is
    one that nothing reads).
    """
    known = NUMBERS.get(name, {each: _TIME_OR_NONE for each in parameters if each.endswith("_s")})
    for parameter, allowed in known.items():
        if parameter in parameters and parameters[parameter] not in allowed:
            raise RuleBroken("DISCLOSURE_PARAMETER_RANGE", f"{parameter} is {_told(allowed)}")
    if name not in NUMBERS:
        return
    missing, more = known.keys() - OPTIONAL - parameters.keys(), parameters.keys() - known.keys()
    if missing or more:
        told = [f"{each} is missing" for each in sorted(missing)] + [f"nothing reads {each}" for each in sorted(more)]
        raise RuleBroken("DISCLOSURE_STANDARD_NUMBERS", ", ".join(told))
    for least in (each for each in parameters if each.endswith("_min_s")):
        most = f"{least.removesuffix('_min_s')}_max_s"
        if parameters[least] > parameters[most]:
            raise RuleBroken("DISCLOSURE_PARAMETER_RANGE", f"{least} is at most {most}")


def _told(allowed: Collection[int]) -> str:
    if isinstance(allowed, range):
        return f"between {allowed.start} and {allowed.stop - 1}"
    return f"one of {', '.join(map(str, allowed))}"
