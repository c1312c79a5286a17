"""The keeper: has everything decided that is due, so that nobody need ask. Anybody can run one, or several."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from fairledger.escrow.client import EscrowClient
from fairledger.gateway.errors import GatewayError
from fairledger.readmodel.escrow_terms import UNDER_WAY
from fairledger.readmodel.records import all_records
from fairledger_contracts.records.order import Order
from fairledger_contracts.records.payment import Payout, PayoutState

ELSEWHERE: Final = frozenset(
    {"ESCROW_NOT_DUE", "ESCROW_WRONG_STATE", "ESCROW_NOTE_FROZEN", "GATEWAY_COMMITTED_INVALID"}
)


@dataclass(frozen=True)
class Due:
    """What can be decided now: ids of orders and of payouts."""

    orders: tuple[str, ...]
    payouts: tuple[str, ...]


def find_due(connection: Connection, now: datetime) -> Due:
    """All orders and payouts whose deadline has passed."""
    orders = [
        order.id
        for order in all_records(connection, Order, [("progress", UNDER_WAY)])
        if order.due_at is not None and order.due_at < now
    ]
    asked = all_records(connection, Payout, [("state", PayoutState.ASKED)])
    return Due(tuple(orders), tuple(payout.id for payout in asked if payout.due_at < now))


async def keep(client: EscrowClient, due: Due, tell: Callable[[str], None]) -> int:
    """Call what is due; returns how much was decided. What another keeper did first is no failure, nor is a freeze.

    Raises ``GatewayError`` for anything else.
    """
    done = 0
    for order_id in due.orders:
        try:
            order = await client.due(order_id)
        except GatewayError as error:
            if error.code not in ELSEWHERE:
                raise
            continue
        tell(f"order {order_id}: {order.state}")
        done += 1
    for payout_id in due.payouts:
        try:
            await client.return_payout(payout_id)
        except GatewayError as error:
            if error.code not in ELSEWHERE:
                raise
            continue
        tell(f"payout {payout_id}: returned")
        done += 1
    return done
