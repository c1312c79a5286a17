"""``fairledger identity …``: people's identities on the command line."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table

from fairledger_network.identities import Identities
from fairledger_network.person_record import PersonRecord, State
from fairledger_network.site import Site

identity = typer.Typer(
    name="identity", help="Register, enrol, renew, revoke and export people's identities.", no_args_is_help=True
)

Name = Annotated[str, typer.Argument(help="The identity's name.")]
Org = Annotated[str | None, typer.Option("--org", help="The organisation, where several know the name.")]

TABLE_CHARACTERS_MAX = 200
STYLES = {State.VALID: "green", State.REGISTERED: "yellow", State.EXPIRED: "red", State.REVOKED: "red"}


def _identities() -> Identities:
    return Identities(Site.from_environment())


def table(records: Iterable[PersonRecord]) -> Table:
    """Records as a table."""
    shown = Table("name", "organisation", "role", "GLN", "expires (UTC)", "state", "serial", box=SIMPLE_HEAD)
    for record in records:
        shown.add_row(
            record.name,
            record.organization,
            record.role,
            record.gln or "",
            f"{record.expires:%Y-%m-%d %H:%M}" if record.expires else "",
            f"[{STYLES[record.state]}]{record.state}[/]",
            record.serial or "",
        )
    return shown


def _show(records: Iterable[PersonRecord]) -> None:
    shown, console = table(records), Console()
    needed = Measurement.get(console, console.options.update_width(TABLE_CHARACTERS_MAX), shown).maximum
    Console(width=max(console.width, needed)).print(shown)  # a narrow window wraps lines, but nothing is cut off


@identity.command()
def register(
    name: Name,
    org: Annotated[str, typer.Option("--org", help="The organisation whose CA knows the identity.")],
    role: Annotated[str, typer.Option("--role", help="Certificate attribute: producer, merchant, inspector …")],
    gln: Annotated[str | None, typer.Option("--gln", help="Global Location Number of the place of business.")] = None,
) -> None:
    """Make somebody known to an organisation's CA; the enrolment secret goes into a file."""
    file = _identities().register(name, org, role=role, gln=gln)
    typer.echo(f"{name} is registered with {org}; the secret is in {file}\nnext: fairledger identity enroll {name}")


@identity.command()
def enroll(name: Name, org: Org = None) -> None:
    """Get key and certificate for somebody who is registered, into the organisation's wallet."""
    _show([_identities().enroll(name, org)])


@identity.command()
def renew(name: Name, org: Org = None) -> None:
    """Get a new key and certificate; the old one stays valid until it expires."""
    _show([_identities().renew(name, org)])


@identity.command()
def revoke(
    name: Name,
    org: Org = None,
    reason: Annotated[
        str, typer.Option("--reason", help="A reason of RFC 5280, such as keycompromise.")
    ] = "unspecified",
) -> None:
    """Revoke all certificates of somebody, at the CA and in the channel: from then on they are refused."""
    _show([_identities().revoke(name, org, reason=reason)])


@identity.command(name="list")
def list_(org: Annotated[str | None, typer.Option("--org", help="Only this organisation.")] = None) -> None:
    """Show who has an identity, until when, and whether it was revoked."""
    _show(_identities().records(org))


@identity.command()
def export(
    name: Name,
    directory: Annotated[Path, typer.Argument(help="The folder to write to.", metavar="DIR")],
    org: Org = None,
    *,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace what was exported there before.")] = False,
) -> None:
    """Write certificate, private key, CA chain and connection profile for another Fabric client."""
    for file in _identities().export(name, directory, org, overwrite=overwrite):
        typer.echo(file)
