"""``fairledger trace``: EPCIS documents to the ledger, and an item's history from the read model."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.table import Table

from fairledger.cli.errors import CommandError
from fairledger.cli.state import State
from fairledger.cli.terminal import output_console
from fairledger.deployment import CHAINCODE, CHANNEL

if TYPE_CHECKING:
    from fairledger.readmodel.item_history import ItemEvent
    from fairledger.trace import DocumentFile

EVENTS_SHOWN_MAX: Final = 1_000

trace = typer.Typer(help="Capture EPCIS documents and look at an item's history.", no_args_is_help=True)
Organization = Annotated[str | None, typer.Option(help="Whose wallet or read model, if several could be meant.")]


@trace.command()
def capture(
    paths: Annotated[list[Path], typer.Argument(help="Documents, or folders of *.json and *.jsonld.")],
    name: Annotated[
        str | None, typer.Option("--as", help="Who records them; left out, the files' names say it (see the examples).")
    ] = None,
    organization: Organization = None,
) -> None:
    """Capture EPCIS 2.0 documents on the ledger, signed with a person's key from the wallet.

    Events that the ledger has already are left as they are, so a capture can be repeated at will.
    """
    from fairledger.trace import document_files  # noqa: PLC0415  only this command pays for it

    state = State.find()
    files = document_files(paths)
    homes = {person: state.home_of(person, organization) for person in {name or file.recorder for file in files}}
    asyncio.run(_capture(state, files, name, homes))


@trace.command()
def show(
    epc: Annotated[str, typer.Argument(help="EPC or EPC class, as URN or GS1 Digital Link.")],
    organization: Organization = None,
) -> None:
    """Show an item's events, oldest first, from an organisation's read model."""
    from fairledger.readmodel.database import Database  # noqa: PLC0415  only this command pays for it
    from fairledger.readmodel.item_history import item_history  # noqa: PLC0415

    state = State.find()
    home = organization or next(iter(state.organizations), "")
    database = Database.open(state.readmodel_url(home), create=False)
    try:
        with database.reading() as connection:
            events = item_history(connection, epc, EVENTS_SHOWN_MAX + 1)
    finally:
        database.close()
    if not events:
        raise CommandError("TRACE_ITEM_UNKNOWN", f"no event at {home} names {epc}", "check the EPC's spelling")
    output_console().print(_table(epc, events[:EVENTS_SHOWN_MAX]))
    if len(events) > EVENTS_SHOWN_MAX:
        typer.echo(f"… and more; /epcis/events?MATCH_anyEPC={epc} has them all")


async def _capture(state: State, files: Sequence["DocumentFile"], name: str | None, homes: dict[str, str]) -> None:
    from contextlib import AsyncExitStack  # noqa: PLC0415

    from fairledger.gateway import Gateway  # noqa: PLC0415  only this command pays for these
    from fairledger.profile import ConnectionProfile  # noqa: PLC0415
    from fairledger.trace import TraceClient, prepare  # noqa: PLC0415
    from fairledger.wallet import Wallet  # noqa: PLC0415

    async with AsyncExitStack() as gateways:
        clients: dict[str, TraceClient] = {}
        for person, home in homes.items():
            entry = Wallet(state.wallet(home)).get(person)
            connected = Gateway.connect(ConnectionProfile.load(state.profile(home)), entry.identity, entry.signer)
            gateway = await gateways.enter_async_context(connected)
            clients[person] = TraceClient(gateway.network(CHANNEL).contract(CHAINCODE, "trace"))
        for file in files:
            person = name or file.recorder
            captured = await clients[person].capture(prepare(file.read()))
            known = f", {len(captured.repeated)} known already" if captured.repeated else ""
            transactions = ", ".join(f"{tx_id[:12]}…" for tx_id in captured.tx_ids)
            typer.echo(f"{file.path}: {captured.accepted} events by {person}{known} (transaction {transactions})")


def _table(epc: str, events: Sequence["ItemEvent"]) -> Table:
    table = Table(title=epc, title_justify="left", show_edge=False, pad_edge=False)
    for heading in ("happened (UTC)", "what", "as", "step", "disposition", "where", "recorded by"):
        table.add_column(heading, overflow="fold")
    for event in events:
        what = f"{event.type.removesuffix('Event')} {event.action or ''}".strip()
        table.add_row(
            event.event_time[:19].replace("T", " "),
            f"{what} (declared erroneous)" if event.is_declaration else what,
            event.role,
            event.biz_step or "",
            event.disposition or "",
            event.read_point or event.biz_location or "",
            event.recorder_msp.removesuffix("MSP"),
        )
    return table
