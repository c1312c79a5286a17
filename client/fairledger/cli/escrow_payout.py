"""``fairledger escrow payout``: money that leaves the ledger."""

from typing import TYPE_CHECKING, Annotated

import typer

from fairledger.cli.escrow_client import Amount, Reference, call_escrow, notes_for, signatory
from fairledger.cli.newest import echo_json, newest
from fairledger.cli.options import Json, Name, Organization
from fairledger.cli.plain import party, table, when
from fairledger.cli.record_id import check_record_id
from fairledger.cli.terminal import output_console

if TYPE_CHECKING:
    from fairledger_contracts.records.payment import Payout

payout = typer.Typer(help="Have notes paid out, and pay them out.", no_args_is_help=True)
PayoutId = Annotated[str, typer.Argument(help="The payout's id, as `fairledger escrow payout list` shows it.")]


@payout.command()
def ask(
    *,
    amount: Amount,
    provider: Annotated[str, typer.Option(help="Who pays it out: a name in a wallet here, or <MSP>:<place>.")],
    name: Name,
    organization: Organization = None,
) -> None:
    """Have a payment provider pay out money of yours."""
    from fairledger.escrow.amounts import read_amount  # noqa: PLC0415  only this command pays for these
    from fairledger_contracts.records.payment import provider_of  # noqa: PLC0415

    text, currency = amount
    amount_minor = read_amount(text, currency)
    of = provider if ":" in provider else provider_of(signatory(provider))
    notes = notes_for(name, organization, amount_minor, currency)
    _tell(call_escrow(name, organization, lambda client: client.ask_payout(notes, amount_minor, currency, of)))


@payout.command()
def redeem(*, payout_id: PayoutId, reference: Reference, name: Name, organization: Organization = None) -> None:
    """Record that you paid it out, as its provider: the notes end."""
    check_record_id(payout_id, "ESCROW_PAYOUT_UNKNOWN")
    _tell(call_escrow(name, organization, lambda client: client.redeem(payout_id, reference)))


@payout.command("return")
def give_back(*, payout_id: PayoutId, name: Name, organization: Organization = None) -> None:
    """Give the money back: its provider may at once, anybody once the time is over."""
    check_record_id(payout_id, "ESCROW_PAYOUT_UNKNOWN")
    _tell(call_escrow(name, organization, lambda client: client.return_payout(payout_id)))


@payout.command("list")
def show_all(
    *,
    state: Annotated[str | None, typer.Option(help="Only those in this state.")] = None,
    organization: Organization = None,
    as_json: Json = False,
) -> None:
    """List payouts, the last changed first."""
    from fairledger.escrow.amounts import show_amount  # noqa: PLC0415  only this command pays for these
    from fairledger_contracts.records.payment import Payout  # noqa: PLC0415

    terms = [] if state is None else [("state", state)]
    found = newest(organization, Payout, terms)
    if as_json:
        echo_json(found)
        return
    rows = (
        (each.id, show_amount(each.amount_minor, each.currency), each.state, when(each.due_at), party(each.recorder))
        for each in found
    )
    output_console().print(table("payouts", ("id", "amount", "state", "due (UTC)", "last changed by"), rows))


def _tell(changed: "Payout") -> None:
    from fairledger.escrow.amounts import show_amount  # noqa: PLC0415  only these commands pay for it

    until = f", until {when(changed.due_at)} UTC" if changed.state == "asked" else ""
    typer.echo(f"payout {changed.id}: {show_amount(changed.amount_minor, changed.currency)} {changed.state}{until}")
