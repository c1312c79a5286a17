"""``fairledger sanction``: opened on a fact, heard, decided, appealed, ended."""

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer

from fairledger.cli.call import call
from fairledger.cli.errors import CommandError
from fairledger.cli.model import reading
from fairledger.cli.newest import echo_json, newest
from fairledger.cli.options import Json, Name, Organization
from fairledger.cli.papers import Documents, papers
from fairledger.cli.plain import party, plain, table, when
from fairledger.cli.record_id import check_record_id
from fairledger.cli.terminal import output_console

if TYPE_CHECKING:
    from fairledger_contracts.records.sanction import Sanction

UNKNOWN: Final = "DISCLOSURE_SANCTION_UNKNOWN"
sanction = typer.Typer(help="Open sanctions on platforms, hear, decide and end them.", no_args_is_help=True)
SanctionId = Annotated[str, typer.Argument(help="The sanction's id, as `fairledger sanction list` shows it.")]


@sanction.command("open")
def open_hearing(
    *,
    platform: Annotated[str, typer.Argument(help="Which platform, by name or MSP id.")],
    penalty: Annotated[Literal["warning", "fine", "suspension"], typer.Option(help="What is to be imposed.")],
    rule: Annotated[str, typer.Option(help="Which rule of the standard was not kept, such as late_disclosure.")],
    ground: Annotated[
        str,
        typer.Option(help="The fact: disclosure:PlatformAMSP/rules/2026-01, complaint:ID, inspection:ID, sanction:ID."),
    ],
    name: Name,
    fine: Annotated[
        tuple[str, str] | None, typer.Option(metavar="AMOUNT CURRENCY", help="A fine, such as 50000.00 CNY.")
    ] = None,
    suspend_s: Annotated[int, typer.Option("--suspend", metavar="SECONDS", help="How long a suspension lasts.")] = 0,
    documents: Documents = None,
    organization: Organization = None,
) -> None:
    """Open a sanction as an officer of the association; the platform is heard before anything is imposed."""
    from fairledger.escrow.amounts import read_amount  # noqa: PLC0415  only this command pays for it

    told: dict[str, Any] = {
        "msp_id": f"{platform.removesuffix('MSP')}MSP",
        "penalty": penalty,
        "ground": read_ground(ground),
        "rule": rule,
        "evidence": json.loads(papers(documents, name, organization)),
        "suspension_s": suspend_s,
    }
    if fine is not None:
        told |= {"amount_minor": read_amount(*fine), "currency": fine[1]}
    made = _call(name, organization, "open_sanction", json.dumps(told))
    typer.echo(f"sanction {made.id}: {made.msp_id} is heard until {when(made.due_at)} UTC")


@sanction.command()
def speak(
    *, sanction_id: SanctionId, name: Name, documents: Documents = None, organization: Organization = None
) -> None:
    """Speak for the platform concerned, as its officer, before it is decided."""
    _act("hear", sanction_id, name, organization, papers(documents, name, organization))


@sanction.command()
def decide(
    *,
    sanction_id: SanctionId,
    impose: Annotated[bool, typer.Option("--impose/--drop", help="What the association decides.")],
    name: Name,
    documents: Documents = None,
    organization: Organization = None,
) -> None:
    """Impose or drop it, as an officer of the association."""
    _act("decide", sanction_id, name, organization, json.dumps(impose), papers(documents, name, organization))


@sanction.command()
def appeal(
    *, sanction_id: SanctionId, name: Name, documents: Documents = None, organization: Organization = None
) -> None:
    """Bring it before the regulator, for the platform concerned."""
    _act("appeal", sanction_id, name, organization, papers(documents, name, organization))


@sanction.command()
def judge(
    *,
    sanction_id: SanctionId,
    uphold: Annotated[bool, typer.Option("--uphold/--lift", help="What the regulator decides.")],
    name: Name,
    documents: Documents = None,
    organization: Organization = None,
) -> None:
    """Decide an appeal, as the regulator."""
    _act("judge", sanction_id, name, organization, json.dumps(uphold), papers(documents, name, organization))


@sanction.command()
def push(*, sanction_id: SanctionId, name: Name, organization: Organization = None) -> None:
    """Let a passed deadline have its effect; anybody may."""
    _act("push_sanction", sanction_id, name, organization)


@sanction.command()
def pay(
    *,
    sanction_id: SanctionId,
    name: Name,
    organization: Organization = None,
) -> None:
    """Pay a fine from the platform's account, as its officer; that ends it."""
    from fairledger.escrow.purse import choose  # noqa: PLC0415  only this command pays for these
    from fairledger.readmodel.records import all_records, find_record  # noqa: PLC0415
    from fairledger_contracts.records.note import Note, account_of  # noqa: PLC0415
    from fairledger_contracts.records.sanction import Sanction  # noqa: PLC0415

    check_record_id(sanction_id, UNKNOWN)
    with reading(organization) as connection:
        fine = find_record(connection, Sanction, sanction_id)
        if fine is None:
            raise CommandError(UNKNOWN, "no sanction has this id", "see `fairledger sanction list`")
        account = [("owner", account_of(fine.msp_id)), ("currency", fine.currency)]
        notes = choose(all_records(connection, Note, account), fine.amount_minor, fine.currency, datetime.now(UTC))
    _act("pay_fine", sanction_id, name, organization, json.dumps([note.id for note in notes]))


@sanction.command()
def end(*, sanction_id: SanctionId, name: Name, documents: Documents = None, organization: Organization = None) -> None:
    """End it before its time, as an officer of the association."""
    _act("end_sanction", sanction_id, name, organization, papers(documents, name, organization))


@sanction.command("list")
def show_all(
    *,
    platform: Annotated[str | None, typer.Option(help="Only this platform's, by name or MSP id.")] = None,
    state: Annotated[str | None, typer.Option(help="Only those in this state.")] = None,
    organization: Organization = None,
    as_json: Json = False,
) -> None:
    """List sanctions, the last changed first."""
    from fairledger_contracts.records.sanction import Sanction  # noqa: PLC0415

    terms = [("msp_id", f"{platform.removesuffix('MSP')}MSP")] if platform else []
    terms += [("state", state)] if state else []
    found = newest(organization, Sanction, terms)
    if as_json:
        echo_json(found)
        return
    rows = ((each.id, each.msp_id, penalty_of(each), each.rule, each.state, when(each.due_at)) for each in found)
    output_console().print(table("sanctions", ("id", "platform", "penalty", "rule", "state", "due (UTC)"), rows))


@sanction.command()
def show(*, sanction_id: SanctionId, organization: Organization = None, as_json: Json = False) -> None:
    """Show a sanction, and who did what when."""
    from fairledger.readmodel.records import find_record  # noqa: PLC0415  only this command pays for these
    from fairledger_contracts.records.sanction import Sanction  # noqa: PLC0415

    check_record_id(sanction_id, UNKNOWN)
    with reading(organization) as connection:
        found = find_record(connection, Sanction, sanction_id)
    if found is None:
        raise CommandError(UNKNOWN, "no sanction has this id", "see `fairledger sanction list`")
    if as_json:
        typer.echo(found.model_dump_json(indent=2))
        return
    ground = f"{found.ground.kind} {'/'.join(found.ground.key)}"
    typer.echo(plain(f"sanction {found.id}: {penalty_of(found)} for {found.msp_id}, {found.state}"))
    typer.echo(plain(f"by {found.rule} of {found.standard.name} {found.standard.version}, on {ground}"))
    if found.payment_reference:
        paid = f"paid by transaction {found.movement}" if found.movement else "not paid"
        typer.echo(plain(f"{paid}, reference {found.payment_reference}"))
    rows = (
        (when(each.at), each.state, party(each.by), " ".join(d.sha256 for d in each.documents)) for each in found.steps
    )
    output_console().print(table("steps", ("when (UTC)", "state", "by", "documents"), rows))


def read_ground(told: str) -> dict[str, Any]:
    """A fact by kind and key. Raises ``CommandError`` (SANCTION_GROUND)."""
    kind, colon, key = told.partition(":")
    if not colon or not all(parts := key.split("/")):
        raise CommandError("SANCTION_GROUND", "name a kind and a key, such as disclosure:PlatformAMSP/rules/2026-01")
    return {"kind": kind, "key": parts}


def penalty_of(found: "Sanction") -> str:
    """The penalty with its measure, such as ``fine 50000.00 CNY``."""
    from datetime import timedelta  # noqa: PLC0415  only these commands pay for these

    from fairledger.escrow.amounts import show_amount  # noqa: PLC0415

    amount = show_amount(found.amount_minor, found.currency) if found.currency else ""
    lasting = str(timedelta(seconds=found.suspension_s)) if found.suspension_s else ""
    return " ".join(filter(None, (found.penalty, amount, lasting)))


def _act(function: str, sanction_id: str, name: str, organization: str | None, *arguments: str) -> None:
    check_record_id(sanction_id, UNKNOWN)
    changed = _call(name, organization, function, sanction_id, *arguments)
    typer.echo(f"sanction {changed.id}: {changed.state}")


def _call(name: str, organization: str | None, function: str, *arguments: str) -> "Sanction":
    from fairledger_contracts.records.sanction import Sanction  # noqa: PLC0415  only these commands pay for it

    return call(Sanction, name, organization, f"disclosure:{function}", *arguments)
