"""``fairledger inspection``: ordered, reported, mended, closed."""

import json
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from fairledger.cli.call import call
from fairledger.cli.errors import CommandError
from fairledger.cli.newest import echo_json, newest
from fairledger.cli.options import Json, Name, Organization
from fairledger.cli.papers import Documents, papers
from fairledger.cli.plain import table, when
from fairledger.cli.terminal import output_console

if TYPE_CHECKING:
    from fairledger_contracts.records.inspection import Inspection

inspection = typer.Typer(help="Order inspections, report and close them.", no_args_is_help=True)
InspectionId = Annotated[str, typer.Argument(help="The inspection's id, as `fairledger inspection list` shows it.")]


@inspection.command()
def order(
    *,
    target: Annotated[str, typer.Argument(help="Kind and id: platform:PlatformAMSP, merchant:GLN, lot:EPC class.")],
    name: Name,
    platform: Annotated[str, typer.Option(help="Which platform answers for it, by name or MSP id.")],
    place: Annotated[Literal["online", "on_site"], typer.Option(help="Where it is made.")] = "online",
    complaint_id: Annotated[str, typer.Option("--complaint", help="The complaint that it follows.")] = "",
    organization: Organization = None,
) -> None:
    """Order an inspection, as the association's officer or the regulator."""
    kind, colon, of = target.partition(":")
    if not colon or not of:
        raise CommandError("INSPECTION_TARGET", "name a kind and an id, such as merchant:9521000000018")
    told = {
        "target": {"kind": kind, "id": of},
        "platform": f"{platform.removesuffix('MSP')}MSP",
        "place": place,
        "complaint_id": complaint_id,
    }
    made = _call(name, organization, "order_inspection", json.dumps(told))
    typer.echo(f"inspection {made.id}: to be reported until {when(made.due_at)} UTC")


@inspection.command()
def report(
    *,
    inspection_id: InspectionId,
    name: Name,
    findings: Annotated[list[str] | None, typer.Option("--finding", help="subject:severity, repeatable.")] = None,
    organization: Organization = None,
) -> None:
    """Report what was found, as an inspector or an authority; without findings it is closed."""
    told = [dict(zip(("subject", "severity"), each.split(":", 1), strict=False)) for each in findings or ()]
    _tell(_call(name, organization, "report_inspection", inspection_id, json.dumps(told)))


@inspection.command()
def mend(
    *, inspection_id: InspectionId, name: Name, documents: Documents = None, organization: Organization = None
) -> None:
    """Show what was mended, as the officer of the platform concerned."""
    _tell(_call(name, organization, "mend_inspection", inspection_id, papers(documents, name, organization)))


@inspection.command("send-back")
def send_back(
    *, inspection_id: InspectionId, name: Name, documents: Documents = None, organization: Organization = None
) -> None:
    """Have it mended better, as an authority; a document says why."""
    _tell(_call(name, organization, "send_back_inspection", inspection_id, papers(documents, name, organization)))


@inspection.command()
def push(*, inspection_id: InspectionId, name: Name, organization: Organization = None) -> None:
    """Let a passed deadline have its effect; anybody may."""
    _tell(_call(name, organization, "push_inspection", inspection_id))


@inspection.command()
def close(
    *,
    inspection_id: InspectionId,
    name: Name,
    recall_id: Annotated[str, typer.Option("--recall", help="The recall that it led to.")] = "",
    organization: Organization = None,
) -> None:
    """Close an inspection, as an authority."""
    _tell(_call(name, organization, "close_inspection", inspection_id, recall_id))


@inspection.command("list")
def show_all(*, organization: Organization = None, as_json: Json = False) -> None:
    """List inspections, the last changed first."""
    from fairledger_contracts.records.inspection import Inspection  # noqa: PLC0415

    found = newest(organization, Inspection)
    if as_json:
        echo_json(found)
        return
    rows = (
        (each.id, f"{each.target.kind} {each.target.id}", each.state, each.worst or "", when(each.due_at))
        for each in found
    )
    output_console().print(table("inspections", ("id", "target", "state", "worst", "due (UTC)"), rows))


def _call(name: str, organization: str | None, function: str, *arguments: str) -> "Inspection":
    from fairledger_contracts.records.inspection import Inspection  # noqa: PLC0415  only these commands pay for it

    return call(Inspection, name, organization, f"supervision:{function}", *arguments)


def _tell(changed: "Inspection") -> None:
    typer.echo(f"inspection {changed.id}: {changed.state}{f', {changed.worst}' if changed.worst else ''}")
