"""``fairledger member``: the platforms of the consortium, who vote and disclose."""

from typing import TYPE_CHECKING, Annotated

import typer

from fairledger.cli.call import call
from fairledger.cli.model import reading
from fairledger.cli.options import Json, Name, Organization
from fairledger.cli.plain import party, plain, table, when
from fairledger.cli.terminal import output_console

if TYPE_CHECKING:
    from fairledger_contracts.records.member import Member

member = typer.Typer(help="Enrol platforms, strike them off, and list them.", no_args_is_help=True)
Platform = Annotated[str, typer.Argument(help="The platform, by name or MSP id.")]


@member.command()
def enrol(
    *,
    platform: Platform,
    name: Name,
    platform_name: Annotated[str, typer.Option("--name", help="What people call it.")],
    organization: Organization = None,
) -> None:
    """Make a platform a member that votes and discloses, as an officer of the association."""
    made = _call(name, organization, "enrol", platform, platform_name)
    typer.echo(f"{plain(made.name)} ({made.msp_id}) is a member")


@member.command()
def strike(*, platform: Platform, name: Name, organization: Organization = None) -> None:
    """Strike a platform off, as the regulator: it neither votes nor discloses any more."""
    struck = _call(name, organization, "strike", platform)
    typer.echo(f"{plain(struck.name)} ({struck.msp_id}) is no member since {when(struck.left_at)} UTC")


@member.command("list")
def show_all(*, organization: Organization = None, as_json: Json = False) -> None:
    """List platforms that are or were members."""
    from fairledger.readmodel.records import all_records  # noqa: PLC0415  only this command pays for these
    from fairledger_contracts.records.member import Member  # noqa: PLC0415

    with reading(organization) as connection:
        found = sorted(all_records(connection, Member), key=lambda each: each.msp_id)
    if as_json:
        typer.echo(f"[{','.join(each.model_dump_json() for each in found)}]")
        return
    rows = ((each.msp_id, each.name, when(each.since), when(each.left_at), party(each.recorder)) for each in found)
    output_console().print(table("members", ("platform", "name", "since (UTC)", "left (UTC)", "enrolled by"), rows))


def _call(name: str, organization: str | None, function: str, platform: str, *arguments: str) -> "Member":
    from fairledger_contracts.records.member import Member  # noqa: PLC0415  only these commands pay for it

    return call(Member, name, organization, f"disclosure:{function}", f"{platform.removesuffix('MSP')}MSP", *arguments)
