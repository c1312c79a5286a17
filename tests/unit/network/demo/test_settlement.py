"""An order is told as it ended, and fails the demo where it ended otherwise than it should."""

from typing import Any

import pytest

from fairledger_network.demo.settlement import Outcome, lines
from fairledger_network.errors import DemoFailed

WEIGHED = "ab" * 32
SHOULD = Outcome("too_light", "seller", buyer_minor=120, seller_minor=0, carrier_minor=5)


def told(**other: Any) -> dict[str, Any]:
    """An order that ended by ``too_light``, with other members of its settlement where they are given."""
    weighed = {
        "id": WEIGHED,
        "evidence": "taken_over",
        "weight_g": 90,
        "area": "ws1",
        "item": "",
        "recorder": {"role": "carrier"},
    }
    settlement = {
        "rule": "too_light",
        "liable": "seller",
        "evidence": [WEIGHED],
        "currency": "CNY",
        "held": {"price_minor": 100, "bond_minor": 20, "carrier_bond_minor": 5},
        "final": {"buyer_minor": 120, "seller_minor": 0, "carrier_minor": 5},
        **other,
    }
    return {"order": {"id": "17", "state": "refunded"}, "evidence": [weighed], "settlement": settlement}


def test_rule_evidence_liability_and_amounts_are_told() -> None:
    SHOULD.check(told())

    assert list(lines(told())) == [
        "rule [bold]too_light[/], liable: [bold]seller[/]",
        "evidence: taken_over 90 g in ws1 by the carrier [dim]transaction abababababababab…[/]",
        "paid: buyer 1.20, seller 0.00, carrier 0.05 CNY",
    ]


@pytest.mark.parametrize(
    "other",
    [
        {"rule": "other_item"},
        {"liable": "carrier"},
        {"final": {"buyer_minor": 119, "seller_minor": 1, "carrier_minor": 5}},
        {"held": {"price_minor": 100, "bond_minor": 21, "carrier_bond_minor": 5}},
    ],
)
def test_another_end_fails_the_demo(other: dict[str, Any]) -> None:
    with pytest.raises(DemoFailed):
        SHOULD.check(told(**other))


def test_an_order_that_did_not_end_fails_the_demo() -> None:
    with pytest.raises(DemoFailed, match="order 17 is carried, and not settled by too_light"):
        SHOULD.check({"order": {"id": "17", "state": "carried"}, "evidence": [], "settlement": None})


def test_who_is_paid_is_told_without_who_is_paid_nothing() -> None:
    assert SHOULD.paid == "1.20 to the buyer, 0.05 to the carrier"
