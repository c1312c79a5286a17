"""The amounts of an order: agreed at first, held, proposed, and paid in the end."""

from typing import NamedTuple

from fairledger.api.escrow_routes import ToldOrder
from fairledger_contracts.escrow.verdict import apportion
from fairledger_contracts.records.agreement import GoodsKind
from fairledger_contracts.records.money import WHOLE_PERMILLE
from fairledger_contracts.records.order import Held, Order, Proposal, Vote


class Row(NamedTuple):
    """One pool, by the name of its word; ``held_minor`` is what the order holds, or held when it ended."""

    name: str
    original_minor: int
    held_minor: int


class Division(NamedTuple):
    """Shares as amounts: of the price to the seller, of the bond to the buyer, of the carrier's bond to the seller.

    Of virtual goods the seller has the price already, and the buyer's part of it comes out of the bond.
    """

    price_minor: int
    bond_minor: int
    carrier_bond_minor: int = 0


def rows_of(told: ToldOrder) -> tuple[Row, ...]:
    """The three pools."""
    order, ended = told.order, told.settlement
    terms = order.terms
    held = (
        (ended.held.price_minor, ended.held.bond_minor, ended.held.carrier_bond_minor)
        if ended
        else tuple(_minor(each) for each in (order.price, order.bond, order.carrier_bond))
    )
    return (
        Row("price", terms.price_minor, held[0]),
        Row("bond", terms.bond_minor, held[1]),
        Row("carrier_bond", terms.carrier_bond_minor, held[2]),
    )


def shares_of(told: Proposal | Vote, order: Order) -> Division:
    """What a proposal or vote comes to, of the amounts that were agreed at first."""
    of_carrier = told.carrier_permille if isinstance(told, Vote) else 0
    price, bond, carrier_bond = (
        apportion(whole, (permille, WHOLE_PERMILLE - permille))[0]
        for whole, permille in (
            (order.terms.price_minor, told.price_permille),
            (order.terms.bond_minor, told.bond_permille),
            (order.terms.carrier_bond_minor, of_carrier),
        )
    )
    if order.terms.kind is GoodsKind.VIRTUAL:
        whole = order.terms.price_minor
        return Division(whole, min(order.terms.bond_minor, whole - price + bond))
    return Division(price, bond, carrier_bond)


def _minor(held: Held | None) -> int:
    return held.amount_minor if held else 0
