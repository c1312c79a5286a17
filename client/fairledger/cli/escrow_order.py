"""``fairledger escrow order``: from the price that a buyer locks to the settlement."""

from typing import TYPE_CHECKING, Annotated

import typer

from fairledger.cli.escrow_client import call_escrow, known, notes_for, signatory
from fairledger.cli.escrow_listing import UNKNOWN as LISTING_UNKNOWN
from fairledger.cli.escrow_listing import ListingId
from fairledger.cli.escrow_moves import MOVES, UNKNOWN, OrderId, as_command
from fairledger.cli.model import reading
from fairledger.cli.newest import echo_json, newest
from fairledger.cli.options import Json, Name, Organization
from fairledger.cli.order_view import order_parts
from fairledger.cli.plain import party, plain, table, when
from fairledger.cli.record_id import check_record_id
from fairledger.cli.state import State
from fairledger.cli.terminal import output_console

if TYPE_CHECKING:
    from fairledger.api.escrow_routes import ToldOrder
    from fairledger_contracts.records.movement import Movement

EVENTS_MAX = 500
order = typer.Typer(help="Order goods, and bring orders to their end.", no_args_is_help=True)


@order.command()
def new(
    *,
    listing_id: ListingId,
    name: Name,
    area: Annotated[str, typer.Option(help="Where goods are delivered: a geohash, no address.")] = "",
    organization: Organization = None,
) -> None:
    """Order goods: your signature is under the listing's terms, and the price is locked from your notes."""
    from fairledger.escrow.amounts import show_amount  # noqa: PLC0415  only this command pays for these
    from fairledger_contracts.records.agreement import Listing  # noqa: PLC0415

    home = State.find().home_of(name, organization)
    listing = known(home, Listing, LISTING_UNKNOWN, listing_id)
    terms = listing.terms
    notes = notes_for(name, home, terms.price_minor, terms.currency)
    made = call_escrow(name, home, lambda client: client.order(listing, area, notes))
    typer.echo(f"order {made.id}: {plain(terms.model)} for {show_amount(terms.price_minor, terms.currency)}")
    typer.echo(f"the seller has until {when(made.due_at)} UTC to accept it")


@order.command("list")
def show_all(
    *,
    name: Annotated[str | None, typer.Option("--as", help="Only those that this person buys or sells.")] = None,
    state: Annotated[str | None, typer.Option(help="Only those in this state.")] = None,
    organization: Organization = None,
    as_json: Json = False,
) -> None:
    """List orders, the last changed first."""
    from fairledger.escrow.amounts import show_amount  # noqa: PLC0415  only this command pays for these
    from fairledger_contracts.records.note import owner_of  # noqa: PLC0415
    from fairledger_contracts.records.order import Order  # noqa: PLC0415

    terms = [("party", owner_of(signatory(name, organization)))] if name else []
    terms += [("state", state)] if state else []
    found = newest(organization, Order, terms)
    if as_json:
        echo_json(found)
        return
    rows = (
        (
            *(each.id, each.terms.model, show_amount(each.terms.price_minor, each.terms.currency)),
            *(each.state, when(each.due_at), party(each.buyer), party(each.seller)),
        )
        for each in found
    )
    headings = ("id", "goods", "price", "state", "due (UTC)", "buyer", "seller")
    output_console().print(table("orders", headings, rows))


@order.command()
def show(*, order_id: OrderId, organization: Organization = None, as_json: Json = False) -> None:
    """Show what happened to an order: money, evidence, deadline and settlement, by time."""
    told, movements = _told(order_id, organization)
    if as_json:
        typer.echo(told.model_dump_json(indent=2))
        return
    console = output_console()
    for part in order_parts(told, movements):
        console.print(part)


for _move, _asks in MOVES.items():
    order.command(_move.replace("_", "-"), help=_asks.__doc__)(as_command(_asks))


def _told(order_id: str, organization: str | None) -> "tuple[ToldOrder, list[Movement]]":
    from fairledger.api.escrow_routes import ToldOrder  # noqa: PLC0415  only this command pays for these
    from fairledger.readmodel.records import find_record, list_records  # noqa: PLC0415
    from fairledger_contracts.records.evidence import Evidence  # noqa: PLC0415
    from fairledger_contracts.records.movement import Movement  # noqa: PLC0415
    from fairledger_contracts.records.order import Order  # noqa: PLC0415
    from fairledger_contracts.records.settlement import Settlement  # noqa: PLC0415

    check_record_id(order_id, UNKNOWN)
    found = known(organization, Order, UNKNOWN, order_id)
    of_order = [("order", order_id)]
    with reading(organization) as connection:
        evidence = [each for each, _ in list_records(connection, Evidence, of_order, limit=EVENTS_MAX)]
        movements = [each for each, _ in list_records(connection, Movement, of_order, limit=EVENTS_MAX)]
        settlement = find_record(connection, Settlement, order_id)
    evidence.sort(key=lambda each: (each.told_at, each.id))
    return ToldOrder(order=found, evidence=tuple(evidence), settlement=settlement), movements
