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
    """What is decided: by which rule, on which evidence (ids), who is liable, and the shares."""

    rule: RuleCode
    liable: Liable
    shares: Shares
    evidence: tuple[str, ...] = ()

    @property
    def state(self) -> OrderState:
        """The final state that it brings; of what never came by the rule, whatever shares a standard names."""
        if self.rule in RULES_THAT_CANCEL:
            return OrderState.CANCELLED
        if self.rule in RULES_THAT_REFUND:
            return OrderState.REFUNDED
        return OrderState.SETTLED if self.shares.price_permille else OrderState.REFUNDED


def amounts_of(pools: Pools, shares: Shares) -> Amounts:
    """Who gets how much of what is held; the sum is what is held, to the unit."""
    price, bond, carrier = shares.price_permille, shares.bond_permille, shares.carrier_permille
    price_seller, price_buyer = apportion(pools.price_minor, (price, WHOLE_PERMILLE - price))
    bond_buyer, bond_seller = apportion(pools.bond_minor, (bond, WHOLE_PERMILLE - bond))
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
