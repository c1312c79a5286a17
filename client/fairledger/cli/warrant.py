"""``fairledger warrant``: who may read personal data, why, and until when."""

import asyncio
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from fairledger.cli.errors import CommandError
from fairledger.cli.newest import newest
from fairledger.cli.options import Name, Organization
from fairledger.cli.privacy_client import privacy_client

if TYPE_CHECKING:
    from fairledger_contracts.records.warrant import Warrant, WarrantTerms

_ID: Final = re.compile(r"[0-9a-f]{64}")

warrant = typer.Typer(help="Make, confirm and end warrants for personal data.", no_args_is_help=True)
WarrantId = Annotated[str, typer.Argument(help="The warrant's id, as `fairledger warrant list` shows it.")]
TermsFile = Annotated[Path, typer.Argument(help="The warrant's terms as JSON; docs/privacy.md tells the members.")]


@warrant.command()
def make(*, terms: TermsFile, name: Name, organization: Organization = None) -> None:
    """Make a warrant, as an officer of the regulator; another officer has to confirm it."""
    made = asyncio.run(_make(name, organization, read_terms(terms)))
    typer.echo(f"warrant {made.id}")
    typer.echo(f"another officer confirms it: fairledger warrant confirm {made.id} --as NAME")


@warrant.command()
def confirm(*, warrant_id: WarrantId, name: Name, organization: Organization = None) -> None:
    """Confirm another officer's warrant."""
    check_id(warrant_id)
    confirmed = asyncio.run(_confirm(name, organization, warrant_id))
    typer.echo(f"warrant {warrant_id} is in force until {confirmed.terms.valid_until.isoformat()}")


@warrant.command()
def end(*, warrant_id: WarrantId, name: Name, organization: Organization = None) -> None:
    """End a warrant before its time."""
    check_id(warrant_id)
    asyncio.run(_end(name, organization, warrant_id))
    typer.echo(f"warrant {warrant_id} has ended")


@warrant.command("list")
def show_all(*, organization: Organization = None) -> None:
    """Print the warrants changed last, as JSON, one a line."""
    from fairledger_contracts.records.warrant import Warrant  # noqa: PLC0415

    for each in newest(organization, Warrant):
        typer.echo(each.model_dump_json())


def check_id(warrant_id: str) -> None:
    """Raise ``CommandError`` (PRIVACY_WARRANT_UNKNOWN) for what can't be a warrant's id."""
    if not _ID.fullmatch(warrant_id):
        raise CommandError("PRIVACY_WARRANT_UNKNOWN", "a warrant's id has 64 hexadecimal digits", "copy it whole")


def read_terms(file: Path) -> "WarrantTerms":
    """The terms in a file. Raises ``CommandError`` (PRIVACY_WARRANT_FILE), which names the members that don't fit."""
    from pydantic import ValidationError  # noqa: PLC0415  only this command pays for these

    from fairledger_contracts.records.warrant import WarrantTerms  # noqa: PLC0415

    try:
        return WarrantTerms.model_validate_json(file.read_bytes())
    except OSError as error:
        raise CommandError("PRIVACY_WARRANT_FILE", f"{file} can't be read: {error.strerror}") from error
    except ValidationError as error:
        wrong = ", ".join(sorted({".".join(map(str, each["loc"])) or "the file" for each in error.errors()}))
        raise CommandError("PRIVACY_WARRANT_FILE", f"not a warrant's terms: {wrong}", "see docs/privacy.md") from error


async def _make(name: str, organization: str | None, terms: "WarrantTerms") -> "Warrant":
    async with privacy_client(name, organization) as client:
        return await client.make_warrant(terms)


async def _confirm(name: str, organization: str | None, warrant_id: str) -> "Warrant":
    async with privacy_client(name, organization) as client:
        return await client.confirm_warrant(warrant_id)


async def _end(name: str, organization: str | None, warrant_id: str) -> "Warrant":
    async with privacy_client(name, organization) as client:
        return await client.end_warrant(warrant_id)
