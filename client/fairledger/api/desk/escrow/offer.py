"""Terms as a seller writes them, in currency units, days and percent."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from pydantic import ValidationError

from fairledger.api.desk.acting import misfit
from fairledger.api.desk.escrow.times import DAY_S, HOUR_S
from fairledger.api.desk.fields import whole_of
from fairledger.api.problems import Problem
from fairledger.escrow.amounts import AmountError, read_amount
from fairledger_chaincode.errors import RuleBroken
from fairledger_contracts.escrow.numbers import Bounds, Numbers
from fairledger_contracts.escrow.terms import check_terms
from fairledger_contracts.records.agreement import Binding, GoodsKind, Terms
from fairledger_contracts.records.standard_numbers import PERIODS

INPUTS: Final = (
    *("kind", "model", "gtin", "binding", "weight_g", "price", "bond", "carrier_bond", "currency"),
    *PERIODS,
    "undecided",
)
PERMILLE_A_PERCENT: Final = 10


class PeriodInput(NamedTuple):
    """A period that is asked for: in days, or in hours where the standard allows less than whole days."""

    name: str
    unit_s: int
    least: int
    most: int


def periods_of(numbers: Numbers) -> tuple[PeriodInput, ...]:
    """The periods of an agreement within the standard's bounds."""
    return tuple(_period(name, numbers.periods[name]) for name in PERIODS)


def terms_of(told: Mapping[str, str], numbers: Numbers) -> Terms:
    """The terms that somebody wrote. Raises ``Problem`` (REQUEST_INVALID, ESCROW_AMOUNT, ESCROW_TERMS)."""
    is_virtual = told.get("kind") == GoodsKind.VIRTUAL
    currency = told.get("currency", "").strip().upper()
    record = {
        "kind": told.get("kind", ""),
        "model": told.get("model", "").strip(),
        "gtin": "" if is_virtual else told.get("gtin", "").strip(),
        "binding": Binding.NONE if is_virtual else told.get("binding", ""),
        "weight_g": 0 if is_virtual else whole_of(told, "weight_g"),
        "price_minor": _amount("price", told, currency),
        "bond_minor": _amount("bond", told, currency),
        "carrier_bond_minor": 0 if is_virtual else _amount("carrier_bond", told, currency),
        "currency": currency,
        "periods": {f"{each.name}_s": whole_of(told, each.name) * each.unit_s for each in periods_of(numbers)},
        "undecided_price_permille": whole_of(told, "undecided") * PERMILLE_A_PERCENT,
        "standard": numbers.version.model_dump(),
    }
    try:
        terms = Terms.model_validate(record)
        check_terms(terms, numbers)
    except ValidationError as error:
        raise misfit(error) from error
    except RuleBroken as error:
        raise Problem(error.code, error.message) from error
    return terms


def _period(name: str, bounds: Bounds) -> PeriodInput:
    unit_s = HOUR_S if bounds.min_s % DAY_S else DAY_S
    return PeriodInput(name, unit_s, -(-bounds.min_s // unit_s), bounds.max_s // unit_s)


def _amount(name: str, told: Mapping[str, str], currency: str) -> int:
    try:
        return read_amount(told.get(name, "").strip(), currency)
    except AmountError as error:
        raise Problem(error.code, f"{name}: {error}: {error.remedy}") from error
