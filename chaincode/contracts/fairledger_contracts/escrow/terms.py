"""Which terms make an agreement: within the bounds of the standard that they name."""

from fairledger_chaincode.errors import RuleBroken
from fairledger_contracts.escrow.numbers import Numbers
from fairledger_contracts.records.agreement import Binding, GoodsKind, Terms
from fairledger_contracts.records.item_id import check_digit
from fairledger_contracts.records.money import AMOUNT_MINOR_MAX, WHOLE_PERMILLE
from fairledger_contracts.records.standard_numbers import PERIODS


def check_terms(terms: Terms, numbers: Numbers) -> None:
    """Raise ``RuleBroken`` (ESCROW_TERMS) for terms that contradict themselves or the standard."""
    for problem in (_goods(terms), _money(terms, numbers), _periods(terms, numbers)):
        if problem:
            raise RuleBroken("ESCROW_TERMS", problem)


def _goods(terms: Terms) -> str:
    if terms.kind is GoodsKind.VIRTUAL:
        is_plain = not terms.gtin and terms.binding is Binding.NONE and not terms.weight_g
        if not is_plain or terms.carrier_bond_minor:
            return "virtual goods have no GTIN, serial, weight or carrier"
        return ""
    if not terms.gtin or terms.gtin[-1] != check_digit(terms.gtin[:-1]):
        return "standardised goods have a GTIN of 14 digits with its check digit"
    if terms.binding is Binding.NONE or not terms.weight_g:
        return "standardised goods have a serial or tag, and a weight"
    return ""


def _money(terms: Terms, numbers: Numbers) -> str:
    virtual = terms.kind is GoodsKind.VIRTUAL
    least = numbers.virtual_bond_min_permille if virtual else numbers.bond_min_permille
    if terms.bond_minor * WHOLE_PERMILLE < terms.price_minor * least:
        return f"the bond is at least {least} permille of the price"
    if terms.price_minor < numbers.dust_minor:
        return f"the price is at least {numbers.dust_minor}"
    if any(0 < bond < numbers.dust_minor for bond in (terms.bond_minor, terms.carrier_bond_minor)):
        return f"a bond is nothing, or at least {numbers.dust_minor}"
    if terms.price_minor + terms.bond_minor + terms.carrier_bond_minor > AMOUNT_MINOR_MAX:
        return "price and bonds together are more than a note can hold"
    return ""


def _periods(terms: Terms, numbers: Numbers) -> str:
    for name in PERIODS:
        bounds = numbers.periods[name]
        if not bounds.min_s <= getattr(terms.periods, f"{name}_s") <= bounds.max_s:
            return f"the period {name} has between {bounds.min_s} and {bounds.max_s} seconds"
    return ""
