"""The order's way through its states, as a picture: what is passed, where it stands, what is to come."""

from typing import Final, Literal, NamedTuple

from fairledger.api.escrow_routes import ToldOrder
from fairledger_contracts.records.agreement import GoodsKind
from fairledger_contracts.records.evidence import EvidenceKind
from fairledger_contracts.records.order import FINAL_STATES, OrderState
from fairledger_contracts.records.settlement import RuleCode

S = OrderState
Place = Literal["passed", "here", "ahead"]
_WAYS: Final = {
    GoodsKind.STANDARD: (S.FUNDED, S.ACCEPTED, S.SHIPPED, S.CARRIED, S.DELIVERED),
    GoodsKind.VIRTUAL: (S.FUNDED, S.ACCEPTED, S.HANDED, S.DELIVERED),
}
_BY_PANEL: Final = frozenset({RuleCode.PANEL, RuleCode.PANEL_DEFAULT})


class Stop(NamedTuple):
    """A state on the way."""

    state: OrderState
    place: Place


def way_of(told: ToldOrder) -> tuple[Stop, ...]:
    """The states that the order passed, the one that it has, and those that come if all goes well."""
    order = told.order
    passed = [state for state in _passed(told) if state is not order.state]
    ahead: list[OrderState] = []
    if order.state not in FINAL_STATES and order.dispute is None:
        main = _WAYS[order.terms.kind]
        ahead = [*main[main.index(order.state) + 1 :], S.SETTLED]
    return (
        *(Stop(state, "passed") for state in passed),
        Stop(order.state, "here"),
        *(Stop(state, "ahead") for state in ahead),
    )


def _passed(told: ToldOrder) -> tuple[OrderState, ...]:
    """In their order; what the records don't show was not reached."""
    order, ended = told.order, told.settlement
    by_panel = ended is not None and ended.rule in _BY_PANEL
    reached = {
        S.FUNDED: True,
        S.ACCEPTED: _was_accepted(told),
        S.HANDED: order.terms.kind is GoodsKind.VIRTUAL and (order.state is S.HANDED or bool(order.key)),
        S.SHIPPED: order.shipment is not None,
        S.CARRIED: order.carrier is not None,
        S.DELIVERED: _was_delivered(told),
        S.DISPUTED: order.dispute is not None,
        S.PROPOSED: bool(order.proposals),
        S.PANEL: order.state is S.PANEL or by_panel,
    }
    return tuple(state for state, is_reached in reached.items() if is_reached)


def _was_accepted(told: ToldOrder) -> bool:
    order = told.order
    held = told.settlement.held.bond_minor if told.settlement else 0
    return order.bond is not None or order.commitment is not None or order.shipment is not None or held > 0


def _was_delivered(told: ToldOrder) -> bool:
    return bool(told.order.key) or any(each.evidence is EvidenceKind.DELIVERED for each in told.evidence)
