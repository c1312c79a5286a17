"""The first standard is complete: it has every number that escrow reads."""

import pytest

from fairledger_chaincode.errors import RuleBroken
from fairledger_contracts.escrow.numbers import read_numbers
from fairledger_contracts.records.settlement import RuleCode
from fairledger_contracts.records.standard import Standard
from fairledger_contracts.records.standard_numbers import PERIODS, RULES_WITH_SHARES
from tests.support.escrow import DAY, standard


def changed(**parameters: int | None) -> Standard:
    first = standard()
    told = {name: value for name, value in {**first.parameters, **parameters}.items() if value is not None}
    return first.model_copy(update={"parameters": told})


def test_it_has_numbers_for_every_period_and_rule_and_no_others() -> None:
    numbers = read_numbers(standard())
    assert (set(numbers.periods), set(numbers.shares)) == (set(PERIODS), set(RULES_WITH_SHARES))
    assert numbers.periods["cooling_off"].min_s == 7 * DAY
    assert numbers.shares[RuleCode.LOST].carrier_permille == 1_000
    read = 2 * len(PERIODS) + 2 * len(RULES_WITH_SHARES) + 3 + 11  # three rules share out the carrier's bond
    assert len(standard().parameters) == read


@pytest.mark.parametrize(
    "parameters",
    [
        {"panel_quorum": None},
        {"panel_quorum": 0},
        {"accept_max_s": None},
        {"accept_min_s": 0},
        {"accept_min_s": 5, "accept_max_s": 4},
        {"accept_mins_s": 5},
        {"defect_bond_permille": None},
        {"defect_price_permille": 1_001},
        {"lost_carrier_permille": -1},
        {"virtual_bond_min_permille": 999},
        {"dust_minor": 0},
    ],
)
def test_one_that_lacks_a_number_or_has_a_senseless_one_is_none(parameters: dict[str, int | None]) -> None:
    with pytest.raises(RuleBroken, match="ESCROW_STANDARD_INCOMPLETE"):
        read_numbers(changed(**parameters))
