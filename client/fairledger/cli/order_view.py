"""An order on the terminal: what it is about, what happened when, and how it ended."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from fairledger.cli.plain import party, plain, table, when

if TYPE_CHECKING:
    from fairledger.api.escrow_routes import ToldOrder
    from fairledger_contracts.records.evidence import Evidence
    from fairledger_contracts.records.movement import Movement
    from fairledger_contracts.records.order import Order
    from fairledger_contracts.records.settlement import Settlement

Line = tuple[datetime, str, str, str]  # when, what, by whom, with what


def order_parts(told: "ToldOrder", movements: "Sequence[Movement]") -> Iterator[Text | Table]:
    """What to print of an order, part by part."""
    from fairledger.escrow.amounts import show_amount  # noqa: PLC0415  only this command pays for it

    order, terms = told.order, told.order.terms
    yield Text(plain(f"order {order.id}: {order.state}"), style="bold")
    bonds = f"bond {show_amount(terms.bond_minor, terms.currency)}"
    if terms.carrier_bond_minor:
        bonds += f", carrier's bond {show_amount(terms.carrier_bond_minor, terms.currency)}"
    yield Text(plain(f"{terms.model} for {show_amount(terms.price_minor, terms.currency)}; {bonds}"))
    yield Text(plain(f"{party(order.buyer)} buys from {party(order.seller)}"))
    lines = sorted(_lines(told, movements), key=lambda line: line[0])
    yield table("history", ("when (UTC)", "what", "by", "with"), [(when(at), *rest) for at, *rest in lines])
    if told.settlement is not None:
        yield from map(Text, map(plain, _settled(told.settlement)))
    elif order.due_at is not None:
        yield Text(f"due {when(order.due_at)} UTC; after that anybody can have it decided", style="yellow")


def _lines(told: "ToldOrder", movements: "Sequence[Movement]") -> Iterator[Line]:
    order = told.order
    yield order.ordered_at, "ordered", party(order.buyer), order.area and f"to {order.area}"
    for movement in movements:
        yield movement.moved_at, movement.movement, party(movement.recorder), _moved(order, movement)
    for each in told.evidence:
        yield each.told_at, each.evidence.replace("_", " "), party(each.recorder), _found(each)
    if order.dispute is not None:
        yield order.dispute.raised_at, "dispute", party(order.buyer), f"{order.dispute.claim}: {order.dispute.reason}"


def _moved(order: "Order", movement: "Movement") -> str:
    """Into the order's lock what was locked; out of it what each got."""
    from fairledger.escrow.amounts import show_amount  # noqa: PLC0415  only this command pays for these
    from fairledger_contracts.records.note import ORDER_LOCK, lock_of, owner_of  # noqa: PLC0415

    lock = lock_of(ORDER_LOCK, order.id)
    if movement.movement == "lock":
        return show_amount(sum(piece.amount_minor for piece in movement.made if piece.owner == lock), movement.currency)
    names = {owner_of(order.buyer): "buyer", owner_of(order.seller): "seller", lock: "held on"}
    got = ((names.get(piece.owner, "carrier"), piece.amount_minor) for piece in movement.made)
    return ", ".join(f"{name} {show_amount(amount_minor, movement.currency)}" for name, amount_minor in got)


def _found(evidence: "Evidence") -> str:
    genuine = {True: "genuine", False: "forged", None: ""}[evidence.genuine]
    weight = f"{evidence.weight_g} g" if evidence.weight_g else ""
    area = evidence.area and f"at {evidence.area}"
    return ", ".join(filter(None, (weight, area, evidence.item, genuine, evidence.finding, evidence.sha256)))


def _settled(settlement: "Settlement") -> Iterator[str]:
    from fairledger.escrow.amounts import show_amount  # noqa: PLC0415  only this command pays for it

    standard = f"{settlement.standard.name} {settlement.standard.version}"
    yield f"settled on {when(settlement.settled_at)} UTC by {settlement.rule} of {standard}"
    yield f"liable: {settlement.liable}; paid:"
    paid = settlement.final
    for who, amount_minor in (
        ("buyer", paid.buyer_minor),
        ("seller", paid.seller_minor),
        ("carrier", paid.carrier_minor),
    ):
        yield f"  {who} {show_amount(amount_minor, settlement.currency)}"
