"""``fairledger funds``: where money came from and went, what is in circulation, and what is frozen."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from fairledger.cli.errors import CommandError
from fairledger.cli.escrow_client import call_escrow, signatory
from fairledger.cli.model import reading
from fairledger.cli.options import Json, Name, Organization
from fairledger.cli.plain import table, when
from fairledger.cli.record_id import check_record_id
from fairledger.cli.terminal import output_console

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from fairledger.flow.telling import Line
    from fairledger.readmodel.funds import Flow
    from fairledger_contracts.records.freeze import Origin

DAY_S: Final = 86_400
funds = typer.Typer(help="Follow money, and stop it while it is in dispute.", no_args_is_help=True)

Note = Annotated[str | None, typer.Option(help="Follow this note.")]
Order = Annotated[str | None, typer.Option(help="Follow the money of this order.")]
Payout = Annotated[str | None, typer.Option(help="Follow the money of this payout.")]
Reference = Annotated[str | None, typer.Option(help="Follow the money of this payment, by the provider's reference.")]


@funds.command()
def flow(
    *,
    note: Note = None,
    order: Order = None,
    payout: Payout = None,
    reference: Reference = None,
    direction: Annotated[Literal["back", "forward", "both"], typer.Option(help="Whence, whereto, or both.")] = "both",
    svg: Annotated[Path | None, typer.Option(help="Draw it into this file, too.")] = None,
    organization: Organization = None,
    as_json: Json = False,
) -> None:
    """Show where money came from and went, as this machine's read model has it."""
    from fairledger.flow.telling import View, drawn, entries  # noqa: PLC0415  only this command pays for these
    from fairledger.readmodel.funds import unspent_of  # noqa: PLC0415

    names = {"note": note, "order": order, "payout": payout, "reference": reference}
    with reading(organization) as connection:
        found = _walked(connection, names, direction)
        view = View("en", datetime.now(UTC), unspent_of(connection, found))
    if not found.movements:
        raise CommandError("RESOURCE_UNKNOWN", "nothing on the ledger moved for it", "copy the id whole")
    if svg is not None:
        svg.write_text(drawn(found.movements, view), encoding="utf-8")
    if as_json:
        told = ",".join(movement.model_dump_json() for movement in found.movements)
        typer.echo(f'{{"movements":[{told}],"cut":{json.dumps(found.cut)}}}')
        return
    rows = (
        (when(each.movement.moved_at), each.kind, each.who, _said(each.taken), _said(each.made), each.movement.id)
        for each in entries(found.movements, view)
    )
    output_console().print(table("flow of funds", ("time (UTC)", "what", "by", "from", "to", "transaction"), rows))
    if found.cut:
        typer.echo("there are more movements than are shown here")


@funds.command()
def totals(*, organization: Organization = None) -> None:
    """Add up what is in circulation, by currency."""
    from fairledger.readmodel.funds import circulation  # noqa: PLC0415  only this command pays for these
    from fairledger.words.amounts import money  # noqa: PLC0415

    with reading(organization) as connection:
        found = circulation(connection)
    rows = (
        (
            *(money(amount, each.currency) for amount in (each.issued_minor, each.redeemed_minor, each.unspent_minor)),
            "adds up" if each.is_conserved else "DOES NOT ADD UP",
        )
        for each in found
    )
    output_console().print(table("in circulation", ("issued", "redeemed", "unspent", "check"), rows))


@funds.command()
def freeze(
    *,
    notes: Annotated[list[str], typer.Argument(help="Ids of notes, as `fairledger funds flow --json` tells them.")],
    name: Name,
    order: Annotated[str | None, typer.Option(help="The order that the money came out of.")] = None,
    reference: Annotated[str | None, typer.Option(help="Or the payment, by its provider's reference.")] = None,
    ground: Annotated[str, typer.Option(help="dispute, complaint:ID or warrant:ID.")] = "dispute",
    days: Annotated[int, typer.Option(help="For how many days from now.", min=1)] = 7,
    organization: Organization = None,
) -> None:
    """Freeze money that came out of a disputed order or payment, as a platform's officer or the regulator."""
    from pydantic import ValidationError  # noqa: PLC0415  only this command pays for these

    from fairledger.escrow.freezing import new_freeze  # noqa: PLC0415
    from fairledger_contracts.records.freeze import Ground  # noqa: PLC0415

    kind, _, of = ground.partition(":")
    with reading(organization) as connection:
        origin = _origin(connection, order, reference)
        try:
            about = Ground.model_validate({"kind": kind, "id": of or order})
            by = signatory(name, organization)
            new = new_freeze(connection, by, origin, about, notes, seconds=days * DAY_S)
        except ValidationError as error:
            wrong = ", ".join(sorted({".".join(map(str, each["loc"])) for each in error.errors()}))
            raise CommandError("CHAINCODE_ARGUMENTS", f"no freeze: {wrong}", "see docs/escrow.md") from error
    made = call_escrow(name, organization, lambda client: client.freeze(new))
    typer.echo(f"freeze {made.id}: {len(made.notes)} note(s) until {when(made.until)} UTC")


@funds.command()
def release(
    *, freeze_id: Annotated[str, typer.Argument(help="The freeze's id.")], name: Name, organization: Organization = None
) -> None:
    """End a freeze before its time."""
    check_record_id(freeze_id, "ESCROW_FREEZE_UNKNOWN")
    made = call_escrow(name, organization, lambda client: client.release(freeze_id))
    typer.echo(f"freeze {made.id}: released")


def _walked(
    connection: "Connection", names: dict[str, str | None], direction: Literal["back", "forward", "both"]
) -> "Flow":
    from fairledger.readmodel.funds import flow_of, flow_of_note  # noqa: PLC0415  only this command pays for these

    given = [(name, value) for name, value in names.items() if value]
    match given:
        case [("note", str(value))]:
            return flow_of_note(connection, value, direction)
        case [(("order" | "payout" | "reference") as name, str(value))]:
            return flow_of(connection, name, value, direction)
        case _:
            raise CommandError("QUERY_ORDER", "name one of note, order, payout and reference", "use one option")


def _origin(connection: "Connection", order: str | None, reference: str | None) -> "Origin":
    from fairledger.readmodel.records import list_records  # noqa: PLC0415  only this command pays for these
    from fairledger_contracts.records.freeze import Origin, OriginKind  # noqa: PLC0415
    from fairledger_contracts.records.payment import PaidIn  # noqa: PLC0415

    match (order, reference):
        case (str(order_id), None):
            return Origin(kind=OriginKind.ORDER, key=(order_id,))
        case (None, str(number)):
            found = [each for each, _ in list_records(connection, PaidIn, [("reference", number)], limit=2)]
            if len(found) != 1:
                what = f"{len(found) or 'no'} payments have this reference"
                raise CommandError("ESCROW_PAYMENT_UNKNOWN", what, "freeze through the REST service, which names both")
            return Origin(kind=OriginKind.PAYMENT, key=(found[0].provider, number))
        case _:
            raise CommandError("ESCROW_FREEZE_ORIGIN", "name the order or the payment", "use --order or --reference")


def _said(lines: "tuple[Line, ...]") -> str:
    told = (" ".join(filter(None, (each.holder, each.amount, each.state))) for each in lines)
    return "; ".join(told) or "outside the ledger"
