"""Every edge of the table of moves is one that orders take: from its state by its move to each state it names."""

from typing import Any, NamedTuple

import pytest

from fairledger_chaincode.simulator import ChaincodeFailed
from fairledger_contracts.escrow import machine
from fairledger_contracts.escrow.callers import Actor
from fairledger_contracts.escrow.machine import TABLE, Move, Step, StepAstray
from fairledger_contracts.records.agreement import GoodsKind
from fairledger_contracts.records.evidence import Finding
from fairledger_contracts.records.order import Claim, Order, OrderState
from tests.support.escrow import AREA, CARRIER, KEY, LICENCE, PHONE, SEALED, SERIAL, EscrowLedger, commitment

REPORT = "ab" * 32
WRONG = bytes(32)  # a key that opens nothing


class Edge(NamedTuple):
    """One way through the table."""

    kind: GoodsKind
    step: Step
    then: OrderState

    def __str__(self) -> str:
        return f"{self.kind}: {self.step.state}, {self.step.move} -> {self.then}"


EDGES = [
    Edge(kind, step, then) for step in TABLE for kind in sorted(step.kinds) for then in OrderState if then in step.then
]


def share(edge: Edge) -> int:
    """The seller's share of the price that brings an order to where the edge leads."""
    return 500 if edge.then is OrderState.SETTLED else 0


async def begun(escrow: EscrowLedger, edge: Edge) -> Order:
    """An order of the edge's kind in the state that it leaves."""
    terms = PHONE if edge.kind is GoodsKind.STANDARD else LICENCE
    terms = {**terms, "undecided_price_permille": share(edge)}
    order = await (escrow.ordered(terms) if edge.step.state is OrderState.FUNDED else escrow.accepted(terms))
    if edge.step.move is Move.PROVE_WRONG_KEY:
        order = await escrow.ordered(terms)
        bond = await escrow.money("seller", order.terms.bond_minor)
        order = await escrow.move("seller", "accept", order, [bond.id], commitment(WRONG))
    if edge.step.state in (OrderState.FUNDED, OrderState.ACCEPTED):
        return order
    if edge.kind is GoodsKind.VIRTUAL:
        return await handed(escrow, edge, order)
    order = await escrow.move("seller", "ship", order, SERIAL, "P-0001", CARRIER)
    if edge.step.state is OrderState.SHIPPED:
        return order
    bond = await escrow.money("carrier", order.terms.carrier_bond_minor)
    order = await escrow.move("carrier", "take_over", order, 450, AREA, [bond.id])
    if edge.step.state is OrderState.CARRIED:
        return order
    if edge.step.move is Move.DISPUTE and edge.step.state is not OrderState.DELIVERED:
        order = await escrow.move("carrier", "refuse", order, 450, AREA)
        if edge.step.state is OrderState.PROPOSED:
            order = await escrow.move("buyer", "propose", order, share(edge), 0)
        return order
    return await complained(escrow, edge, await escrow.move("carrier", "deliver", order, 450, AREA))


async def handed(escrow: EscrowLedger, edge: Edge, order: Order) -> Order:
    order = await escrow.move("buyer", "hold", order)
    if edge.step.state is OrderState.HANDED:
        return order
    key = WRONG if edge.step.move is Move.PROVE_WRONG_KEY else KEY
    return await complained(escrow, edge, await escrow.move("seller", "release_key", order, key.hex()))


async def complained(escrow: EscrowLedger, edge: Edge, order: Order) -> Order:
    if edge.step.state is OrderState.DELIVERED:
        return order
    order = await escrow.move("buyer", "dispute", order, Claim.OTHER, "it is not as agreed")
    if edge.step.state is OrderState.PROPOSED:
        order = await escrow.move("buyer", "propose", order, share(edge), 0)
    if edge.step.state is OrderState.PANEL:
        order = await escrow.overdue(order)
        if edge.step.move is Move.AGREE:
            return await escrow.move("buyer", "propose", order, share(edge), 0)
        order = await escrow.move("officer", "vote", order, share(edge), 0)
        if edge.then is not OrderState.PANEL:
            order = await escrow.move("officer_2", "vote", order, share(edge), 0)
    elif edge.step.move is Move.DUE and edge.then is not OrderState.PANEL:
        finding = Finding.CONFORMANT if edge.then is OrderState.SETTLED else Finding.DEFECT
        await escrow.submit("inspector", "inspect", order.id, finding, REPORT)
    return order


async def taken(escrow: EscrowLedger, edge: Edge, order: Order) -> Order:
    """The order after the move, made by each who may in turn: the last of the names that the table has."""
    move, terms = edge.step.move, order.terms
    if move is Move.DUE:
        return await escrow.overdue(order)
    notes = {Move.ACCEPT: terms.bond_minor, Move.TAKE_OVER: terms.carrier_bond_minor}
    names = {Actor.ANYONE: "stranger", Actor.OFFICER: "officer_3"}
    actor = max(edge.step.who)
    by = names.get(actor, actor)
    wallet = [(await escrow.money(by, notes[move])).id] if move in notes else []
    arguments: dict[Move, tuple[Any, ...]] = {
        Move.ACCEPT: (wallet, commitment() if edge.kind is GoodsKind.VIRTUAL else None),
        Move.RELEASE_KEY: (KEY.hex(),),
        Move.PROVE_WRONG_KEY: (SEALED,),
        Move.SHIP: (SERIAL, "P-0001", CARRIER),
        Move.TAKE_OVER: (450, AREA, wallet),
        Move.SCAN: (AREA,),
        Move.DELIVER: (450, AREA),
        Move.REFUSE: (450, AREA),
        Move.CHECK_TAG: (SERIAL, True),
        Move.DISPUTE: (Claim.OTHER, "it is not as agreed"),
        Move.INSPECT: (Finding.DEFECT, REPORT),
        Move.PROPOSE: (share(edge), 0),
        Move.AGREE: (share(edge), 0),
        Move.VOTE: (share(edge), 0),
    }
    await escrow.submit(by, move.value, order.id, *arguments.get(move, ()))
    return (await escrow.told(order)).order


@pytest.mark.parametrize("edge", EDGES, ids=str)
async def test_an_order_takes_every_edge_of_the_table(escrow: EscrowLedger, edge: Edge) -> None:
    order = await begun(escrow, edge)
    assert order.state is edge.step.state
    assert (await taken(escrow, edge, order)).state is edge.then


async def test_a_move_to_a_state_that_its_line_does_not_name_is_a_fault_that_changes_nothing(
    escrow: EscrowLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = await escrow.ordered()
    lacking = tuple(
        step._replace(then=frozenset({OrderState.PANEL})) if step.move is Move.DECLINE else step for step in TABLE
    )
    monkeypatch.setattr(machine, "TABLE", lacking)
    with pytest.raises(ChaincodeFailed, match="decline does not bring an order that is funded to cancelled") as fault:
        await escrow.submit("seller", "decline", order.id)
    assert fault.value.code == StepAstray.CODE == "CHAINCODE_INTERNAL"
    assert (await escrow.told(order)).order.state == "funded"
