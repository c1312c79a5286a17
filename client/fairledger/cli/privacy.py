"""``fairledger privacy``: single fields of an order's personal data, shown with their proof and checked."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fairledger.cli.errors import CommandError
from fairledger.cli.model import reading
from fairledger.cli.options import Name, Organization
from fairledger.cli.plain import plain
from fairledger.cli.privacy_client import privacy_client
from fairledger.cli.state import State
from fairledger.cli.verify import Genesis, Roots, print_steps, read_genesis

if TYPE_CHECKING:
    from fairledger.privacy.disclosure import Disclosure

privacy = typer.Typer(help="Show single private fields of an order, and check what is shown.", no_args_is_help=True)
File = Annotated[Path, typer.Argument(help="A file that `fairledger privacy disclose` or a platform's service made.")]


@privacy.command()
def disclose(
    *,
    order: Annotated[str, typer.Argument(help="The order's id.")],
    fields: Annotated[list[str], typer.Option("--field", help="A field to show; several may be named.")],
    name: Name,
    organization: Organization = None,
) -> None:
    """Print fields of an order of one's own platform with their proof; nothing tells of the others."""
    home = State.find().home_of(name, organization)
    shown = asyncio.run(_disclose(name, home, order, fields))
    typer.echo(shown.model_dump_json(indent=2))


@privacy.command()
def check(*, file: File, organization: Organization = None) -> None:
    """Check shown fields against the public record, and print their values."""
    from fairledger.privacy.disclosure import check as check_disclosure  # noqa: PLC0415  only this command pays
    from fairledger.privacy.disclosure import is_superseded  # noqa: PLC0415
    from fairledger.readmodel.records import find_record  # noqa: PLC0415
    from fairledger_contracts.records.order_record import OrderRecord  # noqa: PLC0415

    disclosure = read_disclosure(file)
    with reading(organization) as connection:
        record = find_record(connection, OrderRecord, disclosure.platform, disclosure.order)
    if record is None:
        raise CommandError("PRIVACY_ORDER_UNKNOWN", "the platform published no such order")
    for field, value in check_disclosure(disclosure, record).items():
        typer.echo(f"{field}: {plain(value)}")
    if is_superseded(disclosure, record):
        typer.echo("the platform has corrected these data since: ask to be shown what counts today", err=True)
    if record.purged_at is not None:
        typer.echo("the order's personal data were purged everywhere since: nobody holds them any more", err=True)


@privacy.command()
def purged(
    *,
    bundle: Annotated[Path, typer.Argument(help="The proof of a purge: `/my-data` and `fairledger proof` write it.")],
    platform: Annotated[str, typer.Option(help="The platform that the order is of, or its MSP id.")],
    order: Annotated[str, typer.Option(help="The order's id.")],
    roots: Roots,
    genesis: Genesis = "",
) -> None:
    """Verify step by step that an order's personal data were purged everywhere.

    Exit status 0: they were. 1: this does not prove it. 2: the file can't be read as a proof.
    """
    from fairledger.proof.purge import verify_purge  # noqa: PLC0415  only this command pays for it

    first_block = read_genesis(genesis) if genesis else None
    msp_id = f"{platform.removesuffix('MSP')}MSP"
    print_steps(bundle, lambda data, given: verify_purge(data, given, msp_id, order, first_block), roots)


def read_disclosure(file: Path) -> "Disclosure":
    """What is in the file. Raises ``CommandError`` (PRIVACY_FILE), which tells nothing of its content."""
    from pydantic import ValidationError  # noqa: PLC0415  only this command pays for these

    from fairledger.privacy.disclosure import Disclosure  # noqa: PLC0415

    try:
        return Disclosure.model_validate_json(file.read_bytes())
    except OSError as error:
        raise CommandError("PRIVACY_FILE", f"{file} can't be read: {error.strerror}") from error
    except ValidationError:
        # The cause is left out: it would show what is in the file.
        raise CommandError("PRIVACY_FILE", f"{file} holds no shown fields", "get it from the platform again") from None


async def _disclose(name: str, home: str, order: str, fields: list[str]) -> "Disclosure":
    from fairledger.privacy.disclosure import disclose as make_disclosure  # noqa: PLC0415  only this command pays
    from fairledger.privacy.key_ring import KeyRing  # noqa: PLC0415
    from fairledger.privacy.opening import open_with  # noqa: PLC0415

    keys = KeyRing.load(State.find().api(home) / "privacy.pem")
    async with privacy_client(name, home) as client:
        record = await client.order(f"{home}MSP", order)
        data = await client.own(order, record.seal.version)
    return make_disclosure(data, open_with(keys, data), fields)
