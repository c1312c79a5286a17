"""``fairledger escrow note``: money on the ledger."""

from typing import Annotated

import typer

from fairledger.cli.escrow_client import Amount, Reference, call_escrow, owner_named, purse, signatory
from fairledger.cli.model import reading
from fairledger.cli.options import Json, Name, Organization
from fairledger.cli.plain import party, table
from fairledger.cli.state import State
from fairledger.cli.terminal import output_console

note = typer.Typer(help="See, issue and pay notes: money on the ledger.", no_args_is_help=True)
To = Annotated[str, typer.Option(help="Whose it becomes: a name in a wallet here, or <MSP>:<id>.")]


@note.command("list")
def show_all(*, name: Name, organization: Organization = None, as_json: Json = False) -> None:
    """List your unspent notes, and what they add up to."""
    from fairledger.escrow.amounts import show_amount  # noqa: PLC0415  only this command pays for these
    from fairledger.readmodel.records import all_records  # noqa: PLC0415
    from fairledger_contracts.records.note import Note, owner_of  # noqa: PLC0415

    home = State.find().home_of(name, organization)
    with reading(home) as connection:
        found = list(all_records(connection, Note, [("owner", owner_of(signatory(name, home)))]))
    if as_json:
        typer.echo(f"[{','.join(each.model_dump_json() for each in found)}]")
        return
    rows = ((each.id, show_amount(each.amount_minor, each.currency), party(each.recorder)) for each in found)
    output_console().print(table("notes", ("note", "amount", "made by"), rows))
    for currency in sorted({each.currency for each in found}):
        total = sum(each.amount_minor for each in found if each.currency == currency)
        typer.echo(f"together {show_amount(total, currency)}")


@note.command()
def issue(*, amount: Amount, to: To, reference: Reference, name: Name, organization: Organization = None) -> None:
    """Issue a note for money received outside, as a payment provider; each reference counts once."""
    from fairledger.escrow.amounts import read_amount  # noqa: PLC0415  only this command pays for these
    from fairledger_contracts.records.note import Payment  # noqa: PLC0415

    text, currency = amount
    payment = Payment(owner=owner_named(to), amount_minor=read_amount(text, currency))
    made = call_escrow(name, organization, lambda client: client.issue(reference, payment, currency))
    typer.echo(f"note {made.id}")


@note.command()
def pay(*, amount: Amount, to: To, name: Name, organization: Organization = None) -> None:
    """Pay from your notes; the change is yours again. Paying yourself merges notes."""
    from fairledger.escrow.amounts import read_amount, show_amount  # noqa: PLC0415  only this command pays for these
    from fairledger_contracts.records.note import Payment  # noqa: PLC0415

    text, currency = amount
    amount_minor = read_amount(text, currency)
    spent = purse(name, organization, amount_minor, currency)
    change = sum(worth for _, worth in spent) - amount_minor
    payments = [Payment(owner=owner_named(to), amount_minor=amount_minor)]
    if change:
        payments.append(Payment(owner=owner_named_by(name, organization), amount_minor=change))
    ids = [note_id for note_id, _ in spent]
    made = call_escrow(name, organization, lambda client: client.pay(ids, payments))
    typer.echo(f"note {made[0].id}: {show_amount(amount_minor, currency)} paid, {show_amount(change, currency)} change")


def owner_named_by(name: str, organization: str | None) -> str:
    """The owner's name of ``name``'s own notes."""
    from fairledger_contracts.records.note import owner_of  # noqa: PLC0415  only this command pays for it

    return owner_of(signatory(name, organization))
