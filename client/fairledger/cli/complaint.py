"""``fairledger complaint``: filed, answered, escalated, decided."""

import json
import re
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from fairledger.cli.call import call
from fairledger.cli.errors import CommandError
from fairledger.cli.model import reading
from fairledger.cli.newest import echo_json, newest
from fairledger.cli.options import Json, Name, Organization
from fairledger.cli.papers import Documents, papers
from fairledger.cli.plain import party, table, when
from fairledger.cli.terminal import output_console

if TYPE_CHECKING:
    from fairledger_contracts.records.complaint import Complaint

_ID: Final = re.compile(r"[0-9a-f]{64}")
complaint = typer.Typer(help="Complain, and follow complaints.", no_args_is_help=True)
ComplaintId = Annotated[str, typer.Argument(help="The complaint's id, as `fairledger complaint list` shows it.")]
ABOUT: Final = "Kind and id: order:17, merchant:GLN, platform:PlatformAMSP, tag:EPC, payment:REFERENCE@PROVIDER."
Step = Literal["answer", "escalate", "settle", "push"]


@complaint.command()
def file(
    *,
    about: Annotated[str, typer.Argument(help=ABOUT)],
    name: Name,
    platform: Annotated[str, typer.Option(help="Which platform has to answer, by name or MSP id.")],
    matter: Annotated[str, typer.Option(help="What is wrong, such as not_delivered, counterfeit, refund_refused.")],
    organization: Organization = None,
) -> None:
    """Complain in your own name."""
    kind, colon, of = about.partition(":")
    if not colon or not of:
        raise CommandError("COMPLAINT_ABOUT", "name a kind and an id, such as order:17")
    told = {"about": {"kind": kind, "id": of}, "platform": f"{platform.removesuffix('MSP')}MSP", "matter": matter}
    made = _call(name, organization, "complain", json.dumps(told))
    typer.echo(f"complaint {made.id}: {made.platform} has to answer until {when(made.due_at)} UTC")


@complaint.command()
def step(
    *,
    step: Annotated[Step, typer.Argument(help="What to do; push is for everybody once the deadline is over.")],
    complaint_id: ComplaintId,
    name: Name,
    documents: Documents = None,
    organization: Organization = None,
) -> None:
    """Answer for the platform, escalate or settle as who complained, or push what is overdue."""
    _check_id(complaint_id)
    told = (papers(documents, name, organization),) if step in {"answer", "escalate"} else ()
    _tell(_call(name, organization, f"{step}_complaint", complaint_id, *told))


@complaint.command()
def decide(
    *,
    complaint_id: ComplaintId,
    name: Name,
    verdict: Annotated[Literal["upheld", "partly", "dismissed"], typer.Option(help="What is found.")],
    last: Annotated[bool, typer.Option("--last", help="On appeal, as the regulator.")] = False,
    documents: Documents = None,
    organization: Organization = None,
) -> None:
    """Decide, as the association's officer, or with --last as the regulator."""
    _check_id(complaint_id)
    function = "close_complaint" if last else "decide_complaint"
    told = papers(documents, name, organization)
    _tell(_call(name, organization, function, complaint_id, f'"{verdict}"', told))


@complaint.command("list")
def show_all(
    *,
    state: Annotated[str | None, typer.Option(help="Only those in this state.")] = None,
    organization: Organization = None,
    as_json: Json = False,
) -> None:
    """List complaints, the last changed first."""
    from fairledger_contracts.records.complaint import Complaint  # noqa: PLC0415

    terms = [] if state is None else [("state", state)]
    found = newest(organization, Complaint, terms)
    if as_json:
        echo_json(found)
        return
    rows = (
        (each.id, each.platform, each.matter, each.state, each.verdict or "", when(each.due_at), party(each.recorder))
        for each in found
    )
    headings = ("id", "platform", "matter", "state", "verdict", "due (UTC)", "filed by")
    output_console().print(table("complaints", headings, rows))


@complaint.command()
def figures(*, organization: Organization = None) -> None:
    """Show how many complaints there are of each platform in the last days by the standard, and how they fared."""
    from datetime import UTC, datetime  # noqa: PLC0415  only this command pays for these

    from fairledger.readmodel.complaint_figures import complaint_figures  # noqa: PLC0415  only this command pays

    with reading(organization) as connection:
        found = complaint_figures(connection, datetime.now(UTC))
    rows = (
        (each.platform, str(each.days), str(each.complaints), str(each.answered_late), str(each.upheld))
        for each in found
    )
    headings = ("platform", "days", "complaints", "answered late", "upheld")
    output_console().print(table("complaints by platform", headings, rows))


def _call(name: str, organization: str | None, function: str, *arguments: str) -> "Complaint":
    from fairledger_contracts.records.complaint import Complaint  # noqa: PLC0415  only these commands pay for it

    return call(Complaint, name, organization, f"supervision:{function}", *arguments)


def _tell(changed: "Complaint") -> None:
    typer.echo(f"complaint {changed.id}: {changed.state}{f', {changed.verdict}' if changed.verdict else ''}")


def _check_id(complaint_id: str) -> None:
    if not _ID.fullmatch(complaint_id):
        what = "a complaint's id has 64 hexadecimal digits"
        raise CommandError("SUPERVISION_COMPLAINT_UNKNOWN", what, "copy it whole")
