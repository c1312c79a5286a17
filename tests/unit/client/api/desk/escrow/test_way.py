"""The picture of an order's way: what is passed, where it stands, and what comes if all goes well."""

from collections.abc import AsyncIterator

import pytest

from fairledger.api.desk.escrow.amounts import rows_of, shares_of
from fairledger.api.desk.escrow.way import way_of
from fairledger.api.escrow_routes import ToldOrder
from fairledger_contracts.records.order import Order
from tests.support.escrow import LICENCE, EscrowLedger, ledger_with_escrow


@pytest.fixture
async def escrow() -> AsyncIterator[EscrowLedger]:
    async with ledger_with_escrow() as ledger:
        started = EscrowLedger(ledger)
        await started.found()
        yield started


async def told(escrow: EscrowLedger, order: Order) -> ToldOrder:
    return ToldOrder.model_validate((await escrow.told(order)).model_dump())


async def way(escrow: EscrowLedger, order: Order) -> str:
    """The states, those to come in brackets, and the present one between stars."""
    marks = {"passed": "{}", "here": "*{}*", "ahead": "({})"}
    return " ".join(marks[stop.place].format(stop.state) for stop in way_of(await told(escrow, order)))


async def test_a_parcel_goes_its_way(escrow: EscrowLedger) -> None:
    assert await way(escrow, await escrow.ordered()) == "*funded* (accepted) (shipped) (carried) (delivered) (settled)"
    carried = await escrow.carried()
    assert await way(escrow, carried) == "funded accepted shipped *carried* (delivered) (settled)"
    settled = await escrow.move("buyer", "confirm", await escrow.move("carrier", "deliver", carried, 450, "wtw"))
    assert await way(escrow, settled) == "funded accepted shipped carried delivered *settled*"


async def test_virtual_goods_go_theirs(escrow: EscrowLedger) -> None:
    assert await way(escrow, await escrow.accepted(LICENCE)) == "funded *accepted* (handed) (delivered) (settled)"
    released = await escrow.released()
    assert await way(escrow, released) == "funded accepted handed *delivered* (settled)"
    settled = await escrow.overdue(released)
    assert await way(escrow, settled) == "funded accepted handed delivered *settled*"


async def test_an_order_that_ends_early_passes_nothing_else(escrow: EscrowLedger) -> None:
    assert await way(escrow, await escrow.overdue(await escrow.ordered())) == "funded *cancelled*"
    assert await way(escrow, await escrow.overdue(await escrow.accepted())) == "funded accepted *refunded*"


async def test_a_dispute_leads_off_the_way(escrow: EscrowLedger) -> None:
    order = await escrow.disputed()
    passed = "funded accepted shipped carried delivered"
    assert await way(escrow, order) == f"{passed} *disputed*"
    order = await escrow.move("buyer", "propose", order, 500, 1)
    assert await way(escrow, order) == f"{passed} disputed *proposed*"
    assert shares_of(order.proposals[0], order) == (50_001, 10, 0)
    order = await escrow.overdue(order)
    assert await way(escrow, order) == f"{passed} disputed proposed *panel*"
    order = await escrow.overdue(order)
    assert await way(escrow, order) == f"{passed} disputed proposed panel *settled*"
    assert [(row.original_minor, row.held_minor) for row in rows_of(await told(escrow, order))] == [
        (100_001, 100_001),
        (10_001, 10_001),
        (50_001, 50_001),
    ]


async def test_what_is_held_is_told_beside_what_was_agreed(escrow: EscrowLedger) -> None:
    rows = rows_of(await told(escrow, await escrow.accepted()))
    assert [(row.name, row.held_minor) for row in rows] == [("price", 100_001), ("bond", 10_001), ("carrier_bond", 0)]
