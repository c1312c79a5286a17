"""Verdicts, and the amounts that follow from them: nothing is lost by rounding."""

from collections.abc import Sequence
from typing import NamedTuple

from fairledger_contracts.escrow.numbers import Shares
from fairledger_contracts.records.money import WHOLE_PERMILLE
from fairledger_contracts.records.order import OrderState
from fairledger_contracts.records.settlement import Amounts, Liable, Pools, RuleCode

BACK_TO_ALL = Shares(price_permille=0, bond_permille=0)
PRICE_TO_SELLER = Shares(price_permille=WHOLE_PERMILLE, bond_permille=0)
RULES_THAT_CANCEL = frozenset(
    {RuleCode.NOT_ACCEPTED, RuleCode.DECLINED, RuleCode.CANCELLED_IN_TIME, RuleCode.NOT_FETCHED}
)
RULES_THAT_REFUND = frozenset({RuleCode.WRONG_KEY, RuleCode.NOT_SHIPPED, RuleCode.LOST, RuleCode.NOT_DELIVERED})


class Verdict(NamedTuple):
    """What is decided: by which rule, on which evidence (ids), who is liable (None: who bears it), and the shares."""

    rule: RuleCode
    liable: Liable | None
    shares: Shares
    evidence: tuple[str, ...] = ()


class Outcome(NamedTuple):
    """What a verdict comes to."""

    amounts: Amounts
    liable: Liable
    state: OrderState


def outcome_of(verdict: Verdict, held: Pools, out_minor: int = 0) -> Outcome:
    """Amounts, who is liable, and the final state: of what never came by the rule, of all else by what is paid.

    See ``amounts_of`` for ``out_minor``.
    """
    amounts = amounts_of(held, verdict.shares, out_minor)
    liable = verdict.liable or bearer(held, amounts, out_minor)
    if verdict.rule in RULES_THAT_CANCEL:
        return Outcome(amounts, liable, OrderState.CANCELLED)
    is_whole = amounts.buyer_minor >= held.price_minor + out_minor
    is_refund = verdict.rule in RULES_THAT_REFUND or is_whole
    return Outcome(amounts, liable, OrderState.REFUNDED if is_refund else OrderState.SETTLED)


def bearer(held: Pools, paid: Amounts, out_minor: int = 0) -> Liable:
    """Who bears what amounts come to; more than one of them share it.

    A buyer bears it without its whole price, a carrier without its whole bond, a seller without its own bond, or
    without the price where no carrier makes up for it.
    """
    price = held.price_minor + out_minor
    of_carrier = held.carrier_bond_minor - paid.carrier_minor
    of_seller = paid.seller_minor + out_minor - of_carrier
    without_price = of_seller < price + held.bond_minor and not of_carrier
    bearing = {
        Liable.BUYER: paid.buyer_minor < price,
        Liable.CARRIER: of_carrier > 0,
        Liable.SELLER: of_seller < held.bond_minor or without_price,
    }
    found = [liable for liable, bears in bearing.items() if bears]
    return found[0] if len(found) == 1 else Liable.SHARED


def amounts_of(pools: Pools, shares: Shares, out_minor: int = 0) -> Amounts:
    """Who gets how much of what is held; the sum is what is held, to the unit.

    ``out_minor`` is a price that the seller has already: the buyer's share of it comes out of the bond as well.
    """
    price, bond, carrier = shares.price_permille, shares.bond_permille, shares.carrier_permille
    price_seller, price_buyer = apportion(pools.price_minor, (price, WHOLE_PERMILLE - price))
    _, out_buyer = apportion(out_minor, (price, WHOLE_PERMILLE - price))
    bond_buyer = min(pools.bond_minor, out_buyer + apportion(pools.bond_minor, (bond, WHOLE_PERMILLE - bond))[0])
    bond_seller = pools.bond_minor - bond_buyer
    lost_seller, lost_carrier = apportion(pools.carrier_bond_minor, (carrier, WHOLE_PERMILLE - carrier))
    return Amounts(
        buyer_minor=price_buyer + bond_buyer,
        seller_minor=price_seller + bond_seller + lost_seller,
        carrier_minor=lost_carrier,
    )


def apportion(amount: int, weights: Sequence[int]) -> list[int]:
    """Parts of ``amount`` as ``weights`` ask, by the largest remainder; of equal ones the first gets the unit."""
    whole = sum(weights)
    parts = [amount * weight // whole for weight in weights]
    remainders = [amount * weight % whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda position: (-remainders[position], position))
    for position in by_remainder[: amount - sum(parts)]:
        parts[position] += 1
    return parts
