"""``fairledger readmodel rebuild``: the SQL tables again, from block 0."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from fairledger.cli.errors import CommandError
from fairledger.cli.state import State
from fairledger.cli.terminal import output_console
from fairledger.deployment import CHANNEL

if TYPE_CHECKING:
    from fairledger.readmodel.rebuild import Rebuilt

readmodel = typer.Typer(help="Look after an organisation's read model.", no_args_is_help=True)


@readmodel.callback()
def group() -> None:
    """Look after an organisation's read model: the SQL tables made of the channel's blocks."""


@readmodel.command()
def rebuild(
    organization: Annotated[
        list[str] | None, typer.Option(help="Whose read model; all of this machine's when left out.")
    ] = None,
) -> None:
    """Make the tables again from block 0, and say whether they are as they were.

    Queries are answered from the old tables until the new ones are complete. Ends with status 1 when tables differ.
    """
    state = State.find()
    console = output_console()
    different = []
    for name in organization or state.organizations:
        with console.status(f"{name}: reading blocks"):
            rebuilt = asyncio.run(_rebuild(state, name))
        console.print(f"{name}: {rebuilt.blocks} blocks, {rebuilt.events} events; {_compared(rebuilt)}")
        different += [name] if rebuilt.different else []
    if different:
        raise CommandError(
            "READMODEL_DIFFERED",
            f"the read model of {', '.join(different)} was not what its blocks say; it is now",
            "find out who wrote to it",
        )


def _compared(rebuilt: "Rebuilt") -> str:
    if not rebuilt.compared_blocks:
        return "there was nothing to compare with"
    verdict = f"different: {', '.join(rebuilt.different)}" if rebuilt.different else "identical"
    return f"compared at {rebuilt.compared_blocks} blocks: {verdict}"


async def _rebuild(state: State, organization: str) -> "Rebuilt":
    from fairledger.api.settings import SERVICE_IDENTITY  # noqa: PLC0415  only this command pays for these
    from fairledger.gateway import Gateway  # noqa: PLC0415
    from fairledger.profile import ConnectionProfile  # noqa: PLC0415
    from fairledger.readmodel.database import Database  # noqa: PLC0415
    from fairledger.readmodel.rebuild import rebuild as rebuild_tables  # noqa: PLC0415
    from fairledger.wallet import Wallet  # noqa: PLC0415

    entry = Wallet(state.wallet(organization)).get(SERVICE_IDENTITY)
    profile = ConnectionProfile.load(state.profile(organization))
    state.api(organization).mkdir(parents=True, exist_ok=True)
    database = Database.open(state.readmodel_url(organization), any_version=True)
    try:
        async with Gateway.connect(profile, entry.identity, entry.signer) as gateway:
            network = gateway.network(CHANNEL)
            height = (await network.chain_info()).height
            return await rebuild_tables(database, network.block_events(0), height)
    finally:
        database.close()
