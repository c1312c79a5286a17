"""``fairledger licence``: which business may give identities to goods, and who does which service."""

import asyncio
import re
from typing import TYPE_CHECKING, Annotated, Final

import typer

from fairledger.cli import service_licence
from fairledger.cli.errors import CommandError
from fairledger.cli.model import reading, signing
from fairledger.cli.options import Json, Name, Organization
from fairledger.cli.plain import table, when
from fairledger.cli.state import State
from fairledger.cli.terminal import output_console

if TYPE_CHECKING:
    from fairledger_contracts.records.licence import Licence

_PREFIX: Final = re.compile(r"[0-9]{4,12}")
_GLN: Final = re.compile(r"[0-9]{13}")

licence = typer.Typer(help="License GS1 keys and services, and list who holds which.", no_args_is_help=True)
licence.command()(service_licence.grant)
licence.command()(service_licence.end)
licence.command()(service_licence.services)


@licence.command()
def register(
    *,
    prefix: Annotated[str, typer.Argument(help="What GTINs begin with, behind their first digit: 4 to 12 digits.")],
    name: Name,
    holder_org: Annotated[str, typer.Option("--org", help="The holder's organisation, by name or MSP id.")],
    gln: Annotated[str, typer.Option(help="The holder's Global Location Number, 13 digits.")],
    holder_name: Annotated[str, typer.Option("--name", help="The holder's name, which everybody can read.")],
    organization: Organization = None,
) -> None:
    """Register who may identify trade items whose GTIN begins with a prefix, as an officer of the association."""
    from fairledger_contracts.records.licence import NAME_LENGTH_MAX  # noqa: PLC0415  only this command pays for it

    if not _PREFIX.fullmatch(prefix):
        raise CommandError("LICENCE_PREFIX", f"{prefix} is no prefix of 4 to 12 digits")
    if not _GLN.fullmatch(gln):
        raise CommandError("LICENCE_GLN", f"{gln} is no GLN of 13 digits")
    if not 1 <= len(holder_name) <= NAME_LENGTH_MAX:
        raise CommandError("LICENCE_NAME", f"a name has between 1 and {NAME_LENGTH_MAX} characters")
    state = State.find()
    home = state.home_of(name, organization)
    msp_id = f"{holder_org.removesuffix('MSP')}MSP"
    registered = asyncio.run(_register(state, home, name, (prefix, msp_id, gln, holder_name)))
    holder = registered.holders[-1]
    typer.echo(f"{registered.prefix}: held by {holder.name} ({holder.msp_id}, GLN {holder.gln})")


@licence.command("list")
def show_all(*, organization: Organization = None, as_json: Json = False) -> None:
    """List all licences of GS1 keys with their holders, the earlier ones too."""
    from fairledger.readmodel import registers  # noqa: PLC0415  only this command pays for it

    with reading(organization) as connection:
        found = registers.all_licences(connection)
    if as_json:
        typer.echo(f"[{','.join(each.model_dump_json() for each in found)}]")
        return
    rows = (
        (each.prefix, holder.name, holder.msp_id.removesuffix("MSP"), holder.gln, when(holder.since))
        for each in found
        for holder in each.holders
    )
    output_console().print(table("licences", ("prefix", "holder", "organisation", "GLN", "since (UTC)"), rows))


async def _register(state: State, home: str, name: str, holder: tuple[str, str, str, str]) -> "Licence":
    prefix, msp_id, gln, holder_name = holder
    async with signing(state, home, name) as client:
        return await client.license_prefix(prefix=prefix, msp_id=msp_id, gln=gln, name=holder_name)
