"""``fairledger monitoring``: who is watched more closely, why, and until when; and what is out of line."""

import json
from typing import TYPE_CHECKING, Annotated, Final

import typer

from fairledger.cli.call import call
from fairledger.cli.newest import echo_json, newest
from fairledger.cli.options import Json, Name, Organization
from fairledger.cli.plain import party, table, when
from fairledger.cli.record_id import check_record_id
from fairledger.cli.terminal import output_console

if TYPE_CHECKING:
    from fairledger_contracts.records.monitoring import Listing

UNKNOWN: Final = "SUPERVISION_LISTING_UNKNOWN"
monitoring = typer.Typer(help="Keep the monitoring list, and see anomalies.", no_args_is_help=True)
EntryId = Annotated[str, typer.Argument(help="The entry's id, as `fairledger monitoring list` shows it.")]


@monitoring.command()
def add(
    *,
    subject: Annotated[str, typer.Argument(help="Whom: platform:PlatformAMSP, merchant:GLN, node:PlatformA.")],
    rule: Annotated[str, typer.Option(help="By which rule of the standard, such as complaints_permille.")],
    ground: Annotated[str, typer.Option(help="On what ground: ids of records; everybody can read it.")],
    name: Name,
    organization: Organization = None,
) -> None:
    """Put somebody on the list, as the association's officer or the regulator."""
    made = _call(name, organization, "enlist", json.dumps({"subject": subject, "rule": rule, "ground": ground}))
    typer.echo(f"entry {made.id}: to be reviewed until {when(made.review_at)} UTC")


@monitoring.command()
def review(*, entry_id: EntryId, name: Name, organization: Organization = None) -> None:
    """Keep somebody on the list until the next review, as an authority."""
    check_record_id(entry_id, UNKNOWN)
    kept = _call(name, organization, "confirm_listing", entry_id)
    typer.echo(f"entry {kept.id}: to be reviewed until {when(kept.review_at)} UTC")


@monitoring.command()
def remove(
    *,
    entry_id: EntryId,
    name: Name,
    reason: Annotated[str, typer.Option(help="Why; everybody can read it. None once the review is overdue.")] = "",
    organization: Organization = None,
) -> None:
    """Take somebody off the list: an authority at any time, anybody once the review is overdue."""
    check_record_id(entry_id, UNKNOWN)
    _call(name, organization, "delist", entry_id, reason)
    typer.echo(f"entry {entry_id} is removed")


@monitoring.command("list")
def show_all(
    *,
    in_force: Annotated[bool, typer.Option("--in-force", help="Only those that are not removed.")] = False,
    organization: Organization = None,
    as_json: Json = False,
) -> None:
    """List who is or was on the list, the last changed first."""
    from fairledger_contracts.records.monitoring import Listing  # noqa: PLC0415

    terms = [("in_force", "true")] if in_force else []
    found = newest(organization, Listing, terms)
    if as_json:
        echo_json(found)
        return
    rows = (
        (
            each.id,
            each.subject,
            each.rule,
            each.ground,
            when(each.review_at),
            when(each.removed_at),
            party(each.recorder),
        )
        for each in found
    )
    headings = ("id", "subject", "rule", "ground", "review (UTC)", "removed (UTC)", "by")
    output_console().print(table("monitoring list", headings, rows))


@monitoring.command()
def anomalies(
    *,
    still_open: Annotated[bool, typer.Option("--open", help="Only those that are not over.")] = False,
    organization: Organization = None,
    as_json: Json = False,
) -> None:
    """List what `fairledger watch` found out of line, the last changed first."""
    from fairledger_contracts.records.monitoring import Anomaly  # noqa: PLC0415

    terms = [("open", "true")] if still_open else []
    found = newest(organization, Anomaly, terms)
    if as_json:
        echo_json(found)
        return
    rows = (
        (
            *(each.subject, each.name, ", ".join(f"{what} {count}" for what, count in sorted(each.observed.items()))),
            *(when(each.since), when(each.cleared_at), str(each.times)),
        )
        for each in found
    )
    headings = ("subject", "what", "observed", "since (UTC)", "over (UTC)", "times")
    output_console().print(table("anomalies", headings, rows))


def _call(name: str, organization: str | None, function: str, *arguments: str) -> "Listing":
    from fairledger_contracts.records.monitoring import Listing  # noqa: PLC0415  only these commands pay for it

    return call(Listing, name, organization, f"supervision:{function}", *arguments)
